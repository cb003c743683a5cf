"""The queue in SQL: what each bucket holds, in which order, from where on. Nothing counts all.

Each lane is one unit (or one state of one unit), read along an index that is in the order of the
queue; several lanes are merged here, because no database merges them from indexes by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
    tuple_,
)

from records.case import Case
from records.clock import CaseClock
from records.work import Work
from rules.book import Rules
from rules.lifecycle import Track
from triage.access import VISIBLE, Insider
from triage.calendar import calendar_of

#: Cases that are counted at most; beyond it is only said that there are more.
MOST = 300
#: Working days for which a case is "due soon".
_SOON = 3
_DAY = timedelta(days=1)
#: What `Frame.asks` fills in. Conditions are made once: making them cost more than their answers.
TODAY: BindParameter[date] = bindparam("today")
_SOONEST: BindParameter[date] = bindparam("soon")
_GOING: BindParameter[Any] = bindparam("going", expanding=True)
_PAUSING: BindParameter[Any] = bindparam("pausing", expanding=True)


class Bucket(StrEnum):
    """How the earliest deadline of a case stands today."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    PAUSED = "paused"
    #: Not ended, and yet nothing is due: somebody must look.
    WITHOUT = "without"
    DONE = "done"


@dataclass(frozen=True)
class Frame:
    """What the rules of a day make of days and states."""

    today: date
    #: The last day that is "soon".
    soon: date
    #: States of the case itself: those that end it, the others, and those in which clocks stand.
    final: tuple[str, ...]
    going: tuple[str, ...]
    pausing: tuple[str, ...]

    @classmethod
    def of(cls, rules: Rules, today: date) -> "Frame":
        """Return the frame of a day."""
        states = [row for row in rules.states.all_on(today) if row.track is Track.CASE]
        return cls(
            today,
            calendar_of(rules).nth_worked(today, _SOON),
            tuple(row.id for row in states if row.final),
            tuple(row.id for row in states if not row.final),
            tuple({row.to for row in rules.steps.all_on(today) if row.pauses and row.to}),
        )

    @cached_property
    def asks(self) -> Mapping[str, Any]:
        """The parameters of conditions on cases."""
        return {
            "today": self.today,
            "soon": self.soon,
            "going": self.going,
            "pausing": self.pausing,
        }

    def bucket(self, row: Any) -> Bucket:  # noqa: ANN401  (a row of `COLUMNS`)
        """Return the bucket of a case."""
        if row.due_on is None:
            return Bucket.DONE if row.state in self.final else Bucket.WITHOUT
        if row.paused_until is not None:
            return Bucket.PAUSED
        if row.due_on <= self.today:
            return Bucket.TODAY if row.due_on == self.today else Bucket.OVERDUE
        return Bucket.SOON if row.due_on <= self.soon else Bucket.LATER


@dataclass(frozen=True)
class Mark:
    """Where a page ended: the place of its last case in the order."""

    due_on: date | None
    arrived_on: date
    id: UUID

    def __str__(self) -> str:
        return f"{self.due_on or ''}.{self.arrived_on}.{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """Return the mark that `str` wrote, None for anything else."""
        try:
            due_on, arrived_on, case_id = text.split(".")
            day = date.fromisoformat(due_on) if due_on else None
            return cls(day, date.fromisoformat(arrived_on), UUID(hex=case_id))
        except ValueError:
            return None


@dataclass(frozen=True)
class Choice:
    """Which cases are wanted: conditions on columns; empty means any."""

    units: tuple[str, ...]
    equal: tuple[tuple[str, Any], ...] = ()
    state: str = ""
    bucket: Bucket | None = None


_STANDING = (
    select(func.max(CaseClock.paused_until))
    .where(
        CaseClock.case_id == Case.id,
        CaseClock.due_on == Case.due_on,
        CaseClock.paused_until >= TODAY,
        CaseClock.met_on.is_(None),
        CaseClock.void_on.is_(None),
    )
    .correlate(Case)
    .scalar_subquery()
)
#: The last day of the pause that holds the earliest deadline; NULL if none does.
_PAUSED_UNTIL: ColumnElement[Any] = case((Case.state.in_(_PAUSING), _STANDING), else_=None)


@cache
def _dated(bucket: Bucket | None) -> ColumnElement[bool]:
    """Return the condition on cases with a last day."""
    due = Case.due_on
    match bucket:
        case Bucket.OVERDUE:
            return due < TODAY
        case Bucket.TODAY:
            # Not "=": SQLite would then sort what comes in order already.
            return due.between(TODAY, TODAY)
        case Bucket.SOON:
            return and_(due > TODAY, due <= _SOONEST, _PAUSED_UNTIL.is_(None))
        case Bucket.LATER:
            return and_(due > _SOONEST, _PAUSED_UNTIL.is_(None))
        case Bucket.PAUSED:
            return and_(due > TODAY, _PAUSED_UNTIL.is_not(None))
        case _:
            return due.is_not(None)


@dataclass(frozen=True)
class _Stretch:
    """A part of the queue: its condition, a state for each lane ("" is any), its order."""

    where: ColumnElement[bool]
    states: tuple[str, ...]
    dated: bool = False
    newest_first: bool = False


def _stretches(frame: Frame, choice: Choice) -> Iterator[_Stretch]:
    bucket = choice.bucket
    if bucket is None and choice.state in frame.final:
        yield _Stretch(_dated(None), (choice.state,), dated=True)
        bucket = Bucket.DONE
    if bucket is Bucket.DONE:
        yield _Stretch(Case.due_on.is_(None), _of(frame.final, choice), newest_first=True)
    elif bucket is Bucket.WITHOUT:
        yield _Stretch(Case.due_on.is_(None), _of(frame.going, choice))
    else:
        states = _of(frame.pausing, choice) if bucket is Bucket.PAUSED else (choice.state,)
        yield _Stretch(_dated(bucket), states, dated=True)
        if bucket is None:
            yield _Stretch(Case.due_on.is_(None), _of(frame.going, choice))


def _of(states: tuple[str, ...], choice: Choice) -> tuple[str, ...]:
    return tuple(each for each in states if choice.state in {"", each})


#: In which the cases of a stretch come, and what a mark tells of a place in it.
_ORDER = (Case.due_on, Case.arrived_on, Case.id)
COLUMNS = (
    Case.id,
    Case.unit_code,
    Case.kind,
    Case.state,
    Case.urgent,
    Case.due_on,
    Case.assigned_to,
    Case.arrived_on,
)
_PAGE = select(*COLUMNS, _PAUSED_UNTIL.label("paused_until")).where(VISIBLE)


def page(  # noqa: PLR0913, PLR0917
    work: Work, person: Insider, frame: Frame, choice: Choice, after: Mark | None, length: int
) -> list[Any]:
    """Return the next cases of a choice, at most `length`, as rows of `COLUMNS` and their pause.

    Only those that this person may know of.
    """
    found: list[Any] = []
    for stretch in _stretches(frame, choice):
        wanted = length - len(found)
        if wanted == 0 or (stretch.dated and after is not None and after.due_on is None):
            continue
        rows: list[Any] = []
        for query in _lanes(choice, stretch, after):
            rows += work.ask(query.limit(wanted), **frame.asks, **person.asks)
        rows.sort(key=_place, reverse=stretch.newest_first)
        found += rows[:wanted]
    return found


def lanes(
    person: Insider, frame: Frame, choice: Choice, after: Mark | None
) -> Iterator[Select[Any]]:
    """Yield the query of each lane of a choice: it reads along its index and stops."""
    for stretch in _stretches(frame, choice):
        for query in _lanes(choice, stretch, after):
            yield query.params(frame.asks, **person.asks)


def _place(row: Any) -> tuple[date, date, UUID]:  # noqa: ANN401
    return row.due_on or date.min, row.arrived_on, row.id


def _lanes(choice: Choice, stretch: _Stretch, after: Mark | None) -> Iterator[Select[Any]]:
    order = [each.desc() for each in _ORDER] if stretch.newest_first else list(_ORDER)
    query = _PAGE.where(
        stretch.where,
        _beyond(after, stretch),
        *(getattr(Case, name) == value for name, value in choice.equal),
    ).order_by(*order)
    for unit in choice.units:
        for state in stretch.states:
            yield query.where(Case.unit_code == unit, Case.state == state if state else true())


def _beyond(after: Mark | None, stretch: _Stretch) -> ColumnElement[bool]:
    """Return the condition on what comes after a mark, if it lies in this stretch."""
    if after is None or (after.due_on is not None) != stretch.dated:
        return true()
    if after.due_on is not None:
        return tuple_(*_ORDER) > tuple_(after.due_on, after.arrived_on, after.id)
    there, here = tuple_(Case.arrived_on, Case.id), tuple_(after.arrived_on, after.id)
    return there < here if stretch.newest_first else there > here


def counted(*where: ColumnElement[bool]) -> Any:  # noqa: ANN401
    """Return a count, as a column, of the cases that somebody may know of; see `count`."""
    few = select(literal(1)).where(*where, VISIBLE).limit(bindparam("most")).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def count(
    work: Work, person: Insider, frame: Frame, columns: Executable, **asks: object
) -> Sequence[int]:
    """Return what columns of `counted` come to, each up to one more than MOST."""
    found = work.ask(columns, **asks, **frame.asks, **person.asks, most=MOST + 1)
    return tuple(found.one())


def _waiting(bucket: Bucket) -> ColumnElement[bool]:
    if bucket is Bucket.WITHOUT:
        return and_(Case.state.in_(_GOING), Case.due_on.is_(None))
    where = _dated(bucket)
    return and_(Case.state.in_(_PAUSING), where) if bucket is Bucket.PAUSED else where


_WAITING = tuple(each for each in Bucket if each is not Bucket.DONE)
_FRONT = select(*(counted(_waiting(each)) for each in _WAITING))


def front(work: Work, person: Insider, frame: Frame) -> dict[Bucket, int]:
    """Return how many cases wait in each bucket but the last, counted up to one more than MOST."""
    return dict(zip(_WAITING, count(work, person, frame, _FRONT), strict=True))


def newest(work: Work, person: Insider, frame: Frame, after: Mark | None, length: int) -> list[Any]:
    """Return the next cases that a person may know of, whatever their state, the newest first."""
    everything = _Stretch(true(), ("",), newest_first=True)
    order = (Case.arrived_on.desc(), Case.id.desc())
    rows: list[Any] = []
    for query in _lanes(Choice(tuple(sorted(person.reads))), everything, after):
        newest_first = query.order_by(None).order_by(*order).limit(length)
        rows += work.ask(newest_first, **frame.asks, **person.asks)
    rows.sort(key=lambda row: (row.arrived_on, row.id), reverse=True)
    return rows[:length]
