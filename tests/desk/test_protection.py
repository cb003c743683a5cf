"""Protection at the desk: an alarm leads to its page, and every step of it has a form."""

from datetime import timedelta

import pytest

from ledger.note import Signer
from records.work import Store, writing
from rules.book import Rules
from tests.desk.acts_kit import Unit, staffed
from tests.desk.case_kit import page_of
from tests.web.conftest import GENEROUS
from triage import mailbox, protection
from triage.casefile import OpenCase
from web import clock
from web.app import Parts

TODAY = clock.today()
WORDS = "Giám đốc dọa điều tôi lên vùng cao"
DECISION = {"decision_number": "1/QĐ", "decided_on": TODAY.isoformat()}


@pytest.fixture(scope="module")
def unit(instance: Store, law: Rules, promise_key: Signer) -> Unit:
    return staffed(Parts(instance, law, promise_key, GENEROUS), "bao_ve")


@pytest.fixture
def case(unit: Unit) -> OpenCase:
    case = unit.file()
    with writing(unit.parts.store) as work:
        here = unit.parts
        mailbox.raise_alarm(
            work, here.rules, case, ("transfer",), WORDS, here.promise_key, clock.today()
        )
    return case


def later(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def of(case: OpenCase) -> str:
    return f"{page_of(case.id)}/bao-ve"


def test_an_alarm_stands_on_top_of_the_case_and_leads_to_what_was_said(
    unit: Unit, case: OpenCase
) -> None:
    for worker in (unit.inspector, unit.head):
        assert of(case) in worker.get(page_of(case.id)).text
        text = worker.get(of(case)).text
        assert WORDS in text
        assert "Báo động chưa đánh giá" in text
        assert of(case) in worker.get("/bao-ve").text


def test_protection_is_played_through_its_forms(unit: Unit, case: OpenCase) -> None:
    risk = {"likelihood": "likely", "severity": "grave", "protected": ["denouncer", "spouse"]}
    unit.inspector.take(case.id, protection.ASSESSED, **risk, review_on=later(3))
    text = unit.inspector.get(of(case)).text
    assert "Báo động chưa đánh giá" not in text
    assert "Nguy cơ cao" in text
    measures = {"goods": ["life"], "safeguards": ["life_guarded"], "responsible": "Công an"}
    unit.head.take(case.id, protection.APPLIED, **measures, **DECISION, review_on=later(9))
    review = {"review": "changed", "reason": "Bị chặn đường", "review_on": later(20)}
    unit.inspector.take(case.id, protection.REVIEWED, **review, **measures)
    text = unit.head.get(of(case)).text
    assert "Bố trí lực lượng, phương tiện bảo vệ trực tiếp" in text
    end = {"protection_end": "no_longer_needed", "reason": "Đã hết nguy cơ"}
    unit.head.take(case.id, protection.ENDED, **end, **DECISION)
    assert of(case) not in unit.head.get("/bao-ve").text


def test_what_is_refused_is_said_at_its_field_and_nothing_is_lost(
    unit: Unit, case: OpenCase
) -> None:
    before = unit.events(case)
    measures = {"goods": ["secrecy"], "safeguards": ["job_moved"], "responsible": "Sở Nội vụ"}
    answer = unit.head.fill(
        case.id, protection.APPLIED, **measures, **DECISION, review_on=later(-2)
    )
    assert answer.status_code == 422
    assert "Phải là một ngày sắp tới" in answer.text
    assert "Sở Nội vụ" in answer.text
    answer = unit.head.fill(case.id, protection.APPLIED, **measures, **DECISION, review_on=later(2))
    assert answer.status_code == 422
    assert "là điều chưa được chọn" in answer.text
    assert unit.events(case) == before


def test_nobody_else_finds_the_protection_of_a_case(unit: Unit, case: OpenCase) -> None:
    assert unit.elsewhere.get(of(case)).status_code == 404
    assert str(case.id) not in unit.elsewhere.get("/bao-ve").text
    answer = unit.inspector.get(f"{page_of(case.id)}/buoc/{protection.APPLIED}")
    assert answer.status_code == 404  # the head's alone
