"""The last day of every term of the law, against a table worked out by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from rules import load
from rules.book import Rules
from rules.procedure import Counting
from rules.table import Table
from triage.clock import Clock, Extension, Pause
from triage.deadlines import due, extend, pause, prolong, start

RULES = load()
TABLE = Path(__file__).parents[1] / "data" / "due-dates.tsv"
TWO = ("several_places", "many_people")


#: The other reading of BLTTHS 147(2): two months on top of the twenty days.
ON_TOP = replace(
    RULES,
    deadlines=Table.of(
        "deadline",
        tuple(
            row.model_copy(update={"counting": Counting.ON_TOP}) if row.id == "HS-07" else row
            for row in RULES.deadlines
        ),
    ),
)
#: Rules of the police and of protection: what a frightened person waits for.
CLOSELY = tuple(each for each in RULES.deadlines.by_id if each.startswith(("HS-", "BV-")))


class Row(NamedTuple):
    rule: str
    start: str
    acts: str
    last: str
    count: str

    def due(self) -> date | None:
        acts = list(filter(None, self.acts.split("; ")))
        rules = ON_TOP if "on_top" in acts else RULES
        clock = start(rules, self.rule, date.fromisoformat(self.start))
        # An extension comes before a pause in the days that it adds.
        for act in sorted(set(acts) - {"on_top"}, key=lambda act: (act.startswith("pause"), act)):
            clock = changed(rules, clock, *act.split())
        return due(rules, clock)


def changed(rules: Rules, clock: Clock, act: str, *more: str) -> Clock:
    if act == "until":
        return replace(clock, until=date.fromisoformat(more[0]))
    if act == "longer":
        return prolong(rules, clock, TWO, clock.started_on)
    if act == "pause":
        first, last = more[0].split("..")
        days = date.fromisoformat(first), date.fromisoformat(last)
        return pause(rules, clock, Pause(*days, "another_body"))
    decided, asked = date.fromisoformat(more[1]), date.fromisoformat(more[-1])
    return extend(rules, clock, Extension(more[0], decided, "12/QĐ-UBND", TWO, asked))


ROWS = [
    Row(*line.split("\t"))
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule} {row.start} {row.acts}")
def test_a_term_ends_on_the_day_that_was_counted_by_hand(row: Row) -> None:
    last = row.due()
    assert row.last == ("-" if last is None else last.isoformat())


def test_every_deadline_of_the_rules_is_in_the_table() -> None:
    assert {row.rule for row in ROWS} == set(RULES.deadlines.by_id)


@pytest.mark.parametrize("rule", CLOSELY)
def test_terms_of_the_police_and_of_protection_were_counted_in_several_seasons(rule: str) -> None:
    rows = [row for row in ROWS if row.rule == rule]
    assert len(rows) >= (3 if rows[0].last != "-" else 2)
    assert len({row.start[:7] for row in rows}) >= 2


def test_each_way_to_lengthen_a_term_of_the_police_or_of_protection_was_counted() -> None:
    acts = {(row.rule, act.split()[0]) for row in ROWS for act in row.acts.split("; ") if act}
    assert acts >= {("BV-01", "longer"), ("HS-07", "extend"), ("HS-07", "on_top")}
