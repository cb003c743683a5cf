"""Finds the concepts of the rules in a text, in one pass over its words. Pure.

The phrases of all concepts stand in two trees of words, one with diacritics and one without. The
work grows with the number of words: from each of them only as many are looked at as a phrase has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from rules.book import Rules
from rules.crime import Concept, Sense
from rules.phrases import GAP, GAP_WORDS, NUMBER, SUM, marked, plain, variants
from triage import amounts
from triage.words import Reading, Spellings, read

#: A negator cancels what begins at most so many words behind it, in the same clause.
_REACH = 6


@dataclass(slots=True)
class _Node:
    """What may follow here, word by word, and the concepts that end here."""

    words: dict[str, "_Node"] = field(default_factory=dict)
    concepts: list[str] = field(default_factory=list)

    def add(self, run: tuple[str, ...], concept: str) -> None:
        node = self
        for word in run:
            node = node.words.setdefault(word, _Node())
        if concept not in node.concepts:
            node.concepts.append(concept)


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept in a text: words `first` to `last`, in one sentence."""

    concept: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases in force on one day, ready to be looked for."""

    concepts: dict[str, Concept]
    trees: tuple[_Node, _Node]
    spellings: tuple[Spellings, Spellings]

    @classmethod
    def of(cls, rules: Rules, day: date) -> "Lexicon":
        """Build the trees of the concepts in force on that day."""
        trees = (_Node(), _Node())
        concepts = {row.id: row for row in rules.concepts.all_on(day)}
        for concept in concepts.values():
            for phrase in concept.phrases + concept.marked:
                for run in variants(phrase):
                    trees[0].add(tuple(map(marked, run)), concept.id)
                    if phrase not in concept.marked:
                        trees[1].add(tuple(map(plain, run)), concept.id)
        shorts: tuple[dict[str, tuple[str, ...]], ...] = ({}, {})
        for row in rules.spellings.all_on(day):
            for short in row.short:
                shorts[0][marked(short)] = tuple(map(marked, row.word.split()))
                if plain(short) == marked(short):
                    shorts[1][short] = tuple(map(plain, row.word.split()))
        return cls(concepts, trees, (shorts[0], shorts[1]))

    def read(self, text: str) -> tuple[Reading, list[Hit]]:
        """Return the words of the text and the concepts in it, cancelled ones left out."""
        reading = read(text, *self.spellings)
        sums = {each.first: each for each in amounts.find(reading)}
        hits = list(self._hits(reading, sums))
        hits += self._sums(sums)
        return reading, self._standing(reading, hits)

    def _sums(self, sums: dict[int, amounts.Amount]) -> Iterator[Hit]:
        limits = [c for c in self.concepts.values() if c.at_least or c.below]
        for each in sums.values():
            for concept in limits:
                enough = concept.at_least is None or each.vnd >= concept.at_least
                if enough and (concept.below is None or each.vnd < concept.below):
                    yield Hit(concept.id, each.first, each.last)

    def _hits(self, reading: Reading, sums: dict[int, amounts.Amount]) -> Iterator[Hit]:
        keys, sentences, size = reading.keys, reading.sentences, len(reading.keys)
        roots = tuple(tree.words for tree in self.trees)
        for first, key in enumerate(keys):
            words = roots[reading.bare[sentences[first]]]
            if key not in words and not key[0].isdigit() and first not in sums:
                continue
            end = min(size, first + _LONGEST_PHRASE)
            while sentences[end - 1] != sentences[first]:
                end -= 1
            bare = reading.bare[sentences[first]]
            tree = self.trees[bare]
            waiting = [(tree, first)]
            seen = set()
            while waiting:
                node, at = waiting.pop()
                if (step := (id(node), at)) in seen:
                    continue
                seen.add(step)
                for concept in node.concepts:
                    yield Hit(concept, first, at - 1)
                if at >= end:
                    continue
                following = node.words.get(keys[at])
                if following is not None:
                    waiting.append((following, at + 1))
                if NUMBER in node.words and amounts.is_number(keys[at], bare=bare):
                    waiting.append((node.words[NUMBER], at + 1))
                if SUM in node.words and at in sums:
                    waiting.append((node.words[SUM], min(sums[at].last + 1, end)))
                if GAP in node.words:
                    gap = node.words[GAP]
                    waiting += [(gap, later) for later in range(at, min(at + GAP_WORDS, end) + 1)]

    def _standing(self, reading: Reading, hits: list[Hit]) -> list[Hit]:
        """Leave out what a decoy covers and the facts that a negator cancels."""
        covered: set[int] = set()
        negated: set[int] = set()
        for hit in hits:
            sense = self.concepts[hit.concept].sense
            if sense is Sense.DECOY:
                covered.update(range(hit.first, hit.last + 1))
            elif sense is Sense.NEGATOR:
                clause = reading.clauses[hit.last]
                reach = range(hit.last + 1, min(hit.last + 1 + _REACH, len(reading.keys)))
                negated.update(at for at in reach if reading.clauses[at] == clause)
        standing = []
        for hit in hits:
            sense = self.concepts[hit.concept].sense
            if sense is Sense.FACT and (hit.first in negated or hit.first in covered):
                continue
            standing.append(hit)
        return standing


#: Words that a phrase can reach over, with its gaps.
_LONGEST_PHRASE = 24
