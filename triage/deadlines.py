"""When the law wants what done: the terms that begin when a report is received. Pure."""

from dataclasses import dataclass
from datetime import date

from rules.book import Rules
from rules.procedure import Deadline, LengthUnit
from triage.calendar import calendar_of

#: The terms that tell a reporter what happens next; others begin with later events or bind only
#: between offices.
FOR_THE_REPORTER = ("NB-01", "TC-01", "TCD-01", "KN-01", "PC-01", "NB-02", "BV-03")
_STARTS = ("received", "protection_requested")


@dataclass(frozen=True)
class Due:
    """A duty, its last day, and the row of rules/ that it follows from."""

    rule: Deadline
    on: date


def after_receipt(rules: Rules, kind: str, received_on: date) -> tuple[Due, ...]:
    """Return what a reporter may expect after that day, the earliest first.

    The law is that of the day of receipt. Raises UnknownRule or NotInForce for an unknown kind.
    """
    calendar = calendar_of(rules)
    found = [
        Due(row, calendar.due(received_on, row.term))
        for row in rules.deadlines_on(received_on, kind)
        if row.id in FOR_THE_REPORTER
        and row.term.unit is not LengthUnit.NONE
        and (row.start == "received" or (row.start in _STARTS and kind == "bao_ve"))
    ]
    return tuple(sorted(found, key=lambda due: due.on))
