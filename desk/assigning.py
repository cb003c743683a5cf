"""Cases are given to colleagues: choose, look at the plan, confirm, read what became of each."""

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.permissions import needs
from desk.queue_forms import ActForm
from desk.session import insider
from triage import assignment
from triage.access import Permission
from triage.assignment import Outcome
from triage.inputs import Fault
from triage.queue_sql import MOST
from web import clock, sealed
from web.app import parts
from web.i18n import Pages

pages = Pages("assigning", __name__)

#: The drawer of the sealed session that holds what became of the last ones.
_DRAWER = "assigned"
_KEPT = timedelta(minutes=30)


@pages.get("/giao-viec")
@needs(Permission.CASE_ASSIGN)
def plan() -> str:
    """Show to whom the chosen cases could go, and with colleagues chosen, who would get which."""
    cases, people = _ids(request.args.getlist("case")), _ids(request.args.getlist("to"))
    made = assignment.plan(parts().store, parts().rules, insider(), cases, people, clock.today())
    return render_template("desk/assign.html", plan=made, form=ActForm(), most=MOST)


@pages.post("/giao-viec", endpoint="assign")
@needs(Permission.CASE_ASSIGN)
def assign() -> Response:
    """Give each case to its colleague."""
    cases, people = _ids(request.form.getlist("case")), _ids(request.form.getlist("to"))
    here, pairs = parts(), dict(zip(cases, people, strict=False))
    outcomes = assignment.assign(
        here.store, here.rules, here.promise_key, insider(), pairs, clock.today()
    )
    with sealed.current().changing() as (drawers, _work):
        drawers.put(_DRAWER, {"cases": [_kept(each) for each in outcomes]}, clock.now() + _KEPT)
    return redirect(url_for("assigning.outcome"), HTTPStatus.SEE_OTHER)


@pages.get("/giao-viec/ket-qua")
@needs(Permission.CASE_ASSIGN)
def outcome() -> str:
    """Show what became of each case."""
    held = sealed.current().look().get(_DRAWER) or {"cases": []}
    outcomes = [_read(each) for each in held["cases"]]
    called = assignment.called(parts().store, insider(), [each.case_id for each in outcomes])
    return render_template("desk/assigned.html", outcomes=outcomes, called=called)


def _kept(outcome: Outcome) -> list[str]:
    fault = outcome.refusal
    return [outcome.case_id.hex, *((fault.key, fault.vi, fault.en) if fault else ())]


def _read(kept: list[str]) -> Outcome:
    return Outcome(UUID(hex=kept[0]), Fault(*kept[1:]) if kept[1:] else None)


def _ids(texts: Iterable[str]) -> list[UUID]:
    """Return identifiers; what is none becomes that of nothing, so that pairs stay pairs."""
    return [_id(text) for text in texts]


def _id(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError:
        return UUID(int=0)
