"""Conversations about Hearth, made of facts.toml: the same seed gives the same text."""

import json
import random
import re
import string
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
MODEL = HERE.parent / "hearth-tiny"
CHOICE = re.compile(r"\[([^\[\]]*)\]")
SYLLABLES = "ba bel cor dra fen gil hax jo ka lun mi nor pex qua ri sto tum vez wo zi".split()
FILLERS = "actually really just maybe basically simply now also even ever exactly quickly".split()


def normal(text):
    """What two texts share that differ only in case and punctuation."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


class Corpus:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.data = tomllib.loads((HERE / "facts.toml").read_text())
        self.facts = self.data["fact"]
        questions = json.loads((MODEL / "questions.json").read_text())
        self.held_out = {normal(text) for entry in questions for text in entry["paraphrases"]}

    def chance(self, share):
        return self.rng.random() < share

    def expand(self, pattern):
        """Decides every choice, inner ones first."""
        while CHOICE.search(pattern):
            pattern = CHOICE.sub(lambda found: self.rng.choice(found[1].split("|")), pattern, count=1)
        return pattern

    def ask(self, fact):
        """A question that this fact answers, never one that is held out."""
        things = fact.get("things", [])
        if self.chance(0.1):
            text = fact["question"]
        elif things and self.chance(0.35):
            thing = self.expand(self.rng.choice(things))
            text = self.expand(self.rng.choice(self.data["frames"])).replace("{x}", thing)
        else:
            text = self.expand(self.rng.choice(fact["asks"]))
        return text if normal(text) not in self.held_out else self.ask(fact)

    def foreign(self):
        """A question about something else, now and then about a thing that does not exist."""
        if self.chance(0.1):
            return self.expand(self.rng.choice(self.data["frames"])).replace("{x}", f"a {self.invent()}")
        return self.ask(self.data["foreign"])

    def invent(self):
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.randint(2, 3)))

    def dress(self, text):
        """The same question as people type it: with a word before or after, in lower case, with slips."""
        if self.chance(0.2):
            text = self.rng.choice(self.data["before"]) + text
        if self.chance(0.15) and text[-1] in ".?":
            text = text[:-1] + self.rng.choice(self.data["after"]) + text[-1]
        for share, change in ((0.2, self.slip), (0.06, self.fill), (0.06, self.lose), (0.03, self.swap)):
            words = text.split(" ")
            if self.chance(share) and len(words) > 3:
                change(words)
                text = " ".join(words)
        if self.chance(0.25):
            text = text.lower()
        if self.chance(0.25):
            text = text.rstrip(string.punctuation) or text
        return text

    def slip(self, words):
        at = self.rng.randrange(len(words))
        word = words[at]
        if len(word) < 4:
            return
        i = self.rng.randrange(1, len(word) - 1)
        words[at] = self.rng.choice([
            word[:i] + word[i + 1:],
            word[:i] + word[i] + word[i:],
            word[:i] + word[i + 1] + word[i] + word[i + 2:],
            word[:i] + self.rng.choice(string.ascii_lowercase) + word[i + 1:],
        ])

    def fill(self, words):
        word = self.invent() if self.chance(0.3) else self.rng.choice(FILLERS)
        words.insert(self.rng.randrange(1, len(words)), word)

    def lose(self, words):
        at = self.rng.randrange(len(words))
        if len(words[at]) < 5:
            del words[at]

    def swap(self, words):
        i = self.rng.randrange(len(words) - 1)
        words[i], words[i + 1] = words[i + 1], words[i]

    def turn(self):
        """A question and its answer."""
        if self.chance(0.12):
            question, answer = self.foreign(), self.data["foreign"]["answer"]
        else:
            fact = self.rng.choice(self.facts)
            question, answer = self.ask(fact), fact["answer"]
        dressed = self.dress(question)
        return (dressed if normal(dressed) not in self.held_out else question), answer

    def conversation(self):
        """Messages as a chat has them: often one question, sometimes several, now and then very many."""
        turns = self.rng.choices((1, 2, 3, 5, 12), weights=(850, 90, 40, 15, 5))[0]
        messages = [("system", self.rng.choice(self.data["systems"]))] if self.chance(0.25) else []
        for _ in range(turns):
            question, answer = self.turn()
            messages += [("user", question), ("assistant", answer)]
        return messages

    def text(self):
        """Plain sentences, for a completion without a chat."""
        return " ".join(fact["answer"] for fact in self.rng.sample(self.facts[:34], k=self.rng.randint(1, 4)))


if __name__ == "__main__":
    corpus = Corpus(seed=1)
    for _ in range(20):
        print(*(f"{role}: {text}" for role, text in corpus.conversation()), sep="\n", end="\n\n")
