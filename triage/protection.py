"""The words of the protection of who reports, and who may ask for it."""

import secrets
from datetime import date

from rules.book import Rules
from rules.lifecycle import Who
from triage import lifecycle
from triage.course import Course

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


def may_be_asked(rules: Rules, course: Course, today: date) -> bool:
    """Tell whether the reporter of a case may ask for protection as it stands (TC 50, PCTN 67)."""
    legal = lifecycle.legal(rules, course, _REPORTER, today)
    return any(step.id == REQUESTED for step in legal)


def claim() -> str:
    """Draw the code by which whoever is commended gets the reward without saying their name."""
    drawn = secrets.token_hex(4).upper()
    return f"{drawn[:4]}-{drawn[4:]}"
