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

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from records.case import Case, CaseEvent
from records.clock import CaseClock
from records.instance import Instance
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


def _concerned(day: date | None = None) -> ColumnElement[bool]:
    """Cases with a clock that runs, or without any clock: those of an earlier release.

    With a day only those with a clock that runs over it: no other's last day hangs on whether
    that day is worked.
    """
    of_case = CaseClock.case_id == Case.id
    runs = and_(of_case, CaseClock.met_on.is_(None), CaseClock.void_on.is_(None))
    if day is not None:
        return exists().where(runs, CaseClock.started_on < day, CaseClock.due_on >= day)
    return or_(exists().where(runs), ~exists().where(of_case))


def count(store: Store, day: date | None = None) -> int:
    """Return how many cases there are to look at, if only that one day has changed or all."""
    with reading(store) as work:
        return work.session.execute(
            select(func.count()).select_from(Case).where(_concerned(day))
        ).scalar_one()


def is_due(store: Store, rules: Rules) -> bool:
    """Tell whether clocks were last made by other rules than these."""
    with reading(store) as work:
        made_by = work.session.execute(select(Instance.clocks_made_by)).scalar_one()
    return made_by != rules.edition


def recompute(store: Store, rules: Rules, day: date | None = None) -> Iterator[Batch]:
    """Make the clocks anew, a batch of cases in each transaction; safe to stop and to repeat.

    Acts on these cases wait for their batch, and no longer. A case whose events cannot be read
    stays as it is, is named, and holds up no other. With a day only the clocks that run over it,
    which leaves out the reports that somebody files meanwhile by the calendar of before: so only
    a run over all of them counts as done.
    """
    after = UUID(int=0)
    while True:
        with writing(store) as work:
            cases = _next(work, after, day)
            changed, failed = _renew(work, rules, cases)
        if cases:
            yield Batch(len(cases), changed, failed)
            after = cases[-1].id
        if len(cases) < BATCH:
            break
    if day is None:
        with writing(store) as work:
            work.session.execute(update(Instance).values(clocks_made_by=rules.edition))


@dataclass(frozen=True, slots=True)
class Move:
    """A clock whose last day would be another one, and the unit of its case."""

    unit: str
    rule: str
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Looked:
    """Cases that were looked at, and the clocks of each that would move."""

    cases: int
    moved: tuple[tuple[Move, ...], ...]


def consider(store: Store, rules: Rules, day: date, most: int) -> Looked:
    """Return what `recompute` for that day would move, writing nothing.

    It looks at `most` cases: as identifiers are random, those are a fair sample of all.
    """
    looked, moved, after = 0, list[tuple[Move, ...]](), UUID(int=0)
    with reading(store) as work:
        while looked < most:
            cases = _next(work, after, day, most - looked, lock=False)
            moved += _moves(work, rules, cases)
            looked += len(cases)
            if len(cases) < BATCH:
                break
            after = cases[-1].id
    return Looked(looked, tuple(moved))


def _moves(work: Work, rules: Rules, cases: list[Any]) -> Iterator[tuple[Move, ...]]:
    ids = [row.id for row in cases]
    stored, events = casebook.stored_clocks(work, ids), _events(work, ids)
    for row in cases:
        try:
            past = [casebook.past_of(*each) for each in events[row.id]]
            clocks = casebook.clock_rows(rules, replay(rules, row.channel, past), {})
        except (LookupError, ValueError):
            continue  # damaged: the run itself names it
        had = stored.get(row.id, {})
        moves = tuple(
            Move(each.unit_code, each.rule, was.due_on, each.due_on)
            for each in clocks
            if each.met_on is None and each.void_on is None
            for was in [had.get((each.rule, each.run))]
            if was is not None and was.due_on is not None
            if each.due_on is not None and each.due_on != was.due_on
        )
        if moves:
            yield moves


def _next(
    work: Work, after: UUID, day: date | None, most: int = BATCH, *, lock: bool = True
) -> list[Any]:
    columns = [getattr(Case, name) for name in _COLUMNS]
    query = (
        select(Case.id, Case.channel, *columns)
        .where(Case.id > after, _concerned(day))
        .order_by(Case.id)
        .limit(min(BATCH, most))
    )
    return list(work.session.execute(query.with_for_update() if lock else query))


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
