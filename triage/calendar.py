"""Which days are worked in Huế, why others are not, and where a term of the law ends. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from dateutil.relativedelta import relativedelta
from holidays import country_holidays

from rules.book import Rules
from rules.procedure import Correction, DayKind, LengthUnit, Term, Weekday

_WEEK = tuple(Weekday)
_DAY = timedelta(days=1)
_HOURS_OF_A_DAY = 24
_LANGUAGES = ("vi", "en_US")
#: Calendars by the edition of their rules; a calendar that is being considered makes one too.
_MADE: dict[str, "WorkCalendar"] = {}
_MOST_MADE = 32


class Cause(StrEnum):
    """Why a day is worked, or off, other than as the week goes."""

    REST_DAY = "rest_day"
    PUBLIC_HOLIDAY = "public_holiday"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is off, or worked out of turn, by which law.

    `id`: the row of rules/ that says so; empty for a holiday that the library computes.
    """

    cause: Cause
    vi: str
    en: str
    article: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class _Year:
    """The worked days of a year as ordinals; `before[n]`: how many lie before its nth day."""

    first: int
    worked: tuple[int, ...]
    before: tuple[int, ...]

    def up_to(self, ordinal: int) -> int:
        """Count the worked days of the year up to and with that day."""
        return self.before[ordinal - self.first + 1]


class WorkCalendar:
    """The library's public holidays, as the rules correct them (docs/rules.md, the calendar).

    What a correction holds but does not enable is no holiday in any year, whatever the library
    says, and gives no day off in its place: 24 November is one such. A year is counted out, and the
    reason of a day found, when they are first asked for; neither ever changes. Every method raises
    ValueError for a day outside the years of which the library knows the lunar calendar, 1901 to
    2100.
    """

    def __init__(self, rules: Rules) -> None:
        released: dict[date, Correction] = {
            day: row for row in rules.corrections if row.enabled for day in row.days()
        }
        entered = {day: row for row in rules.entered for day in row.days()}
        self._corrections = released | entered
        fixed = {(day.month, day.day) for day in released}
        self._not_yet = {
            (day.month, day.day)
            for row in rules.corrections
            if not row.enabled
            for day in row.days()
        } - fixed
        self._rest = {_WEEK.index(row.weekday): row for row in rules.rest_days}
        self._article = "; ".join(dict.fromkeys(row.article for row in rules.statutory))
        self._public = tuple(country_holidays("VN", language=each) for each in _LANGUAGES)
        self._years: dict[int, _Year] = {}
        self._reasons: dict[date, Reason | None] = {}
        #: The last year whose days off stand in the rules; later ones are the library's estimate.
        self.announced = max((day.year for day in released), default=0)

    def reason(self, day: date) -> Reason | None:
        """Return why a day is off, or worked although it is a rest day; None for a usual day."""
        if day not in self._reasons:
            self._reasons[day] = self._reason(day)
        return self._reasons[day]

    def _reason(self, day: date) -> Reason | None:
        row = self._corrections.get(day)
        if row is not None and row.kind is DayKind.WORKING_SATURDAY:
            return Reason(Cause.CORRECTION, row.vi, row.en, row.article, row.id)
        rest = self._rest.get(day.weekday())
        if rest is not None:
            return Reason(Cause.REST_DAY, rest.vi, rest.en, rest.article, rest.id)
        if row is not None:
            return Reason(Cause.CORRECTION, row.vi, row.en, row.article, row.id)
        if self._is_public(day):
            vi, en = (each[day] for each in self._public)
            return Reason(Cause.PUBLIC_HOLIDAY, vi, en, self._article)
        return None

    def is_worked(self, day: date) -> bool:
        """Tell whether offices work on that day."""
        year, ordinal = self._year(day.year), day.toordinal()
        return year.before[ordinal - year.first] < year.up_to(ordinal)

    def worked_between(self, after: date, last: date) -> int:
        """Count the worked days after `after`, up to and with `last`."""
        if last <= after:
            return 0
        count = self._year(last.year).up_to(last.toordinal())
        count -= self._year(after.year).up_to(after.toordinal())
        return count + sum(len(self._year(each).worked) for each in range(after.year, last.year))

    def nth_worked(self, after: date, count: int) -> date:
        """Return the worked day that is `count` (1 or more) worked days after a day."""
        number = after.year
        year = self._year(number)
        wanted = year.up_to(after.toordinal()) + count
        while wanted > len(year.worked):
            wanted -= len(year.worked)
            number += 1
            year = self._year(number)
        return date.fromordinal(year.worked[wanted - 1])

    def next_worked(self, day: date) -> date:
        """Return the day itself if it is worked, else the first worked day after it."""
        return day if self.is_worked(day) else self.nth_worked(day, 1)

    def due(self, start: date, term: Term) -> date:
        """Return the last day of a term that begins with an event on `start`.

        The starting day is not counted; a last day off rolls forward (Civil Code 147, 148). Hours
        run on and are rounded up to days. Raises ValueError for a term without a length, except
        "at once", which is due on the day itself.
        """
        end = raw_end(start, term)
        if term.unit is LengthUnit.WORKING_DAYS and term.length is not None:
            return self.nth_worked(start, term.length)
        return end if term.unit in RUNS_ON else self.next_worked(end)

    def _is_public(self, day: date) -> bool:
        """Tell whether a holiday of the library holds: no disabled one, nor the day off for it."""
        public = self._public[0]
        if day not in public or (day.month, day.day) in self._not_yet:
            return False
        names = (public.get(date(day.year, *each)) for each in self._not_yet)
        return not any(name is not None and public[day].startswith(name) for name in names)

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._counted_out(number)
        return year

    def _counted_out(self, number: int) -> _Year:
        known = range(self._public[0].start_year, self._public[0].end_year + 1)
        if number not in known:
            raise ValueError(f"the calendar knows the years {known[0]} to {known[-1]}")
        first = date(number, 1, 1).toordinal()
        worked: list[int] = []
        before = [0]
        for ordinal in range(first, date(number, 12, 31).toordinal() + 1):
            if self._is_worked(date.fromordinal(ordinal)):
                worked.append(ordinal)
            before.append(len(worked))
        return _Year(first, tuple(worked), tuple(before))

    def _is_worked(self, day: date) -> bool:
        row = self._corrections.get(day)
        return self.reason(day) is None or (
            row is not None and row.kind is DayKind.WORKING_SATURDAY
        )


#: Terms that end on a day off as on any other.
RUNS_ON = (LengthUnit.AT_ONCE, LengthUnit.HOURS)


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
        end: date = start + _months(term.length)
        return end
    return start + timedelta(days=term.length)


@cache
def _months(count: int) -> relativedelta:
    return relativedelta(months=count)


def calendar_of(rules: Rules) -> WorkCalendar:
    """Return the calendar of these rules, made once for each version of them."""
    made = _MADE.get(rules.edition)
    if made is None:
        if len(_MADE) >= _MOST_MADE:
            _MADE.clear()
        made = _MADE[rules.edition] = WorkCalendar(rules)
    return made
