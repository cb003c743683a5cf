"""The last day of every term of the law, against a table worked out by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from rules import load
from rules.procedure import Counting
from rules.table import Table
from triage.clock import Clock, Extension, Pause
from triage.deadlines import due, extend, pause, prolong, start

RULES = load()
TABLE = Path(__file__).parents[1] / "data" / "due-dates.tsv"
TWO = ("several_places", "many_people")


class Row(NamedTuple):
    rule: str
    start: str
    acts: str
    last: str
    count: str

    def clock(self) -> Clock:
        clock = start(RULES, self.rule, date.fromisoformat(self.start))
        # An extension comes before a pause in the days that it adds.
        acts = sorted(filter(None, self.acts.split("; ")), key=lambda act: act.startswith("pause"))
        for act in acts:
            clock = changed(clock, *act.split())
        return clock


def changed(clock: Clock, act: str, *more: str) -> Clock:
    if act == "longer":
        return prolong(RULES, clock, TWO, clock.started_on)
    if act == "pause":
        first, last = more[0].split("..")
        days = date.fromisoformat(first), date.fromisoformat(last)
        return pause(RULES, clock, Pause(*days, "another_body"))
    return extend(RULES, clock, Extension(more[0], date.fromisoformat(more[1]), "12/QĐ-UBND", TWO))


ROWS = [
    Row(*line.split("\t"))
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule} {row.start} {row.acts}")
def test_a_term_ends_on_the_day_that_was_counted_by_hand(row: Row) -> None:
    last = due(RULES, row.clock())
    assert row.last == ("-" if last is None else last.isoformat())


def test_every_deadline_of_the_rules_is_in_the_table() -> None:
    assert {row.rule for row in ROWS} == set(RULES.deadlines.by_id)


def test_the_longer_police_term_is_counted_as_the_rules_read_the_law() -> None:
    clock = start(RULES, "HS-07", date(2026, 6, 1))
    assert due(RULES, clock) == date(2026, 8, 3)  # 1 August is a Saturday
    rows = tuple(
        row.model_copy(update={"counting": Counting.ON_TOP}) if row.id == "HS-07" else row
        for row in RULES.deadlines
    )
    on_top = replace(RULES, deadlines=Table.of("deadline", rows))
    assert due(on_top, clock) == date(2026, 8, 22)  # from Monday 22 June; a worked Saturday
