"""How long the clocks of many cases take to be made anew."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from secrets import token_bytes
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from bench import instances
from bench.instances import TODAY, Instance
from bench.scale import Scale
from bench.table import Row
from records.case import Case, CaseEvent
from records.log import LogEntry
from records.work import writing
from rules import load
from rules.book import Rules
from rules.procedure import Correction, DayKind
from rules.rows import Mark
from rules.table import Table
from triage.recompute import recompute

#: Days from filing to a step, the step, what of it stands in the open.
_LIFE: tuple[tuple[int, str, dict[str, object]], ...] = (
    (1, "signature.confirmed", {}),
    (2, "case.classified", {"kind": "to_cao", "category": "bribery"}),
    (4, "case.accepted", {}),
    (5, "acceptance.notified", {}),
    (6, "verification.assigned", {}),
    (20, "case.suspended", {"suspension": "expert_opinion"}),
)
_GOAL = 60


def clocks(scale: Scale) -> Iterator[Row]:
    """Yield the seconds for making clocks for the first time, again, and after a new holiday."""
    rules = load()
    rounds = (
        ("made", rules),
        ("unchanged", rules),
        ("after a new holiday", _with_a_holiday(rules)),
    )
    for name, made in (("SQLite", instances.on_sqlite), ("PostgreSQL", instances.on_postgres)):
        with made() as instance:
            _fill(instance, scale.cases)
            for what, book in rounds:
                start = perf_counter()
                changed = sum(batch.changed for batch in recompute(instance.store, book))
                seconds = perf_counter() - start
                yield Row(
                    f"clocks of {scale.cases:,} cases {what}, {name}",
                    seconds,
                    "s",
                    f"{changed:,} changed",
                    f"≤ {_GOAL}",
                    seconds <= _GOAL,
                )


def _with_a_holiday(rules: Rules) -> Rules:
    """Return the rules with one more day off, in a fortnight: many terms run over it."""
    day = TODAY + timedelta(days=14)
    row = Correction(
        id="bench",
        vi="Nghỉ",
        en="A day off",
        kind=DayKind.HOLIDAY,
        first=day,
        last=day,
        enabled=True,
        article="BLLĐ 112",
        mark=Mark.KNOWN,
        effective_from=date(2026, 1, 1),
    )
    table = Table.of("correction", (*rules.corrections.rows, row))
    return replace(rules, corrections=table, digest="bench")


def _fill(instance: Instance, count: int) -> None:
    for start in range(0, count, 2_000):
        with writing(instance.store) as work:
            rows = [_case(number) for number in range(start, min(start + 2_000, count))]
            connection = work.session.connection()
            connection.execute(insert(Case), [case for case, _ in rows])
            events = [event for _, several in rows for event in several]
            leaves = [_entry(event) for event in events]
            connection.execute(insert(LogEntry), leaves)
            connection.execute(insert(CaseEvent), events)


def _entry(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "leaf": event["leaf"],
        "day": event["happened_on"],
        "commitment": b"",
        "opening": b"",
        "position": None,
    }


def _case(number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a case that was filed some days ago, and as much of its life as fits until today."""
    case_id, filed = uuid4(), TODAY - timedelta(days=number % 60)
    first = {
        "kind": "tt_to_cao",
        "category": "bribery",
        "channel": "web",
        "unit": "thanh_tra",
        "state": "awaiting_signature",
    }
    events = [_event(case_id, 1, "case.filed", filed, first)]
    for position, (after, step, terms) in enumerate(_LIFE, start=2):
        day = filed + timedelta(days=after)
        if day > TODAY:
            break
        until = {"until": (day + timedelta(days=30)).isoformat()} if "suspension" in terms else {}
        events.append(_event(case_id, position, step, day, {**terms, **until}))
    case = {
        "id": case_id,
        "unit_code": "thanh_tra",
        "kind": "tt_to_cao",
        "category": "bribery",
        "channel": "web",
        "ward": None,
        "state": "awaiting_signature",
        "state_since": filed,
        "police_state": "police_none",
        "protection_state": "protection_none",
        "urgent": False,
        "due_on": None,
        "assigned_to": None,
        "arrived_on": filed,
        "lookup_id": token_bytes(32),
        "receipt_wrap": b"",
        "escrow_wrap": b"",
    }
    return case, events


def _event(
    case_id: UUID, position: int, kind: str, day: date, terms: Mapping[str, object]
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "case_id": case_id,
        "position": position,
        "kind": kind,
        "happened_on": day,
        "terms": json.dumps(terms),
        "detail": None,
        "opening": None,
        "leaf": token_bytes(32),
    }
