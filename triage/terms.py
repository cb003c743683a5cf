"""The terms of a clock one after another, and which days count in them. Pure.

The law of a clock is that of the day it started on; of an extension, that of its decision.
"""

from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from rules.book import Rules
from rules.procedure import Counting, Deadline, LengthUnit, Term
from triage.calendar import RUNS_ON, WorkCalendar, calendar_of, raw_end
from triage.clock import Clock, Pause

_DAY = timedelta(days=1)


def rule_of(rules: Rules, clock: Clock) -> Deadline:
    """Return the deadline of a clock, by the law of the day it started on."""
    return rules.deadline(clock.rule, on=clock.started_on)


class Segment(NamedTuple):
    """A stretch of a clock: its term and the day after which it counts; where it ends.

    `raw`: where it would end if a last day off did not roll forward. `rule`: the deadline that
    gives the term.
    """

    rule: Deadline
    term: Term
    after: date
    raw: date
    end: date


def segments(rules: Rules, clock: Clock) -> tuple[Segment, ...]:
    """Return the stretches of a clock: its term, then each extension, from expiry to expiry."""
    rule = rule_of(rules, clock)
    if rule.term.unit is LengthUnit.NONE:
        return ()
    if clock.until is not None:  # whoever chose the day chose it whether it is worked or not
        return (Segment(rule, rule.term, clock.started_on, clock.until, clock.until),)
    calendar = calendar_of(rules)
    pauses = in_order(clock.pauses)
    found = []
    after = clock.started_on
    if rule.replaces is not None and rule.counting is Counting.ON_TOP:
        shorter = rules.deadline(rule.replaces, on=clock.started_on)
        found.append(_segment(calendar, shorter, shorter.term, after, pauses))
        after = found[-1].end
    term = rule.longer if clock.longer and rule.longer is not None else rule.term
    found.append(_segment(calendar, rule, term, after, pauses))
    for each in clock.extensions:
        more = rules.deadline(each.rule, on=each.decided_on)
        found.append(_segment(calendar, more, more.term, found[-1].end, pauses))
    return tuple(found)


def due(rules: Rules, clock: Clock) -> date | None:
    """Return the last day, None for a duty without a term.

    Raises UnknownRule, NotInForce if the rules do not know the deadline on its first day.
    """
    ends = segments(rules, clock)
    return ends[-1].end if ends else None


def _segment(
    calendar: WorkCalendar, rule: Deadline, term: Term, after: date, pauses: tuple[Pause, ...]
) -> Segment:
    if term.unit is LengthUnit.WORKING_DAYS:
        end = nth_counted(calendar, after, term.length or 0, term.unit, pauses)
        return Segment(rule, term, after, end, end)
    raw = raw_end(after, term)
    if term.unit in RUNS_ON:
        return Segment(rule, term, after, raw, raw)
    raw = nth_counted(calendar, after, (raw - after).days, term.unit, pauses)
    end = calendar.next_worked(raw)
    while any(pause.holds(end) for pause in pauses):  # it rolled into a pause
        end = calendar.next_worked(end + _DAY)
    return Segment(rule, term, after, raw, end)


def in_order(pauses: tuple[Pause, ...]) -> tuple[Pause, ...]:
    """Return the pauses in the order of their days."""
    return tuple(sorted(pauses, key=attrgetter("first"))) if len(pauses) > 1 else pauses


def nth_counted(
    calendar: WorkCalendar, after: date, count: int, unit: LengthUnit, pauses: tuple[Pause, ...]
) -> date:
    """Return the day on which `count` days of that unit have passed.

    The days of the pauses, which come in order, are left out.
    """
    for pause in pauses:
        if pause.last <= after:
            continue
        before = counted(calendar, after, pause.first - _DAY, unit)
        if before >= count:
            break
        count -= before
        after = pause.last
    if unit is LengthUnit.WORKING_DAYS:
        return calendar.nth_worked(after, count) if count else after
    return after + timedelta(days=count)


def counted(calendar: WorkCalendar, after: date, last: date, unit: LengthUnit) -> int:
    """Count the days after `after` up to `last` that a term of that unit counts."""
    if unit is LengthUnit.WORKING_DAYS:
        return calendar.worked_between(after, last)
    return max(0, (last - after).days)
