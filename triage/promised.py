"""What a reporter may still expect of their case, and by when: clocks that run and concern them."""

from uuid import UUID

from sqlalchemy import select

from records.clock import CaseClock
from records.work import Work
from rules.book import Rules
from triage.deadlines import FOR_THE_REPORTER, Due

#: The terms for settling a case; their last day is that of the answer itself.
SETTLING = ("TC-05", "KN-02", "KN-03", "NB-02", "PC-01", "BV-03")
_TOLD = frozenset((*FOR_THE_REPORTER, *SETTLING))
_ACKNOWLEDGED = "NB-01"


def running(work: Work, rules: Rules, case_id: UUID) -> tuple[Due, ...]:
    """Return what is owed to the reporter and not done yet, the earliest first.

    What was done, or does not apply any more, is left out: a last day that has passed would read
    as a promise that was broken. So are the clocks of the police and of the house.
    """
    clocks = work.session.execute(
        select(CaseClock.rule, CaseClock.started_on, CaseClock.due_on).where(
            CaseClock.case_id == case_id,
            CaseClock.met_on.is_(None),
            CaseClock.void_on.is_(None),
            CaseClock.due_on.is_not(None),
            CaseClock.rule.in_(_TOLD),
        )
    )
    found = [
        Due(rules.deadline(rule, on=started_on), due_on)
        for rule, started_on, due_on in clocks
        if due_on is not None
    ]
    return tuple(sorted(found, key=lambda due: (due.on, due.rule.id)))


def answer_due(work: Work, rules: Rules, case_id: UUID) -> Due | None:
    """Return when the reporter is answered at the latest: at the end of settling, if that runs."""
    found = running(work, rules, case_id)
    settling = [each for each in found if each.rule.id in SETTLING]
    looking = [each for each in found if each.rule.id != _ACKNOWLEDGED]
    return next(iter((*settling, *looking)), None)
