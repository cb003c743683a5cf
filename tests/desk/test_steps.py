"""Steps of a case at the desk: their forms follow from the rules, and refuse what the law does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ledger.note import Signer
from records.clock import CaseClock
from records.staff import Role
from records.work import Store, reading
from rules.book import Rules
from rules.lifecycle import InputType, Step
from tests.desk.acts_kit import Form, Unit, address, staffed
from tests.desk.case_kit import REPORT, page_of, words
from tests.desk.desk_kit import at_work, employ
from tests.triage.lives import RULES, filed
from tests.web.conftest import GENEROUS
from triage import stepform
from triage.casefile import OpenCase
from triage.stepform import Shape
from triage.submission import Disclosure, Facts, Identity
from web import clock
from web.app import Parts

DENUNCIATION = replace(
    REPORT,
    intent="to_cao",
    facts=Facts(),
    identity=Identity(Disclosure.CONFIDENTIAL, "Nguyễn Văn Tố", "12 Lê Lợi", "0900000000"),
)
TODAY = clock.today()


@pytest.fixture(scope="module")
def unit(instance: Store, law: Rules, promise_key: Signer) -> Unit:
    return staffed(Parts(instance, law, promise_key, GENEROUS), "buoc")


@pytest.fixture
def case(unit: Unit) -> OpenCase:
    return unit.file()


def classified(unit: Unit, day: date) -> OpenCase:
    """A denunciation that was signed and sorted."""
    case = unit.file(DENUNCIATION, day)
    unit.past(case, day, "signature.confirmed", signed_on=day.isoformat())
    unit.past(case, day, "case.classified", kind="to_cao", category="bribery", risk="low")
    return case


def accepted(unit: Unit, day: date) -> OpenCase:
    """A denunciation that was accepted."""
    case = classified(unit, day)
    decision = {"decision_number": "1/QĐ", "decided_on": day.isoformat()}
    unit.past(case, day, "case.accepted", **decision)
    return case


def fits(step: Step, asked: stepform.Asked) -> bool:
    """Tell whether a field takes what its input is."""
    row = RULES.inputs.on(asked.key, TODAY)
    shapes = {
        InputType.TEXT: {Shape.LINE, Shape.TEXT},
        InputType.ARTICLE: {Shape.LINE},
        InputType.DAY: {Shape.DAY},
        InputType.YES: {Shape.YES},
        InputType.ONE: {Shape.ONE, Shape.PICK},
        InputType.SEVERAL: {Shape.SEVERAL},
        InputType.AMOUNT: {Shape.AMOUNT},
        InputType.AREA: {Shape.AREA},
    }[row.type]
    choosing = row.table is not None
    return (
        asked.shape in shapes
        and bool(asked.options) == choosing
        and (asked.key in step.needs or asked.key in step.may)
    )


@pytest.mark.parametrize("kind", sorted(RULES.kinds.by_id))
def test_every_step_has_a_form_with_the_fields_that_it_needs(kind: str) -> None:
    course = filed(kind).course
    for step in RULES.steps.all_on(TODAY):
        fields = stepform.asked(RULES, step, course, TODAY)
        assert tuple(each.key for each in fields) == (*step.needs, *step.may)
        for each in fields:
            if each.key in {"assignee", "replaces"}:
                continue
            assert fits(step, each), (step.id, each)
            assert all(option.vi and option.en for option in each.options)


def test_every_step_that_is_offered_leads_to_its_form(unit: Unit) -> None:
    for intent in ("to_cao", "khieu_nai", "phan_anh_tham_nhung", "kien_nghi"):
        if intent not in unit.parts.rules.intents.by_id:
            continue
        case = unit.file(replace(REPORT, intent=intent, facts=Facts()))
        for worker in (unit.head, unit.inspector):
            page = worker.get(page_of(case.id))
            if page.status_code == 404:  # it went to another unit
                continue
            links = [each for each in page.text.split('"') if "/buoc/" in each]
            assert links
            for link in links:
                answer = worker.get(link)
                assert answer.status_code == 200, link
                step = unit.parts.rules.steps.on(link.rpartition("/")[2], TODAY)
                assert set(step.needs) <= Form(answer.text).names | set(Form(answer.text).options)


def test_a_step_is_taken_and_the_page_says_so(unit: Unit, case: OpenCase) -> None:
    to = unit.inspector.take(case.id, "case.registered")
    assert to.endswith(f"{page_of(case.id)}?da_ghi=case.registered")
    page = words(unit.inspector.get(to).text)
    assert "Đã ghi : Vào sổ" in page or "Đã ghi: Vào sổ" in page
    assert unit.state(case) == "registered"
    assert unit.events(case)[-1] == "case.registered"


def test_a_form_tells_the_law_and_what_becomes_of_the_clocks(unit: Unit, case: OpenCase) -> None:
    unit.inspector.take(case.id, "case.registered")
    unit.inspector.take(
        case.id, "case.classified", kind="phan_anh_tham_nhung", category="bribery", risk="low"
    )
    page = words(unit.inspector.get(address(case.id, "case.taken_up")).text)
    assert "Hoàn thành thời hạn" in page
    page = words(unit.head.get(address(case.id, "case.refused")).text)
    basis = "khoản 1 Điều 24, khoản 1 Điều 25, Điều 29 Luật Tố cáo; Điều 11 Luật Khiếu nại"
    assert f"Căn cứ: {basis}" in page
    assert "Không còn áp dụng thời hạn" in page


def test_the_letter_of_acceptance_names_the_end_of_settling_not_the_nearest_last_day(
    unit: Unit,
) -> None:
    case = accepted(unit, TODAY)
    with reading(unit.parts.store) as work:
        rows = work.session.execute(
            select(CaseClock.rule, CaseClock.due_on).where(CaseClock.case_id == case.id)
        )
        due = {row.rule: row.due_on for row in rows}
    nearest, settled = due["TC-04"], due["TC-05"]
    assert nearest is not None
    assert settled is not None
    assert nearest < settled
    form = unit.inspector.form(case.id, "message.sent")
    picked = {**form.values, "reply": "accepted.vi", "insert": "1"}
    text = Form(unit.inspector.send(case.id, "message.sent", picked).text).values["text"]
    assert f"Thời hạn giải quyết đến hết ngày {settled:%d/%m/%Y}." in str(text)


def test_a_decision_without_its_number_is_refused_at_the_field(unit: Unit) -> None:
    case = classified(unit, TODAY)
    answer = unit.head.fill(case.id, "case.accepted", decided_on=TODAY.isoformat())
    assert answer.status_code == 422
    assert '<a href="#decision_number">Thiếu: Số quyết định, văn bản.</a>' in answer.text
    assert Form(answer.text).values["decided_on"] == TODAY.isoformat()
    assert "<title>Lỗi: " in answer.text
    assert "Các bước thực hiện được lúc này" not in answer.text
    assert unit.state(case) == "classified"


def test_errors_speak_the_language_of_the_page(unit: Unit) -> None:
    case = classified(unit, TODAY)
    values = unit.head.form(case.id, "case.accepted").values
    answer = unit.head.browser.post(f"/en{address(case.id, 'case.accepted')}", data=values)
    assert answer.status_code == 422
    assert "Missing: Number of the decision." in answer.text


def test_a_day_may_be_written_by_hand(unit: Unit) -> None:
    case = accepted(unit, TODAY)
    given = {"decision_number": "2/QĐ", "decided_on": f"{TODAY:%d/%m/%Y}"}
    unit.head.take(case.id, "verification.assigned", **given)
    assert unit.state(case) == "verifying"


def test_an_extension_past_its_limit_is_refused_with_the_law(unit: Unit) -> None:
    case = accepted(unit, TODAY - timedelta(days=70))
    criteria = [each.id for each in unit.parts.rules.criteria.all_on(TODAY)][:3]
    answer = unit.head.fill(
        case.id,
        "case.extended",
        criteria=criteria,
        decision_number="3/QĐ",
        decided_on=TODAY.isoformat(),
    )
    assert answer.status_code == 422
    assert '<a href="#decided_on">Phải quyết định chậm nhất ngày' in answer.text
    kept = Form(answer.text).values
    assert (kept["criteria"], kept["decision_number"]) == (criteria, "3/QĐ")


def test_an_extension_needs_criteria_and_is_given_only_so_often(unit: Unit) -> None:
    case = accepted(unit, TODAY)
    decision = {"decision_number": "3/QĐ", "decided_on": TODAY.isoformat()}
    answer = unit.head.fill(case.id, "case.extended", **decision)
    assert answer.status_code == 422
    assert 'href="#criteria' in answer.text
    one = [next(iter(unit.parts.rules.criteria.all_on(TODAY))).id]
    unit.head.take(case.id, "case.extended", criteria=one, **decision)
    answer = unit.head.fill(case.id, "case.extended", criteria=one, **decision)
    assert answer.status_code == 422
    assert "Luật chỉ cho gia hạn tối đa 1 lần" in words(answer.text)


def test_a_pause_without_a_ground_is_refused_and_one_with_it_stops_the_clock(unit: Unit) -> None:
    case = accepted(unit, TODAY)
    until = (TODAY + timedelta(days=9)).isoformat()
    decision = {"decision_number": "4/QĐ", "decided_on": TODAY.isoformat()}
    answer = unit.head.fill(case.id, "case.suspended", until=until, **decision)
    assert answer.status_code == 422
    assert 'href="#suspension"' in answer.text
    assert Form(answer.text).values["until"] == until
    unit.head.take(case.id, "case.suspended", until=until, suspension="expert_opinion", **decision)
    with reading(unit.parts.store) as work:
        paused = work.session.scalars(
            select(CaseClock.paused_until).where(
                CaseClock.case_id == case.id, CaseClock.rule == "TC-05"
            )
        ).one()
    assert paused == date.fromisoformat(until)


def test_the_accused_are_not_offered_and_not_taken_either(unit: Unit) -> None:
    case = unit.file(replace(REPORT, facts=Facts(organisation="Sở Y tế thành phố")))
    form = unit.inspector.form(case.id, "case.transferred")
    assert "so_xay_dung" in form.options["unit"]
    assert not {"so_y_te", "thanh_tra"} & set(form.options["unit"])
    reason = "Đúng thẩm quyền"
    sent = {**form.values, "unit": "so_y_te", "basis": "TC 24(2)", "reason": reason}
    for confirmed in ({}, {"confirmed": "1"}):
        answer = unit.inspector.send(case.id, "case.transferred", {**sent, **confirmed})
        if answer.status_code == 200:
            continue
        assert answer.status_code == 422
        assert "TC 12(1)" in words(answer.text)
        assert Form(answer.text).values["reason"] == reason
    assert unit.state(case) == "received"


def test_after_a_transfer_the_former_unit_finds_nothing(unit: Unit) -> None:
    case = unit.file(replace(REPORT, facts=Facts()))
    given = {"unit": "so_xay_dung", "basis": "TC 24(2)", "reason": "Đúng thẩm quyền"}
    form = unit.inspector.form(case.id, "case.transferred").values | given
    asked = unit.inspector.send(case.id, "case.transferred", form)
    assert asked.status_code == 200
    assert "Sở Xây dựng" in words(asked.text)
    assert unit.state(case) == "received"
    assert unit.events(case)[-1] != "case.transferred"
    assert "Thời hạn tính lại từ đầu" in words(asked.text)
    sure = {**Form(asked.text).values, "confirmed": "1"}
    taken = unit.inspector.send(case.id, "case.transferred", sure)
    assert taken.headers["Location"].endswith("/ho-so/da-roi?da_ghi=case.transferred")
    assert "Đã ghi" in unit.inspector.get(taken.headers["Location"]).text
    again = unit.inspector.send(case.id, "case.transferred", sure)  # a double click
    assert (again.status_code, again.headers["Location"]) == (303, taken.headers["Location"])
    for former in (unit.inspector, unit.head, unit.colleague):
        assert former.get(page_of(case.id)).status_code == 404
        assert former.get(address(case.id, "note.added")).status_code == 404
    assert unit.elsewhere.get(page_of(case.id)).status_code == 200


def test_what_was_typed_comes_back_for_changing(unit: Unit) -> None:
    case = unit.file(replace(REPORT, facts=Facts()))
    given = {"unit": "so_xay_dung", "basis": "TC 24(2)", "reason": "Đúng <thẩm> quyền"}
    form = unit.inspector.form(case.id, "case.transferred").values | given
    asked = unit.inspector.send(case.id, "case.transferred", form)
    back = {**Form(asked.text).values, "edit": "1"}
    changed = unit.inspector.send(case.id, "case.transferred", back)
    assert changed.status_code == 200
    assert given.items() <= Form(changed.text).values.items()


def test_a_step_that_is_not_open_now_says_why_and_what_is(unit: Unit, case: OpenCase) -> None:
    answer = unit.head.get(address(case.id, "case.settled"))
    assert "<title>Lỗi: " in answer.text
    page = words(answer.text)
    assert "Không thực hiện được khi hồ sơ ở trạng thái “Đã tiếp nhận”" in page
    assert f"{page_of(case.id)}/buoc/case.registered" in answer.text


@pytest.mark.parametrize(
    "step", ["case.settled", "case.assigned", "police.classified", "case.filed", "no.step"]
)
def test_a_step_of_others_is_not_there(unit: Unit, case: OpenCase, step: str) -> None:
    for lang in ("", "/en"):
        assert unit.inspector.get(lang + address(case.id, step)).status_code == 404


def test_without_the_permission_no_act_is_there(unit: Unit, case: OpenCase) -> None:
    parts = unit.parts
    admin = employ(parts.store, parts.promise_key, "quan_tri_buoc", "thanh_tra", Role.ADMINISTRATOR)
    browser = at_work(unit.head.browser.application, parts.store, admin)
    for step in ("case.registered", "note.added", "message.sent"):
        assert browser.get(address(case.id, step)).status_code == 404
        assert unit.elsewhere.get(address(case.id, step)).status_code == 404


def test_a_forged_request_takes_no_step(unit: Unit, case: OpenCase) -> None:
    values = unit.inspector.form(case.id, "case.registered").values
    values.pop("csrf_token")
    assert unit.inspector.send(case.id, "case.registered", values).status_code == 400
    assert unit.state(case) == "received"


def test_the_head_gives_a_case_to_a_colleague_by_name(unit: Unit, case: OpenCase) -> None:
    form = unit.head.form(case.id, "case.assigned")
    assert unit.colleague.id.hex in form.options["assignee"]
    assert unit.elsewhere.id.hex not in form.options["assignee"]
    unit.head.take(case.id, "case.assigned", assignee=unit.colleague.id.hex)
    assert "Cán bộ buoc_ban" in words(unit.head.get(page_of(case.id)).text)


def test_an_inspector_steps_back_alone_and_sees_the_case_no_more(
    unit: Unit, case: OpenCase
) -> None:
    form = unit.colleague.form(case.id, "person.recused")
    assert set(form.options["assignee"]) == {unit.colleague.id.hex}
    to = unit.colleague.take(
        case.id, "person.recused", assignee=unit.colleague.id.hex, reason="Là người thân"
    )
    assert to.endswith("/ho-so/da-roi?da_ghi=person.recused")
    assert unit.colleague.get(page_of(case.id)).status_code == 404
    assert unit.colleague.id.hex not in unit.head.form(case.id, "case.assigned").options["assignee"]


def test_the_head_replaces_a_colleague(unit: Unit, case: OpenCase) -> None:
    unit.head.take(
        case.id, "person.recused", assignee=unit.colleague.id.hex, reason="Là người thân"
    )
    assert unit.head.get(page_of(case.id)).status_code == 200
    assert unit.colleague.get(page_of(case.id)).status_code == 404
