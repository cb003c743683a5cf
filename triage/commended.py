"""What a reporter who is commended sees and answers: their claim code, and whether to be named."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from ledger.note import Signer
from records.case import Case, CaseEvent
from records.work import Store, Work, reading
from rules.book import Rules
from triage import admission, casebook, casefile, protection
from triage.casefile import OpenCase
from triage.course import Past, advance
from triage.mailbox import MailboxFull
from vault.context import Purpose

#: Nobody changes their mind more often.
MOST_ANSWERS = 20
_SHOWN = (protection.COMMENDED, protection.HANDED_OVER, *protection.NAMING)


@dataclass(frozen=True)
class Commended:
    """A commendation. `claim`: what to say where the reward is handed over, empty once it was.

    `answer`: the newest of protection.NAMING, empty without one.
    """

    claim: str
    answer: str


def look(store: Store, case: OpenCase) -> Commended | None:
    """Return the commendation of a reporter, None without one."""
    with reading(store) as work:
        events = work.session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id == case.id, CaseEvent.kind.in_(_SHOWN))
            .order_by(CaseEvent.position)
        ).all()
        claim = answer = ""
        for event in events:
            if event.kind == protection.COMMENDED:
                detail = case.unseal(Purpose.CASE_EVENT, event.id, event.detail or b"")
                claim = str(detail["claim"])
            elif event.kind == protection.HANDED_OVER:
                claim = ""
            else:
                answer = event.kind
        return Commended(claim, answer) if events else None


def answer_on_naming(  # noqa: PLR0913, PLR0917
    work: Work, rules: Rules, case: OpenCase, answer: str, promise_key: Signer, today: date
) -> None:
    """Agree to be named, or not. Raises Empty without an answer, or MailboxFull.

    Nothing is done where there is nothing to be named for.
    """
    if answer not in protection.NAMING:
        raise admission.Empty
    casefile.lock(work, case)
    channel = work.session.execute(select(Case.channel).where(Case.id == case.id)).scalar_one()
    before = casebook.course(work, rules, case.id, channel)
    if protection.COMMENDED not in before.taken:
        return
    answers = select(func.count()).where(
        CaseEvent.case_id == case.id, CaseEvent.kind.in_(protection.NAMING)
    )
    if work.session.execute(answers).scalar_one() >= MOST_ANSWERS:
        raise MailboxFull
    casefile.add_event(work, case, answer, today, promise_key)
    casebook.keep(work, rules, case.id, advance(rules, before, Past(answer, today)))
