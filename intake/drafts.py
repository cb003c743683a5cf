"""The half-filled report in its sealed session: reading, changing, and sending it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from intake import journey
from intake.journey import Draft, Question
from triage import admission
from triage.casefile import OpenCase
from triage.catalogue import Catalogue
from web import clock, sealed
from web.app import parts
from web.i18n import language
from web.sealed import Drawers

DRAFT, FILED = "draft", "filed"
#: Long enough that nobody needs to be warned (WCAG 2.2.1), short enough to be forgotten.
_KEPT = timedelta(hours=24)


class NoDraft(Exception):
    """There is no draft any more: it has expired, was left, or has been sent."""


class Incomplete(Exception):
    """A question that has to be answered is not."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.question = question


class CodeNotKept(Exception):
    """An earlier report's code is still shown: it must be written down before it is replaced."""


def catalogue() -> Catalogue:
    """Return the lists of today."""
    return Catalogue(parts().rules, clock.today())


def look() -> Draft | None:
    """Return the current draft, None if there is none."""
    held = sealed.current().look().get(DRAFT)
    return None if held is None else Draft.from_json(held)


@contextmanager
def changing() -> Iterator[Draft]:
    """Change the draft, beginning one if there is none."""
    sealed.give_cookie()
    with sealed.current().changing() as (drawers, _work):
        held = drawers.get(DRAFT)
        draft = Draft(admission.new_case()) if held is None else Draft.from_json(held)
        yield draft
        until = drawers.until(DRAFT) or clock.now() + _KEPT
        drawers.put(DRAFT, draft.to_json(), until)


def send() -> None:
    """File the draft. What is sent twice is filed once: the second time there is no draft.

    Draft out, case and receipt in: one transaction. Raises NoDraft, Incomplete, CodeNotKept, and
    what `admit` raises.
    """
    with sealed.current().changing() as (drawers, work):
        held = drawers.get(DRAFT)
        if held is None:
            if drawers.get(FILED) is None:
                raise NoDraft
            return
        draft = Draft.from_json(held)
        if (question := journey.missing(draft.answers)) is not None:
            raise Incomplete(question)
        _admit(drawers, work, draft)
        drawers.empty(DRAFT)


def send_short(answers: journey.Answers, once: str) -> None:
    """File a report of one page, beside a draft that may be under way.

    `once` names the page that was filled in: the same page is filed once. Raises CodeNotKept, and
    what `admit` raises.
    """
    sealed.give_cookie()
    with sealed.current().changing() as (drawers, work):
        earlier = drawers.get(FILED)
        if earlier is None or earlier.get("once") != once:
            _admit(drawers, work, Draft(admission.new_case(), answers), once)


def _admit(drawers: Drawers, work: Any, draft: Draft, once: str = "") -> None:  # noqa: ANN401
    earlier = drawers.get(FILED)
    if earlier is not None and "code" in earlier:
        raise CodeNotKept
    day = clock.today()
    submission = journey.submission(draft, catalogue(), language())
    admitted = admission.admit(
        work, parts().rules, parts().promise_key, draft.case, submission, day
    )
    filed = {
        "code": admitted.receipt.grouped,
        "case": draft.case.to_json(),
        "kind": admitted.kind,
        "state": admitted.state,
        "on": day.isoformat(),
        "once": once,
    }
    drawers.put(FILED, filed, clock.now() + _KEPT)


def has_work(drawers: Drawers) -> bool:
    """Tell whether something would be lost with the session: a draft, or a code not yet kept."""
    earlier = drawers.get(FILED)
    return drawers.get(DRAFT) is not None or (earlier is not None and "code" in earlier)


def filed() -> dict[str, Any] | None:
    """Return what was filed and is not confirmed yet, or the little that is left afterwards."""
    return sealed.current().look().get(FILED)


def filed_case(held: dict[str, Any]) -> OpenCase:
    """Return the case that was filed."""
    return OpenCase.from_json(held["case"])


def confirm() -> None:
    """Forget the code and the key of the case: the reporter has written the code down."""
    with sealed.current().changing() as (drawers, _work):
        held = drawers.get(FILED)
        if held is not None:
            left = {name: held[name] for name in ("kind", "on", "once")}
            drawers.put(FILED, left, clock.now() + timedelta(hours=1))
