"""One's own account: sessions, password, second factors, signing out."""

from uuid import UUID

from flask import redirect, render_template, request, url_for

from desk import session
from desk.account_forms import SureForm
from desk.permissions import needs
from desk.signin import CODES, Answer, pages
from triage import sessions
from triage.access import Permission
from web import clock, sealed
from web.app import parts

__all__ = ["pages"]


@pages.get("/tai-khoan")
@needs(Permission.OWN_ACCOUNT)
def own() -> Answer:
    """Show somebody's own account."""
    return render_template(
        "desk/account/own.html",
        form=SureForm(),
        sessions=sessions.running(parts().store, session.insider(), clock.now()),
        this=session.id_of_this(),
        changed="doi_mat_khau" in request.args,
    )


@pages.post("/dang-xuat")
@needs(Permission.OWN_ACCOUNT)
def sign_out() -> Answer:
    """End the session: its row, what the cookie opens, and the cookie."""
    with sealed.current().changing() as (_drawers, work):
        sessions.sign_out(work, session.insider(), session.id_of_this())
    return sealed.end(redirect(url_for("account.sign_in"), 303))


@pages.post("/tai-khoan/phien/<uuid:session_id>/dong")
@needs(Permission.OWN_ACCOUNT)
def end_session(session_id: UUID) -> Answer:
    """End another session of one's own."""
    with sealed.current().changing() as (_drawers, work):
        sessions.end(work, session.insider(), session_id, clock.now(), parts().promise_key)
    return redirect(url_for("account.own", _anchor="phien"), 303)


@pages.post("/tai-khoan/phien/dong-het")
@needs(Permission.OWN_ACCOUNT)
def end_others() -> Answer:
    """End all other sessions of one's own."""
    with sealed.current().changing() as (_drawers, work):
        sessions.end_others(
            work, session.insider(), session.id_of_this(), clock.now(), parts().promise_key
        )
    return redirect(url_for("account.own", _anchor="phien"), 303)


@pages.get("/tai-khoan/ma-du-phong")
@pages.post("/tai-khoan/ma-du-phong", endpoint="codes_written")
@needs(Permission.OWN_ACCOUNT)
def codes() -> Answer:
    """Show recovery codes until they have been written down, and never again."""
    form, shown = SureForm(), sealed.current().look().get(CODES)
    if shown is None:
        return redirect(url_for("account.own"), 303)
    if form.validate_on_submit():
        with sealed.current().changing() as (drawers, _work):
            drawers.empty(CODES)
        return redirect(shown["then"], 303)
    return render_template("desk/account/codes.html", form=form, codes=shown["codes"])


@pages.get("/tai-khoan/o-lai")
@pages.post("/tai-khoan/o-lai", endpoint="do_stay")
@needs(Permission.OWN_ACCOUNT)
def stay() -> Answer:
    """Say until when the session stays open; asking has put off its end, as every step does.

    It opens in a tab of its own, so that what is being written elsewhere stays there.
    """
    return render_template("desk/account/stay.html")
