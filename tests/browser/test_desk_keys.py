"""The desk without a mouse: from the sign-in to letter and note, by single keys and by Tab."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from ledger.note import Signer
from records.staff import Role
from records.work import Store
from rules.book import Rules
from tests.browser.conftest import visiting
from tests.browser.hands import Hands
from tests.browser.officer import Officer
from tests.browser.visit import Visit
from tests.desk.case_kit import REPORT, file
from tests.desk.desk_kit import PASSWORD, employ
from triage import mailbox
from triage.casefile import OpenCase
from triage.mailbox import Author
from triage.submission import Facts
from web import clock

pytestmark = pytest.mark.xdist_group("browser")

#: Holds every key that does something, and must end up in the letter letter by letter.
LETTER = "Xin jojo krn? / ông, bà bổ sung giấy hẹn."
NOTE = "Đã gọi; nhớ kiểm tra / hỏi lại?"
SEND = 'main form button[type="submit"]:not([name])'


def employed(store: Store, key: Signer, login: str, visit: Visit) -> Officer:
    """Return somebody who has been at work before, and has gone home."""
    person = employ(store, key, login, "thanh_tra", Role.INSPECTOR)
    officer = Officer(visit, login, PASSWORD, person.id.hex)
    officer.come()
    visit.page.context.clear_cookies()
    return officer


def sign_in(hands: Hands, officer: Officer) -> None:
    """Sign in with password and code."""
    officer.visit.go("/desk/dang-nhap")
    hands.reach("#login")
    hands.type(officer.login)
    hands.reach("#password")
    hands.type(officer.password)
    hands.go()
    hands.reach("#code")
    hands.type(officer.code())
    hands.go()
    assert officer.visit.path == "/desk/"


def write_letter(hands: Hands) -> None:
    """Fill in the letter whose form is shown, and send it after a second look."""
    hands.reach("#text")
    at = hands.page.url
    hands.type(LETTER)
    assert hands.page.url == at
    hands.reach(SEND)
    hands.go()
    hands.reach('button[name="confirmed"]')
    hands.go()
    assert "da_ghi=message.sent" in hands.page.url


def write_note(hands: Hands) -> None:
    """Fill in the note whose form is shown, and keep it."""
    hands.reach("#text")
    hands.type(NOTE)
    hands.reach(SEND)
    hands.go()
    assert "da_ghi=note.added" in hands.page.url
    assert NOTE in hands.page.locator("main").inner_text()


def told(store: Store, law: Rules, case: OpenCase) -> list[str]:
    """Return what staff wrote to the reporter."""
    messages = mailbox.look(store, law, case, clock.today()).messages
    return [each.text for each in messages if each.author is Author.STAFF]


def filed(store: Store, law: Rules, key: Signer, words: str) -> OpenCase:
    """File a report that goes to the Inspectorate, and to who works there by now."""
    return file(store, law, key, replace(REPORT, facts=Facts(), narrative=words)).case


def page_of(case: OpenCase) -> str:
    return f"/desk/ho-so/{case.id}"


def test_single_keys_lead_through_the_work_and_can_be_switched_off(
    browser: Browser, city: str, instance: Store, law: Rules, promise_key: Signer
) -> None:
    with visiting(browser, city, script=True) as visit:
        hands, page = Hands(visit.page), visit.page
        officer = employed(instance, promise_key, "phim_tat", visit)
        filed(instance, law, promise_key, "Bàn phím: thu tiền không biên lai.")
        case = filed(instance, law, promise_key, "Bàn phím: cân thiếu ở chợ.")
        row = f'[data-case][href*="{page_of(case)}"]'
        sign_in(hands, officer)

        hands.press("j")
        first = page.evaluate("document.activeElement.href")
        hands.press("j")
        assert page.evaluate("document.activeElement.href") != first
        hands.press("k")
        assert page.evaluate("document.activeElement.href") == first
        hands.reach(row, "j")
        hands.go()
        assert visit.path == page_of(case)

        hands.go("r")
        assert visit.path == f"{page_of(case)}/tin-nhan"
        write_letter(hands)
        assert told(instance, law, case) == [LETTER]
        hands.go("n")
        assert visit.path == f"{page_of(case)}/ghi-chu"
        write_note(hands)

        hands.go("?")
        assert visit.path == "/desk/phim-tat"
        hands.reach('button[name="keys"]')
        hands.go()
        assert "Phím tắt đang tắt." in page.locator("main").inner_text()
        visit.go(page_of(case))
        for key in ("r", "n", "j", "?"):
            hands.press(key)
        visit.go("/desk/")
        hands.press("j")
        assert page.evaluate("document.activeElement === document.body")
        assert visit.path == "/desk/"
        assert not visit.complaints


def test_everything_is_reached_by_tab_without_any_script(
    browser: Browser, city: str, instance: Store, law: Rules, promise_key: Signer
) -> None:
    with visiting(browser, city, script=False) as visit:
        hands = Hands(visit.page)
        officer = employed(instance, promise_key, "phim_tab", visit)
        case = filed(instance, law, promise_key, "Phím Tab: thu tiền không biên lai.")
        sign_in(hands, officer)
        hands.reach(f'main a[href$="{page_of(case)}"]')
        hands.go()
        hands.reach(f'main a[href$="{page_of(case)}/tin-nhan"]')
        hands.go()
        write_letter(hands)
        assert told(instance, law, case) == [LETTER]
        hands.reach(f'main a[href$="{page_of(case)}/ghi-chu"]')
        hands.go()
        write_note(hands)
        hands.reach(f'main a[href$="{page_of(case)}/them-tep"]')
        hands.go()
        hands.reach("#files")
        hands.reach(SEND)
