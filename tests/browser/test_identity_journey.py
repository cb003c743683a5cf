"""A reporter's identity in real browsers: two custodians release it to one person, for days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ledger.note import Signer
from records.identity import IdentityAnswer
from records.staff import Role
from records.work import Store, reading
from rules.book import Rules
from tests.browser.calendar import Calendar
from tests.browser.officer import Officer
from tests.browser.reporter import file, open_mailbox
from tests.browser.visit import Visit
from triage import identity_requests
from triage.identity_requests import End
from triage.submission import Disclosure, Identity
from web import clock

pytestmark = pytest.mark.xdist_group("browser")

WHO = Identity(
    Disclosure.CONFIDENTIAL, "Tôn Nữ Thử Nghiệm", "15 kiệt Vô Danh, phường Mẫu", "0900 246 810"
)
WORDS = (WHO.name, WHO.address, WHO.contact)
WHY = "Phải gặp trực tiếp để người gửi chỉ từng phiếu chi trong sổ nội bộ."
TOLD = "Chúng tôi cần gặp ông, bà để đối chiếu sổ sách."
ASKED = {
    "identity_ground": "working_with_reporter",
    "necessity": WHY,
    "answer_time": "answer_3",
    "reading_time": "reading_3",
    "told_text": TOLD,
}
RELEASED = "Danh tính của ông, bà được mở cho một người duy nhất đã yêu cầu"
OVER = "Đã hết thời hạn xem danh tính; mảnh khóa đã mở được xóa"


def text(of: Officer | Visit) -> str:
    visit = of.visit if isinstance(of, Officer) else of
    return visit.page.locator("main").inner_text()


def names_nobody(visit: Visit) -> bool:
    """Tell whether the whole page, with what the eye does not see of it, has no identity."""
    return not [each for each in WORDS if each in visit.page.content()]


def agree(custodian: Officer, compared: str, case_id: str) -> None:
    """Agree, as a custodian who has compared the fingerprint and knows nothing of the case."""
    custodian.visit.go("/desk/danh-tinh")
    custodian.visit.follow("Xem và quyết định Cán bộ lan_dt")
    seen = custodian.visit.page.content()
    assert WHY in text(custodian)
    assert compared in text(custodian)
    assert names_nobody(custodian.visit)
    assert not [each for each in (case_id, case_id[:8], "phế liệu", "garage") if each in seen]
    custodian.fill("decision", "release")
    custodian.fill("done", "y")
    custodian.visit.press("Ghi quyết định")
    assert "Đã ghi: đồng ý mở mảnh khóa" in text(custodian)
    assert not custodian.sees(case_id)


@dataclass(frozen=True)
class Custody:
    """What is kept of released identities, seen from the machine."""

    sweep: Callable[[], list[End]]
    store: Store

    def shares(self) -> int:
        """Return how many shares are sealed to requesters at this moment, in all cases."""
        held = select(func.count()).where(
            IdentityAnswer.released.is_(True), IdentityAnswer.answer.is_not(None)
        )
        with reading(self.store) as work:
            return work.session.execute(held).scalar_one()


@pytest.fixture
def custody(instance: Store, law: Rules, promise_key: Signer) -> Custody:
    return Custody(
        lambda: list(identity_requests.sweep(instance, law, promise_key, clock.today())), instance
    )


def test_an_identity_is_released_to_one_person_and_expires(
    officer: Callable[..., Officer],
    citizen: Visit,
    calendar: Calendar,
    custody: Custody,
) -> None:
    lan, cuc = officer("lan_dt"), officer("cuc_dt")
    custodians = [officer(f"giu_dt_{each}", Role.CUSTODIAN, "so_noi_vu") for each in (1, 2)]
    code = file(citizen, "dev-022", "to_cao", WHO)

    case = lan.open("Tôi từng làm phụ kế toán")
    assert "phế liệu" in text(lan)
    assert names_nobody(lan.visit)
    lan.take(case, identity_requests.REQUESTED, **ASKED)
    assert "0 trong 2 người cần thiết đã đồng ý" in text(lan)
    assert f"trả lời đến hết ngày {calendar.in_words(3)}" in text(lan)
    lan.visit.follow("Xem yêu cầu của tôi")
    reading_page = lan.visit.path
    compared = lan.visit.page.locator("main code").inner_text()
    told = open_mailbox(citizen, code)
    assert TOLD in told
    assert "Có yêu cầu được biết danh tính của ông, bà" in told
    assert RELEASED not in told

    agree(custodians[0], compared, case)
    lan.visit.go(reading_page)
    assert "1 trong 2 người cần thiết đã đồng ý" in text(lan)
    assert not lan.visit.page.get_by_role("button", name="Mở danh tính").count()
    agree(custodians[1], compared, case)

    lan.visit.go(reading_page)
    assert f"xem được đến hết ngày {calendar.in_words(3)}" in text(lan)
    assert names_nobody(lan.visit)
    lan.visit.press("Mở danh tính")
    assert all(each in text(lan) for each in WORDS)
    assert cuc.sees(case)
    assert names_nobody(cuc.visit)
    for other in (cuc, *custodians):
        answer = other.visit.page.goto(other.visit.address + reading_page)
        assert answer is not None
        assert answer.status == 404
    assert lan.sees(case)
    assert names_nobody(lan.visit)
    assert RELEASED in open_mailbox(citizen, code)

    _cannot_be_read_after_its_days(lan, reading_page, calendar)
    held = custody.shares()
    assert End.OVER in custody.sweep()
    assert custody.shares() == held - 2
    assert not custody.sweep()
    lan.visit.go(reading_page)
    assert "Đã chấm dứt. Đã hết thời hạn xem danh tính." in text(lan)
    told = open_mailbox(citizen, code)
    assert f"{calendar.in_words()}: {OVER}" in told
    assert OVER in citizen.page.locator(".status").inner_text()


def _cannot_be_read_after_its_days(lan: Officer, page: str, calendar: Calendar) -> None:
    """On the last evening the button is there; pressed after midnight it opens nothing."""
    calendar.late_in(days=3)
    lan.come_again()
    lan.visit.go(page)
    assert f"xem được đến hết ngày {calendar.in_words()}" in text(lan)
    calendar.ahead += timedelta(minutes=20)
    lan.visit.press("Mở danh tính")
    assert "Không xem được danh tính" in text(lan)
    assert "Đã hết thời hạn xem danh tính." in text(lan)
    assert names_nobody(lan.visit)
    assert not lan.visit.page.get_by_role("button", name="Mở danh tính").count()
