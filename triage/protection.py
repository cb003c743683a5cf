"""The words of the protection of who reports, and who may ask for it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.book import Rules
from rules.lifecycle import Who
from triage import lifecycle
from triage.course import Course

#: The kind of reports that ask for protection themselves.
KIND = "bao_ve"
ALARM = "retaliation.reported"
REQUESTED = "protection.requested"
ASSESSED = "protection.assessed"
APPLIED = "protection.applied"
REVIEWED = "protection.reviewed"
ENDED = "protection.ended"
COMMENDED, HANDED_OVER = "commendation.decided", "commendation.handed_over"
#: What a reporter who is commended answers on being named.
AGREED, DECLINED = NAMING = ("naming.agreed", "naming.declined")
#: Clocks of the house: an alarm to be assessed, a review that was set.
ALARM_CLOCK, REVIEW_CLOCK = "NB-05", "NB-06"
_REPORTER = frozenset({Who.REPORTER})


@dataclass(frozen=True)
class Risk:
    """A risk of retaliation as it was assessed; ids of rules/. `at_once`: it does not wait."""

    level: str
    likelihood: str
    severity: str
    protected: tuple[str, ...]
    at_once: bool
    on: date

    @classmethod
    def told(cls, detail: Mapping[str, Any], on: date) -> "Risk":
        """Return what was sealed when it was assessed, or kept of that."""
        return cls(
            detail["risk"],
            detail["likelihood"],
            detail["severity"],
            tuple(detail["protected"]),
            bool(detail.get("at_once")),
            on,
        )

    def to_json(self) -> dict[str, Any]:
        """Return it to be sealed."""
        return {
            "risk": self.level,
            "likelihood": self.likelihood,
            "severity": self.severity,
            "protected": list(self.protected),
            "at_once": self.at_once,
            "on": self.on.isoformat(),
        }


def may_be_asked(rules: Rules, course: Course, today: date) -> bool:
    """Tell whether the reporter of a case may ask for protection as it stands (TC 50, PCTN 67)."""
    legal = lifecycle.legal(rules, course, _REPORTER, today)
    return any(step.id == REQUESTED for step in legal)


def claim() -> str:
    """Draw the code by which whoever is commended gets the reward without saying their name."""
    drawn = secrets.token_hex(4).upper()
    return f"{drawn[:4]}-{drawn[4:]}"
