"""The members' page: keys handed to new colleagues, cases sealed anew, absences, departures."""

from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk import roles
from desk.permissions import needs
from desk.session import insider
from triage import members, together
from triage.absence import Absence
from triage.access import Permission
from triage.inputs import BadInputs, Fault
from triage.leaving import Left
from triage.membership import NotYours
from web import clock
from web.app import parts
from web.i18n import VIETNAMESE, Pages, language

pages = Pages("members", __name__)

#: What a departure left to be done, in the address of the page that says so.
_ORPHANED = "khong_ai_mo"
_Answer = Response | tuple[str, HTTPStatus]


@pages.get("/don-vi", endpoint="page")
@needs(Permission.MEMBERS_ADMIT)
def page() -> str:
    """Show the members of the person's units."""
    return _page()


@pages.post("/don-vi/trao-khoa", endpoint="admit")
@needs(Permission.MEMBERS_ADMIT)
def admit() -> _Answer:
    """Hand the unit's keys to a colleague whose fingerprint was compared."""
    here = parts()

    def act() -> None:
        member = _id("member")
        if request.form.get("done") != "yes":
            raise BadInputs(
                [
                    Fault(
                        f"done-{member.hex}",
                        "Hãy đối chiếu mã với đồng nghiệp, rồi đánh dấu là đã đối chiếu.",
                        "Compare the fingerprint with your colleague, then tick the box.",
                    )
                ]
            )
        together.admit(
            here.store,
            here.promise_key,
            insider(),
            request.form.get("unit", ""),
            member,
            request.form.get("compared", ""),
            clock.today(),
        )

    return _done(act)


@pages.post("/don-vi/niem-phong", endpoint="reseal")
@needs(Permission.MEMBERS_ADMIT)
def reseal() -> _Answer:
    """Seal a batch of cases anew."""
    here, unit = parts(), request.form.get("unit", "")
    return _done(
        lambda: together.reseal(here.store, here.promise_key, insider(), unit, clock.today())
    )


@pages.post("/don-vi/thoi-nhiem-vu", endpoint="dismiss")
@needs(Permission.CASE_ASSIGN)
def dismiss() -> _Answer:
    """End a member's work at a unit, and say what that leaves to be done."""
    here, unit = parts(), request.form.get("unit", "")

    def act() -> Left:
        member = _id("member")
        if request.form.get("sure") != "yes":
            raise BadInputs(
                [
                    Fault(
                        f"sure-{member.hex}",
                        "Hãy xác nhận cho thôi nhiệm vụ tại đơn vị.",
                        "Confirm that their work at the unit ends.",
                    )
                ]
            )
        return together.dismiss(
            here.store, here.promise_key, insider(), unit, member, clock.today()
        )

    return _done(act)


@pages.post("/don-vi/vang-mat", endpoint="absent")
@needs(Permission.CASE_READ)
def absent() -> _Answer:
    """Let a colleague stand in for somebody absent."""
    here = parts()

    def act() -> None:
        unit = request.form.get("unit", "")
        first, last = _day("first_on"), _day("last_on")
        away = Absence(unit, _id("absent"), _id("substitute"), first, last)
        together.arrange(here.store, here.promise_key, insider(), away, clock.today())

    return _done(act)


@pages.post("/don-vi/vang-mat/<uuid:row>", endpoint="back")
@needs(Permission.CASE_READ)
def back(row: UUID) -> _Answer:
    """End an absence."""
    here = parts()
    return _done(
        lambda: together.end_absence(here.store, here.promise_key, insider(), row, clock.today())
    )


def _done(act: Callable[[], object]) -> _Answer:
    """Act and lead back to the page, or show it again with what is wrong."""
    try:
        done = act()
    except NotYours:
        abort(HTTPStatus.NOT_FOUND)
    except BadInputs as error:
        return _page(error.faults), HTTPStatus.UNPROCESSABLE_ENTITY
    told: dict[str, Any] = {"da_luu": 1}
    if isinstance(done, Left):  # numbers only
        told[_ORPHANED] = len(done.orphaned) or None
    return redirect(url_for("members.page", **told), HTTPStatus.SEE_OTHER)


def _page(faults: Sequence[Fault] = ()) -> str:
    here, typed = parts(), request.form
    vietnamese = language() == VIETNAMESE
    unit = typed.get("unit", "")
    errors = [
        {
            "text": each.vi if vietnamese else each.en,
            "href": f"#{each.key}" if "-" in each.key else f"#{each.key}-{unit}",
            "key": each.key,
        }
        for each in faults
    ]
    return render_template(
        "desk/members.html",
        boards=members.boards(here.store, insider(), clock.today()),
        unit_name=roles.unit_name,
        roles=roles.NAMES,
        me=insider().id,
        orphaned=request.args.get(_ORPHANED, 0, int),
        errors=errors,
        typed=typed,
    )


def _id(name: str) -> UUID:
    """Return an identifier of the form. What is none is somebody who is not there."""
    try:
        return UUID(hex=request.form.get(name, ""))
    except ValueError:
        return UUID(int=0)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise BadInputs(
            [Fault(name, "Hãy chọn ngày.", "Choose a day.")],
        ) from None
