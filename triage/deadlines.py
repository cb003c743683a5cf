"""When the law wants what done: last days, notices, and how a clock stands. Pure.

Whoever follows clocks comes here: the acts on them (clock_acts.py) and their last days (terms.py)
can be had from this module too. Why a day is the last one is told by explanation.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from rules.book import Rules
from rules.procedure import Deadline, LengthUnit
from triage.calendar import WorkCalendar, calendar_of, raw_end
from triage.clock import Clock
from triage.clock_acts import extend, meet, pause, prolong, resume, start, void
from triage.terms import Segment, counted, due, in_order, nth_counted, segments

__all__ = [
    "FOR_THE_REPORTER",
    "Due",
    "Notice",
    "NoticeLevel",
    "Status",
    "after_receipt",
    "due",
    "extend",
    "instant",
    "limit",
    "meet",
    "notices",
    "pause",
    "prolong",
    "resume",
    "start",
    "status",
    "void",
]

#: The terms that tell a reporter what happens next; others begin with later events or bind only
#: between offices.
FOR_THE_REPORTER = ("NB-01", "TC-01", "TCD-01", "KN-01", "PC-01", "NB-02", "BV-03")
_STARTS = ("received", "protection_requested")
_DAY = timedelta(days=1)
_WHOLE = 100


@dataclass(frozen=True)
class Due:
    """A duty, its last day, and the row of rules/ that it follows from."""

    rule: Deadline
    on: date


class NoticeLevel(StrEnum):
    """What somebody is told of a clock that nobody has met, from mild to grave."""

    WARN_50 = "warn_50"
    WARN_75 = "warn_75"
    WARN_90 = "warn_90"
    #: The first day on which it is too late: to the unit.
    BREACH = "breach"
    #: The next working day: to its superior (đôn đốc).
    URGE = "urge"


@dataclass(frozen=True, slots=True)
class Notice:
    """A level and the day it is reached on."""

    level: NoticeLevel
    on: date


class Status(StrEnum):
    """How a clock stands on a day."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    PAUSED = "paused"
    DONE = "done"
    DONE_LATE = "done_late"
    VOID = "void"
    #: A reminder without a last day.
    OPEN_ENDED = "open_ended"


def after_receipt(rules: Rules, kind: str, received_on: date) -> tuple[Due, ...]:
    """Return what a reporter may expect after that day, the earliest first.

    The law is that of the day of receipt. Raises UnknownRule or NotInForce for an unknown kind.
    """
    calendar = calendar_of(rules)
    found = [
        Due(row, calendar.due(received_on, row.term))
        for row in rules.deadlines_on(received_on, kind)
        if row.id in FOR_THE_REPORTER
        and row.term.unit is not LengthUnit.NONE
        and (row.start == "received" or (row.start in _STARTS and kind == "bao_ve"))
    ]
    return tuple(sorted(found, key=lambda due: due.on))


def instant(rules: Rules, rule_id: str, moment: datetime) -> datetime:
    """Return the moment at which a term of running hours ends that began at `moment`.

    Raises ValueError for a term in another unit, UnknownRule, NotInForce.
    """
    term = rules.deadline(rule_id, on=moment.date()).term
    if term.unit is not LengthUnit.HOURS or term.length is None:
        raise ValueError(f"the term of {rule_id} does not run in hours")
    return moment + timedelta(hours=term.length)


def limit(rules: Rules, clock: Clock) -> date | None:
    """Return the last day on which it is not too late: of the alarm, where there is one.

    "At once" has no length, so the house sets an alarm (HS-00: 24 hours).
    """
    found = segments(rules, clock)
    return _limit(clock, found) if found else None


def _limit(clock: Clock, found: tuple[Segment, ...]) -> date:
    alarm = found[0].rule.alarm
    return found[-1].end if alarm is None else raw_end(clock.started_on, alarm)


def notices(rules: Rules, clock: Clock) -> tuple[Notice, ...]:
    """Return when who is told that a clock is not met, in the order of days.

    Shares are of the days that count: working days, or calendar days, pauses left out. Where the
    house has set an alarm, the day of the alarm is that of the breach: of a term that the law
    calls "at once", nobody waits for the day after. Nothing comes after the clock has ended.
    """
    found = segments(rules, clock)
    if not found:
        return ()
    calendar, end = calendar_of(rules), _limit(clock, found)
    breach = end + _DAY if found[0].rule.alarm is None else end
    all_of_them = (
        *_warnings(rules, clock, found),
        Notice(NoticeLevel.BREACH, breach),
        Notice(NoticeLevel.URGE, calendar.nth_worked(breach, 1)),
    )
    if clock.met_on is None and clock.void_on is None:
        return all_of_them
    ended = min(day for day in (clock.met_on, clock.void_on) if day is not None)
    return tuple(each for each in all_of_them if each.on <= ended)


def _warnings(rules: Rules, clock: Clock, found: tuple[Segment, ...]) -> Iterator[Notice]:
    """Yield a warning for each share of the term; a term without days has none.

    The days by which a last day off rolls forward are a gift, and belong to no share.
    """
    calendar, unit, last = calendar_of(rules), found[0].term.unit, found[-1].raw
    pauses = in_order(clock.pauses)
    total = _total(calendar, clock, last, unit)
    if total == 0:
        return
    for row in rules.warnings.all_on(last):
        needed = -(-total * row.percent // _WHOLE)
        day = nth_counted(calendar, clock.started_on, needed, unit, pauses)
        yield Notice(NoticeLevel(row.id), day)


def _total(calendar: WorkCalendar, clock: Clock, last: date, unit: LengthUnit) -> int:
    paused = sum(
        counted(calendar, max(pause.first - _DAY, clock.started_on), min(pause.last, last), unit)
        for pause in clock.pauses
    )
    return counted(calendar, clock.started_on, last, unit) - paused


def status(rules: Rules, clock: Clock, today: date) -> Status:
    """Tell how a clock stands on a day. A term ends at 24:00 of its last day (Civil Code 148).

    Looking at a case changes nothing of it: only an act that the law names meets a clock.
    """
    found = segments(rules, clock)
    end = _limit(clock, found) if found else None
    if clock.met_on is not None and clock.met_on <= today:
        return Status.DONE if end is None or clock.met_on <= end else Status.DONE_LATE
    if clock.void_on is not None and clock.void_on <= today:
        return Status.VOID
    if any(each.holds(today) for each in clock.pauses):
        return Status.PAUSED
    if end is None:
        return Status.OPEN_ENDED
    if today > end:
        return Status.OVERDUE
    return _before_end(rules, clock, found, today)


def _before_end(rules: Rules, clock: Clock, found: tuple[Segment, ...], today: date) -> Status:
    if today >= found[-1].end:
        return Status.DUE_TODAY
    near = any(
        each.level is NoticeLevel.WARN_75 and each.on <= today
        for each in _warnings(rules, clock, found)
    )
    return Status.DUE_SOON if near else Status.RUNNING
