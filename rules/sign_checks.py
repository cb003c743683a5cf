"""What must hold of concepts, patterns, brakes and spellings, so that every phrase can be found."""

import re
from collections.abc import Iterator
from itertools import chain

from rules.book import Rules
from rules.crime import Combination, Concept
from rules.errors import Finding
from rules.layout import FILE_OF
from rules.phrases import GAP, NUMBER, SUM, marked, plain, variants
from rules.rows import Dated

#: A word as a text is cut into them: letters, or a number with its points and commas.
_WORD = re.compile(r"%|[^\W\d_]+|\d+(?:[.,]\d+)*")
_ENOUGH = 100


def findings(rules: Rules) -> Iterator[Finding]:
    """Yield everything wrong with the signs of crime."""
    for concept in rules.concepts:
        yield from _concept(concept)
    for table, rows in (("pattern", rules.patterns), ("brake", rules.brakes)):
        for row in rows:
            yield from _combination(rules, table, row)
    yield from _weak_crimes(rules)
    yield from _spellings(rules)


def _at(table: str, row: Dated, key: str, reason: str) -> Finding:
    return Finding(FILE_OF[table], f"{table}[{row.id}].{key}", reason)


def _concept(concept: Concept) -> Iterator[Finding]:
    """Yield what keeps a concept, or one of its phrases, from ever being found."""
    if not (concept.phrases or concept.marked or concept.at_least or concept.below):
        yield _at("concept", concept, "phrases", "neither a phrase nor a sum of money leads to it")
    seen: set[tuple[str, ...]] = set()
    for key, phrases in (("phrases", concept.phrases), ("marked", concept.marked)):
        for phrase in phrases:
            for reason in _phrase_faults(phrase, seen):
                yield _at("concept", concept, key, reason)


def _phrase_faults(phrase: str, seen: set[tuple[str, ...]]) -> Iterator[str]:
    try:
        runs = {tuple(map(marked, run)) for run in variants(phrase)}
    except ValueError as error:
        yield str(error)
        return
    words = {word for run in runs for word in run} - {GAP, SUM, NUMBER}
    yield from (
        f"{word!r} in {phrase!r} is not how a text is cut into words"
        for word in sorted(words)
        if not _WORD.fullmatch(word)
    )
    if any(not run or GAP in (run[0], run[-1]) for run in runs):
        yield f"{phrase!r} can begin or end with nothing"
    if runs <= seen:
        yield f"duplicate phrase: {phrase!r} adds nothing to those before it"
    seen |= runs


def _combination(rules: Rules, table: str, row: Combination) -> Iterator[Finding]:
    """Yield unknown concepts, and needs that nothing in force can meet."""
    for group in row.needs:
        unknown = [each for each in group if each not in rules.concepts]
        for each in unknown:
            yield _at(table, row, "needs", f"there is no concept {each!r}")
        usable = [
            each
            for each in group
            if each not in row.unless
            and each not in unknown
            and any(c.in_force(row.effective_from) for c in rules.concepts.by_id[each])
        ]
        if not usable and not unknown:
            yield _at(table, row, "needs", f"can never hold: nothing of {list(group)} is left")


def _weak_crimes(rules: Rules) -> Iterator[Finding]:
    """Yield unknown articles, and those whose patterns together never suggest them."""
    totals: dict[str, int] = {}
    for row in rules.patterns:
        for each in row.weights:
            totals[each.crime] = totals.get(each.crime, 0) + each.percent
    for row in rules.patterns:
        for crime in (each.crime for each in row.weights):
            if crime not in rules.crimes:
                yield _at("pattern", row, "weights", f"there is no crime {crime!r}")
            elif totals[crime] < _ENOUGH:
                reason = f"all patterns of {crime} give {totals[crime]} together: never 100"
                yield _at("pattern", row, "weights", reason)


def _spellings(rules: Rules) -> Iterator[Finding]:
    """Yield short forms that are no word, or that stand for two."""
    meant: dict[str, str] = {}
    for row in rules.spellings:
        for short in chain(row.short, {plain(each) for each in row.short} - set(row.short)):
            if not _WORD.fullmatch(short):
                yield _at("spelling", row, "short", f"{short!r} is not one word")
            elif meant.setdefault(marked(short), row.word) != row.word and short in row.short:
                yield _at("spelling", row, "short", f"{short!r} also stands for another word")
