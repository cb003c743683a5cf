"""Dossiers at the desk of those they were handed to: the list, the page, the files, the steps."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from records.case import Case
from records.dossier import Dossier
from records.work import reading
from tests.desk.acts_kit import Form, Worker
from tests.desk.case_kit import logged, untimed, words
from tests.desk.dossier_kit import FILE_NAME, IDENTITY, IN_FILE, PLACE, Table, city, table
from triage import dossierlist
from web import clock

__all__ = ["city", "table"]
DAY = timedelta(days=1)
_LINK = re.compile(rf'href="{PLACE}/([0-9a-f-]{{36}})"')
_FILE = re.compile(rf'href="({PLACE}/[0-9a-f-]{{36}}/tep/[0-9a-f-]{{36}})"')


def today() -> str:
    return clock.today().isoformat()


def listed(who: Worker, query: str = "") -> list[UUID]:
    answer = who.get(f"{PLACE}{query}")
    assert answer.status_code == 200
    return [UUID(each) for each in _LINK.findall(answer.text)]


def page(who: Worker, dossier: UUID) -> str:
    answer = who.get(f"{PLACE}/{dossier}")
    assert answer.status_code == 200
    return words(answer.text)


def receive(who: Worker, dossier: UUID, number: str = "5/TB-ĐT", day: str = "") -> None:
    who.take(dossier, "police.received", receipt_number=number, decided_on=day or today())


def decide(who: Worker, dossier: UUID, outcome: str = "khong_khoi_to") -> None:
    who.take(
        dossier,
        "police.decided",
        police_outcome=outcome,
        decision_number="7/QĐ",
        decided_on=today(),
    )


def state(table: Table, dossier: UUID) -> str:
    with reading(table.city.store) as work:
        asked = select(Case.police_state).join(Dossier, Dossier.case_id == Case.id)
        return work.session.execute(asked.where(Dossier.id == dossier)).scalar_one()


def test_liaisons_come_to_their_list_which_says_from_whom_what_has_come(table: Table) -> None:
    home = table.police.get("/")
    assert (home.status_code, home.headers["Location"]) == (303, PLACE)
    assert "Chưa có hồ sơ nào được chuyển đến" in words(table.police.get(PLACE).text)
    dossier = table.hand()
    for who in (table.police, table.partner, table.procuracy):
        assert listed(who) == [dossier]
        seen = words(who.get(PLACE).text)
        for each in ("Dấu hiệu nhận hối lộ", "Thanh tra thành phố", "Chờ tiếp nhận", "12/CV-TTr"):
            assert each in seen
    assert "bản sao gửi Viện kiểm sát" in words(table.procuracy.get(PLACE).text)
    assert listed(table.protector) == []


def test_the_police_deal_with_a_dossier_from_its_receipt_to_its_result(table: Table) -> None:
    dossier, who = table.hand(), table.police
    before = page(who, dossier)
    for each in ("Cán bộ đòi tiền ở quầy số 3.", "Tóm tắt vụ việc.", "Điều 354", "Tin báo"):
        assert each in before
    assert "Không thực hiện được khi hồ sơ ở trạng thái “Đã chuyển Công an”" in before
    to = who.take(dossier, "police.received", receipt_number="5/TB-ĐT", decided_on=today())
    done = words(who.get(to).text)
    assert "Đã ghi: Cơ quan điều tra tiếp nhận" in done
    assert "luật định 24 giờ" in done
    assert "luật định 20 ngày" in done
    for step in ("classified", "assigned", "receipt_notified"):
        who.take(dossier, f"police.{step}", text=f"Nội dung {step}")
    who.take(dossier, "police.prolonged", reason="Nhiều địa điểm")
    table.procuracy.take(
        dossier,
        "police.extended",
        decision_number="3/VKS",
        decided_on=today(),
        asked_on=today(),
    )
    decide(who, dossier, "khoi_to")
    who.take(dossier, "police.result_notified", text="Đã khởi tố vụ án")
    assert state(table, dossier) == "police_decided"
    for each in (table.partner, table.procuracy):
        seen = page(each, dossier)
        for text in ("5/TB-ĐT", "Nội dung assigned", "Đã khởi tố vụ án", "Cán bộ dieu_tra_1"):
            assert text in seen
    assert "tiếp nhận: 5/TB-ĐT" in words(who.get(PLACE).text)


def test_a_suspended_dossier_goes_on_and_may_be_returned(table: Table) -> None:
    dossier, who = table.hand(), table.police
    receive(who, dossier)
    numbered = {"decision_number": "8/QĐ", "decided_on": today()}
    who.take(dossier, "police.suspended", reason="Chờ giám định", **numbered)
    who.take(dossier, "police.suspension_sent", text="Đã gửi")
    who.take(dossier, "police.resumed", **numbered)
    who.take(dossier, "police.returned", reason="Không thuộc thẩm quyền")
    assert state(table, dossier) == "police_returned"
    assert "Không thuộc thẩm quyền" in page(who, dossier)


def test_a_violation_is_found_and_the_file_goes_back(table: Table) -> None:
    dossier, who = table.hand(), table.police
    receive(who, dossier)
    decide(who, dossier)
    assert "Các bước chưa thực hiện được" in page(who, dossier)
    who.take(dossier, "police.violation_found", reason="Có vi phạm", decided_on=today())
    who.take(dossier, "police.file_returned", text="Trả hồ sơ")
    assert state(table, dossier) == "police_returned"


def test_the_procuracy_disputes_and_is_asked_once_more_before_the_final_decision(
    table: Table,
) -> None:
    dossier = table.hand()
    receive(table.police, dossier)
    decide(table.police, dossier)
    who = table.procuracy
    who.take(dossier, "prosecution.disputed", reason="Đủ dấu hiệu", decided_on=today())
    assert "Đang xem xét việc không khởi tố" in words(who.get(PLACE).text)
    form = who.form(dossier, "dispute.decided")
    entered = {
        **form.values,
        "police_outcome": "khoi_to",
        "decision_number": "9/QĐ-VKS",
        "decided_on": today(),
    }
    asked = who.send(dossier, "dispute.decided", entered)
    assert asked.status_code == 200
    assert "Chưa ghi. Bước này ghi rồi không hủy được." in words(asked.text)
    assert state(table, dossier) == "police_disputed"
    again = who.send(dossier, "dispute.decided", {**Form(asked.text).values, "edit": "1"})
    assert Form(again.text).values["decision_number"] == "9/QĐ-VKS"
    sent = {**Form(asked.text).values, "confirmed": "1"}
    for _ in range(2):  # sent twice, it is done once
        assert who.send(dossier, "dispute.decided", sent).status_code == 303
    assert state(table, dossier) == "police_settled"
    assert page(who, dossier).count("9/QĐ-VKS") == 1


def test_protectors_read_what_is_asked_protect_look_again_and_end_it(table: Table) -> None:
    dossier, who = table.refer(), table.protector
    seen = page(who, dossier)
    for each in ("Đề nghị bảo vệ nơi ở", "Bị đe dọa", "Gây áp lực", "luật định 03 ngày làm việc"):
        assert each in seen
    numbered = {"decision_number": "1/QĐ", "decided_on": today()}
    soon = (clock.today() + 20 * DAY).isoformat()
    who.take(
        dossier,
        "protection.applied",
        goods=["job"],
        safeguards=["job_moved"],
        responsible="Sở Nội vụ",
        review_on=soon,
        **numbered,
    )
    assert "Đang bảo vệ" in words(who.get(PLACE).text)
    who.take(
        dossier, "protection.reviewed", review="goes_on", reason="Vẫn còn nguy cơ", review_on=soon
    )
    who.take(
        dossier,
        "protection.ended",
        protection_end="no_longer_needed",
        reason="Hết nguy cơ",
        **numbered,
    )
    ended = page(who, dossier)
    assert "Đã chấm dứt bảo vệ" in ended
    assert "Vẫn còn nguy cơ" in ended
    for other in (table.police, table.procuracy):
        assert other.get(f"{PLACE}/{dossier}").status_code == 404


def test_a_receipt_number_is_not_taken_twice_and_what_was_typed_stays(table: Table) -> None:
    first, second = table.hand(), table.hand("Dấu hiệu tham ô")
    receive(table.police, first, "5/TB-ĐT")
    before = logged(table.city.store)
    answer = table.partner.fill(
        second, "police.received", receipt_number=" 5/tb-đt", decided_on=today()
    )
    assert answer.status_code == 422
    assert "Số tiếp nhận này đã dùng cho một hồ sơ chuyển khác." in words(answer.text)
    assert Form(answer.text).values["receipt_number"] == " 5/tb-đt"
    assert logged(table.city.store) == before
    assert state(table, second) == "police_handed_over"
    receive(table.partner, second, "6/TB-ĐT")


def test_nothing_is_decided_before_the_hand_over(table: Table) -> None:
    dossier = table.hand()
    yesterday = (clock.today() - DAY).isoformat()
    answer = table.police.fill(dossier, "police.received", receipt_number="5", decided_on=yesterday)
    assert answer.status_code == 422
    assert 'href="#decided_on"' in answer.text
    assert state(table, dossier) == "police_handed_over"


def test_a_step_that_must_wait_says_why_and_offers_the_others(table: Table) -> None:
    dossier = table.hand()
    answer = table.police.get(f"{PLACE}/{dossier}/buoc/police.decided")
    assert "Bước này không thực hiện được lúc này" in words(answer.text)
    assert f"{PLACE}/{dossier}/buoc/police.received" in answer.text
    sent = table.police.send(
        dossier,
        "police.decided",
        {
            **Form(answer.text).values,
            "police_outcome": "khoi_to",
            "decision_number": "1",
            "decided_on": today(),
        },
    )
    assert sent.status_code == 409
    assert state(table, dossier) == "police_handed_over"


def test_steps_of_others_are_not_there(table: Table) -> None:
    dossier = table.hand()
    receive(table.police, dossier)
    for who, step in (
        (table.procuracy, "police.decided"),
        (table.police, "police.extended"),
        (table.police, "dispute.decided"),
        (table.police, "police.asked"),  # the unit's
        (table.police, "protection.applied"),
        (table.police, "case.accepted"),
        (table.police, "khong.co"),
        (table.protector, "police.classified"),
    ):
        token = Form(who.get(PLACE).text).values["csrf_token"]
        address = f"{PLACE}/{dossier}/buoc/{step}"
        assert who.get(address).status_code == 404, step
        sent = {"csrf_token": token, "position": "1", "text": "Thử"}
        assert who.browser.post(address, data=sent).status_code == 404, step


def test_who_acts_second_is_shown_what_changed_and_loses_nothing(table: Table) -> None:
    dossier = table.hand()
    receive(table.police, dossier)
    mine = {**table.partner.form(dossier, "police.classified").values, "text": "Tôi phân loại"}
    table.police.take(dossier, "police.classified", text="Đã phân loại")
    answer = table.partner.send(dossier, "police.classified", mine)
    assert answer.status_code == 409
    seen = words(answer.text)
    assert "Hồ sơ đã thay đổi trong khi đang soạn" in seen
    assert "Cơ quan điều tra phân loại (Cán bộ dieu_tra_1)" in seen
    form = Form(answer.text)
    assert form.values["text"] == "Tôi phân loại"
    assert table.partner.send(dossier, "police.classified", form.values).status_code == 303


def test_what_the_unit_does_with_its_case_meanwhile_disturbs_no_liaison(table: Table) -> None:
    case, _ = table.case()
    dossier = table.hand(case=case)
    form = table.police.form(dossier, "police.received").values
    table.take(case, "note.added", text="Ghi chú của đơn vị")
    sent = {**form, "receipt_number": "5", "decided_on": today()}
    assert table.police.send(dossier, "police.received", sent).status_code == 303
    assert "Ghi chú của đơn vị" not in page(table.police, dossier)


def test_for_somebody_recused_a_dossier_does_not_exist(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _ = table.case()
    dossier, nothing = table.hand(case=case), uuid4()
    other = table.hand("Dấu hiệu tham ô")
    table.take(case, "person.recused", assignee=table.officers[1].id.hex, reason="Người thân")
    assert (sorted(listed(table.police)), listed(table.partner)) == (
        sorted([dossier, other]),
        [other],
    )
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    for rest in ("", "/buoc/police.received", f"/tep/{nothing}"):
        there, not_there = (
            table.partner.get(f"{PLACE}/{each}{rest}") for each in (dossier, nothing)
        )
        assert there.status_code == not_there.status_code == 404
        assert untimed(there.text).replace(str(dossier), str(nothing)) == untimed(not_there.text)
    assert "Dấu hiệu nhận hối lộ" in page(table.police, dossier)


def test_no_liaison_reaches_a_case_and_no_reader_a_dossier(table: Table) -> None:
    case, file_id = table.case()
    dossier = table.hand(case=case)
    for who in (table.police, table.procuracy, table.protector):
        for rest in ("", f"/tep/{file_id}", "/buoc/case.classified", "/tin-nhan"):
            assert who.get(f"/ho-so/{case.id}{rest}").status_code == 404
    assert str(case.id) not in table.police.get(f"{PLACE}/{dossier}").text
    head = table.city.browser(table.head)
    assert head.get(PLACE).status_code == 404
    assert head.get(f"{PLACE}/{dossier}").status_code == 404


def test_files_are_looked_at_and_saved_under_neutral_names_and_each_reading_is_logged_once(
    table: Table,
) -> None:
    dossier = table.hand()
    text = table.police.get(f"{PLACE}/{dossier}").text
    letter, evidence = _FILE.findall(text)
    for word in (FILE_NAME, IDENTITY.name, IDENTITY.address, IDENTITY.contact):
        assert word not in text
    before = logged(table.city.store)
    for _ in range(2):
        saved = table.police.get(evidence)
        assert saved.headers["Content-Disposition"].startswith("attachment")
        assert FILE_NAME not in saved.headers["Content-Disposition"]
        assert saved.text == IN_FILE
        assert IN_FILE in table.police.get(f"{evidence}/xem/1").text
    assert logged(table.city.store) == before + 1
    assert "Kính gửi Cơ quan điều tra" in table.procuracy.get(f"{letter}/xem/1").text
    assert table.police.get(f"{evidence}/hinh/1").status_code == 303  # a text has no picture
    other = table.hand("Dấu hiệu tham ô")
    assert table.police.get(evidence.replace(str(dossier), str(other))).status_code == 404
    assert table.protector.get(evidence).status_code == 404


def test_the_list_is_filtered_by_how_far_a_dossier_is(table: Table) -> None:
    waiting, running, decided = (table.hand(f"Việc {n}") for n in range(3))
    receive(table.police, running, "1")
    receive(table.police, decided, "2")
    decide(table.police, decided)
    who = table.police
    assert listed(who, "?group=waiting") == [waiting]
    assert listed(who, "?group=running") == [running]
    assert listed(who, "?group=decided") == [decided]
    assert listed(who, "?group=overdue") == []
    assert "Không có hồ sơ nào trong nhóm này" in words(who.get(f"{PLACE}?group=overdue").text)
    assert len(listed(who, "?group=khong-co")) == 3


def test_whose_term_has_ended_stands_first_and_is_told_of_the_reminder(table: Table) -> None:
    table.hand("Việc mới")
    past = clock.today() - 40 * DAY
    late = table.hand("Việc cũ", past)
    table.receive(late, past)
    assert "hết thời hạn, chưa có kết quả" not in words(table.police.get(PLACE).text)
    table.sweep()
    for who in (table.police, table.procuracy):
        seen = words(who.get(PLACE).text)
        assert "1 hồ sơ hết thời hạn, chưa có kết quả" in seen
        assert "đã nhắc quá hạn 1 lần" in seen
        assert listed(who)[0] == late
        assert listed(who, "?group=overdue") == [late]
        assert "Hệ thống đã nhắc ngày" in page(who, late)
    decide(table.police, late)
    assert "hết thời hạn, chưa có kết quả" not in words(table.police.get(PLACE).text)


def test_a_list_is_read_page_by_page_and_nothing_is_lost(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossierlist, "LENGTH", 1)
    made = [table.hand(f"Việc {number}") for number in range(3)]
    receive(table.police, made[1])
    found, address = [], PLACE
    while address:
        text = table.police.get(address).text
        found += [UUID(each) for each in _LINK.findall(text)]
        onward = re.search(r'rel="next" href="([^"]+)"', text)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert len(found) == 3
    assert sorted(found) == sorted(made)
    assert table.police.get(f"{PLACE}?after=hong").status_code == 200


def test_a_dossier_that_a_later_one_replaced_is_only_to_be_read(table: Table) -> None:
    case, _ = table.case()
    first = table.hand(case=case)
    table.police.take(first, "police.returned", reason="Thiếu tài liệu")
    second = table.hand(case=case)
    seen = page(table.police, first)
    assert "Đã thay bằng hồ sơ chuyển sau" in seen
    assert "Các bước tiếp theo" not in seen
    assert listed(table.police, "?group=waiting") == [second]
    answer = table.police.get(f"{PLACE}/{first}/buoc/police.received")
    assert "Đã có hồ sơ chuyển sau thay cho hồ sơ này." in words(answer.text)
