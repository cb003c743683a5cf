"""Which days are worked in Huế, why others are not, and where a term of the law ends. Pure."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from holidays import country_holidays

from rules.book import Rules
from rules.procedure import Correction, DayKind, LengthUnit, Term, Weekday

_WEEK = tuple(Weekday)
_HOURS_OF_A_DAY = 24
#: Calendars by the digest of their rules.
_MADE: dict[str, "WorkCalendar"] = {}


class Cause(StrEnum):
    """Why a day is worked, or off, other than as the week goes."""

    REST_DAY = "rest_day"
    PUBLIC_HOLIDAY = "public_holiday"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is off, or worked out of turn; `id`: the row of rules/ that says so, if any."""

    cause: Cause
    vi: str
    en: str
    id: str = ""


class WorkCalendar:
    """The library's public holidays, as the rules correct them (docs/rules.md, the calendar).

    What a correction holds but does not enable is no holiday in any year, whatever the library
    says: 24 November is one such.
    """

    def __init__(self, rules: Rules) -> None:
        enabled = [row for row in rules.corrections if row.enabled]
        self._corrections: dict[date, Correction] = {
            day: row for row in enabled for day in row.days()
        }
        fixed = {(day.month, day.day) for day in self._corrections}
        self._not_yet = {
            (day.month, day.day)
            for row in rules.corrections
            if not row.enabled
            for day in row.days()
        } - fixed
        self._rest = {_WEEK.index(row.weekday): row for row in rules.rest_days}
        self._public = {
            language: country_holidays("VN", language=language) for language in ("vi", "en_US")
        }
        #: Worked days as ordinals, in order, from the first to the last year that was asked for.
        self._worked: list[int] = []
        self._years = range(0)

    def reason(self, day: date) -> Reason | None:
        """Return why a day is off, or worked although it is a rest day; None for a usual day."""
        row = self._corrections.get(day)
        if row is not None and row.kind is DayKind.WORKING_SATURDAY:
            return Reason(Cause.CORRECTION, row.vi, row.en, row.id)
        rest = self._rest.get(day.weekday())
        if rest is not None:
            return Reason(Cause.REST_DAY, rest.vi, rest.en, rest.id)
        if row is not None:
            return Reason(Cause.CORRECTION, row.vi, row.en, row.id)
        if day in self._public["vi"] and (day.month, day.day) not in self._not_yet:
            return Reason(Cause.PUBLIC_HOLIDAY, self._public["vi"][day], self._public["en_US"][day])
        return None

    def is_worked(self, day: date) -> bool:
        """Tell whether offices work on that day."""
        self._cover(day.year, day.year)
        index = bisect_right(self._worked, day.toordinal())
        return index > 0 and self._worked[index - 1] == day.toordinal()

    def worked_between(self, after: date, last: date) -> int:
        """Count the worked days after `after`, up to and with `last`."""
        self._cover(after.year, last.year)
        end = bisect_right(self._worked, last.toordinal())
        return max(0, end - bisect_right(self._worked, after.toordinal()))

    def nth_worked(self, after: date, count: int) -> date:
        """Return the worked day that is `count` (1 or more) worked days after a day."""
        self._cover(after.year, after.year)
        index = bisect_right(self._worked, after.toordinal()) + count - 1
        while index >= len(self._worked):
            self._cover(self._years[0], self._years[-1] + 1)
        return date.fromordinal(self._worked[index])

    def next_worked(self, day: date) -> date:
        """Return the day itself if it is worked, else the first worked day after it."""
        return self.nth_worked(day - timedelta(days=1), 1)

    def due(self, start: date, term: Term) -> date:
        """Return the last day of a term that begins with an event on `start`.

        The starting day is not counted; a last day off rolls forward (Civil Code 147, 148). Hours
        run on and are rounded up to days. Raises ValueError for a term without a length, except
        "at once", which is due on the day itself.
        """
        end = raw_end(start, term)
        if term.unit is LengthUnit.WORKING_DAYS and term.length is not None:
            return self.nth_worked(start, term.length)
        return end if term.unit in _RUNS_ON else self.next_worked(end)

    def _cover(self, first: int, last: int) -> None:
        """Know the worked days of these years, and of all between them and those known before."""
        if self._years and self._years[0] <= first and last <= self._years[-1]:
            return
        if self._years:
            first, last = min(first, self._years[0]), max(last, self._years[-1])
        days = range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1)
        self._worked = [each for each in days if self._is_worked(date.fromordinal(each))]
        self._years = range(first, last + 1)

    def _is_worked(self, day: date) -> bool:
        why = self.reason(day)
        if why is None:
            return True
        row = self._corrections.get(day)
        return row is not None and row.kind is DayKind.WORKING_SATURDAY


#: Terms that end on a day off as on any other.
_RUNS_ON = (LengthUnit.AT_ONCE, LengthUnit.HOURS)


def raw_end(start: date, term: Term) -> date:
    """Return where a term ends before a last day off rolls forward; working days are not its own.

    Raises ValueError for a term without a length, except "at once".
    """
    if term.unit is LengthUnit.AT_ONCE:
        return start
    if term.length is None:
        raise ValueError(f"a term of unit {term.unit} has no last day")
    if term.unit is LengthUnit.HOURS:
        return start + timedelta(days=-(-term.length // _HOURS_OF_A_DAY))
    if term.unit is LengthUnit.MONTHS:
        # A month without that day ends the term on its own last day (Civil Code 148).
        end: date = start + relativedelta(months=term.length)
        return end
    return start + timedelta(days=term.length)


def calendar_of(rules: Rules) -> WorkCalendar:
    """Return the calendar of these rules, made once for each version of them."""
    if rules.digest not in _MADE:
        _MADE[rules.digest] = WorkCalendar(rules)
    return _MADE[rules.digest]
