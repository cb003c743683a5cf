"""Finds the concepts of the rules in a text, in one pass over its words. Pure.

The phrases of all concepts stand in two trees of words, one with diacritics and one without. The
work grows with the number of words: from each of them only as many are looked at as a phrase has.
"""

from collections.abc import Iterator
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
    #: Of a whole tree: its words have no diacritics.
    bare: bool = False

    def add(self, run: tuple[str, ...], concept: str) -> None:
        """Plant a run of words; it ends in the concept."""
        node = self
        for word in run:
            node = node.step(word)
        if concept not in node.concepts:
            node.concepts.append(concept)

    def step(self, word: str) -> "_Node":
        """Return what follows by that word, planted where it was not there."""
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
        trees = (_Node(), _Node(bare=True))
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
        keys, sentences = reading.keys, reading.sentences
        ends = _ends(sentences)
        for first, key in enumerate(keys):
            bare = reading.bare[sentences[first]]
            tree = self.trees[bare]
            if key in tree.words or first in sums or amounts.is_number(key, bare=bare):
                for concept, last in _runs(tree, keys, (first, ends[first]), sums):
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


def _runs(
    tree: _Node, keys: list[str], reach: tuple[int, int], sums: dict[int, amounts.Amount]
) -> Iterator[tuple[str, int]]:
    """Yield concept and last word of every phrase from the first word of `reach` to its end."""
    first, end = reach
    seen: set[tuple[int, int]] = set()
    waiting = [(tree, first)]
    while waiting:
        node, at = waiting.pop()
        for concept in node.concepts:
            yield concept, at - 1
        if at >= end:
            continue
        waiting += _steps(node, keys, at, sums, bare=tree.bare)
        if node.gap is not None and (id(node), at) not in seen:
            seen.add((id(node), at))
            for later in range(at, min(at + phrases.GAP_WORDS + 1, end)):
                waiting += _steps(node.gap, keys, later, sums, bare=tree.bare)


def _steps(
    node: _Node, keys: list[str], at: int, sums: dict[int, amounts.Amount], *, bare: bool
) -> list[tuple[_Node, int]]:
    """Return where the word at this place leads, and the place behind it."""
    steps = []
    following = node.words.get(keys[at])
    if following is not None:
        steps.append((following, at + 1))
    if node.sum is not None and at in sums:
        steps.append((node.sum, sums[at].last + 1))
    if node.number is not None and amounts.is_number(keys[at], bare=bare):
        steps.append((node.number, at + 1))
    return steps


def _ends(sentences: list[int]) -> list[int]:
    """Return, for each word, the word behind the last one of its sentence."""
    ends = [len(sentences)] * len(sentences)
    for at in range(len(sentences) - 2, -1, -1):
        ends[at] = ends[at + 1] if sentences[at] == sentences[at + 1] else at + 1
    return ends
