"""The page of a case of which parts are damaged: the rest is shown, and what is missing is said."""

import pytest
from sqlalchemy import delete, update

import desk.app
from ledger.note import Signer
from records.case import CaseEvent, CaseFile, CaseItem
from records.staff import Role
from records.work import Store, writing
from tests.desk.case_kit import Office, words
from tests.desk.desk_kit import Colleague, at_work, employ
from triage import admission, casefile, mailbox, tracker
from triage.casefile import OpenCase
from triage.standing import Tracker
from vault.context import Purpose
from web import clock
from web.app import Parts

DAMAGED = "Phần này bị hỏng, không mở được."
STORY = "Trần Văn A ở quầy số 3"


@pytest.fixture(scope="module")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan_hong", "thanh_tra", Role.INSPECTOR)


@pytest.fixture
def office(parts: Parts, lan: Colleague) -> Office:
    return Office(parts, at_work(desk.app.create(parts), parts.store, lan))


def whole(office: Office, lan: Colleague) -> OpenCase:
    """A case that has something in each part of its page."""
    case, parts, today = admission.new_case(), office.parts, clock.today()
    office.file(case=case)
    stored = office.stored(case, "anh.txt", "ảnh chụp".encode())
    with writing(parts.store) as work:
        casefile.add_files(work, case, stored, today)
        mailbox.write(work, case, "Đã nhận được đơn.", parts.promise_key, today)
        desk_of = Tracker(work, parts.rules, parts.promise_key, today)
        tracker.take(desk_of, case, lan.id, "note.added", {"text": "Đã gọi hai lần."})
    return case


def section(page: str, name: str) -> str:
    return words(page.partition(f'<h2 id="{name}">')[2].partition("<h2")[0])


@pytest.mark.parametrize(
    ("purpose", "place"),
    [
        (Purpose.CASE_NARRATIVE, "noi-dung-phan-anh"),
        (Purpose.CASE_SIGNS, "noi-dung-phan-anh"),
        (Purpose.CASE_FACTS, "thong-tin"),
        (Purpose.CASE_MESSAGE, "tin-nhan"),
        (Purpose.CASE_ROUTE, "chuyen-ho-so"),
    ],
)
def test_a_damaged_text_is_said_in_its_place_and_the_rest_is_shown(
    office: Office, lan: Colleague, purpose: Purpose, place: str
) -> None:
    case = whole(office, lan)
    with writing(office.parts.store) as work:
        work.session.execute(
            update(CaseItem)
            .where(CaseItem.case_id == case.id, CaseItem.purpose == purpose)
            .values(sealed=b"damaged")
        )
    answer = office.read(case)
    assert answer.status_code == 200
    assert DAMAGED in section(answer.text, place)
    assert answer.text.count(DAMAGED) == 1
    assert (STORY in words(answer.text)) is (purpose is not Purpose.CASE_NARRATIVE)
    assert "Đã gọi hai lần." in answer.text
    assert "Chưa có tin nhắn nào" not in answer.text


def test_damaged_events_and_files_are_said_in_their_places(office: Office, lan: Colleague) -> None:
    case = whole(office, lan)
    with writing(office.parts.store) as work:
        work.session.execute(
            update(CaseEvent).where(CaseEvent.case_id == case.id).values(detail=b"damaged")
        )
        work.session.execute(
            update(CaseFile).where(CaseFile.case_id == case.id).values(card=b"damaged")
        )
    answer = office.read(case)
    assert answer.status_code == 200
    for place in ("ghi-chu", "dien-bien", "tep"):
        assert DAMAGED in section(answer.text, place), place
    assert "Tiếp nhận" in section(answer.text, "dien-bien")
    assert STORY in words(answer.text)
    assert "Không có tệp nào" not in answer.text


def test_a_case_that_lost_its_events_is_shown_where_it_stood_last(
    office: Office, lan: Colleague
) -> None:
    case = whole(office, lan)
    with writing(office.parts.store) as work:
        work.session.execute(delete(CaseEvent).where(CaseEvent.case_id == case.id))
    answer = office.read(case)
    assert answer.status_code == 200
    assert DAMAGED in section(answer.text, "dien-bien")
    assert STORY in words(answer.text)
    assert "Không có bước nào phải thực hiện lúc này." in words(answer.text)
