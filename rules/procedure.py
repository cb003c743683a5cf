"""Rows about the course of a case: kinds, deadlines, complexity, calendar, principles."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rules.rows import Count, Named, Record, Slug, Text


class Route(StrEnum):
    """Which law's way a kind of submission goes."""

    DENUNCIATION = "denunciation"
    INSPECTION = "inspection"
    FEEDBACK = "feedback"
    CORRUPTION_REPORT = "corruption_report"
    COMPLAINT = "complaint"
    POLICE = "police"
    PROTECTION = "protection"
    GUIDANCE = "guidance"


class Accuses(StrEnum):
    """Whether a submission of a kind says that somebody did wrong."""

    ALWAYS = "always"
    BY_CATEGORY = "by_category"
    NEVER = "never"


class Kind(Named):
    """A kind of submission in the words of the law.

    `fields` are the ids of what the law asks for. `until_signed` is the kind that a submission
    counts as while the signature is missing. `protected`: the reporter is protected as a
    denouncer is. `accuses`: whether it must keep away from whom it concerns.
    """

    route: Annotated[Route, Field(strict=False)]
    fields: tuple[Slug, ...]
    protected: bool
    accuses: Annotated[Accuses, Field(strict=False)]
    until_signed: Slug | None = None


class Detail(Named):
    """A detail that the law asks of a submission, such as the date or the signature."""


class Intent(Named):
    """What a reporter says they bring, in everyday words, and the kind that it opens as."""

    kind: Slug
    hint_vi: Text
    hint_en: Text


class LengthUnit(StrEnum):
    """Unit of a term: working days, calendar days, calendar months, running hours.

    `ENTERED`: it ends on a day that was entered with the step that starts it.
    """

    WORKING_DAYS = "WD"
    DAYS = "D"
    MONTHS = "M"
    HOURS = "H"
    AT_ONCE = "at_once"
    ENTERED = "entered"
    NONE = "none"


class Level(StrEnum):
    """How complex a case is by the seven criteria."""

    COMPLEX = "complex"
    VERY_COMPLEX = "very_complex"


class Counting(StrEnum):
    """Whether a longer term is the whole term or comes on top of the shorter one."""

    TOTAL = "total"
    ON_TOP = "on_top"


class Term(Record):
    """A length of time with its unit; no length for `at_once`, `entered` and `none`."""

    length: Count | None = None
    unit: Annotated[LengthUnit, Field(strict=False)]


class LongerTerm(Term):
    """The greatest length where a condition holds, and that condition in words."""

    vi: Text
    en: Text


class Extension(Record):
    """What an extension prolongs, how often, and how complex the case must be for it."""

    of: tuple[Slug, ...] = Field(min_length=1)
    times: Count
    level: Annotated[Level, Field(strict=False)] | None = None
    ask_before: Term | None = None


class Deadline(Named):
    """A term of the law: what is due, from which event, how long, and who must act.

    `at_most`: the length is a ceiling, not a fixed term. `longer`: the ceiling in special cases.
    `alarm`: an internal alarm (nội bộ) where the law says "at once". `replaces`: the term that
    this one takes the place of, `counting` says how. `stops`: terms whose clock stands still
    from the start event. `recurs_months`: a recurring duty. `posting_days`: how many days on end
    a publication must stay up. `channels`: only for what came that way. `once`: a second start
    event, such as the receipt by a second unit, does not begin it anew. `outlives`: it runs on
    when the case is closed. `until`: the input that holds its last day; without, it does not begin.
    """

    kinds: tuple[Slug, ...] = Field(min_length=1)
    start: Slug
    term: Term
    at_most: bool = False
    longer: LongerTerm | None = None
    alarm: Term | None = None
    extension: Extension | None = None
    replaces: Slug | None = None
    counting: Annotated[Counting, Field(strict=False)] | None = None
    stops: tuple[Slug, ...] = ()
    recurs_months: tuple[Count, ...] = ()
    posting_days: Count | None = None
    actor: Slug
    channels: tuple[Slug, ...] = ()
    once: bool = False
    outlives: bool = False
    until: Slug | None = None
    model: Text | None = None


class Suspension(Named):
    """A legal ground on which clocks may stand still, and the deadlines that it may stop."""

    pauses: tuple[Slug, ...] = Field(min_length=1)


class Event(Named):
    """An event in the life of a case that a clock can start at."""


class Actor(Named):
    """Who has to act on a deadline."""


class Warning(Named):  # noqa: A001 - the term of the field; read as `procedure.Warning`
    """A share of the term, in percent, at which the person responsible is warned."""

    id: Literal["warn_50", "warn_75", "warn_90"]
    percent: Annotated[int, Field(ge=1, le=99)]


class Criterion(Named):
    """One of the criteria that make a case complex."""


class Threshold(Named):
    """How many criteria make a case complex or very complex."""

    level: Annotated[Level, Field(strict=False)]
    at_least: Count


class DayKind(StrEnum):
    """What a correction makes of its days."""

    HOLIDAY = "holiday"
    COMP_OFF = "comp_off"
    WORKING_SATURDAY = "working_saturday"


class Correction(Named):
    """Days from `first` to `last` that differ from the statutory calendar; `enabled` or not.

    `compensates` is the day that a compensatory or swapped day stands for.
    """

    kind: Annotated[DayKind, Field(strict=False)]
    first: date
    last: date
    enabled: bool
    compensates: date | None = None

    def days(self) -> Iterator[date]:
        """Yield every day of the correction, the last included."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


class CalendarSystem(StrEnum):
    """In which calendar a statutory holiday's date is given."""

    SOLAR = "solar"
    LUNAR = "lunar"


MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class StatutoryHoliday(Named):
    """A holiday of the Labour Code: its first fixed date (month-day) and number of days."""

    calendar: Annotated[CalendarSystem, Field(strict=False)]
    month_day: MonthDay
    days: Count
    fixed_yearly: bool


class Weekday(StrEnum):
    """Days of the week, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class RestDay(Named):
    """A weekly rest day of the administration."""

    weekday: Annotated[Weekday, Field(strict=False)]


class Computation(Named):
    """A rule of counting time that the calculation of deadlines keeps."""


class Principle(Named):
    """A statement of law that the product keeps in code, with its basis."""
