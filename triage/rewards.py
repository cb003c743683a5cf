"""What a reward may come to at most, by the base salary of the day. Pure."""

from dataclasses import dataclass
from datetime import date

from rules.book import Rules

_BASE_SALARY = "base_salary"
_WHOLE = 100


@dataclass(frozen=True)
class Ceiling:
    """The most that a reward may come to, and the base salary that this follows from, in VND."""

    most: int
    base_salary: int


class NothingDue(Exception):
    """Too little was recovered for a share of it; `above`: what must be exceeded, in VND."""

    def __init__(self, above: int) -> None:
        self.above = above
        super().__init__(f"no share below {above}")


def ceiling(rules: Rules, reward: str, recovered: int, on: date) -> Ceiling | None:
    """Return what a reward may come to at most, None for one without money.

    `recovered`: VND, for a reward that is a share of that. Raises NothingDue, UnknownRule,
    NotInForce.
    """
    row = rules.rewards.on(reward, on)
    if row.base_salaries is None and row.percent is None:
        return None
    base = rules.base_salaries.on(_BASE_SALARY, on).vnd
    if row.percent is None:
        return Ceiling((row.base_salaries or 0) * base, base)
    above = (row.above_base_salaries or 0) * base
    if recovered <= above:
        raise NothingDue(above)
    share = recovered * row.percent // _WHOLE
    if row.at_most_base_salaries is not None:
        share = min(share, row.at_most_base_salaries * base)
    return Ceiling(share, base)
