"""Passkeys in a real browser, whose virtual device signs as a real one; the end of a session."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, CDPSession

import desk.app
from ledger.note import Signer
from records.staff import Role
from records.work import Store
from rules.book import Rules
from tests.browser.conftest import serving, visiting
from tests.browser.officer import OWN_PASSWORD
from tests.browser.visit import Visit
from tests.desk.desk_kit import PASSWORD, employ
from tests.web.conftest import GENEROUS
from web.app import Parts

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.usefixtures("cheap_passwords")]
_DEVICE = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def desk_address(instance: Store, law: Rules, promise_key: Signer) -> Iterator[str]:
    """The address of the desk by name: an address of numbers has no passkeys."""
    with serving(desk.app.create(Parts(instance, law, promise_key, GENEROUS))) as served:
        yield served.replace("127.0.0.1", "localhost")


@pytest.fixture
def visit(browser: Browser, desk_address: str) -> Iterator[Visit]:
    with visiting(browser, desk_address, script=True) as opened:
        yield opened


@pytest.fixture
def device(visit: Visit) -> tuple[CDPSession, str]:
    """A device that is plugged in; the session of the developer tools, and its identifier."""
    tools = visit.page.context.new_cdp_session(visit.page)
    tools.send("WebAuthn.enable")
    added = tools.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    return tools, added["authenticatorId"]


def type_password(visit: Visit, login: str, password: str) -> None:
    visit.go("/dang-nhap")
    visit.page.fill("#login", login)
    visit.page.fill("#password", password)
    visit.press("Tiếp tục")


def begin_with_key(visit: Visit, login: str) -> None:
    type_password(visit, login, PASSWORD)
    visit.follow("Dùng khóa truy cập thay cho ứng dụng")
    assert not visit.page.locator("#khong-khoa").is_visible()
    visit.page.fill("#name", "Khóa USB trong két")
    visit.press("Tạo khóa truy cập")
    visit.page.wait_for_url("**/dang-nhap/mat-khau")
    visit.page.fill("#new", OWN_PASSWORD)
    visit.page.fill("#again", OWN_PASSWORD)
    visit.press("Lưu mật khẩu")
    visit.press("Tôi đã chép các mã")


def test_a_passkey_from_its_making_to_its_removal(
    visit: Visit, device: tuple[CDPSession, str], instance: Store, promise_key: Signer
) -> None:
    tools, which = device
    employ(instance, promise_key, "tb_khoa", "thanh_tra", Role.CUSTODIAN)
    begin_with_key(visit, "tb_khoa")
    [made] = tools.send("WebAuthn.getCredentials", {"authenticatorId": which})["credentials"]
    assert made["rpId"] == "localhost"
    visit.press("Đăng xuất")
    type_password(visit, "tb_khoa", OWN_PASSWORD)
    assert visit.heading == "Xác thực lớp thứ hai"
    visit.page.fill("#device", "máy thử")
    visit.press("Dùng khóa truy cập")
    visit.page.wait_for_url("**/danh-tinh")
    visit.go("/tai-khoan")
    assert "máy thử" in visit.page.locator("main").inner_text()
    assert "Xác thực bằng: khóa truy cập" in visit.page.locator("main").inner_text()
    visit.follow("Ứng dụng xác thực, khóa truy cập, mã dự phòng")
    visit.press("Dùng khóa truy cập")
    visit.page.wait_for_url("**/tai-khoan/xac-thuc")
    assert "cách xác thực duy nhất" in visit.page.locator("main").inner_text()
    visit.follow("Thêm khóa truy cập")
    tools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": which})
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    visit.page.fill("#name", "Điện thoại")
    visit.press("Tạo khóa truy cập")
    visit.page.wait_for_url("**/tai-khoan/xac-thuc")
    visit.press("Bỏ khóa này: Điện thoại")
    assert "Điện thoại" not in visit.page.locator("main").inner_text()
    assert not visit.complaints


def test_a_browser_without_the_key_says_so_and_a_code_still_lets_in(
    visit: Visit, device: tuple[CDPSession, str], instance: Store, promise_key: Signer
) -> None:
    tools, which = device
    employ(instance, promise_key, "tb_mat", "thanh_tra", Role.CUSTODIAN)
    begin_with_key(visit, "tb_mat")
    visit.press("Đăng xuất")
    tools.send("WebAuthn.clearCredentials", {"authenticatorId": which})
    type_password(visit, "tb_mat", OWN_PASSWORD)
    visit.page.get_by_role("button", name="Dùng khóa truy cập").click()
    told = visit.page.get_by_text("Trình duyệt chưa dùng được khóa truy cập")
    told.wait_for()
    assert visit.page.locator("#code").is_visible()


def test_without_scripts_no_button_is_shown(
    browser: Browser, desk_address: str, instance: Store, promise_key: Signer
) -> None:
    employ(instance, promise_key, "tb_khong", "thanh_tra", Role.CUSTODIAN)
    with visiting(browser, desk_address, script=False) as visit:
        type_password(visit, "tb_khong", PASSWORD)
        visit.follow("Dùng khóa truy cập thay cho ứng dụng")
        assert visit.page.locator("#khong-khoa").is_visible()
        assert not visit.page.locator("[data-passkey] button").is_visible()


def test_the_page_warns_before_the_session_closes_and_offers_to_stay(
    visit: Visit, device: tuple[CDPSession, str], instance: Store, promise_key: Signer
) -> None:
    employ(instance, promise_key, "tb_dong", "thanh_tra", Role.CUSTODIAN)
    assert device
    begin_with_key(visit, "tb_dong")
    page = visit.page
    page.clock.install()
    visit.go("/tai-khoan/mat-khau")
    page.fill("#old", "đang gõ dở")
    warning = page.locator("#sap-dong")
    page.clock.fast_forward(timedelta(minutes=27).seconds * 1000)
    assert not warning.inner_text()
    page.clock.fast_forward(timedelta(minutes=1, seconds=10).seconds * 1000)
    assert "Phiên sắp tự đóng" in warning.inner_text()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Ở lại", exact=True).click()
    opened.value.wait_for_load_state()
    assert opened.value.locator("h1").inner_text() == "Phiên làm việc được giữ"
    page.clock.run_for(6000)
    assert not warning.inner_text()
    assert page.input_value("#old") == "đang gõ dở"
    assert page.url.endswith("/tai-khoan/mat-khau")
