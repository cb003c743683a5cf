"""The city's own sign-in (OIDC): it names the person, and opens nothing.

Who comes back from there is asked for their password, which alone unlocks the key, and then for
the second factor, as everybody is. An instance without a provider has none of these addresses.
"""

from dataclasses import asdict
from datetime import timedelta
from typing import Any, cast

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from desk.permissions import open_to_all
from triage import signin
from web import clock, guesses, sealed
from web.app import parts
from web.i18n import VIETNAMESE, Pages, language
from web.oidc import Away, Provider, Question, Unproved

pages = Pages("city", __name__)
#: Drawers: a question that waits for its answer; the login that an answer has led to.
_ASKED, COME = "city_asked", "city_come"
_MINUTES = timedelta(minutes=10)
#: What a sign-in page says after a walk that led nowhere, by what its address carries.
_TOLD = {
    "la": _l(
        "Tài khoản của thành phố vừa dùng chưa gắn với cán bộ nào ở đây. Hãy nhờ người quản trị "
        "gắn giúp; hoặc đăng nhập bằng tên đăng nhập và mật khẩu."
    ),
    "xa": _l(
        "Hệ thống đăng nhập của thành phố hiện không trả lời. Hãy đăng nhập bằng tên đăng nhập và "
        "mật khẩu."
    ),
    "hong": _l(
        "Đăng nhập bằng tài khoản của thành phố không thành, hoặc đã quá 10 phút. Hãy thử lại, "
        "hoặc đăng nhập bằng tên đăng nhập và mật khẩu."
    ),
    "nhieu": _l(
        "Đã thử quá nhiều lần. Hãy chờ ít phút, hoặc đăng nhập bằng tên đăng nhập và mật khẩu."
    ),
}


@pages.get("/dang-nhap/thanh-pho")
@open_to_all
def go() -> Response:
    """Lead to the provider, from a sign-in page of ours: a link elsewhere comes without cookie."""
    here, then = sealed.current(), {"den": request.args.get("den", "")[:200]}
    if not here.known:
        return _to_sign_in("hong", language(), then)
    if guesses.current().errand():
        return _to_sign_in("nhieu", language(), then)
    question = Question.new()
    try:
        place = _provider().place(question, _back())
    except Away:
        return _to_sign_in("xa", language(), then)
    with here.changing() as (drawers, _work):
        held = {"question": asdict(question), "lang": language(), "then": then}
        drawers.put(_ASKED, held, clock.now() + _MINUTES)
        drawers.empty(COME)
    return redirect(place, 303)


@pages.get("/dang-nhap/thanh-pho/ve")
@open_to_all
def back() -> Response | str:
    """Take the provider's answer, once, and lead to the sign-in page."""
    here, given = sealed.current(), request.args
    if not here.known and "tiep" not in given:
        # A browser that comes from another site does not send the cookie. One step from a page of
        # ours to the same address, and it does.
        answer: dict[str, Any] = {name: given.get(name, "") for name in ("state", "code")}
        return render_template("desk/account/city.html", on=url_for("city.back", tiep=1, **answer))
    asked = _asked()
    if asked is None:
        return _to_sign_in("hong", language(), {})
    told = _take_name(Question(**asked["question"]), given.get("state"), given.get("code"))
    return _to_sign_in(told, asked["lang"], asked["then"])


def named() -> str | None:
    """Return the login of whom the city's sign-in has named in this browser, if it was used."""
    held = sealed.current().look().get(COME)
    return None if held is None or "ten_khac" in request.args else cast("str", held["login"])


def told() -> str | None:
    """Return what the sign-in page has to say of a walk that led nowhere."""
    text = _TOLD.get(request.args.get("thanh_pho", ""))
    return None if text is None or request.method == "POST" else str(text)


def _take_name(question: Question, state: str | None, code: str | None) -> str:
    """Find out who has come, for the sign-in page; return what there is to tell instead, if so."""
    if state != question.state or not code:
        return "hong"
    try:
        subject = _provider().subject(question, code, _back(), clock.now())
    except Away:
        return "xa"
    except Unproved:
        return "hong"
    login = signin.login_of(parts().store, subject)
    if login is None:
        return "la"
    with sealed.current().changing() as (drawers, _work):
        drawers.put(COME, {"login": login}, clock.now() + _MINUTES)
    return ""


def _asked() -> dict[str, Any] | None:
    """Take the question that waits: after this there is none."""
    here = sealed.current()
    if here.look().get(_ASKED) is None:
        return None
    with here.changing() as (drawers, _work):
        asked = drawers.get(_ASKED)
        drawers.empty(_ASKED)
    return asked


def _provider() -> Provider:
    return cast("Provider", parts().site.provider)  # these pages are there only if it is


def _back() -> str:
    """Return the one address that the provider leads back to: of the settings, never of Host."""
    return f"{parts().site.address}{url_for('city.back', lang=VIETNAMESE)}"


def _to_sign_in(told: str, lang: str, then: dict[str, str]) -> Response:
    carried: dict[str, Any] = {"thanh_pho": told, **then}
    carried = {name: value for name, value in carried.items() if value}
    return redirect(url_for("account.sign_in", lang=lang, **carried), 303)
