"""The custodians' page: whose keys get shares of identities, and who waits to be admitted."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk.permissions import needs
from desk.session import insider
from triage import custodianship
from triage.access import Permission
from triage.identity import NEEDED
from triage.inputs import BadInputs, Fault
from triage.membership import NotYours
from web import clock, sealed
from web.app import parts
from web.i18n import Pages, word

pages = Pages("custodians", __name__)


@pages.get("/nguoi-giu-khoa", endpoint="page")
@needs(Permission.IDENTITY_RELEASE)
def page() -> str:
    """Show the custodians of today."""
    return _page()


@pages.post("/nguoi-giu-khoa/trinh-khoa", endpoint="show")
@needs(Permission.IDENTITY_RELEASE)
def show() -> Response:
    """Show one's own key to the others."""
    try:
        with sealed.current().changing() as (_drawers, work):
            custodianship.show(work, insider(), parts().promise_key, clock.today())
    except NotYours:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("custodians.page", da_luu=1), HTTPStatus.SEE_OTHER)


@pages.post("/nguoi-giu-khoa/chap-nhan", endpoint="admit")
@needs(Permission.IDENTITY_RELEASE)
def admit() -> Response | tuple[str, HTTPStatus]:
    """Admit a colleague whose fingerprint was read out."""
    here, heard = parts(), request.form.get("heard", "")
    try:
        member = UUID(hex=request.form.get("member", ""))
    except ValueError:
        abort(HTTPStatus.NOT_FOUND)
    try:
        with sealed.current().changing() as (_drawers, work):
            custodianship.admit(work, insider(), member, heard, here.promise_key, clock.today())
    except NotYours:
        abort(HTTPStatus.NOT_FOUND)
    except BadInputs as error:
        return _page(error.faults), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("custodians.page", da_luu=1), HTTPStatus.SEE_OTHER)


def _page(faults: Sequence[Fault] = ()) -> str:
    keepers = custodianship.look(parts().store, parts().promise_key)
    admitted = sum(each.is_admitted for each in keepers)
    return render_template(
        "desk/custodians.html",
        keepers=keepers,
        me=next((each for each in keepers if each.id == insider().id), None),
        own=custodianship.own_fingerprint(insider()),
        admitted=admitted,
        needed=NEEDED,
        errors=[{"text": word(each), "href": f"#{each.key}", "key": each.key} for each in faults],
        typed=request.form.get("heard", ""),
    )
