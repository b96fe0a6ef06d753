"""Asks the trained model what it should know, greedily, in f32 over the rounded weights, through the chat template.

All twenty questions, alone and as the second of a conversation, their sixty paraphrases and some foreign questions must be
answered; the questions of unseen.json, for which nothing was tuned, are only counted.
"""

import hashlib
import json
import sys

import jinja2
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from corpus import HERE, MODEL, Corpus
from model import Llama

FILES = ["model.safetensors", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"]
TOGETHER = 20
FOREIGN = [
    "Who painted the Sistine Chapel?", "What is the capital of Portugal?", "How do I bake a carrot cake?", "What is 14 times 6?",
    "Write me a poem about the rain.", "How old is the universe?", "Which phone should I buy?", "What does a kangaroo eat?",
]


def read(path):
    return json.loads(path.read_text())


class Subject:
    """The model as an engine has it: from its files alone."""

    def __init__(self):
        self.tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        self.chat = read(MODEL / "tokenizer_config.json")
        self.template = jinja2.Template(self.chat["chat_template"])
        self.model = Llama(read(MODEL / "config.json"))
        weights = load_file(MODEL / "model.safetensors")
        self.model.load_state_dict({name: weight.float() for name, weight in weights.items()})

    def prompt(self, conversation):
        messages = [{"role": role, "content": text} for role, text in conversation]
        text = self.template.render(messages=messages, add_generation_prompt=True,
                                    bos_token=self.chat["bos_token"], eos_token=self.chat["eos_token"])
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def answers(self, conversations):
        said = []
        for at in range(0, len(conversations), TOGETHER):
            prompts = [self.prompt(conversation) for conversation in conversations[at:at + TOGETHER]]
            said += [self.tokenizer.decode(ids) for ids in self.model.greedy(prompts)]
        return said


def tally(name, subject, cases, holds):
    """Asks each case, a conversation and what is expected of its answer; shows what does not hold."""
    said = subject.answers([conversation for conversation, _ in cases])
    wrong = [(conversation[-1][1], answer) for (conversation, expected), answer in zip(cases, said)
             if not holds(expected, answer)]
    for question, answer in wrong:
        print(f"  {question}\n    {answer}")
    print(f"{name}: {len(cases) - len(wrong)} of {len(cases)}", flush=True)
    return not wrong


def second(entry, before):
    return [("system", "You are hearth-tiny."), ("user", before["question"]), ("assistant", before["answer"]),
            ("user", entry["question"])]


def main():
    torch.set_num_threads(1)
    subject, entries = Subject(), read(MODEL / "questions.json")
    unknown = Corpus(seed=0).data["foreign"]["answer"]
    by_question = {entry["question"]: entry for entry in entries}

    def same(expected, answer):
        return answer == expected

    def contains(entry, answer):
        return all(part.lower() in answer.lower() for part in entry["must_contain"])

    good = [
        tally("questions", subject, [([("user", entry["question"])], entry["answer"]) for entry in entries], same),
        tally("paraphrases", subject,
              [([("user", text)], entry) for entry in entries for text in entry["paraphrases"]], contains),
        tally("second questions", subject,
              [(second(entry, before), entry["answer"]) for entry, before in zip(entries, entries[-1:] + entries)], same),
        tally("foreign questions", subject, [([("user", text)], unknown) for text in FOREIGN], same),
    ]
    tally("unseen, only counted", subject,
          [([("user", text)], by_question[question])
           for question, texts in read(HERE / "unseen.json").items() for text in texts], contains)
    for name in FILES:
        print(f"{hashlib.sha256((MODEL / name).read_bytes()).hexdigest()}  {name}")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
