"""The rules as people read them: tables with every row's facts, article, mark and dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from rules.book import Rules
from rules.procedure import Term
from rules.rows import Dated, Mark
from rules.table import Table
from triage.rulebook_words import GROUPS, KEYS, LENGTHS, NO, TABLES, TABLES_OF, VALUES, YES, Words

#: Keys that every row has, and which are shown apart.
_APART = frozenset(
    {
        "id",
        "vi",
        "en",
        "mark",
        "verify",
        "effective_from",
        "effective_to",
        "note",
        "article",
        "basis",
    }
)
#: Items of a list that are shown; the words that signs are learned from are thousands.
_MOST_ITEMS = 40
#: Table of rules/ whose rows a key names.
_NAMES = {
    "good": "protected_goods",
    "responsible": "actors",
    "until": "inputs",
    "upon_findings": "outcomes",
    "kinds": "kinds",
    "kind": "kinds",
    "becomes": "kinds",
    "until_signed": "kinds",
    "start": "events",
    "starts": "events",
    "actor": "actors",
    "after": "states",
    "to": "states",
    "keeps": "states",
    "needs": "inputs",
    "may": "inputs",
    "requires": "steps",
    "requires_any": "steps",
    "upon_outcome": "outcomes",
    "steps": "steps",
    "way": "ways",
    "unit": "units",
    "parent": "units",
    "managed_by": "units",
    "forwarded_by": "units",
    "channels": "channels",
    "categories": "categories",
    "subjects": "subjects",
    "positions": "positions",
    "crime": "crimes",
    "crimes": "crimes",
    "template": "templates",
    "fields": "details",
    "group": "assessments",
}


@dataclass(frozen=True)
class Fact:
    """One key of a row and its values in both languages."""

    key: Words
    values: tuple[Words, ...]
    #: How many more there are than are shown.
    more: int = 0


@dataclass(frozen=True)
class Shown:
    """One row. `unsure`: it is to be verified against the legal text. `now`: it is in force."""

    row: Dated
    name: Words
    article: str
    facts: tuple[Fact, ...]
    unsure: bool
    now: bool


@dataclass(frozen=True)
class ShownTable:
    """One table with the rows that were asked for."""

    id: str
    name: Words
    rows: tuple[Shown, ...]


@dataclass(frozen=True)
class Group:
    """A group of tables: how many rows, and how many of them are to be verified."""

    id: str
    name: Words
    rows: int
    unsure: int


def groups(rules: Rules) -> tuple[Group, ...]:
    """Return the groups with their counts."""
    return tuple(
        Group(
            id_,
            name,
            sum(len(table) for table in _tables(rules, id_)),
            sum(_unsure(row) for table in _tables(rules, id_) for row in table),
        )
        for id_, name in GROUPS.items()
    )


def tables(rules: Rules, group: str, today: date, *, unsure: bool) -> tuple[ShownTable, ...]:
    """Return the tables of a group, with those rows alone that are to be verified if asked for."""
    return tuple(
        ShownTable(
            table.name,
            TABLES[table.name],
            tuple(_shown(rules, row, today) for row in table if not unsure or _unsure(row)),
        )
        for table in _tables(rules, group)
    )


def _tables(rules: Rules, group: str) -> Iterator[Table[Dated]]:
    by_name = {table.name: table for table in rules.tables()}
    for name in TABLES_OF[group]:
        yield by_name[name]


def _unsure(row: Dated) -> bool:
    return row.verify or Mark.UNSURE in {row.mark, getattr(row, "minimum_mark", None)}


def _shown(rules: Rules, row: Dated, today: date) -> Shown:
    named = Words(getattr(row, "vi", row.id), getattr(row, "en", row.id))
    article = str(getattr(row, "article", ""))
    return Shown(row, named, article, tuple(_facts(rules, row)), _unsure(row), row.in_force(today))


def _facts(rules: Rules, row: BaseModel) -> Iterator[Fact]:
    for key, value in row:
        if key in _APART or value in (None, (), False) or key not in KEYS:
            continue
        if isinstance(value, BaseModel) and not isinstance(value, Term):
            yield from _facts(rules, value)
            continue
        items = value if isinstance(value, tuple) else (value,)
        shown = tuple(_value(rules, key, each) for each in items[:_MOST_ITEMS])
        yield Fact(KEYS[key], shown, max(0, len(items) - _MOST_ITEMS))


def _value(rules: Rules, key: str, value: Any) -> Words:  # noqa: ANN401, PLR0911
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Term):
        return _term(value)
    if isinstance(value, date):
        return Words(f"{value:%d/%m/%Y}", value.isoformat())
    if isinstance(value, BaseModel):
        facts = list(_facts(rules, value))
        return _joined(", ", [_joined(": ", [each.key, *each.values]) for each in facts])
    if isinstance(value, tuple):
        return _joined(" / ", [_value(rules, key, each) for each in value])
    text = str(value)
    named = _row(rules, key, text)
    if named is not None:
        return named
    return VALUES.get(text, Words(text, text))


def _row(rules: Rules, key: str, text: str) -> Words | None:
    """Return the name of the row that a value names, None if it names none."""
    attribute = _NAMES.get(key)
    if attribute is None:
        return None
    rows = getattr(rules, attribute).by_id.get(text)
    return None if rows is None else Words(rows[-1].vi, rows[-1].en)


def _term(term: Term) -> Words:
    length, words = term.length, LENGTHS[term.unit]
    base = words if length is None else Words(words.vi % length, words.en % length)
    if hasattr(term, "vi"):
        return Words(f"{base.vi}, {term.vi}", f"{base.en}, {getattr(term, 'en', '')}")
    return base


def _joined(by: str, words: list[Words]) -> Words:
    return Words(by.join(each.vi for each in words), by.join(each.en for each in words))
