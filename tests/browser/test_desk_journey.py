"""The staff's side in a real browser: a dev report from its filing to its end, and three others."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from records.staff import Role
from tests.browser.calendar import Calendar
from tests.browser.officer import Officer
from tests.browser.reporter import dev_report, file, open_mailbox
from tests.browser.visit import Visit

pytestmark = pytest.mark.xdist_group("browser")

#: Two of the criteria: enough for a complex case (31/2019 Art. 3).
EXTENSION = ["several_places", "many_people"]
UNIT, OTHER_UNIT = "thanh_tra", "so_y_te"


def test_a_denunciation_goes_from_its_filing_to_its_end(
    officer: Callable[..., Officer], citizen: Visit, calendar: Calendar
) -> None:
    lan, minh = officer("lan_di_het"), officer("minh_di_het", Role.HEAD)
    code = file(citizen, "dev-034", "to_cao")
    today = calendar.today
    decided = {"decision_number": "125/QĐ-TTTP", "decided_on": today}

    case = lan.open("Kính gửi Thanh tra thành phố")
    lan.take(case, "signature.confirmed", signed_on=today)
    lan.take(case, "case.classified", kind="to_cao", category="bribery", risk="medium")
    minh.take(case, "case.accepted", **decided)

    lan.take(case, "message.sent", text="Xin ông, bà cho biết ngày nộp hồ sơ.")
    assert "Xin ông, bà cho biết ngày nộp hồ sơ." in open_mailbox(citizen, code)
    citizen.page.fill("#text", "Tôi nộp ngày 5/1/2026, phiếu hẹn số 77.")
    citizen.click(citizen.page.locator('form[action$="/loi-nhan"] button[type="submit"]').last)
    assert lan.sees(case)
    assert "Tôi nộp ngày 5/1/2026, phiếu hẹn số 77." in lan.visit.page.locator("main").inner_text()

    minh.take(case, "verification.assigned", **decided)
    minh.take(case, "case.extended", criteria=EXTENSION, **decided)
    minh.take(case, "case.concluded", finding="partly_true", **decided)
    lan.take(case, "conclusion.sent", text="Nội dung tố cáo là đúng một phần.")
    minh.take(
        case,
        "result.decided",
        measures="Khiển trách; trả lại tiền cho người dân.",
        decided_on=today,
    )
    lan.take(case, "conclusion.published", posted_on=today, posted_at="Trụ sở Thanh tra thành phố")

    calendar.ahead = timedelta(days=40)
    lan.come_again()
    lan.take(case, "publication.ended", text="Đã hết thời gian công khai kết luận.")
    assert "Đã kết thúc" in lan.visit.page.locator("main").inner_text()
    told = open_mailbox(citizen, code)
    assert "Nội dung tố cáo là đúng một phần." in told


def test_a_case_that_moves_leaves_its_former_readers(
    officer: Callable[..., Officer], citizen: Visit
) -> None:
    lan, bac = officer("lan_chuyen"), officer("bac_nhan", unit=OTHER_UNIT)
    file(citizen, "dev-053", "quy_tac_ung_xu")
    case = lan.open("Bữa ni tui lên phường")
    assert not bac.sees(case)
    lan.take(
        case,
        "case.transferred",
        unit=OTHER_UNIT,
        basis="TC 24(1)",
        reason="Nội dung thuộc thẩm quyền của Sở Y tế.",
    )
    assert not lan.sees(case)
    assert not [title for title in lan.queue() if "Bữa ni tui lên phường" in title]
    assert bac.sees(case)
    assert "Bữa ni tui lên phường" in bac.visit.page.locator("main").inner_text()


def test_whoever_steps_back_does_not_find_the_case_any_more(
    officer: Callable[..., Officer], citizen: Visit
) -> None:
    lan, minh = officer("lan_tranh"), officer("minh_tranh", Role.HEAD)
    file(citizen, "dev-004", "quy_tac_ung_xu")
    case = lan.open("1h45 chiều thứ tư 22/4")
    lan.take(case, "person.recused", assignee=lan.id, reason="Người bị phản ánh là em họ của tôi.")
    assert not lan.sees(case)
    assert not [title for title in lan.queue() if "1h45 chiều" in title]
    assert minh.sees(case)


def test_a_caller_gets_a_receipt_and_the_typist_keeps_no_name(
    officer: Callable[..., Officer], citizen: Visit
) -> None:
    lan = officer("lan_nghe_may")
    page = lan.visit.page
    lan.visit.go("/desk/nhap-ho-so")
    for name, value in {
        "channel": "hotline",
        "intent": "quy_tac_ung_xu",
        "category": "harassment",
        "story": dev_report("dev-057"),
        "disclosure": "confidential",
        "name": "Công Tằng Tôn Nữ Ví Dụ",
        "contact": "0900 333 444",
        "recording": "yes",
        "hand_over": "yes",
    }.items():
        lan.fill(name, value)
    lan.visit.press("Xem lại và in biên bản")
    assert "Tui làm thủ tục cấp đổi giấy phép" in page.locator("main").inner_text()
    lan.fill("minutes", "read_back")
    lan.visit.press("Nộp hồ sơ")
    code = page.locator(".receipt code").inner_text()
    lan.visit.press("Đã giao mã, xóa khỏi màn hình")
    assert code not in page.content()

    assert "Công Tằng" not in open_mailbox(citizen, code)
    case = lan.open("Tui làm thủ tục cấp đổi giấy phép")
    text = page.locator("main").inner_text()
    assert "0900 333 444" not in text
    assert "Công Tằng" not in text
    lan.take(case, "message.sent", text="Mời bác đến nhận giấy phép ngày mai.")
    assert "Mời bác đến nhận giấy phép ngày mai." in open_mailbox(citizen, code)
