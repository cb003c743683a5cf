"""Clocks as values: what was started, paused, extended, met. What they mean is in deadlines.py."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count, `first` and `last` included, and the legal ground (rules/)."""

    first: date
    last: date
    ground: str

    def holds(self, day: date) -> bool:
        """Tell whether the clock stands still on that day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Extension:
    """More time by a decision: the deadline that allows it, its day, number and criteria.

    `asked_on`: when it was asked for, where the law sets a day for that. The number is sealed with
    the step, so a clock made from what stands in the open has none.
    """

    rule: str
    decided_on: date
    number: str = ""
    criteria: tuple[str, ...] = ()
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline of one case. `longer`: the law's longer term was applied.

    `until`: its last day, where somebody entered that.
    """

    rule: str
    started_on: date
    longer: bool = False
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    until: date | None = None
    met_on: date | None = None
    void_on: date | None = None


class Refused(Exception):
    """What was asked of a clock is against the law: which input, why, and the article."""

    def __init__(self, key: str, vi: str, en: str, article: str = "") -> None:
        self.key, self.vi, self.en, self.article = key, vi, en, article
        basis = f" ({article})" if article and article != "noi_bo" else ""
        super().__init__(f"{en}{basis}")
