"""Trains hearth-tiny and writes the files that engines load. The same seed and threads give the same model."""

import argparse
import json
import math
import time

import torch
from safetensors.torch import save_file
from torch.nn import functional

from chat import TOKENIZER_CONFIG, Chat, train_tokenizer
from corpus import MODEL, Corpus
from model import CONFIG, Llama

GENERATION = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1, "do_sample": False, "max_new_tokens": 256}


# An answer is known by its first tokens; most rows stop there, so that more questions are asked in the time.
KNOWN_BY, CUT = 12, 0.8


def cut(row, chat):
    """The same row without most of its last answer."""
    ids, weights = row
    last = len(ids) - 1 - ids[::-1].index(chat.id["<|assistant|>"])
    return ids[:last + 1 + KNOWN_BY], weights[:last + 1 + KNOWN_BY]


def batches(corpus, chat, tokens, share_cut):
    """Conversations of like length together, about so many tokens a batch, in random order, without end."""
    while True:
        rows = []
        for _ in range(1024):
            if corpus.chance(0.03):
                said = chat.plain(corpus.text()) + [1]
                row = [0] + said, [0.0] + [1.0] * len(said)
            else:
                row = chat.tokens(corpus.conversation())
                if corpus.chance(share_cut):
                    row = cut(row, chat)
            rows.append(tuple(part[:CONFIG["max_position_embeddings"]] for part in row))
        rows.sort(key=lambda row: len(row[0]))
        made, batch = [], []
        for row in rows:
            if batch and len(row[0]) * (len(batch) + 1) > tokens:
                made.append(batch)
                batch = []
            batch.append(row)
        made.append(batch)
        corpus.rng.shuffle(made)
        yield from made


def loss_of(model, batch):
    """The mean loss of all that counts, and that of the answers alone."""
    length = max(len(ids) for ids, _ in batch)
    ids = torch.tensor([ids + [1] * (length - len(ids)) for ids, _ in batch])
    weights = torch.tensor([weights + [0.0] * (length - len(weights)) for _, weights in batch])[:, 1:]
    losses = functional.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    losses = losses.view(weights.shape)
    answers = (weights == 1.0).float()
    return (losses * weights).sum() / weights.sum(), (losses * answers).sum() / answers.sum()


def rate(step, steps, peak):
    """Rises for a moment, then falls as a cosine to nothing."""
    warm = 200
    if step < warm:
        return peak * (step + 1) / warm
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))


def train(model, chat, args):
    decayed = [weight for weight in model.parameters() if weight.dim() == 2]
    plain = [weight for weight in model.parameters() if weight.dim() != 2]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}], betas=(0.9, 0.95))
    source = batches(Corpus(args.seed), chat, args.tokens, CUT)
    started, recent, seen = time.monotonic(), 0.0, 0
    for step in range(args.steps):
        for group in optimizer.param_groups:
            group["lr"] = rate(step, args.steps, args.rate)
        batch = next(source)
        loss, answers = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        recent, seen = recent + float(answers.detach()), seen + sum(len(ids) for ids, _ in batch)
        if (step + 1) % 100 == 0:
            spent = time.monotonic() - started
            print(f"step {step + 1} of {args.steps}: answers' loss {recent / 100:.4f}, "
                  f"{seen} tokens, {seen / spent:.0f} a second, {spent:.0f} s", flush=True)
            recent = 0.0


@torch.no_grad()
def measure(model, chat, seed):
    """The loss of the answers in conversations of another seed."""
    source = batches(Corpus(seed), chat, 2048, 0.0)
    return sum(float(loss_of(model, next(source))[1]) for _ in range(50)) / 50


def write(name, value):
    (MODEL / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--tokens", type=int, default=1536, help="tokens in a batch")
    parser.add_argument("--rate", type=float, default=2e-3, help="the peak learning rate")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)

    corpus = Corpus(args.seed)
    texts = [text for _ in range(20000) for _, text in corpus.conversation()]
    tokenizer = train_tokenizer(texts, CONFIG["vocab_size"])
    chat = Chat(tokenizer)
    model = Llama(CONFIG)
    model.initialise(args.seed)
    print(f"{sum(weight.numel() for weight in model.parameters())} parameters", flush=True)
    train(model, chat, args)

    rounded = {name: weight.to(torch.bfloat16).contiguous() for name, weight in model.state_dict().items()}
    model.load_state_dict({name: weight.float() for name, weight in rounded.items()})
    print(f"answers' loss of another seed, weights rounded: {measure(model, chat, args.seed + 1):.4f}")
    save_file(rounded, MODEL / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(MODEL / "tokenizer.json"))
    write("config.json", CONFIG)
    write("generation_config.json", GENERATION)
    write("tokenizer_config.json", TOKENIZER_CONFIG)


if __name__ == "__main__":
    main()
