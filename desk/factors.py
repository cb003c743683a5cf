"""Changing one's own password and second factors; the latter asks for a second factor first."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from flask import redirect, request, url_for
from flask_babel import gettext as _

from desk import browser, second, session
from desk.account import pages
from desk.account_forms import AppForm, ChangeForm, KeyForm, ProofForm, RemovalForm
from desk.permissions import needs
from desk.signin import NEW_APP, PROVED, Answer, later, page, show_codes, unfit
from triage import account, factors, passkeys, signin
from triage.access import Permission
from web import clock, guesses, qr, sealed
from web.app import parts

__all__ = ["pages"]
_PROOF_HOLDS = timedelta(minutes=10)


def _proved(view: Callable[[], Answer]) -> Callable[[], Answer]:
    """Ask for a second factor before a view, unless one was proved minutes ago."""

    @wraps(view)
    def checked() -> Answer:
        if sealed.current().look().get(PROVED) is None:
            return redirect(url_for("account.prove"), 303)
        return view()

    return checked


@pages.get("/tai-khoan/xac-thuc-lai")
@pages.post("/tai-khoan/xac-thuc-lai", endpoint="try_proof")
@needs(Permission.OWN_ACCOUNT)
def prove() -> Answer:
    """Ask for a second factor again: somebody may have left their desk."""
    form, person = ProofForm(), session.insider()
    who = account.unlocked(person)
    if not form.validate_on_submit():
        return page("prove", form, ask=second.ask(who))
    known = browser.known(person.login)
    wait = guesses.current().factor(person.id.hex, known)
    if wait:
        return later("prove", form, wait, ask=second.ask(who))
    with sealed.current().changing() as (drawers, work):
        how = second.prove(drawers, work, who, form)
        if how is not None:
            drawers.put(PROVED, {}, clock.now() + _PROOF_HOLDS)
    if how is None:
        return page("prove", form, ask=second.ask(who))
    guesses.current().forget_factor(person.id.hex, known)
    return redirect(url_for("account.factors"), 303)


@pages.get("/tai-khoan/xac-thuc", endpoint="factors")
@needs(Permission.OWN_ACCOUNT)
@_proved
def own_factors() -> Answer:
    """Show what can be changed about one's second factors."""
    with sealed.current().changing() as (_drawers, work):
        held = account.own_factors(work, session.insider())
    more = second.question() is not None and len(held.passkeys) < passkeys.MOST
    return page("factors", RemovalForm(), held=held, more=more)


@pages.get("/tai-khoan/khoa")
@pages.post("/tai-khoan/khoa", endpoint="try_new_key")
@needs(Permission.OWN_ACCOUNT)
@_proved
def new_key() -> Answer:
    """Add a passkey."""
    form, person, done = KeyForm(), session.insider(), False
    with sealed.current().changing() as (drawers, work):
        if form.validate_on_submit():
            asked, answer, name = second.asked_last(drawers), form.passkey.data, form.name.data
            now, key = clock.now(), parts().promise_key
            done = account.add_key(work, person, asked, answer, name, now, key)
            if not done:
                form.name.errors = [second.not_taken()]
        held = account.own_factors(work, person)
    if done:
        return redirect(url_for("account.factors"), 303)
    return page("key", form, ask=second.ask_to_make(person.id, person.login, held))


@pages.post("/tai-khoan/khoa/bo")
@needs(Permission.OWN_ACCOUNT)
@_proved
def remove_key() -> Answer:
    """Remove a passkey, unless it is the only factor: then the page offers no button for it."""
    with sealed.current().changing() as (_drawers, work):
        which, now, key = RemovalForm().key.data or "", clock.now(), parts().promise_key
        account.remove_key(work, session.insider(), which, now, key)
    return redirect(url_for("account.factors"), 303)


@pages.get("/tai-khoan/ung-dung")
@pages.post("/tai-khoan/ung-dung", endpoint="try_new_app")
@needs(Permission.OWN_ACCOUNT)
@_proved
def new_app() -> Answer:
    """Set up another app in place of the old one."""
    form, person, now = AppForm(), session.insider(), clock.now()
    with sealed.current().changing() as (drawers, work):
        held = drawers.get(NEW_APP) or {"secret": factors.new_secret()}
        drawers.put(NEW_APP, held, now + _PROOF_HOLDS)
        done = form.validate_on_submit() and account.change_app(
            work, person, held["secret"], form.code.data, now, parts().promise_key
        )
        if done:
            drawers.empty(NEW_APP)
    if done:
        return redirect(url_for("account.own"), 303)
    if request.method == "POST" and not form.errors:
        form.code.errors = [_("Mã không đúng. Hãy xem giờ của điện thoại, rồi nhập mã đang hiện.")]
    picture = qr.drawn(factors.address(held["secret"], person.login))
    return page("app", form, picture=picture, secret=held["secret"], key=False)


@pages.post("/tai-khoan/ma-du-phong-moi")
@needs(Permission.OWN_ACCOUNT)
@_proved
def new_codes() -> Answer:
    """Draw new recovery codes, and show them."""
    with sealed.current().changing() as (drawers, work):
        codes = account.renew_recovery_codes(
            work, session.insider(), clock.now(), parts().promise_key
        )
        show_codes(drawers, codes, url_for("account.own"))
    return redirect(url_for("account.codes"), 303)


@pages.get("/tai-khoan/mat-khau")
@pages.post("/tai-khoan/mat-khau", endpoint="set_password")
@needs(Permission.OWN_ACCOUNT)
def change_password() -> Answer:
    """Change the password: the old one proves who asks, and all other sessions end."""
    form, person = ChangeForm(), session.insider()
    if not form.validate_on_submit():
        return page("change-password", form)
    known = browser.known(person.login)
    wait = guesses.current().password(person.login, known)
    if wait:
        return later("change-password", form, wait)
    store, new = parts().store, form.new.data
    if not signin.is_password(store, person.id, form.old.data):
        form.old.errors = [_("Mật khẩu hiện nay không đúng.")]
        return page("change-password", form)
    guesses.current().forget_password(person.login, known)
    if form.old.data == new or unfit(person.login, new):
        form.new.errors = [_("Hãy chọn mật khẩu khác: không chứa tên đăng nhập, không dùng lại.")]
        return page("change-password", form)
    locked = signin.locked(account.unlocked(person), new)
    with sealed.current().changing() as (_drawers, work):
        account.change_password(
            work, person, locked, session.id_of_this(), clock.now(), parts().promise_key
        )
    return redirect(url_for("account.own", doi_mat_khau=1), 303)
