"""The city's own sign-in names the person, and opens nothing; whatever goes wrong is refused."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from ssl import SSLContext
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select, update
from werkzeug.test import TestResponse

import desk.app
from ledger.note import Signer
from records.errors import BadConfiguration
from records.settings import PREFIX
from records.staff import Role, Staff
from records.work import Store, reading, writing
from rules.book import Rules
from tests.commands.test_mail import certificate, tls
from tests.desk.desk_kit import PASSWORD, at_work, employ
from tests.desk.oidc_kit import (
    ACCESS_TOKEN,
    CLIENT_ID,
    SECRET,
    CityProvider,
    serving,
    shared_secret_key,
)
from tests.desk.signin_kit import Visitor, csrf
from tests.web.conftest import GENEROUS
from tests.web.page import Page
from triage import leaving, posts, signin
from web import clock, sealed
from web.app import Parts
from web.oidc import is_protected
from web.site import Site

__all__ = ["certificate", "tls"]
pytestmark = pytest.mark.usefixtures("cheap_passwords")
ADDRESS = "https://dang-van.example"
GO, BACK = "/dang-nhap/thanh-pho", "/dang-nhap/thanh-pho/ve"
BUTTON = "Đăng nhập bằng tài khoản của thành phố"
FAILED, AWAY, UNKNOWN = (f"/dang-nhap?thanh_pho={why}" for why in ("hong", "xa", "la"))
_numbers = count()


def desk_at(issuer: str, instance: Store, law: Rules, promise_key: Signer) -> Flask:
    site = Site(
        **GENEROUS.model_dump(exclude_unset=True),
        address=ADDRESS,
        oidc_issuer=issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=SECRET,
    )
    return desk.app.create(Parts(instance, law, promise_key, site))


@dataclass
class Walker:
    """Somebody who signs in with the city's account."""

    visitor: Visitor
    city: CityProvider

    def go(self, query: str = "") -> str:
        """Press the button; return where that leads."""
        self.visitor.get("/dang-nhap")
        answer = self.visitor.get(GO + query)
        assert answer.status_code == 303
        return answer.headers["Location"]

    def answer(self) -> str:
        """Sign in at the provider; return the address on our side that it leads back to."""
        back = self.city.visit(self.go())
        assert back.startswith(f"{ADDRESS}{BACK}?")
        return back.removeprefix(ADDRESS)

    def come_back(self) -> TestResponse:
        return self.visitor.get(self.answer())


@pytest.fixture
def city() -> Iterator[CityProvider]:
    with serving(ADDRESS + BACK) as provider:
        yield provider


@pytest.fixture
def walker(city: CityProvider, instance: Store, law: Rules, promise_key: Signer) -> Walker:
    """Somebody who has signed in before, and whom an administrator has linked."""
    number = next(_numbers)
    login, city.subject = f"nguoi_thanh_pho_{number}", f"cccd-{number}"
    person = employ(instance, promise_key, login, "thanh_tra", Role.CUSTODIAN)
    with writing(instance) as work:
        linked = update(Staff).where(Staff.id == person.id).values(subject=city.subject)
        work.session.execute(linked)
    app = desk_at(city.issuer, instance, law, promise_key)
    first = Visitor(app, login, PASSWORD)
    first.first_sign_in()
    return Walker(first.other_browser(), city)


def send(browser: FlaskClient, page: str, to: str, **fields: str) -> TestResponse:
    """Send a form of a page, as a browser would."""
    data = {"csrf_token": csrf(browser.get(page).text)} | fields
    return browser.post(page + to, data=data)


def drawers(visitor: Visitor, instance: Store) -> dict[str, Any]:
    cookie = visitor.client.get_cookie("dangvan_desk")
    assert cookie is not None
    with visitor.app.test_request_context():
        return sealed._parse(instance, cookie.value).look().contents


def test_who_comes_from_the_city_is_asked_for_the_password_and_the_second_factor(
    walker: Walker,
) -> None:
    visitor = walker.visitor
    assert BUTTON in visitor.get("/dang-nhap").text
    assert walker.come_back().headers["Location"] == "/dang-nhap"
    page = visitor.get("/dang-nhap").text
    assert f'value="{visitor.login}"' in page
    assert "readonly" in page
    assert BUTTON not in page
    assert not visitor.is_in()
    answer = visitor.post("/dang-nhap", password=visitor.password)
    assert answer.headers["Location"] == "/dang-nhap/ma"
    assert not visitor.is_in()
    visitor.post("/dang-nhap/ma", code=visitor.code())
    assert visitor.is_in()


def test_a_wrong_password_is_refused_as_ever(walker: Walker) -> None:
    walker.come_back()
    answer = walker.visitor.post("/dang-nhap", password="sai")
    assert answer.status_code == 422
    assert f'value="{walker.visitor.login}"' in answer.text


def test_the_city_names_one_person_and_no_other_login_is_taken_in_their_place(
    walker: Walker,
) -> None:
    walker.come_back()
    other = "mot_nguoi_khac"
    answer = walker.visitor.post("/dang-nhap", login=other, password=walker.visitor.password)
    assert answer.headers["Location"] == "/dang-nhap/ma"  # the login that was sent is not looked at
    assert other not in walker.visitor.get("/dang-nhap/ma").text


def test_another_name_can_be_typed_all_the_same(walker: Walker) -> None:
    walker.come_back()
    page = walker.visitor.get("/dang-nhap?ten_khac=1").text
    assert walker.visitor.login not in page
    assert "readonly" not in page


def test_the_log_tells_which_way_somebody_came(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[dict[str, str]] = []
    record = signin.logbook.record

    def heard(work: Any, act: Any, key: Any) -> Any:
        said.append(dict(act.detail))
        return record(work, act, key)

    monkeypatch.setattr(signin.logbook, "record", heard)
    visitor = walker.visitor
    walker.come_back()
    visitor.post("/dang-nhap", password=visitor.password)
    visitor.post("/dang-nhap/ma", code=visitor.code())
    visitor.other_browser().sign_in()
    assert [each["named_by"] for each in said if "named_by" in each] == ["city", "login"]


def test_nothing_that_the_provider_handed_out_is_kept_or_logged(
    walker: Walker, instance: Store, caplog: pytest.LogCaptureFixture
) -> None:
    walker.come_back()
    held = drawers(walker.visitor, instance)
    assert list(held) == ["city_come"]
    assert held["city_come"]["holds"] == {"login": walker.visitor.login}
    assert walker.city.tokens
    for secret in (ACCESS_TOKEN, *walker.city.tokens, walker.city.subject, SECRET):
        assert secret not in json.dumps(held)
        assert secret not in caplog.text
    walker.visitor.post("/dang-nhap", password=walker.visitor.password)
    assert list(drawers(walker.visitor, instance)) == ["signing_in"]


def test_the_secret_goes_into_the_form_where_the_provider_wants_it_there(walker: Walker) -> None:
    walker.city.methods = ("client_secret_post",)
    assert walker.come_back().headers["Location"] == "/dang-nhap"


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_a_provider_may_sign_with_rsa(walker: Walker, alg: str) -> None:
    walker.city.key, walker.city.alg = RSAKey.generate_key(2048, {"kid": "mot"}), alg
    assert walker.come_back().headers["Location"] == "/dang-nhap"


def test_an_answer_counts_once(walker: Walker) -> None:
    back = walker.answer()
    assert walker.visitor.get(back).headers["Location"] == "/dang-nhap"
    exchanged = len(walker.city.exchanged)
    assert walker.visitor.get(back).headers["Location"] == FAILED
    assert len(walker.city.exchanged) == exchanged


def test_an_answer_after_ten_minutes_is_too_late(
    walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    back, now = walker.answer(), clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=10))
    assert walker.visitor.get(back).headers["Location"] == FAILED
    assert not walker.city.exchanged


@pytest.mark.parametrize(
    "changed",
    [
        lambda back: back.replace("state=", "state=x"),
        lambda back: back.split("&state=")[0],
        lambda back: back.replace("code=", "ma="),
        lambda back: f"{BACK}?error=access_denied&{back.split('&')[1]}",
        lambda _: BACK,
    ],
)
def test_an_answer_to_no_question_of_this_browser_leads_nowhere(
    walker: Walker, changed: Callable[[str], str]
) -> None:
    back = walker.answer()
    answer = walker.visitor.get(changed(back))
    assert answer.headers["Location"] == FAILED
    assert "không thành" in Page.of(walker.visitor.get(FAILED).text).text
    assert not walker.city.exchanged
    # Whatever came, the question is used up.
    assert walker.visitor.get(back).headers["Location"] == FAILED


def test_nobody_is_signed_in_as_somebody_else_by_a_link(walker: Walker) -> None:
    thief = walker.answer()  # who wants a colleague to work under the thief's name
    colleague = Walker(walker.visitor.other_browser(), walker.city)
    assert colleague.visitor.get("/dang-nhap").status_code == 200
    assert colleague.visitor.get(thief).headers["Location"] == FAILED
    colleague.go()
    assert colleague.visitor.get(thief).headers["Location"] == FAILED
    assert walker.visitor.login not in colleague.visitor.get("/dang-nhap").text


def test_a_stolen_code_is_worth_nothing_in_another_browser(walker: Walker) -> None:
    stolen = parse_qs(urlsplit(walker.answer()).query)["code"][0]
    thief = Walker(walker.visitor.other_browser(), walker.city)
    state = parse_qs(urlsplit(thief.answer()).query)["state"][0]
    answer = thief.visitor.get(f"{BACK}?code={stolen}&state={state}")
    assert answer.headers["Location"] == FAILED  # the provider has seen the verifier
    assert walker.city.exchanged


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": {"nonce": "of another question"}},
        {"left_out": "nonce"},
        {"claims": {"aud": "another-client"}},
        {"claims": {"aud": [CLIENT_ID, "another-client"]}},
        {"claims": {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}},
        {"left_out": "aud"},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"exp": int(time()) - 120}},
        {"left_out": "exp"},
        {"claims": {"iat": int(time()) + 3600}},
        {"claims": {"at_hash": "of-another-token"}},
        {"left_out": "sub"},
        {"claims": {"sub": ""}},
        {"claims": {"sub": "9" * 256}},
        {"signed_by": ECKey.generate_key("P-256", {"kid": "mot"})},
        {"signed_by": shared_secret_key(), "alg": "HS256"},
        {"alg": "none"},
    ],
)
def test_a_token_that_proves_nothing_names_nobody(walker: Walker, wrong: dict[str, Any]) -> None:
    for name, value in wrong.items():
        setattr(walker.city, name, value)
    assert walker.come_back().headers["Location"] == FAILED
    assert walker.city.tokens
    assert "readonly" not in walker.visitor.get("/dang-nhap").text


def test_somebody_whom_nobody_here_has_linked_is_told_so(walker: Walker) -> None:
    walker.city.subject = "một người lạ"
    assert walker.come_back().headers["Location"] == UNKNOWN
    assert "chưa gắn với cán bộ nào" in Page.of(walker.visitor.get(UNKNOWN).text).text
    assert walker.visitor.sign_in().status_code == 303


def test_somebody_who_has_left_is_known_no_more(
    walker: Walker, instance: Store, promise_key: Signer
) -> None:
    person = signin.unlock(instance, walker.visitor.login, walker.visitor.password)
    with writing(instance) as work:
        leaving.leave(work, person.staff_id, promise_key, clock.today())
    with reading(instance) as work:
        gone = work.session.get(Staff, person.staff_id)
        assert gone is not None
        assert gone.subject is None
    assert walker.come_back().headers["Location"] == UNKNOWN


def test_an_administrator_links_and_unlinks_on_the_page_of_a_person(
    walker: Walker, instance: Store, promise_key: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    record = posts.logbook.record

    def heard(work: Any, act: Any, key: Any) -> Any:
        said.append(act.kind)
        assert "so-hieu" not in str(act)
        return record(work, act, key)

    monkeypatch.setattr(posts.logbook, "record", heard)
    number = next(_numbers)
    login = f"quan_tri_lien_ket_{number}"
    admin = employ(instance, promise_key, login, "van_phong_ubnd", Role.ADMINISTRATOR)
    browser = at_work(walker.visitor.app, instance, admin)
    with reading(instance) as work:
        mine = select(Staff.id).where(Staff.login == walker.visitor.login)
        page = f"/quan-tri/can-bo/{work.session.scalars(mine).one()}"

    def link(subject: str) -> TestResponse:
        return send(browser, page, "/ma-thanh-pho", subject=subject)

    said.clear()
    assert link(f" so-hieu-{number} ").status_code == 303
    assert f'value="so-hieu-{number}"' in browser.get(page).text
    assert said == ["staff.subject_changed"]
    assert walker.come_back().headers["Location"] == UNKNOWN  # by the identifier of before
    walker.city.subject = f"so-hieu-{number}"
    assert walker.come_back().headers["Location"] == "/dang-nhap"
    assert link("").status_code == 303
    assert walker.come_back().headers["Location"] == UNKNOWN


@pytest.mark.parametrize(
    ("subject", "why"),
    [("{taken}", "đã gắn với người khác"), ("mã", "không dấu"), ("9" * 256, "nhiều nhất 255")],
)
def test_an_identifier_of_somebody_else_or_of_no_sense_is_refused(
    walker: Walker, instance: Store, promise_key: Signer, subject: str, why: str
) -> None:
    login = f"quan_tri_lien_ket_{next(_numbers)}"
    admin = employ(instance, promise_key, login, "van_phong_ubnd", Role.ADMINISTRATOR)
    typed = subject.format(taken=walker.city.subject)
    browser = at_work(walker.visitor.app, instance, admin)
    page = f"/quan-tri/can-bo/{admin.id}"
    answer = send(browser, page, "/ma-thanh-pho", subject=typed)
    assert answer.status_code == 422
    assert why in answer.text
    assert f'value="{typed}"' in answer.text
    assert "<title>Lỗi:" in answer.text


def test_without_a_provider_nobody_is_asked_for_an_identifier_there(
    staff: Flask, instance: Store, promise_key: Signer
) -> None:
    login = f"quan_tri_lien_ket_{next(_numbers)}"
    admin = employ(instance, promise_key, login, "van_phong_ubnd", Role.ADMINISTRATOR)
    page = at_work(staff, instance, admin).get(f"/quan-tri/can-bo/{admin.id}").text
    assert "ma-thanh-pho" not in page


def test_while_the_provider_is_away_the_ordinary_way_goes_on(
    instance: Store, law: Rules, promise_key: Signer, walker: Walker
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    visitor = walker.visitor.other_browser()
    visitor.app = desk_at(f"http://127.0.0.1:{port}", instance, law, promise_key)
    visitor.client = visitor.app.test_client()
    assert Walker(visitor, walker.city).go() == AWAY
    assert "hiện không trả lời" in Page.of(visitor.get(AWAY).text).text
    assert visitor.sign_in().status_code == 303
    assert visitor.is_in()


def test_a_provider_that_goes_away_meanwhile_is_said_to_be_away(walker: Walker) -> None:
    walker.city.status = 503
    assert walker.come_back().headers["Location"] == AWAY


def test_over_tls_a_provider_is_believed_only_under_a_trusted_certificate(
    walker: Walker,
    parts: Parts,
    certificate: Path,
    tls: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(ADDRESS + BACK, tls) as city:
        visitor = walker.visitor.other_browser()
        visitor.app = desk_at(city.issuer, parts.store, parts.released, parts.promise_key)
        visitor.client = visitor.app.test_client()
        assert Walker(visitor, city).go() == AWAY
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert Walker(visitor, city).go().startswith(f"{city.issuer}/authorize?")


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"authorization_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_believed(
    walker: Walker, described: dict[str, Any]
) -> None:
    walker.city.described = described
    assert walker.go() == AWAY


def test_a_link_from_elsewhere_does_not_begin_and_sets_nothing(walker: Walker) -> None:
    answer = walker.visitor.get(GO)
    assert answer.headers["Location"] == FAILED
    assert "Set-Cookie" not in answer.headers


def test_who_comes_from_another_site_without_the_cookie_takes_one_more_step(
    walker: Walker,
) -> None:
    back = walker.answer()
    bare = walker.visitor.app.test_client().get(back)  # browsers keep a strict cookie back
    assert bare.status_code == 200
    assert "Set-Cookie" not in bare.headers
    on = Page.of(bare.text).addresses()
    again = next(each for each in on if each.startswith(BACK))
    assert f'content="0; url={again.replace("&", "&amp;")}"' in bare.text
    assert walker.visitor.get(again).headers["Location"] == "/dang-nhap"


def test_without_cookies_the_step_is_taken_once(walker: Walker) -> None:
    answer = walker.visitor.app.test_client().get(f"{walker.answer()}&tiep=1")
    assert answer.headers["Location"] == FAILED


def test_the_way_back_is_of_the_settings_whatever_host_is_asked_for(walker: Walker) -> None:
    visitor = walker.visitor
    visitor.get("/dang-nhap")
    answer = visitor.client.get(
        GO, headers={"Host": "localhost", "X-Forwarded-Host": "xau.example"}
    )
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["redirect_uri"] == [ADDRESS + BACK]


def test_language_and_the_page_that_was_asked_for_come_back_too(walker: Walker) -> None:
    visitor = walker.visitor
    visitor.get("/en/dang-nhap")
    answer = visitor.get(f"/en{GO}?den=/en/tai-khoan")
    back = walker.city.visit(answer.headers["Location"]).removeprefix(ADDRESS)
    page = visitor.get(back).headers["Location"]
    assert page == "/en/dang-nhap?den=/en/tai-khoan"
    visitor.post(page, password=visitor.password)
    answer = visitor.post("/en/dang-nhap/ma", code=visitor.code())
    assert answer.headers["Location"] == "/en/tai-khoan"


def test_walks_from_one_part_of_the_network_are_counted(walker: Walker) -> None:
    leads = {walker.go() for _ in range(101)}
    assert sum(each.startswith(walker.city.issuer) for each in leads) == 100
    assert "/dang-nhap?thanh_pho=nhieu" in leads


def test_without_a_provider_there_is_no_button_and_no_address(staff: Flask) -> None:
    visitor = Visitor(staff, "", "")
    assert BUTTON not in visitor.get("/dang-nhap").text
    assert visitor.get(GO).status_code == visitor.get(BACK).status_code == 404


WHOLE = {
    "ADDRESS": ADDRESS,
    "OIDC_ISSUER": "https://id.hue.example/realms/hue",
    "OIDC_CLIENT_ID": CLIENT_ID,
    "OIDC_CLIENT_SECRET": SECRET,
}


@pytest.mark.parametrize(
    ("changed", "named", "said"),
    [
        ({"OIDC_ISSUER": ""}, "OIDC_CLIENT_SECRET", "set all, or none"),
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_SECRET", "set all, or none"),
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET", "set all, or none"),
        ({"OIDC_ISSUER": "", "OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_SECRET", "set all, or none"),
        ({"OIDC_CLIENT_SECRET": "mật khẩu"}, "OIDC_CLIENT_SECRET", "not ASCII"),
        ({"OIDC_ISSUER": "http://id.hue.example"}, "OIDC_ISSUER", "https://"),
        ({"ADDRESS": ""}, "OIDC_CLIENT_SECRET", "needs DANGVAN_ADDRESS"),
        ({"ADDRESS": "http://dang-van.example"}, "OIDC_CLIENT_SECRET", "needs DANGVAN_ADDRESS"),
    ],
)
def test_settings_that_are_half_given_or_unprotected_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], named: str, said: str
) -> None:
    for name, value in (WHOLE | changed).items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(BadConfiguration) as caught:
        Site.read()
    assert str(caught.value).startswith(f"{PREFIX}{named}: ")
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)


def test_whole_settings_name_a_provider_and_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(PREFIX + name, value)
    site = Site.read()
    assert site.provider is not None
    assert site.provider.issuer == WHOLE["OIDC_ISSUER"]
    assert SECRET not in repr(site) + repr(site.provider)


@pytest.mark.parametrize(
    ("address", "protected"),
    [
        ("https://id.hue.example", True),
        ("http://localhost:9000", True),
        ("http://[::1]:9000", True),
        ("http://id.hue.example", False),
        ("http://localhost.xau.example", False),
        ("https://a:b@id.hue.example", False),
        ("https://id.hue.example:cong", False),
        ("https://", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_this_machine_is_reached_without_tls(address: str, protected: bool) -> None:  # noqa: FBT001
    assert is_protected(address) is protected
