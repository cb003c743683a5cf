"""The city's own sign-in on another site, in a real browser that keeps strict cookies back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser
from pydantic import SecretStr
from sqlalchemy import update

import desk.app
from ledger.note import Signer
from records.staff import Role, Staff
from records.work import Store, writing
from tests.browser.conftest import serving, visiting
from tests.browser.visit import Visit
from tests.desk import oidc_kit
from tests.desk.desk_kit import PASSWORD, employ
from tests.desk.oidc_kit import CityProvider
from web.app import Parts

pytestmark = pytest.mark.xdist_group("browser")
LOGIN, SUBJECT = "di_tu_thanh_pho", "cccd-cua-trinh-duyet"


@pytest.fixture
def city() -> Iterator[CityProvider]:
    with oidc_kit.serving("") as provider:
        provider.asks = True
        yield provider


@pytest.fixture
def visit(browser: Browser, site_parts: Parts, city: CityProvider) -> Iterator[Visit]:
    """A visit without scripts to a desk on `localhost`; to browsers its provider is elsewhere."""
    front = Flask("front")  # served before the desk is made, whose settings hold the address
    with serving(front) as served:
        address = served.replace("127.0.0.1", "localhost")
        settings = {
            "address": address,
            "oidc_issuer": city.issuer,
            "oidc_client_id": oidc_kit.CLIENT_ID,
            "oidc_client_secret": SecretStr(oidc_kit.SECRET),
        }
        site = site_parts.site.model_copy(update=settings)
        made = desk.app.create(replace(site_parts, site=site))
        front.wsgi_app = made.wsgi_app  # type: ignore[method-assign]
        city.redirect_uri, city.subject = f"{address}/dang-nhap/thanh-pho/ve", SUBJECT
        with visiting(browser, address, script=False) as opened:
            yield opened


def test_a_browser_comes_back_from_another_site_with_its_cookie(
    visit: Visit, instance: Store, promise_key: Signer
) -> None:
    person = employ(instance, promise_key, LOGIN, "thanh_tra", Role.INSPECTOR)
    with writing(instance) as work:
        work.session.execute(update(Staff).where(Staff.id == person.id).values(subject=SUBJECT))
    visit.go("/dang-nhap")
    visit.follow("Đăng nhập bằng tài khoản của thành phố")
    visit.follow(oidc_kit.GO_ON)
    visit.page.wait_for_url("**/dang-nhap")
    assert any("tiep=1" in each for each in visit.asked)  # the step that brings the cookie along
    login = visit.page.get_by_label("Tên đăng nhập")
    assert login.input_value() == LOGIN
    assert not login.is_editable()
    visit.page.get_by_label("Mật khẩu").fill(PASSWORD)
    visit.press("Tiếp tục")
    assert visit.path == "/dang-nhap/ung-dung"
    assert visit.complaints == []
