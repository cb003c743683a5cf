"""Which days are worked in Huế, and on which day a term of the law ends. Pure."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from holidays import country_holidays

from rules.book import Rules
from rules.procedure import DayKind, LengthUnit, Term, Weekday

_WEEK = tuple(Weekday)
_HOURS_OF_A_DAY = 24
#: Calendars by the digest of their rules.
_MADE: dict[str, "WorkCalendar"] = {}


class WorkCalendar:
    """The library's public holidays, as the rules correct them (docs/rules.md, the calendar).

    What a correction holds but does not enable is no holiday in any year, whatever the library
    says: 24 November is one such.
    """

    def __init__(self, rules: Rules) -> None:
        enabled = [row for row in rules.corrections if row.enabled]
        self._worked = {
            day for row in enabled if row.kind is DayKind.WORKING_SATURDAY for day in row.days()
        }
        self._off = {
            day for row in enabled if row.kind is not DayKind.WORKING_SATURDAY for day in row.days()
        }
        self._not_yet = {
            (day.month, day.day)
            for row in rules.corrections
            if not row.enabled
            for day in row.days()
        } - {(day.month, day.day) for day in self._off}
        self._rest = {_WEEK.index(row.weekday) for row in rules.rest_days}
        self._public = country_holidays("VN")

    def is_worked(self, day: date) -> bool:
        """Tell whether offices work on that day."""
        if day in self._worked:
            return True
        if day.weekday() in self._rest or day in self._off:
            return False
        return day not in self._public or (day.month, day.day) in self._not_yet

    def next_worked(self, day: date) -> date:
        """Return the day itself if it is worked, else the first worked day after it."""
        while not self.is_worked(day):
            day += timedelta(days=1)
        return day

    def due(self, start: date, term: Term) -> date:
        """Return the last day of a term that begins with an event on `start`.

        The starting day is not counted; a last day off rolls forward (Civil Code 147, 148). Hours
        run on and are rounded up to days. Raises ValueError for a term without a length, except
        "at once", which is due on the day itself.
        """
        if term.unit is LengthUnit.AT_ONCE:
            return start
        if term.length is None:
            raise ValueError(f"a term of unit {term.unit} has no last day")
        if term.unit is LengthUnit.WORKING_DAYS:
            day = start
            for _ in range(term.length):
                day = self.next_worked(day + timedelta(days=1))
            return day
        if term.unit is LengthUnit.HOURS:
            return start + timedelta(days=-(-term.length // _HOURS_OF_A_DAY))
        if term.unit is LengthUnit.MONTHS:
            # A month without that day ends the term on its own last day (Civil Code 148).
            return self.next_worked(start + relativedelta(months=term.length))
        return self.next_worked(start + timedelta(days=term.length))


def calendar_of(rules: Rules) -> WorkCalendar:
    """Return the calendar of these rules, made once for each version of them."""
    if rules.digest not in _MADE:
        _MADE[rules.digest] = WorkCalendar(rules)
    return _MADE[rules.digest]
