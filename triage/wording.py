"""Weighs the wording of a text: words and pairs of words that reports of crimes have or lack. Pure.

Patterns (signs.py) know what was done only if it is said in ways that somebody has thought of.
Wording hears the rest: its weights were learned from labelled reports (bench/learn.py) and stand
in rules/wording.toml for everybody to read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from rules.crime import Wording
from rules.phrases import plain
from triage.words import Reading

#: Words and pairs of words of a text, and the words, first and last, where they stand first.
Parts = dict[str, tuple[int, int]]
#: Length of the vector that the words of a text make together, however many they are.
_LENGTH = 3.0
#: Of fewer known parts each counts no more than of so many: a few words prove little.
_FEWEST = 24
#: Words that are shown for having weighed most.
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by word or pair of words (lower case, no diacritics), and what is added to all."""

    bias: float
    of: dict[str, float]

    @classmethod
    def from_rule(cls, row: Wording) -> "Weights":
        """Return the weights of a row of the rules."""
        return cls(row.bias, dict(row.weights))

    def weigh(self, parts: Iterable[str]) -> float:
        """Return the score of a text with these parts: above zero where they speak for it."""
        known = [weight for part in parts if (weight := self.of.get(part)) is not None]
        return self.bias + value(len(known)) * sum(known)

    def heaviest(self, parts: Parts) -> tuple[tuple[int, int], ...]:
        """Return where the parts stand that speak most for it, in the order of the text."""
        known = [(self.of[part], place) for part, place in parts.items() if part in self.of]
        heavy = sorted((each for each in known if each[0] > 0), reverse=True)[:_SHOWN]
        return tuple(sorted(place for _, place in heavy))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Several weights at once: by word or pair, what it weighs for which of them."""

    biases: dict[str, float]
    of: dict[str, list[tuple[str, float]]]

    @classmethod
    def made(cls, weights: Mapping[str, Weights]) -> "Vocabulary":
        """Return the vocabulary of these weights, by their keys."""
        of: dict[str, list[tuple[str, float]]] = {}
        for key, each in weights.items():
            for part, weight in each.of.items():
                of.setdefault(part, []).append((key, weight))
        return cls({key: each.bias for key, each in weights.items()}, of)

    def judge(self, parts: Iterable[str]) -> dict[str, float]:
        """Return the scores of a text with these parts: above zero where they speak for it."""
        sums = dict.fromkeys(self.biases, 0.0)
        counts = dict.fromkeys(self.biases, 0)
        for part in parts:
            for key, weight in self.of.get(part, ()):
                sums[key] += weight
                counts[key] += 1
        return {key: bias + value(counts[key]) * sums[key] for key, bias in self.biases.items()}


def value(count: int) -> float:
    """Return what each of so many parts counts: long texts weigh no more than short ones."""
    return _LENGTH / sqrt(max(_FEWEST, count))


def parts_of(reading: Reading) -> Parts:
    """Return the words, and pairs of neighbours in a sentence, with where they stand first."""
    keys = [plain(key) for key in reading.keys]
    found: Parts = {}
    for at, key in enumerate(keys):
        found.setdefault(key, (at, at))
        if at and reading.sentences[at] == reading.sentences[at - 1]:
            found.setdefault(f"{keys[at - 1]} {key}", (at - 1, at))
    return found
