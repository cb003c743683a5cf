"""Working days in Huế, and when the terms of the law end."""

from datetime import date, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from rules import load
from rules.procedure import LengthUnit, Term
from triage.calendar import Cause, WorkCalendar, calendar_of
from triage.deadlines import after_receipt

RULES = load()
CALENDAR = calendar_of(RULES)
DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))


def term(length: int, unit: str) -> Term:
    return Term(length=length, unit=LengthUnit(unit))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 25), True),
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 11, 24), True),  # Culture Day: known to the library, not enacted for us
        (date(2027, 11, 24), True),
        (date(2026, 2, 16), False),  # Tết as announced
        (date(2026, 4, 27), False),  # for Hùng Kings on a Sunday
        (date(2026, 8, 22), True),  # a worked Saturday
        (date(2026, 8, 31), False),  # for which this Monday is off
        (date(2026, 1, 10), True),
        (date(2027, 2, 8), False),  # Tết by the lunar calendar
    ],
)
def test_a_day_is_worked_or_not_as_announced(day: date, worked: bool) -> None:  # noqa: FBT001
    assert CALENDAR.is_worked(day) is worked


@pytest.mark.parametrize(
    ("start", "length", "unit", "last"),
    [
        (date(2026, 11, 25), 7, "WD", date(2026, 12, 4)),
        (date(2026, 11, 25), 7, "D", date(2026, 12, 2)),
        (date(2026, 11, 21), 7, "D", date(2026, 11, 30)),  # a Saturday rolls forward
        (date(2026, 8, 20), 1, "WD", date(2026, 8, 21)),
        (date(2026, 8, 20), 2, "WD", date(2026, 8, 22)),  # the worked Saturday counts
        (date(2026, 8, 28), 1, "WD", date(2026, 9, 3)),
        (date(2026, 8, 31), 3, "M", date(2026, 11, 30)),
        (date(2026, 11, 25), 24, "H", date(2026, 11, 26)),
        (date(2026, 11, 25), 25, "H", date(2026, 11, 27)),
    ],
)
def test_a_term_ends_when_the_law_says(start: date, length: int, unit: str, last: date) -> None:
    assert CALENDAR.due(start, term(length, unit)) == last


def test_at_once_is_the_day_itself_and_no_term_has_no_day() -> None:
    assert CALENDAR.due(date(2026, 11, 28), Term(unit=LengthUnit.AT_ONCE)) == date(2026, 11, 28)
    with pytest.raises(ValueError, match="no last day"):
        CALENDAR.due(date(2026, 11, 28), Term(unit=LengthUnit.NONE))


@given(DAYS, st.integers(1, 60))
def test_working_days_are_as_many_as_the_law_gives(start: date, length: int) -> None:
    last = CALENDAR.due(start, term(length, "WD"))
    between = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
    assert sum(CALENDAR.is_worked(day) for day in between) == length
    assert CALENDAR.is_worked(last)


@given(DAYS, st.integers(1, 60), st.sampled_from(["WD", "D", "M"]))
def test_more_time_never_ends_earlier_and_never_on_a_day_off(
    start: date, length: int, unit: str
) -> None:
    last = CALENDAR.due(start, term(length, unit))
    assert CALENDAR.is_worked(last)
    assert last <= CALENDAR.due(start, term(length + 1, unit))
    assert last > start


def test_calendars_are_made_once_for_each_version_of_the_rules() -> None:
    assert calendar_of(RULES) is calendar_of(load())
    assert isinstance(calendar_of(RULES), WorkCalendar)


def test_a_reporter_is_told_the_terms_of_their_kind_the_earliest_first() -> None:
    due = after_receipt(RULES, "tt_to_cao", date(2026, 11, 25))
    assert [each.rule.id for each in due][:2] == ["NB-01", "TC-01"]
    assert [each.on for each in due] == sorted(each.on for each in due)
    assert {each.rule.id for each in after_receipt(RULES, "khieu_nai", date(2026, 11, 25))} >= {
        "KN-01",
        "NB-01",
    }
    assert all(after_receipt(RULES, kind.id, date(2026, 11, 25)) for kind in RULES.kinds)


#: The tenth of the third lunar month.
HUNG_KINGS = {
    2025: (4, 7),
    2026: (4, 26),
    2027: (4, 16),
    2028: (4, 4),
    2029: (4, 23),
    2030: (4, 12),
}
#: The first of the first lunar month; in 2030 a day before China's.
TET = {2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 2)}
#: Days off because a holiday of that year falls on a weekly rest day (Labour Code 111(3)).
IN_PLACE = [
    date(2026, 4, 27),
    date(2027, 5, 3),
    date(2028, 1, 3),
    date(2028, 5, 2),
    date(2028, 9, 4),
    date(2029, 9, 4),
]


@pytest.mark.parametrize("year", HUNG_KINGS)
def test_statutory_holidays_are_off_every_year(year: int) -> None:
    solar = [tuple(map(int, row.month_day.split("-"))) for row in RULES.statutory]
    fixed = [
        day for row, day in zip(RULES.statutory, solar, strict=True) if row.calendar == "solar"
    ]
    for month, day in (*fixed, HUNG_KINGS[year]):
        assert not CALENDAR.is_worked(date(year, month, day))
    first = date(year, *TET[year])
    assert not any(CALENDAR.is_worked(first + timedelta(days=n)) for n in range(-1, 4))


def test_the_library_knows_of_no_worked_saturday_that_the_rules_lack() -> None:
    library = country_holidays("VN", years=range(2025, 2031)).weekend_workdays
    worked = [day for day in library if day.year >= 2025]
    assert worked
    assert all(CALENDAR.is_worked(day) for day in worked)


@pytest.mark.parametrize("day", IN_PLACE)
def test_a_holiday_on_a_rest_day_gives_the_next_working_day_off(day: date) -> None:
    assert not CALENDAR.is_worked(day)


@pytest.mark.parametrize("day", [date(2029, 11, 26), date(2030, 11, 25)])
def test_a_holiday_that_is_not_enabled_gives_no_day_off_in_its_place(day: date) -> None:
    assert CALENDAR.is_worked(day)
    assert CALENDAR.reason(day) is None


@pytest.mark.parametrize(
    ("day", "cause", "en", "article"),
    [
        (date(2026, 11, 28), Cause.REST_DAY, "Saturday", "BLLĐ 111"),
        (date(2026, 2, 16), Cause.CORRECTION, "Tết 2026 (civil servants)", "BLLĐ 112"),
        (date(2026, 8, 22), Cause.CORRECTION, "Saturday worked for 31 August 2026", "BLLĐ 112"),
        (date(2026, 4, 30), Cause.PUBLIC_HOLIDAY, "Liberation Day/Reunification Day", "BLLĐ 112"),
    ],
)
def test_a_day_off_has_its_reason_and_law(day: date, cause: Cause, en: str, article: str) -> None:
    reason = CALENDAR.reason(day)
    assert reason is not None
    assert (reason.cause, reason.en, reason.article) == (cause, en, article)


@given(DAYS, st.integers(-400, 800))
def test_working_days_between_two_days_are_counted_as_one_would(start: date, length: int) -> None:
    last = start + timedelta(days=length)
    between = [start + timedelta(days=n) for n in range(1, length + 1)]
    assert CALENDAR.worked_between(start, last) == sum(map(CALENDAR.is_worked, between))


@given(DAYS, st.integers(1, 600))
def test_stepping_over_working_days_is_the_reverse_of_counting_them(day: date, count: int) -> None:
    last = CALENDAR.nth_worked(day, count)
    assert CALENDAR.is_worked(last)
    assert CALENDAR.worked_between(day, last) == count


@pytest.mark.parametrize("day", [date(1900, 12, 31), date(2101, 1, 1), date.max, date.min])
def test_years_without_a_known_lunar_calendar_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match="1901 to 2100"):
        CALENDAR.is_worked(day)


def test_the_last_known_year_does_not_run_into_the_next() -> None:
    with pytest.raises(ValueError, match="1901 to 2100"):
        CALENDAR.nth_worked(date(2100, 12, 30), 30)
