"""The identity at the desk: asked for at the case, decided on by custodians, read by one person."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

import desk.app
from ledger.note import Signer
from records.staff import Role
from records.work import Store, writing
from rules.book import Rules
from tests.custodians import confirmed
from tests.desk.acts_kit import Form, Unit, Worker, staffed
from tests.desk.case_kit import REPORT, page_of, words
from tests.desk.desk_kit import at_work, employ
from tests.triage.identity_kit import WANTED, WHO
from tests.web.conftest import GENEROUS
from triage import mailbox
from triage.casefile import OpenCase
from web import clock
from web.app import Parts

ASK = "identity.requested"


@dataclass(frozen=True)
class Place:
    """A unit and two custodians."""

    unit: Unit
    custodians: tuple[Worker, Worker]

    def asked(self, case: OpenCase) -> UUID:
        self.unit.inspector.take(case.id, ASK, **WANTED)
        page = self.unit.inspector.get(page_of(case.id)).text
        return UUID(page.partition("/danh-tinh/")[2][:36])

    def answer(self, who: Worker, request: UUID, **values: str) -> int:
        form = Form(who.get(f"/danh-tinh/{request}").text)
        who.last = who.browser.post(f"/danh-tinh/{request}", data={**form.values, **values})
        return who.last.status_code

    def released(self, case: OpenCase) -> UUID:
        request = self.asked(case)
        for each in self.custodians:
            assert self.answer(each, request, decision="release", done="y") == 303
        return request

    def text(self, who: Worker) -> str:
        assert who.last is not None
        return words(who.last.text)


@pytest.fixture(scope="module")
def place(instance: Store, law: Rules, promise_key: Signer) -> Place:
    parts = Parts(instance, law, promise_key, GENEROUS)
    app = desk.app.create(parts)

    def custodian(login: str) -> Worker:
        who = employ(instance, promise_key, login, "so_noi_vu", Role.CUSTODIAN)
        with writing(instance) as work:
            confirmed(work, promise_key, {who.id: who.seed})
        return Worker(at_work(app, instance, who), who.id)

    return Place(staffed(parts, "dt"), (custodian("dt_giu_1"), custodian("dt_giu_2")))


@pytest.fixture
def case(place: Place) -> OpenCase:
    return place.unit.file(replace(REPORT, identity=WHO))


def test_an_identity_is_asked_for_released_by_two_and_read_by_one(
    place: Place, case: OpenCase
) -> None:
    request = place.released(case)
    reader = place.unit.inspector
    address = f"/danh-tinh/{request}/xem"
    before = reader.get(address)
    assert WHO.name not in before.text
    shown = reader.browser.post(address, data=Form(before.text).values)
    assert shown.status_code == 200
    assert all(each in words(shown.text) for each in (WHO.name, WHO.address, WHO.contact))
    assert shown.headers["Cache-Control"] == "no-store"
    assert WHO.name not in reader.get(page_of(case.id)).text
    for other in (place.unit.head, place.unit.colleague, place.unit.elsewhere):
        assert other.get(address).status_code == 404
        own = Form(other.get("/phim-tat").text).values
        assert other.browser.post(address, data=own).status_code == 404
    assert place.unit.events(case)[-1] == "identity.read"


def test_the_custodians_page_shows_who_asks_and_why_and_nothing_of_the_case(
    place: Place, case: OpenCase
) -> None:
    request, custodian = place.asked(case), place.custodians[0]
    for address in ("/danh-tinh", f"/danh-tinh/{request}"):
        page = custodian.get(address).text
        assert "Cán bộ dt_vien" in page
        assert "Phải làm việc trực tiếp với người gửi" in page
        hidden = (case.id.hex[:8], str(case.id), "phong bì", "Trần Văn A", WHO.name)
        assert not [each for each in hidden if each in page]
    assert WANTED["necessity"] in page


def test_a_custodian_who_did_not_compare_or_chose_nothing_is_told_and_keeps_what_was_typed(
    place: Place, case: OpenCase
) -> None:
    request, custodian = place.asked(case), place.custodians[0]
    assert place.answer(custodian, request, reason="Đã gõ dở") == 422
    assert "Hãy chọn một quyết định" in place.text(custodian)
    assert "Đã gõ dở" in place.text(custodian)
    assert place.answer(custodian, request, decision="release") == 422
    assert "Hãy đối chiếu mã với người yêu cầu" in place.text(custodian)
    assert place.answer(custodian, request, decision="decline") == 422
    assert "Hãy ghi lý do từ chối" in place.text(custodian)
    forged = {"decision": "release", "done": "y", "compared": "0000"}
    assert place.answer(custodian, request, **forged) == 422
    assert "Mã đối chiếu đã thay đổi" in place.text(custodian)


def test_an_answer_sent_twice_counts_once(place: Place, case: OpenCase) -> None:
    request, custodian = place.asked(case), place.custodians[0]
    form = Form(custodian.get(f"/danh-tinh/{request}").text)
    sent = {**form.values, "decision": "release", "done": "y"}
    for _ in range(2):
        assert custodian.browser.post(f"/danh-tinh/{request}", data=sent).status_code == 303
    assert place.unit.events(case).count("identity.agreed") == 1
    again = {**sent, "once": "another"}
    answer = custodian.browser.post(f"/danh-tinh/{request}", data=again)
    assert answer.status_code == 409
    assert "đã trả lời yêu cầu này" in words(answer.text)


def test_a_declined_request_says_why_to_the_one_who_asked(place: Place, case: OpenCase) -> None:
    request = place.asked(case)
    for each in place.custodians:
        place.answer(each, request, decision="decline", reason="Hãy hỏi qua hộp thư.")
    page = place.unit.inspector.get(f"/danh-tinh/{request}/xem").text
    assert "Hãy hỏi qua hộp thư." in page
    assert "Hãy hỏi qua hộp thư." not in place.unit.head.get(page_of(case.id)).text


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(
    place: Place, case: OpenCase
) -> None:
    typed = {**WANTED, "identity_exception": "endangers_verification"}
    answer = place.unit.inspector.fill(case.id, ASK, **typed)
    assert answer.status_code == 422
    assert "thì phải chọn căn cứ và ghi lý do" in words(answer.text)
    assert WANTED["necessity"] in answer.text
    assert ASK not in place.unit.events(case)


def test_a_second_request_is_refused_while_one_is_open(place: Place, case: OpenCase) -> None:
    place.asked(case)
    answer = place.unit.colleague.fill(case.id, ASK, **WANTED)
    assert answer.status_code == 409
    assert "chưa kết thúc" in words(answer.text)


def test_without_an_identity_the_page_offers_no_request(place: Place) -> None:
    case = place.unit.file()
    assert ASK not in place.unit.inspector.get(page_of(case.id)).text
    answer = place.unit.inspector.fill(case.id, ASK, **WANTED)
    assert answer.status_code == 409
    assert "Không có danh tính trong hệ thống" in words(answer.text)


def test_ending_it_early_deletes_what_was_released(place: Place, case: OpenCase) -> None:
    request, reader = place.released(case), place.unit.inspector
    form = Form(reader.get(f"/danh-tinh/{request}/xem").text)
    to = reader.browser.post(f"/danh-tinh/{request}/ket-thuc", data=form.values)
    assert to.status_code == 303
    late = reader.browser.post(f"/danh-tinh/{request}/xem", data=form.values)
    assert late.status_code == 409
    assert "Người yêu cầu đã chấm dứt yêu cầu" in words(late.text)
    assert WHO.name not in late.text


def test_the_reporter_reads_who_may_know_now(place: Place, case: OpenCase) -> None:
    place.released(case)
    parts = place.unit.parts
    box = mailbox.look(parts.store, parts.rules, case, clock.today())
    assert [each.kind for each in box.steps][-2:] == [ASK, "identity.released"]
    assert [each.text for each in box.messages] == [WANTED["told_text"]]
