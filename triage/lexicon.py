"""Finds the concepts of the rules in a text, in one pass over its words. Pure.

The phrases of all concepts stand in two trees of words, one with diacritics and one without. The
work grows with the number of words: from each of them only as many are looked at as a phrase has.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from rules import phrases
from rules.book import Rules
from rules.crime import Concept, Sense
from triage import amounts
from triage.words import Reading, Spellings, read

#: A negator cancels what begins at most so many words behind it, in the same clause.
_REACH = 6


@dataclass(slots=True)
class _Node:
    """What may follow here, word by word or in general, and the concepts that end here."""

    words: dict[str, "_Node"] = field(default_factory=dict)
    concepts: list[str] = field(default_factory=list)
    gap: "_Node | None" = None
    sum: "_Node | None" = None
    number: "_Node | None" = None
    #: Something else than a given word may follow.
    branches: bool = False

    def add(self, run: tuple[str, ...], concept: str) -> None:
        """Plant a run of words; it ends in the concept."""
        node = self
        for word in run:
            node = node.step(word)
        if concept not in node.concepts:
            node.concepts.append(concept)

    def step(self, word: str) -> "_Node":
        """Return what follows by that word, planted where it was not there."""
        self.branches = self.branches or word in (phrases.GAP, phrases.SUM, phrases.NUMBER)
        match word:
            case phrases.GAP:
                self.gap = self.gap or _Node()
                return self.gap
            case phrases.SUM:
                self.sum = self.sum or _Node()
                return self.sum
            case phrases.NUMBER:
                self.number = self.number or _Node()
                return self.number
        return self.words.setdefault(word, _Node())


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
                for run in phrases.variants(phrase):
                    trees[0].add(tuple(map(phrases.marked, run)), concept.id)
                    if phrase not in concept.marked:
                        trees[1].add(tuple(map(phrases.plain, run)), concept.id)
        shorts: tuple[dict[str, tuple[str, ...]], ...] = ({}, {})
        for row in rules.spellings.all_on(day):
            for short in row.short:
                shorts[0][phrases.marked(short)] = tuple(map(phrases.marked, row.word.split()))
                if phrases.plain(short) == phrases.marked(short):
                    shorts[1][short] = tuple(map(phrases.plain, row.word.split()))
        return cls(concepts, trees, (shorts[0], shorts[1]))

    def read(self, text: str) -> tuple[Reading, list[Hit], Collection[amounts.Amount]]:
        """Return the words of the text, the concepts in it, cancelled ones left out, its sums."""
        reading = read(text, *self.spellings)
        sums = {each.first: each for each in amounts.find(reading)}
        hits = list(self._hits(reading, sums))
        hits += self._sums(sums)
        return reading, self._standing(reading, hits), sums.values()

    def _sums(self, sums: dict[int, amounts.Amount]) -> Iterator[Hit]:
        limits = [c for c in self.concepts.values() if c.at_least or c.below]
        for each in sums.values():
            for concept in limits:
                enough = concept.at_least is None or each.vnd >= concept.at_least
                if enough and (concept.below is None or each.vnd < concept.below):
                    yield Hit(concept.id, each.first, each.last)

    def _hits(self, reading: Reading, sums: dict[int, amounts.Amount]) -> Iterator[Hit]:
        keys, sentences = reading.keys, reading.sentences
        ends = _ends(sentences)
        for first, key in enumerate(keys):
            bare = reading.bare[sentences[first]]
            tree = self.trees[bare]
            node = tree.words.get(key)
            if node is not None and (
                node.concepts
                or node.branches
                or (first + 1 < ends[first] and keys[first + 1] in node.words)
            ):  # most words begin no phrase, or end one at once
                for concept, last in _runs(node, keys, (first + 1, ends[first]), sums, bare=bare):
                    yield Hit(concept, first, last)
            for other, place in _openings(tree, keys, first, sums, bare=bare):
                reach = (min(place, ends[first]), ends[first])
                for concept, last in _runs(other, keys, reach, sums, bare=bare):
                    yield Hit(concept, first, last)

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


def _openings(
    tree: _Node, keys: list[str], first: int, sums: dict[int, amounts.Amount], *, bare: bool
) -> Iterator[tuple[_Node, int]]:
    """Yield where a phrase that begins with a sum or a number goes on."""
    if tree.sum is not None and first in sums:
        yield tree.sum, sums[first].last + 1
    if tree.number is not None and amounts.is_number(keys[first], bare=bare):
        yield tree.number, first + 1


def _runs(
    node: _Node,
    keys: list[str],
    reach: tuple[int, int],
    sums: dict[int, amounts.Amount],
    *,
    bare: bool,
) -> Iterator[tuple[str, int]]:
    """Yield concept and last word of every phrase that goes on from here, up to an end."""
    first, end = reach
    seen: set[tuple[int, int]] = set()
    waiting = [(node, first)]
    while waiting:
        node, at = waiting.pop()
        while True:  # along the given words; what else may follow waits
            for concept in node.concepts:
                yield concept, at - 1
            if at >= end:
                break
            if node.branches:
                if (id(node), at) in seen:
                    break
                seen.add((id(node), at))
                waiting += _branches(node, keys, (at, end), sums, bare=bare)
            following = node.words.get(keys[at])
            if following is None:
                break
            node, at = following, at + 1


def _branches(
    node: _Node,
    keys: list[str],
    reach: tuple[int, int],
    sums: dict[int, amounts.Amount],
    *,
    bare: bool,
) -> Iterator[tuple[_Node, int]]:
    """Yield where a phrase can go on by something else than the word that comes next."""
    at, end = reach
    if node.sum is not None and at in sums:
        yield node.sum, min(sums[at].last + 1, end)
    if node.number is not None and amounts.is_number(keys[at], bare=bare):
        yield node.number, at + 1
    if node.gap is None:
        return
    for place in range(at, min(at + phrases.GAP_WORDS + 1, end)):
        following = node.gap.words.get(keys[place])
        if following is not None:
            yield following, place + 1
        if node.gap.branches:
            yield from _branches(node.gap, keys, (place, end), sums, bare=bare)


def _ends(sentences: list[int]) -> list[int]:
    """Return, for each word, the word behind the last one of its sentence."""
    ends = [len(sentences)] * len(sentences)
    for at in range(len(sentences) - 2, -1, -1):
        ends[at] = ends[at + 1] if sentences[at] == sentences[at + 1] else at + 1
    return ends
