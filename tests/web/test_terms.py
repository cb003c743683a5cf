"""The page of terms says what the rules say on that day."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rules.book import Rules
from rules.procedure import LengthUnit
from tests.web.page import Page
from triage import public

OLD_LAW = date(2026, 6, 30)
NEW_LAW = date(2026, 7, 1)


def text_on(day: date, citizens: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("intake.public.clock.today", lambda: day)
    return Page.of(citizens.test_client().get("/thoi-han").text).text


@pytest.mark.parametrize("day", [OLD_LAW, NEW_LAW])
def test_every_term_in_force_is_shown_and_no_other(
    citizen: FlaskClient, law: Rules, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    monkeypatch.setattr("intake.public.clock.today", lambda: day)
    page = Page.of(citizen.get("/thoi-han").text)
    in_force = [row for row in law.deadlines_on(day) if row.term.unit is not LengthUnit.NONE]
    known = {row.id for row in law.deadlines}
    assert {name for name in page.ids() if name in known} == {row.id for row in in_force}
    assert not [row.vi for row in in_force if row.vi not in page.text]


def test_the_terms_are_those_of_the_day(citizens: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = text_on(OLD_LAW, citizens, monkeypatch)
    after = text_on(NEW_LAW, citizens, monkeypatch)
    accept = "Thụ lý khiếu nại Cơ quan, đơn vị tiếp nhận, thụ lý"
    assert f"{accept} 10 ngày Tiếp nhận Điều 27 Luật Khiếu nại" in before
    assert (
        f"{accept} 07 ngày làm việc Tiếp nhận "
        "Điều 10 Nghị định số 155/2026/NĐ-CP; Điều 27 Luật Khiếu nại"
    ) in after
    assert "30/06/2026" in before
    assert "01/07/2026" in after


@pytest.mark.parametrize(
    "row",
    [
        "thụ lý ngay Quyết định không thụ lý khoản 1 Điều 24 Luật Tố cáo",
        "07 ngày làm việc không quá 10 ngày làm việc nếu phải kiểm tra tại nhiều địa điểm",
        "30 ngày mỗi lần , gia hạn nhiều nhất 02 lần Hết thời hạn trước đó",
        "khoản 2, khoản 4 Điều 34 Luật Tố cáo",
        "niêm yết ít nhất 15 ngày liên tục",
        "Điều 40 Luật Tố cáo; khoản 2 Điều 6 Nghị định số 31/2019/NĐ-CP",
        "45 ngày Tiếp nhận điểm b khoản 3 Điều 41 Nghị định số 154/2026/NĐ-CP",
        "khoản 3 Điều 50, khoản 1 Điều 51 Luật Tố cáo; Điều 7 Nghị định số 31/2019/NĐ-CP",
        "cảnh báo sau 24 giờ mục tiêu nội bộ",
        "không quá 02 tháng , gia hạn nhiều nhất 01 lần phải đề nghị chậm nhất 05 ngày trước khi",
    ],
)
def test_lengths_and_places_are_in_the_words_of_the_law(
    citizens: Flask, monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    assert row in text_on(NEW_LAW, citizens, monkeypatch)


def test_a_target_of_the_house_is_not_passed_off_as_law(law: Rules) -> None:
    shown = {term.id: term for group in public.terms(law, NEW_LAW) for term in group.terms}
    internal = {f"NB-0{number}" for number in range(1, 7)}
    assert {name for name, term in shown.items() if term.internal} == internal


def test_internal_and_unsure_terms_are_marked(
    citizens: Flask, law: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_on(NEW_LAW, citizens, monkeypatch)
    assert "20 ngày làm việc Tiếp nhận mục tiêu nội bộ" in text
    unsure = [row for row in law.deadlines_on(NEW_LAW) if row.verify]
    assert unsure
    assert all(f"{row.vi} đang rà soát" in text for row in unsure)


def test_every_place_of_the_packaged_rules_can_be_put_in_words(law: Rules) -> None:
    places = [
        place
        for group in public.terms(law, NEW_LAW)
        for term in group.terms
        if not term.internal
        for ground in term.grounds
        for place in ground.places
    ]
    assert places
    assert not [place.other for place in places if place.other]


def test_a_term_of_an_unknown_series_is_shown_all_the_same(law: Rules) -> None:
    known = law.deadline("TC-05", on=NEW_LAW)
    strange = known.model_copy(update={"id": "XY-01"})
    table = type(law.deadlines).of("deadline", (strange,))
    # Rules is frozen and slotted: a copy with one table exchanged.
    fields = {name: getattr(law, name) for name in law.__slots__} | {"deadlines": table}
    (group,) = public.terms(Rules(**fields), NEW_LAW)
    assert (group.subject, [term.id for term in group.terms]) == (public.Subject.OTHER, ["XY-01"])
