"""Signs of crime in real browsers: handed over at once, followed to the end, or disputed."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload
from sqlalchemy import select

import web.clock
from commands.sweep import sweep_all
from ledger.note import Signer
from records.settings import Settings
from records.staff import Role
from records.tables import METADATA
from records.work import Store, opened, reading
from rules.book import Rules
from tests.browser import handing
from tests.browser.calendar import Calendar
from tests.browser.officer import Officer
from tests.browser.reporter import file, open_mailbox
from tests.browser.rounds import photograph
from tests.browser.visit import Visit
from triage import sweep
from triage.submission import Disclosure, Identity

pytestmark = pytest.mark.xdist_group("browser")

WHO = Identity(
    Disclosure.CONFIDENTIAL, "Tôn Thất Giả Định", "88 kiệt Hư Cấu, phường Mẫu", "0900 135 791"
)
#: What nobody but two custodians may bring to light: in words, without spaces, in a file's name.
PLANTED = (
    WHO.name,
    "Giả Định",
    "Gia Dinh",
    "Hư Cấu",
    WHO.contact,
    "0900135791",
    "Máy ảnh của tôi",
    "2026:03:12",
)
LIAISONS = {Role.POLICE_LIAISON: "dieu_tra", Role.PROCURACY_LIAISON: "kiem_sat"}
AT_ONCE = "Chuyển vụ việc khi đã xác định có dấu hiệu tội phạm"
SETTLING = "Giải quyết tố cáo"
DISPUTE = (
    "Viện kiểm sát cấp trên giải quyết khi không nhất trí việc không khởi tố; là quyết định "
    "cuối cùng"
)
DECIDING = "Cơ quan điều tra ra quyết định giải quyết"
#: What speaks for Article 353.
SIGNS = {"353": "Có người được ghi nhận tiền mà không có thật; tiền về tay người lập bảng."}


def text(of: Officer, path: str = "") -> str:
    if path:
        of.visit.go(path)
    return of.visit.page.locator("main").inner_text()


def clock(of: Officer, name: str) -> str:
    """Return what the page that is open says of a clock."""
    found = of.visit.page.locator("ul.clocks li", has=of.visit.page.get_by_text(name, exact=True))
    return found.first.inner_text()


@pytest.fixture
def liaison(officer: Callable[..., Officer]) -> Callable[[Role, str], Officer]:
    """Appoint people of other offices: they are at work with dossiers."""

    def come(role: Role, play: str) -> Officer:
        made = officer(f"{LIAISONS[role]}_{play}", role)
        made.place = "/desk/ho-so-chuyen"
        return made

    return come


def knows_no_more_than_a_dossier(of: Officer, case: str) -> bool:
    """Tell whether all that a liaison has come to names neither the case nor the reporter."""
    visit = of.visit
    words = (*PLANTED, case, "/desk/ho-so/")
    return not handing.words_in([*visit.seen, *visit.asked], words)


@dataclass(frozen=True)
class Machine:
    """The machine beneath the pages, and room for a copy of what it keeps."""

    settings: Settings
    room: Path
    #: What `dangvan sweep` does to clocks, here and now.
    remind: Callable[[], object]

    def sweeps_once_and_no_more(self) -> bool:
        """Tell whether `dangvan sweep` over a copy, run twice, changes something once only."""
        home = shutil.copytree(self.settings.home, self.room / "home")
        copied = Settings.read(home=home)
        found = [rows(copied)]
        for _ in range(2):
            assert not sweep_all(copied, quiet=True)
            found.append(rows(copied))
        begun, swept, again = found
        changed = {table for table, was in begun.items() if swept[table] != was}
        return {"case_notice", "case_event", "log_checkpoint"} <= changed and again == swept


def rows(settings: Settings) -> dict[str, list[str]]:
    """Return every row of every table."""
    with opened(settings) as store, reading(store) as work:
        return {
            each.name: sorted(repr(row) for row in work.session.execute(select(each)))
            for each in METADATA.sorted_tables
        }


@pytest.fixture
def machine(
    founded: Settings, tmp_path: Path, instance: Store, law: Rules, promise_key: Signer
) -> Machine:
    def remind() -> object:
        return list(sweep.sweep(instance, law, promise_key, web.clock.today()))

    return Machine(founded, tmp_path, remind)


def test_signs_of_crime_go_to_the_police_at_once_while_the_case_goes_on(
    officer: Callable[..., Officer],
    liaison: Callable[[Role, str], Officer],
    citizen: Visit,
    calendar: Calendar,
) -> None:
    police = liaison(Role.POLICE_LIAISON, "1")
    procuracy = liaison(Role.PROCURACY_LIAISON, "1")
    lan, minh = officer("lan_ca"), officer("minh_ca", Role.HEAD)
    began, decided = calendar.in_words(), {"decided_on": calendar.today}
    photo: FilePayload = {**photograph(), "name": "don cua Gia Dinh.jpg"}
    code = file(citizen, "dev-040", "to_cao", WHO, [photo])

    case = lan.open("Tôi là giáo viên")
    assert "Dấu hiệu tội phạm do phần mềm gợi ý" in text(lan)
    assert "Điều 353 Tham ô tài sản: dấu hiệu mạnh" in text(lan)
    lan.take(case, "signature.confirmed", signed_on=calendar.today)
    lan.take(case, "case.classified", kind="to_cao", category="embezzlement", risk="medium")
    minh.take(case, "case.accepted", decision_number="125/QĐ-TTTP", **decided)
    lan.take(case, "signs.confirmed", crimes=["353"], ground=["before_conclusion"])
    assert "Hết hạn hôm nay" in clock(lan, AT_ONCE)
    dossier = handing.hand_over(minh, case, SIGNS, decision_number="126/TTTP-NV", **decided)
    assert lan.sees(case)
    assert f"Đã xong, đúng hạn Hạn: ngày {began} · Kết thúc ngày {began}" in clock(lan, AT_ONCE)
    assert "Đang chạy" in clock(lan, SETTLING)
    assert not handing.words_in([*lan.visit.seen, *minh.visit.seen], PLANTED)

    _the_police_find_a_dossier_and_nothing_else(police, dossier)
    assert "bản sao gửi Viện kiểm sát" in text(procuracy, procuracy.place)
    police.take(dossier, "police.received", receipt_number="31/TB-ĐT", **decided)
    assert calendar.until(clock(police, DECIDING)) >= 20
    police.take(dossier, "police.classified", text="Tin báo về tội phạm.")
    police.take(dossier, "police.assigned", text="Giao Đội điều tra tội phạm kinh tế.")
    assert "Cơ quan điều tra đã tiếp nhận" in open_mailbox(citizen, code)

    minh.take(case, "verification.assigned", decision_number="130/QĐ-TTTP", **decided)
    lan.take(case, "recovery.recorded", stage="denunciation", damage="96 triệu", to_recover="96tr")
    calendar.ahead = timedelta(days=12)
    for each in (lan, minh, police, procuracy):
        each.come_again()
    later, decided = calendar.in_words(), {"decided_on": calendar.today}
    police.take(
        dossier, "police.decided", police_outcome="khoi_to", decision_number="9/QĐ-CSĐT", **decided
    )
    police.take(dossier, "police.result_notified", text="Đã khởi tố vụ án tham ô tài sản.")
    _everybody_learns_the_result(lan, case, open_mailbox(citizen, code), later)
    for said in ("31/TB-ĐT", "Khởi tố vụ án hình sự", "Đã khởi tố vụ án tham ô tài sản."):
        assert said in text(procuracy, f"{procuracy.place}/{dossier}")
    for each in (police, procuracy):
        assert knows_no_more_than_a_dossier(each, case)

    number = {"decision_number": "140/KL-TTTP", **decided}
    minh.take(case, "case.concluded", finding="true", **number)
    lan.take(case, "conclusion.sent", text="Nội dung tố cáo là đúng.")
    minh.take(case, "result.decided", measures="Cách chức; thu hồi 96 triệu đồng.", **decided)
    lan.take(case, "recovery.recorded", stage="denunciation", recovered="60.000.000")
    assert "36.000.000" in lan.visit.page.locator('[aria-labelledby="thu-hoi"]').inner_text()
    lan.take(case, "conclusion.published", posted_on=calendar.today, posted_at="Trụ sở Thanh tra")
    calendar.ahead += timedelta(days=40)
    lan.come_again()
    lan.take(case, "publication.ended", text="Đã hết thời gian công khai kết luận.")
    assert "Đã kết thúc" in text(lan)
    assert not handing.words_in(lan.visit.seen, PLANTED)
    assert "Nội dung tố cáo là đúng." in open_mailbox(citizen, code)


def _the_police_find_a_dossier_and_nothing_else(police: Officer, dossier: str) -> None:
    assert "126/TTTP-NV" in text(police, police.place)
    assert "số tài khoản của chồng chị kế toán" in text(police, f"{police.place}/{dossier}")
    assert "ở [đã che danh tính], điện thoại [đã che danh tính]" in text(police)
    found = handing.files(police.visit)
    assert len(found) == 5 + 2 + 1
    assert handing.agrees_with_its_manifest(found)
    said = {name: handing.told(name, content) for name, content in found.items()}
    assert not handing.words_in([*said, *said.values()], PLANTED)
    assert handing.words_in([said["01-cong-van-chuyen.pdf"]], ["Cơ quan Cảnh sát điều tra"])
    police.visit.click(police.visit.page.locator('main a[href*="/xem/1"]').first)


def _everybody_learns_the_result(lan: Officer, case: str, mailbox: str, day: str) -> None:
    assert lan.sees(case)
    handed = lan.visit.page.locator('[aria-labelledby="da-chuyen"]').inner_text()
    assert "Công an đã quyết định" in handed
    lan.visit.follow("Xem hồ sơ đã chuyển, 8 văn bản, chứng cứ")
    for said in ("31/TB-ĐT", "9/QĐ-CSĐT", "Đã khởi tố vụ án tham ô tài sản."):
        assert said in text(lan)
    for said in (
        "Đã chuyển Cơ quan điều tra, không kèm danh tính",
        f"{day}: Cơ quan điều tra đã ra quyết định",
        "Vụ án hình sự đã được khởi tố để điều tra. Đơn vị tiếp nhận vẫn giải quyết",
    ):
        assert said in mailbox
    # What the offices write to one another is not for the mailbox.
    assert not handing.words_in([mailbox], ["31/TB-ĐT", "9/QĐ-CSĐT", "Đội điều tra"])


def test_the_procuracy_disputes_that_nobody_is_prosecuted(
    officer: Callable[..., Officer],
    liaison: Callable[[Role, str], Officer],
    citizen: Visit,
    calendar: Calendar,
    machine: Machine,
) -> None:
    police = liaison(Role.POLICE_LIAISON, "2")
    procuracy = liaison(Role.PROCURACY_LIAISON, "2")
    minh = officer("minh_vks", Role.HEAD)
    code = file(citizen, "dev-033", "to_cao")
    case = minh.open("Sau trận lụt cuối tháng 10/2025")
    minh.take(case, "signs.confirmed", crimes=["353"], ground=["before_conclusion"])
    decided = {"decided_on": calendar.today}
    dossier = handing.hand_over(minh, case, SIGNS, decision_number="200/TTTP-NV", **decided)
    police.take(dossier, "police.received", receipt_number="32/TB-ĐT", **decided)

    calendar.ahead = timedelta(days=45)
    for each in (minh, police, procuracy):
        each.come_again()
    assert machine.sweeps_once_and_no_more()
    machine.remind()
    for each in (police, procuracy):
        said = text(each, f"{each.place}/{dossier}")
        assert f"Hệ thống đã nhắc ngày {calendar.in_words()}" in said
        assert "Quá hạn" in clock(each, DECIDING)
    minh.take(case, "police.asked", text="Đề nghị Cơ quan điều tra trả lời kết quả.")
    refused = {"police_outcome": "khoi_to", "decision_number": "1/QĐ", "decided_on": "2020-01-02"}
    _refuses_a_decision_before_the_hand_over(police, dossier, refused)
    decided = {"decision_number": "10/QĐ-CSĐT", "decided_on": calendar.today}
    police.take(dossier, "police.decided", police_outcome="khong_khoi_to", **decided)
    told = open_mailbox(citizen, code)
    assert "Như vậy không có nghĩa là nội dung đã báo là sai" in told
    procuracy.take(
        dossier,
        "prosecution.disputed",
        reason="Chữ ký nhận tiền do một người viết.",
        decided_on=calendar.today,
    )
    assert calendar.until(clock(procuracy, DISPUTE)) >= 20
    procuracy.visit.go("/desk/hop-lien-nganh")
    procuracy.visit.page.select_option("#ky", index=0)
    procuracy.visit.press("Xem")
    assert f"đề nghị xem xét lại ngày {calendar.in_words()}" in text(procuracy)
    assert minh.sees(case)
    assert "Đang xem xét việc không khởi tố" in text(minh)
    assert "Đã đề nghị xem xét lại việc không khởi tố" in open_mailbox(citizen, code)
    decided = {"decision_number": "3/QĐ-VKS", "decided_on": calendar.today}
    procuracy.take(dossier, "dispute.decided", police_outcome="khoi_to", **decided)
    assert "Đã xong, đúng hạn" in clock(procuracy, DISPUTE)
    # What was not recorded in time can still be, so that nothing stays overdue for ever.
    police.take(dossier, "police.classified", text="Tin báo về tội phạm.")
    assert "Đã xong, quá hạn" in clock(police, "Cơ quan điều tra phân loại")
    told = open_mailbox(citizen, code)
    assert "Viện kiểm sát cấp trên đã quyết định; đây là quyết định cuối cùng" in told
    assert "Vụ án hình sự đã được khởi tố để điều tra" in told
    for each in (police, procuracy):
        assert knows_no_more_than_a_dossier(each, case)


def _refuses_a_decision_before_the_hand_over(
    police: Officer, dossier: str, typed: dict[str, str]
) -> None:
    police.visit.go(f"{police.place}/{dossier}/buoc/police.decided")
    for name, value in typed.items():
        police.fill(name, value)
    police.visit.click(police.visit.page.locator('main form button[type="submit"]').last)
    assert "Ngày này trước bước liền trước" in text(police)
    assert police.visit.page.input_value('[name="decision_number"]') == typed["decision_number"]
