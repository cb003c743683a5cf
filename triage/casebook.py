"""Reads where a case stands from its events, and keeps what is derived from that: state, clocks."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from records.case import Case, CaseEvent
from records.clock import CaseClock, CaseNotice
from records.work import Work
from rules.book import Rules
from rules.lifecycle import Track
from triage import deadlines
from triage.clock import Clock
from triage.course import Course, Past, Running, replay
from triage.deadlines import Notice
from triage.inputs import Terms

_EVENTS = (
    select(CaseEvent.kind, CaseEvent.happened_on, CaseEvent.terms)
    .where(CaseEvent.case_id == bindparam("case"))
    .order_by(CaseEvent.position)
)
_CLOCKS = CaseClock.__table__


@dataclass(frozen=True)
class ClockRow:
    """What is stored of one clock: see records/clock.py."""

    rule: str
    run: int
    unit_code: str
    started_on: date
    due_on: date | None
    paused_until: date | None
    met_on: date | None
    void_on: date | None
    notice_on: date | None


_NAMES = tuple(field.name for field in fields(ClockRow))


@lru_cache(maxsize=10_000)
def _read_terms(text: str) -> Terms:
    """Read the JSON of a step's terms; few differ, and nobody changes them."""
    read = json.loads(text)
    if not isinstance(read, dict):
        raise ValueError("the terms of a step are no object")  # noqa: TRY004  (damaged data)
    terms: Terms = MappingProxyType(read)
    return terms


def past_of(kind: str, day: date, terms: str) -> Past:
    """Return an event from its stored form."""
    return Past(kind, day, _read_terms(terms))


def course(work: Work, rules: Rules, case_id: UUID, channel: str) -> Course:
    """Return where a case stands by its events."""
    rows = work.session.connection().execute(_EVENTS, {"case": case_id})
    return replay(rules, channel, (past_of(*row) for row in rows))


def filing(work: Work, case_id: UUID) -> Past:
    """Return the first event of a case. Raises NoResultFound."""
    row = work.session.execute(
        select(CaseEvent.kind, CaseEvent.happened_on, CaseEvent.terms).where(
            CaseEvent.case_id == case_id, CaseEvent.position == 1
        )
    ).one()
    return past_of(*row)


def has(work: Work, case_id: UUID, kind: str) -> bool:
    """Tell whether a step of that kind was ever taken."""
    found = select(CaseEvent.id).where(CaseEvent.case_id == case_id, CaseEvent.kind == kind)
    return work.session.execute(found.limit(1)).first() is not None


def clock_rows(
    rules: Rules, course: Course, given: Mapping[tuple[str, int], Mapping[str, date]]
) -> tuple[ClockRow, ...]:
    """Return the rows of the clocks of a case; `given`: as `given_notices` tells of one case."""
    return tuple(_row(rules, course.unit, each, given.get(each.key, {})) for each in course.clocks)


def waiting_notices(
    rules: Rules, running: Running, given: Mapping[str, date]
) -> tuple[Notice, ...]:
    """Return the notices of a clock that are still to come, in the order of their days.

    `given`: the levels noticed already, with the day they were reached on. One whose day has moved
    to later since, because the term was extended or stood still, is to come again.
    """
    if not running.is_open:
        return ()
    return tuple(
        each
        for each in _timing(rules, running.clock)[1]
        if each.level not in given or given[each.level] < each.on
    )


def _row(rules: Rules, unit: str, running: Running, given: Mapping[str, date]) -> ClockRow:
    clock = running.clock
    due_on, _ = _timing(rules, clock)
    waiting = waiting_notices(rules, running, given)
    return ClockRow(
        clock.rule,
        running.run,
        unit,
        clock.started_on,
        due_on,
        max((pause.last for pause in clock.pauses), default=None),
        clock.met_on,
        clock.void_on,
        waiting[0].on if waiting else None,
    )


#: What clocks that began alike have in common, by the rules and all of a clock but its end.
_TIMINGS: dict[tuple[Any, ...], tuple[date | None, tuple[Notice, ...]]] = {}
_MOST_TIMINGS = 20_000


def _timing(rules: Rules, clock: Clock) -> tuple[date | None, tuple[Notice, ...]]:
    """Return the last day and the notices of a clock; thousands of cases share theirs."""
    begun = (
        *(clock.rule, clock.started_on, clock.longer),
        *(clock.pauses, clock.extensions, clock.until),
    )
    found = _TIMINGS.get((rules.edition, *begun))
    if found is None:
        if len(_TIMINGS) >= _MOST_TIMINGS:
            _TIMINGS.clear()
        running = Clock(*begun)
        found = deadlines.due(rules, running), deadlines.notices(rules, running)
        _TIMINGS[rules.edition, *begun] = found
    return found


def case_columns(course: Course, rows: Iterable[ClockRow]) -> dict[str, Any]:
    """Return the columns of a case that follow from its course and clocks."""
    running = [row.due_on for row in rows if row.met_on is None and row.void_on is None]
    return {
        "unit_code": course.unit,
        "kind": course.kind,
        "category": course.category,
        "state": course.state,
        "state_since": course.since,
        "police_state": course.states[Track.POLICE],
        "protection_state": course.states[Track.PROTECTION],
        "urgent": course.urgent,
        "due_on": min((day for day in running if day is not None), default=None),
    }


def begin(work: Work, case_id: UUID, rows: tuple[ClockRow, ...]) -> None:
    """Store the clocks of a new case."""
    if rows:
        work.insert(CaseClock, *(stored_form(case_id, row) for row in rows))


def keep(work: Work, rules: Rules, case_id: UUID, after: Course) -> None:
    """Store what follows from the course of a case that is locked, in place of what was there."""
    connection = work.session.connection()
    work.session.flush()
    rows = clock_rows(rules, after, given_notices(work, [case_id]).get(case_id, {}))
    stored = stored_clocks(work, [case_id]).get(case_id, {})
    replace_clocks(work, case_id, stored, rows)
    connection.execute(update(Case).where(Case.id == case_id).values(case_columns(after, rows)))
    work.session.expire_all()


def given_notices(
    work: Work, case_ids: Iterable[UUID]
) -> dict[UUID, dict[tuple[str, int], dict[str, date]]]:
    """Return the levels noticed already and the days they were reached on.

    By case, then by rule and run, then by level.
    """
    found: dict[UUID, dict[tuple[str, int], dict[str, date]]] = {}
    rows = work.session.execute(
        select(
            CaseNotice.case_id,
            CaseNotice.rule,
            CaseNotice.run,
            CaseNotice.level,
            CaseNotice.reached_on,
        ).where(CaseNotice.case_id.in_(list(case_ids)))
    )
    for case_id, rule, run, level, reached_on in rows:
        found.setdefault(case_id, {}).setdefault((rule, run), {})[level] = reached_on
    return found


def stored_clocks(
    work: Work, case_ids: Iterable[UUID]
) -> dict[UUID, dict[tuple[str, int], ClockRow]]:
    """Return the clocks as they are stored, by case, then by rule and run."""
    found: dict[UUID, dict[tuple[str, int], ClockRow]] = {}
    columns = [_CLOCKS.c[name] for name in _NAMES]
    rows = work.session.execute(
        select(_CLOCKS.c.case_id, *columns).where(_CLOCKS.c.case_id.in_(list(case_ids)))
    )
    for case_id, *values in rows:
        row = ClockRow(*values)
        found.setdefault(case_id, {})[row.rule, row.run] = row
    return found


def replace_clocks(
    work: Work,
    case_id: UUID,
    stored: Mapping[tuple[str, int], ClockRow],
    rows: Iterable[ClockRow],
) -> int:
    """Make the stored clocks of a case these, and return how many differed."""
    wanted = {(row.rule, row.run): row for row in rows}
    stale = [key for key, row in stored.items() if wanted.get(key) != row]
    for rule, run in stale:
        work.session.connection().execute(
            delete(CaseClock).where(
                _CLOCKS.c.case_id == case_id, _CLOCKS.c.rule == rule, _CLOCKS.c.run == run
            )
        )
    fresh = tuple(row for key, row in wanted.items() if stored.get(key) != row)
    begin(work, case_id, fresh)
    return len({*stale, *((row.rule, row.run) for row in fresh)})


def stored_form(case_id: UUID, row: ClockRow) -> dict[str, Any]:
    """Return the columns of a clock of a case."""
    return {"case_id": case_id, **{name: getattr(row, name) for name in _NAMES}}
