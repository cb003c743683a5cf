"""Protection in real browsers: an alarm by receipt code, its risk, measures, a review, the end."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from records.staff import Role
from tests.browser.calendar import Calendar
from tests.browser.handing import dossier_at, words_in
from tests.browser.officer import Officer
from tests.browser.reporter import dev_report, file, open_mailbox
from tests.browser.visit import Visit
from triage import protection

pytestmark = pytest.mark.xdist_group("browser")

DIARY = dev_report("dev-027").split("\n\n")[1]
STORY = "Tôi làm văn thư"
ALARMED = "Báo động chưa đánh giá"


def text(of: Officer, path: str = "") -> str:
    if path:
        of.visit.go(path)
    return of.visit.page.locator("main").inner_text()


def raise_alarm(citizen: Visit, code: str) -> str:
    """Call alarm with nothing but the receipt code; return what the mailbox says then."""
    open_mailbox(citizen, code)
    citizen.follow("Báo bị trù dập, đe dọa")
    for form in ("isolation", "transfer", "demotion"):
        citizen.page.check(f'input[name="forms"][value="{form}"]')
    citizen.page.fill("#text", DIARY)
    citizen.press("Báo ngay")
    return citizen.page.locator("main").inner_text()


def test_an_alarm_by_receipt_leads_to_measures_a_review_and_an_end(
    officer: Callable[..., Officer], citizen: Visit, calendar: Calendar
) -> None:
    lan, minh = officer("lan_bv"), officer("minh_bv", Role.HEAD)
    bac, guard = officer("bac_bv", unit="so_y_te"), officer("bao_ve_bv", Role.PROTECTION_OFFICER)
    guard.place = "/desk/ho-so-chuyen"
    began = calendar.in_words()
    code = file(citizen, "dev-012", "to_cao")
    told = raise_alarm(citizen, code)
    assert f"{began}: Ông, bà báo việc trù dập, đe dọa" in told
    assert f"{began}: Đã nhận đề nghị bảo vệ" in told

    case = lan.open(STORY)
    of_case = f"/desk/ho-so/{case}/bao-ve"
    assert "Khẩn" in text(lan)
    lan.visit.follow("Xem báo động và đánh giá nguy cơ ngay")
    assert lan.visit.path == of_case
    assert ALARMED in text(lan)
    assert "điều động từ phòng nghiệp vụ xuống kho vật tư cách nhà 25 km" in text(lan)
    assert ALARMED in text(minh, of_case)
    assert not bac.sees(case)
    assert STORY not in text(bac, "/desk/bao-ve")

    lan.take(
        case,
        protection.ASSESSED,
        likelihood="happening",
        severity="serious",
        protected=["denouncer", "spouse"],
        review_on=calendar.in_form(3),
    )
    assert ALARMED not in text(lan, of_case)
    assert "Nguy cơ cao" in text(lan)
    request = _refer(minh, of_case)
    assert "tạm đình chỉ quyết định điều động" in text(guard, f"{guard.place}/{request}")
    assert "Nguy cơ cao" in text(guard)
    guard.take(
        request,
        protection.APPLIED,
        goods=["job", "secrecy"],
        safeguards=["job_suspended", "job_employer", "secrecy_asked"],
        responsible="Sở Nội vụ",
        review_on=calendar.in_form(10),
        decision_number="8/QĐ-BV",
        decided_on=calendar.today,
    )
    due = calendar.in_words(10)
    for said in ("Sở Nội vụ", "Tạm đình chỉ, hủy bỏ quyết định kỷ luật", due):
        assert said in text(lan, of_case)

    calendar.ahead = timedelta(days=12)
    lan.come_again()
    guard.come_again()
    (row,) = (each for each in _listed(lan) if STORY in each)
    assert f"{due} (quá hạn" in row
    reviewed = calendar.in_words()
    lan.take(
        case,
        protection.REVIEWED,
        review="end_proposed",
        reason="Quyết định điều động đã bị hủy; người gửi đã về phòng cũ.",
        review_on=calendar.in_form(20),
    )
    assert calendar.in_words(20) in text(lan, of_case)
    guard.take(
        request,
        protection.ENDED,
        protection_end="no_longer_needed",
        reason="Vị trí công tác đã được khôi phục.",
        decision_number="19/QĐ-BV",
        decided_on=calendar.today,
    )
    assert "Vị trí công tác đã được khôi phục." in text(lan, of_case)
    hidden = (case, "/desk/ho-so/", STORY)
    assert not words_in([*guard.visit.seen, *guard.visit.asked], hidden)
    assert not [each for each in _listed(lan) if STORY in each]

    told = open_mailbox(citizen, code)
    for line in (
        f"{began}: Nguy cơ đối với ông, bà đã được đánh giá",
        f"{began}: Đang áp dụng biện pháp bảo vệ",
        f"{reviewed}: Biện pháp bảo vệ đã được xem lại",
        f"{reviewed}: Đã chấm dứt biện pháp bảo vệ",
    ):
        assert line in told
    # The receipt may be in the hands of whoever threatens: it tells no plan.
    assert not [each for each in ("Nguy cơ cao", "Sở Nội vụ", "hủy bỏ quyết định") if each in told]


def _refer(head: Officer, page: str) -> str:
    """Ask the officers to protect; return the identifier of the request."""
    head.visit.go(page)
    head.visit.click(head.visit.page.locator('main a[href$="/de-nghi-bao-ve"]').first)
    assert STORY not in head.visit.page.input_value('[name="summary"]')
    head.fill("goods", "job")
    head.fill("text", "Đề nghị tạm đình chỉ quyết định điều động đến khi có kết luận.")
    head.visit.click(head.visit.page.locator('main form button[type="submit"]').last)
    assert "Chưa gửi" in text(head)
    head.visit.press("Gửi đề nghị bảo vệ")
    return dossier_at(head.visit.path)


def _listed(of: Officer) -> list[str]:
    of.visit.go("/desk/bao-ve")
    return of.visit.page.locator("tbody tr").all_inner_texts()
