"""Another way to count: day by day, slowly, from a list of the days off of 2026 and 2027."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from rules.book import Rules
from rules.procedure import Deadline, LengthUnit, Term
from triage.clock import Clock

DAY = timedelta(days=1)
#: The holidays on weekdays, written down from the announcements for 2026 and the law for 2027.
OFF = {
    date(2026, 1, 1),
    date(2026, 1, 2),
    *(date(2026, 2, day) for day in range(16, 21)),
    date(2026, 4, 27),
    date(2026, 4, 30),
    date(2026, 5, 1),
    date(2026, 8, 31),
    date(2026, 9, 1),
    date(2026, 9, 2),
    date(2027, 1, 1),
    date(2027, 2, 4),
    date(2027, 2, 5),
    date(2027, 2, 8),
    date(2027, 2, 9),
    date(2027, 2, 10),
    date(2027, 4, 16),
    date(2027, 4, 30),
    date(2027, 5, 3),
    date(2027, 9, 2),
    date(2027, 9, 3),
}
WORKED_SATURDAYS = {date(2026, 1, 10), date(2026, 8, 22)}
SATURDAY = 5


def is_worked(day: date) -> bool:
    return day in WORKED_SATURDAYS or (day.weekday() < SATURDAY and day not in OFF)


def is_paused(clock: Clock, day: date) -> bool:
    return any(pause.first <= day <= pause.last for pause in clock.pauses)


def terms(rules: Rules, clock: Clock) -> Iterator[tuple[Deadline, Term]]:
    """The term of the clock and of each of its extensions; nothing `on_top` is known here."""
    rule = rules.deadline(clock.rule, on=clock.started_on)
    yield rule, (rule.longer if clock.longer and rule.longer else rule.term)
    for each in clock.extensions:
        more = rules.deadline(each.rule, on=each.decided_on)
        yield more, more.term


def one_term(clock: Clock, start: date, term: Term) -> tuple[list[date], date]:
    """The days that count in a term, and its last day, by walking from one day to the next."""
    working = term.unit is LengthUnit.WORKING_DAYS
    left = term.length or 0
    if term.unit is LengthUnit.MONTHS:
        left = months_later(start, left)
    if term.unit is LengthUnit.HOURS:
        left = (left + 23) // 24
    counted = []
    day = start
    while left:
        day += DAY
        if not is_paused(clock, day) and (is_worked(day) or not working):
            counted.append(day)
            left -= 1
    if term.unit in (LengthUnit.HOURS, LengthUnit.AT_ONCE):
        return counted, day
    while not is_worked(day) or is_paused(clock, day):
        day += DAY
    return counted, day


def months_later(start: date, months: int) -> int:
    """Days until the same date so many months later, or the last of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return (date(year, month + 1, min(start.day, last)) - start).days


def slow(rules: Rules, clock: Clock) -> tuple[list[date], date]:
    """All days that count in a clock, and its last day."""
    counted: list[date] = []
    day = clock.started_on
    for _, term in terms(rules, clock):
        more, day = one_term(clock, day, term)
        counted += more
    return counted, day
