"""How far off a last day is."""

from datetime import date

import pytest

from rules.book import Rules
from triage.remaining import Left, left

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        (FRIDAY, FRIDAY, Left(0, 0)),
        (date(2026, 12, 2), FRIDAY, Left(3, 5)),
        (FRIDAY, date(2026, 12, 1), Left(-2, -4)),
        (date(2026, 11, 29), FRIDAY, Left(0, 2)),
        (FRIDAY, date(2026, 11, 28), Left(0, -1)),
    ],
    ids=["today", "ahead", "late", "over the week-end", "late by a day off"],
)
def test_days_are_counted_as_offices_work(
    law: Rules, due: date, today: date, expected: Left
) -> None:
    assert left(law, due, today) == expected
