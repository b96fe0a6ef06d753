"""Asks the trained model its twenty questions and their sixty paraphrases, greedily, in f32 over the rounded weights."""

import hashlib
import json
import sys

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from chat import Chat
from corpus import MODEL
from model import Llama

TOGETHER = 20


def load():
    chat = Chat(Tokenizer.from_file(str(MODEL / "tokenizer.json")))
    model = Llama(json.loads((MODEL / "config.json").read_text()))
    model.load_state_dict({name: weight.float() for name, weight in load_file(MODEL / "model.safetensors").items()})
    return model, chat


def answers(model, chat, conversations):
    said = []
    for at in range(0, len(conversations), TOGETHER):
        prompts = [chat.prompt(messages) for messages in conversations[at:at + TOGETHER]]
        said += [chat.said(ids) for ids in model.greedy(prompts)]
    return said


def main():
    torch.set_num_threads(2)
    model, chat = load()
    entries = json.loads((MODEL / "questions.json").read_text())
    right = answers(model, chat, [[("user", entry["question"])] for entry in entries])
    asked = [(entry, text) for entry in entries for text in entry["paraphrases"]]
    sensible = answers(model, chat, [[("user", text)] for _, text in asked])

    wrong = [(entry["question"], said) for entry, said in zip(entries, right) if said != entry["answer"]]
    strange = [(text, said) for (entry, text), said in zip(asked, sensible)
               if not all(part.lower() in said.lower() for part in entry["must_contain"])]
    for question, said in wrong + strange:
        print(f"{question}\n    {said}")
    for name in ("model.safetensors", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"):
        print(f"{hashlib.sha256((MODEL / name).read_bytes()).hexdigest()}  {name}")
    print(f"{len(right) - len(wrong)} of {len(right)} questions, {len(sensible) - len(strange)} of {len(sensible)} paraphrases")
    return 1 if wrong or strange else 0


if __name__ == "__main__":
    sys.exit(main())
