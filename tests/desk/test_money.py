"""Money and land at the desk: recorded, corrected, shown, refused with nothing left behind."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.note import Signer
from records.case import CaseEvent
from records.work import Store, reading
from rules.book import Rules
from tests.desk.acts_kit import Unit, staffed
from tests.desk.case_kit import page_of, words
from tests.web.conftest import GENEROUS
from triage import casefile
from triage.casefile import OpenCase
from web import clock
from web.app import Parts

RECORDED, CORRECTED = "recovery.recorded", "recovery.corrected"


@pytest.fixture(scope="module")
def unit(instance: Store, law: Rules, promise_key: Signer) -> Unit:
    return staffed(Parts(instance, law, promise_key, GENEROUS), "tien")


@pytest.fixture
def handed(unit: Unit) -> OpenCase:
    """A case that was handed to the police yesterday."""
    day = clock.today() - timedelta(days=1)
    case = unit.file(day=day)
    with unit.on(day) as acting:
        for step in ("signs.confirmed", "police.handed_over"):
            casefile.add_event(acting.work, case, step, day, unit.parts.promise_key)
    return case


def terms(unit: Unit, case: OpenCase) -> list[dict[str, str]]:
    with reading(unit.parts.store) as work:
        found = work.session.scalars(
            select(CaseEvent.terms)
            .where(CaseEvent.case_id == case.id, CaseEvent.kind.in_([RECORDED, CORRECTED]))
            .order_by(CaseEvent.position)
        )
        return [json.loads(each) for each in found]


def test_what_is_recorded_stands_on_the_page_stage_by_stage(unit: Unit, handed: OpenCase) -> None:
    unit.inspector.take(
        handed.id,
        RECORDED,
        stage="inspection",
        damage="15 triệu",
        to_recover="12.500.000",
        land_to_recover="1.234,5",
        decision_number="5/QĐ-TTr",
    )
    unit.head.take(handed.id, RECORDED, stage="inspection", recovered="2.500.000")
    unit.head.take(handed.id, RECORDED, stage="trial", to_recover="1 tỷ")
    page = words(unit.head.get(page_of(handed.id)).text)
    for each in (
        "Thiệt hại và thu hồi tài sản",
        "Thanh tra, kiểm tra 15.000.000 12.500.000 2.500.000 10.000.000",
        "Cộng: Tư pháp 0 1.000.000.000",
        "Tổng cộng 15.000.000 1.012.500.000 2.500.000 1.010.000.000",
        "Đất (m²)",
        "Thanh tra, kiểm tra 0 1.234,5 0 1.234,5",
    ):
        assert each in page
    english = words(unit.head.get(f"/en{page_of(handed.id)}").text)
    assert "1,012,500,000" in english
    assert terms(unit, handed)[0] == {
        "stage": "inspection",
        "damage": "15000000",
        "to_recover": "12500000",
        "land_to_recover": "1234.5",
    }


def test_a_correction_replaces_and_both_stand_in_the_timeline(unit: Unit, handed: OpenCase) -> None:
    unit.inspector.take(handed.id, RECORDED, stage="inspection", to_recover="10")
    unit.inspector.take(
        handed.id, CORRECTED, replaces="1", reason="Ghi nhầm số", stage="trial", to_recover="20"
    )
    page = words(unit.head.get(page_of(handed.id)).text)
    assert "Xét xử 0 20 0 20" in page
    assert "Đính chính thiệt hại, thu hồi tài sản" in page
    assert "Ghi nhầm số" in page
    assert [each.get("replaces") for each in terms(unit, handed)] == [None, "1"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"recovered": "11"}, "tổng đã thu hồi 11 đồng nhiều hơn tổng phải thu hồi 10 đồng"),
        ({"to_recover": "-5"}, "Phải là số tiền nguyên, không âm"),
        ({"land_damage": "1,234"}, "tối đa hai số lẻ"),
        ({}, "Phải nhập ít nhất một số tiền hoặc diện tích"),
    ],
)
def test_what_is_refused_leaves_nothing_and_loses_nothing(
    unit: Unit, handed: OpenCase, given: dict[str, str], said: str
) -> None:
    unit.inspector.take(handed.id, RECORDED, stage="inspection", to_recover="10")
    before = unit.events(handed)
    answer = unit.inspector.fill(
        handed.id, RECORDED, stage="inspection", decision_number="7/QĐ", **given
    )
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "7/QĐ" in answer.text
    assert all(value in answer.text for value in given.values())
    assert unit.events(handed) == before


def test_nothing_can_be_recorded_before_a_conclusion_or_a_hand_over(unit: Unit) -> None:
    case = unit.file()
    page = words(unit.inspector.get(f"/ho-so/{case.id}/buoc/{RECORDED}").text)
    assert "Trước đó phải có một trong các bước" in page
    assert "Còn phải thu hồi" not in words(unit.inspector.get(page_of(case.id)).text)
