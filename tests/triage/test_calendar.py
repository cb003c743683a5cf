"""Working days in Huế, and when the terms of the law end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import load
from rules.procedure import LengthUnit, Term
from triage.calendar import WorkCalendar, calendar_of
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
