"""Makes the clocks of all open cases anew, after a rule or the calendar has changed.

Events are the source; state, clocks and last days follow from them and the rules of today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, or_, select, update

from records.case import Case, CaseEvent
from records.clock import CaseClock
from records.work import Store, Work, reading, writing
from rules.book import Rules
from triage import casebook
from triage.casebook import ClockRow
from triage.course import replay

#: Cases of one transaction.
BATCH = 1_000
_COLUMNS = (
    "unit_code",
    "kind",
    "category",
    "state",
    "state_since",
    "police_state",
    "protection_state",
    "urgent",
    "due_on",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases that were looked at, how many have changed, and those that could not be read."""

    cases: int
    changed: int
    failed: tuple[UUID, ...] = ()


def _concerned() -> ColumnElement[bool]:
    """Cases with a clock that runs, or without any clock: those of an earlier release."""
    of_case = CaseClock.case_id == Case.id
    running = exists().where(of_case, CaseClock.met_on.is_(None), CaseClock.void_on.is_(None))
    return or_(running, ~exists().where(of_case))


def count(store: Store) -> int:
    """Return how many cases there are to look at."""
    with reading(store) as work:
        return work.session.execute(
            select(func.count()).select_from(Case).where(_concerned())
        ).scalar_one()


def recompute(store: Store, rules: Rules) -> Iterator[Batch]:
    """Make the clocks anew, a batch of cases in each transaction; safe to stop and to repeat.

    Acts on these cases wait for their batch, and no longer. A case whose events cannot be read
    stays as it is, is named, and holds up no other.
    """
    after = UUID(int=0)
    while True:
        with writing(store) as work:
            cases = _next(work, after)
            changed, failed = _renew(work, rules, cases)
        if cases:
            yield Batch(len(cases), changed, failed)
            after = cases[-1].id
        if len(cases) < BATCH:
            return


def _next(work: Work, after: UUID) -> list[Any]:
    columns = [getattr(Case, name) for name in _COLUMNS]
    query = (
        select(Case.id, Case.channel, *columns)
        .where(Case.id > after, _concerned())
        .order_by(Case.id)
        .limit(BATCH)
        .with_for_update()
    )
    return list(work.session.execute(query))


def _renew(work: Work, rules: Rules, cases: list[Any]) -> tuple[int, tuple[UUID, ...]]:
    """Bring state and clocks up to date; return how many cases differed, and which failed."""
    if not cases:
        return 0, ()
    ids = [row.id for row in cases]
    stored, given = casebook.stored_clocks(work, ids), casebook.given_notices(work, ids)
    events = _events(work, ids)
    stale: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    differing, failed = set[UUID](), list[UUID]()
    for row in cases:
        try:
            past = [casebook.past_of(*each) for each in events[row.id]]
            course = replay(rules, row.channel, past)
            clocks = casebook.clock_rows(rules, course, given.get(row.id, {}))
        except (LookupError, ValueError):
            failed.append(row.id)  # damaged
            continue
        had = stored.get(row.id, {})
        _compare(row.id, had, clocks, stale, fresh)
        columns = casebook.case_columns(course, clocks)
        columns["urgent"] = columns["urgent"] or row.urgent  # found by an earlier release
        if any(getattr(row, name) != value for name, value in columns.items()):
            moved.append({"of_case": row.id, **columns})
            differing.add(row.id)
    differing |= {each["of_case"] for each in stale} | {each["case_id"] for each in fresh}
    _write(work, stale, fresh, moved)
    return len(differing), tuple(failed)


def _events(work: Work, ids: list[UUID]) -> dict[UUID, list[tuple[str, date, str]]]:
    rows = work.session.execute(
        select(CaseEvent.case_id, CaseEvent.kind, CaseEvent.happened_on, CaseEvent.terms)
        .where(CaseEvent.case_id.in_(ids))
        .order_by(CaseEvent.case_id, CaseEvent.position)
    )
    return {
        case_id: [(each[1], each[2], each[3]) for each in group]
        for case_id, group in groupby(rows, key=itemgetter(0))
    }


def _compare(
    case_id: UUID,
    had: dict[tuple[str, int], ClockRow],
    clocks: tuple[ClockRow, ...],
    stale: list[dict[str, Any]],
    fresh: list[dict[str, Any]],
) -> None:
    wanted = {(row.rule, row.run): row for row in clocks}
    stale += [
        {"of_case": case_id, "of_rule": rule, "of_run": run}
        for (rule, run), row in had.items()
        if wanted.get((rule, run)) != row
    ]
    fresh += [
        casebook.stored_form(case_id, row) for key, row in wanted.items() if had.get(key) != row
    ]


def _write(
    work: Work,
    stale: list[dict[str, Any]],
    fresh: list[dict[str, Any]],
    moved: list[dict[str, Any]],
) -> None:
    connection = work.session.connection()
    if stale:
        connection.execute(
            delete(CaseClock).where(
                CaseClock.case_id == bindparam("of_case"),
                CaseClock.rule == bindparam("of_rule"),
                CaseClock.run == bindparam("of_run"),
            ),
            stale,
        )
    if fresh:
        connection.execute(insert(CaseClock), fresh)
    if moved:
        connection.execute(
            update(Case)
            .where(Case.id == bindparam("of_case"))
            .values({name: bindparam(name) for name in _COLUMNS}),
            moved,
        )
