"""Two cases on one matter become one, after both have been seen side by side."""

from dataclasses import replace

import pytest

from ledger.note import Signer
from records.work import Store
from rules.book import Rules
from tests.desk.acts_kit import Fields, Form, Unit, staffed
from tests.desk.case_kit import REPORT, page_of, words
from tests.web.conftest import GENEROUS
from triage import mailbox
from triage.casefile import OpenCase
from triage.submission import Facts
from web import clock
from web.app import Parts


@pytest.fixture(scope="module")
def unit(instance: Store, law: Rules, promise_key: Signer) -> Unit:
    return staffed(Parts(instance, law, promise_key, GENEROUS), "nhap")


@pytest.fixture
def case(unit: Unit) -> OpenCase:
    return unit.file(replace(REPORT, facts=Facts()))


@pytest.fixture
def other(unit: Unit) -> OpenCase:
    return unit.file(replace(REPORT, facts=Facts()))


def at(case: OpenCase) -> str:
    return f"{page_of(case.id)}/nhap"


def side_by_side(unit: Unit, case: OpenCase, other: OpenCase) -> Fields:
    """Look at both cases, and return the form that joins them."""
    form = Form(unit.inspector.get(at(case)).text).values
    sent = {**form, "other": str(other.id), "reason": "Cùng một việc"}
    both = unit.inspector.browser.post(at(case), data=sent)
    return {**Form(both.text).values, "confirmed": "1"}


def test_cases_on_the_same_matter_are_offered_and_joined(
    unit: Unit, case: OpenCase, other: OpenCase
) -> None:
    form = Form(unit.inspector.get(at(case)).text)
    assert str(other.id) in form.options["alike"]
    sent = {**form.values, "alike": str(other.id), "reason": "Cùng một việc"}
    both = unit.inspector.browser.post(at(case), data=sent)
    assert both.status_code == 200
    page = words(both.text)
    assert "Hồ sơ này kết thúc" in page
    assert page.count("Anh Trần Văn A ở quầy số 3") == 2
    assert unit.state(case) == "received"
    sure = {**Form(both.text).values, "confirmed": "1"}
    for _ in range(2):  # a double click
        taken = unit.inspector.browser.post(at(case), data=sure)
        assert taken.status_code == 303
        assert page_of(other.id) in taken.headers["Location"]
    assert (unit.state(case), unit.state(other)) == ("merged", "received")
    assert unit.events(case)[-1] == "case.merged"
    assert unit.events(other).count("case.joined") == 1
    assert mailbox.look(unit.parts.store, unit.parts.rules, case, clock.today()).state == "merged"


def test_the_address_of_the_other_page_will_do(unit: Unit, case: OpenCase, other: OpenCase) -> None:
    form = Form(unit.inspector.get(at(case)).text).values
    pasted = f"https://example.vn/desk{page_of(other.id)}?x=1#tep"
    sent = {**form, "other": pasted, "reason": "Cùng một việc"}
    both = unit.inspector.browser.post(at(case), data=sent)
    assert both.status_code == 200
    back = unit.inspector.browser.post(at(case), data={**Form(both.text).values, "edit": "1"})
    assert Form(back.text).values["reason"] == "Cùng một việc"


@pytest.mark.parametrize(
    "pasted", ["", "không phải", "/ho-so/4a92b506-00b4-485a-86f0-3e74f5f47a7a"]
)
def test_what_is_no_case_of_theirs_is_refused_and_what_was_typed_stays(
    unit: Unit, case: OpenCase, pasted: str
) -> None:
    form = Form(unit.inspector.get(at(case)).text).values
    sent = {**form, "other": pasted, "reason": "Cùng một việc"}
    answer = unit.inspector.browser.post(at(case), data=sent)
    assert answer.status_code == 422
    assert 'href="#other"' in answer.text
    kept = Form(answer.text).values
    assert (kept["other"], kept["reason"]) == (pasted, "Cùng một việc")


def test_a_case_is_not_joined_to_itself_nor_without_a_reason(unit: Unit, case: OpenCase) -> None:
    form = Form(unit.inspector.get(at(case)).text).values
    itself = {**form, "other": str(case.id), "reason": "Cùng một việc"}
    answer = unit.inspector.browser.post(at(case), data=itself)
    assert answer.status_code == 409
    assert "không thể nhập" in words(answer.text).lower()
    answer = unit.inspector.browser.post(at(case), data={**form, "other": str(case.id)})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text


def test_a_case_that_has_moved_on_is_not_joined_unseen(
    unit: Unit, case: OpenCase, other: OpenCase
) -> None:
    sure = side_by_side(unit, case, other)
    unit.colleague.take(case.id, "case.registered")
    answer = unit.inspector.browser.post(at(case), data=sure)
    assert answer.status_code == 409
    assert "Vào sổ (Cán bộ nhap_ban)" in words(answer.text)
    assert unit.state(case) == "registered"


def test_a_case_is_not_joined_to_one_that_has_moved_on_unseen(
    unit: Unit, case: OpenCase, other: OpenCase
) -> None:
    sure = side_by_side(unit, case, other)
    unit.colleague.take(other.id, "case.registered")
    answer = unit.inspector.browser.post(at(case), data=sure)
    assert answer.status_code == 409
    assert "<title>Lỗi:" in answer.text
    assert "Vào sổ (Cán bộ nhap_ban)" in words(answer.text)
    assert (unit.state(case), unit.state(other)) == ("received", "registered")
    again = {**Form(answer.text).values, "confirmed": "1"}
    assert again["reason"] == "Cùng một việc"
    assert unit.inspector.browser.post(at(case), data=again).status_code == 303
    assert unit.state(case) == "merged"


@pytest.mark.parametrize("position", ["", "mới nhất"])
def test_a_form_that_does_not_say_what_was_seen_of_both_is_refused(
    unit: Unit, case: OpenCase, other: OpenCase, position: str
) -> None:
    forged = {**side_by_side(unit, case, other), "other_position": position}
    assert unit.inspector.browser.post(at(case), data=forged).status_code == 400
    assert unit.state(case) == "received"


def test_others_find_no_such_page(unit: Unit, case: OpenCase) -> None:
    assert unit.elsewhere.get(at(case)).status_code == 404
    form = Form(unit.inspector.get(at(case)).text).values
    forged = {**form, "csrf_token": ""}
    assert unit.inspector.browser.post(at(case), data=forged).status_code == 400
