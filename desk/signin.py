"""The pages of signing in: the password, then a second factor; at the first time both are chosen.

Between the steps the key that the password unlocked lies in the sealed session, for minutes.
"""

from datetime import timedelta
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from desk import browser, city, menu, second, session
from desk.account_forms import AppForm, CodeForm, KeyForm, NewPasswordForm, PasswordForm
from desk.permissions import open_to_all
from triage import access, devices, factors, ownkey, passkeys, signin
from triage.factors import Factors, How
from triage.signin import Unlocked
from web import clock, guesses, qr, sealed
from web.app import parts
from web.forms import errors_of
from web.i18n import Pages
from web.sealed import Drawers

pages = Pages("account", __name__)
Answer = str | tuple[str, int] | AnyResponse
#: Drawers: a sign-in that has begun; recovery codes that have not been written down yet.
SIGNING_IN, CODES = "signing_in", "codes"
#: And of `desk.factors`: a second factor has just been proved; the secret of another app.
PROVED, NEW_APP = "proved", "new_app"
#: Minutes for which the key waits for the second factor; and at a first sign-in, where there is
#: none yet that a stranger could lack, and an app has to be found and set up.
_MINUTES, _MINUTES_FIRST = 5, 30


@pages.get("/dang-nhap")
@pages.post("/dang-nhap", endpoint="try_password")
@open_to_all
def sign_in() -> Answer:
    """Ask for login and password, or lead on whoever is at work already.

    An unknown login costs the same work as a known one, and is answered alike.
    """
    if session.load() is not None:
        return redirect(menu.home(), 303)
    form, named = PasswordForm(), city.named()
    if named is not None:
        form.login.data = named
        form.login.render_kw = {**form.login.render_kw, "readonly": True}
    about = {"late": False, "named": named, "told": city.told()}
    if not form.validate_on_submit():
        return page("sign-in", form, **about | {"late": "het_gio" in request.args})
    login = form.login.data.strip().lower()
    known = browser.known(login)
    wait = guesses.current().password(login, known)
    if wait:
        return later("sign-in", form, wait, **about)
    try:
        person = signin.unlock(parts().store, login, form.password.data, by_city=named is not None)
    except signin.Refused:
        form.login.errors = [_("Tên đăng nhập hoặc mật khẩu không đúng.")]
        return page("sign-in", form, **about)
    guesses.current().forget_password(login, known)
    sealed.renew()
    try:
        with sealed.current().changing() as (drawers, work):
            some = signin.factors(work, person).any
            started = {"who": person.to_json(), "next": request.args.get("den", "")[:200]}
            if not some:
                started["secret"] = factors.new_secret()
            _keep(drawers, started)
            drawers.empty(city.COME)
    except signin.FactorsGone:
        form.login.errors = [
            _("Xác thực hai lớp của tài khoản này đã bị mất. Hãy báo ngay cho người quản trị.")
        ]
        return page("sign-in", form, **about)
    sealed.give_cookie()
    return redirect(_place_of(started), 303)


@pages.get("/dang-nhap/ma")
@pages.post("/dang-nhap/ma", endpoint="try_code")
@open_to_all
def code() -> Answer:
    """Ask for a second factor."""
    started = _started("account.code")
    if not isinstance(started, dict):
        return started
    form, person = CodeForm(), Unlocked.from_json(started["who"])
    if not form.validate_on_submit():
        return page("code", form, ask=second.ask(person))
    known = browser.known(person.login)
    wait = guesses.current().factor(person.staff_id.hex, known)
    if wait:
        return later("code", form, wait, ask=second.ask(person))
    with sealed.current().changing() as (drawers, work):
        how = second.prove(drawers, work, person, form)
        if how is not None and person.settled:
            _begin(drawers, work, started, how, form.device.data)
        elif how is not None:
            started |= {"how": how, "device": form.device.data}
            _keep(drawers, started)
    if how is None:
        return page("code", form, ask=second.ask(person))
    guesses.current().forget_factor(person.staff_id.hex, known)
    return _in(_led_to(started)) if person.settled else redirect(_place_of(started), 303)


@pages.get("/dang-nhap/ung-dung")
@pages.post("/dang-nhap/ung-dung", endpoint="try_app")
@open_to_all
def app() -> Answer:
    """Set up an app for one-time codes, at a first sign-in."""
    started = _started("account.app")
    if not isinstance(started, dict):
        return started
    form, secret = AppForm(), started["secret"]
    if form.validate_on_submit():
        kept = factors.with_app(Factors(), secret, form.code.data, clock.now())
        if kept is not None:
            started |= {"kept": kept.to_json().decode(), "how": How.TOTP}
            with sealed.current().changing() as (drawers, _work):
                _keep(drawers, started)
            return redirect(_place_of(started), 303)
        form.code.errors = [_("Mã không đúng. Hãy xem giờ của điện thoại, rồi nhập mã đang hiện.")]
    login = started["who"]["login"]
    return page(
        "app",
        form,
        picture=qr.drawn(factors.address(secret, login)),
        secret=secret,
        key=second.question() is not None,
    )


@pages.get("/dang-nhap/khoa")
@pages.post("/dang-nhap/khoa", endpoint="try_key")
@open_to_all
def first_key() -> Answer:
    """Make a passkey instead of setting up an app, at a first sign-in."""
    started = _started("account.app")
    if not isinstance(started, dict):
        return started
    form, person = KeyForm(), Unlocked.from_json(started["who"])
    if form.validate_on_submit():
        with sealed.current().changing() as (drawers, _work):
            asked = second.asked_last(drawers)
            kept = passkeys.with_key(Factors(), asked, form.passkey.data, form.name.data)
            if kept is not None:
                started |= {"kept": kept.to_json().decode(), "how": How.PASSKEY}
                _keep(drawers, started)
        if kept is not None:
            return redirect(_place_of(started), 303)
        form.name.errors = [second.not_taken()]
    return page("key", form, ask=second.ask_to_make(person.staff_id, person.login, Factors()))


@pages.get("/dang-nhap/mat-khau")
@pages.post("/dang-nhap/mat-khau", endpoint="choose_password")
@open_to_all
def password() -> Answer:
    """Choose a password in place of the one that was handed over, and be let in."""
    started = _started("account.password")
    if not isinstance(started, dict):
        return started
    form, person = NewPasswordForm(), Unlocked.from_json(started["who"])
    if not form.validate_on_submit():
        return page("password", form)
    new = form.new.data
    if unfit(person.login, new) or signin.is_password(parts().store, person.staff_id, new):
        form.new.errors = [_("Hãy chọn mật khẩu khác: không chứa tên đăng nhập, không dùng lại.")]
        return page("password", form)
    own = ownkey.drawn(person)
    locked, today, key = signin.locked(own, new), clock.today(), parts().promise_key
    try:
        with sealed.current().changing() as (drawers, work):
            kept = started.get("kept")
            held = signin.factors(work, person) if kept is None else Factors.from_json(kept)
            held, codes = factors.with_recovery_codes(held)
            ownkey.take(work, person, own)
            signin.settle(work, own, locked, held, today, key)
            started |= {"who": own.to_json()}
            _begin(drawers, work, started, How(started["how"]), started.get("device", ""))
            show_codes(drawers, codes, _led_to(started))
    except signin.Refused:  # somebody else with that password was quicker
        with sealed.current().changing() as (drawers, _work):
            drawers.empty(SIGNING_IN)
        return redirect(url_for("account.sign_in"), 303)
    return _in(url_for("account.codes"))


def unfit(login: str, new: str) -> bool:
    """Tell whether a password is the first that somebody who knows the login would try."""
    return login in new.lower()


def show_codes(drawers: Drawers, codes: tuple[str, ...], then: str) -> None:
    """Keep recovery codes until they have been written down; `then` is the page after it."""
    held = {"codes": codes, "then": then}
    drawers.put(CODES, held, clock.now() + timedelta(minutes=_MINUTES_FIRST))


def _started(endpoint: str) -> dict[str, Any] | AnyResponse:
    """Return the sign-in that has begun, or the way to where it has come to."""
    started = sealed.current().look().get(SIGNING_IN)
    if started is None:
        return redirect(url_for("account.sign_in", het_gio=1), 303)
    place = _place_of(started)
    return started if place == url_for(endpoint) else redirect(place, 303)


def _place_of(started: dict[str, Any]) -> str:
    if "how" in started:
        return url_for("account.password")
    return url_for("account.app" if "secret" in started else "account.code")


def _keep(drawers: Drawers, started: dict[str, Any]) -> None:
    minutes = _MINUTES_FIRST if "secret" in started or "how" in started else _MINUTES
    drawers.put(SIGNING_IN, started, clock.now() + timedelta(minutes=minutes))


def _begin(
    drawers: Drawers,
    work: Any,  # noqa: ANN401  (handed on)
    started: dict[str, Any],
    how: How,
    device: str,
) -> None:
    person, now = Unlocked.from_json(started["who"]), clock.now()
    begun = signin.begin(work, person, how, device, now, parts().promise_key)
    devices.remember(work, devices.mark(browser.token(), person.login), person.staff_id, now.date())
    held = access.to_hold(begun.id, person.staff_id, person.seed, begun.ends)
    for name in tuple(drawers.contents):  # of a colleague at this browser before
        if not session.is_own(name):
            drawers.empty(name)
    drawers.put(session.STAFF, held, session.closes(held))


def _in(to: str) -> AnyResponse:
    """Go on under a new cookie: the old one was there before the second factor."""
    sealed.renew()
    sealed.give_cookie()
    response = redirect(to, 303)
    browser.give(response)
    return response


def _led_to(started: dict[str, Any]) -> str:
    """Return the page that was asked for: one of ours without what it was asked, or the first."""
    adapter = current_app.create_url_adapter(request)
    first = url_for("account.sign_in")  # which leads on to what the person may do
    try:
        endpoint, values = adapter.match(started["next"], method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return first
    return first if endpoint == "static" else url_for(endpoint, **values)


def page(name: str, form: FlaskForm, **more: Any) -> Answer:  # noqa: ANN401
    """Return a page with a form, and what is wrong with it."""
    errors = errors_of(form)
    minutes = _MINUTES
    page = render_template(
        f"desk/account/{name}.html", form=form, errors=errors, minutes=minutes, **more
    )
    return page, 422 if errors else 200


def later(name: str, form: FlaskForm, seconds: int, **more: Any) -> Response:  # noqa: ANN401
    """Ask to wait. The guess has not been looked at."""
    minutes = -(-seconds // 60)
    next(iter(form)).errors = [
        ngettext(
            "Đã thử sai quá nhiều lần. Hãy thử lại sau %(num)d phút.",
            "Đã thử sai quá nhiều lần. Hãy thử lại sau %(num)d phút.",
            minutes,
        )
    ]
    answer = make_response(page(name, form, **more))
    answer.status_code = 429
    answer.headers["Retry-After"] = str(seconds)
    return answer
