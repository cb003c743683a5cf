"""Giving several cases away: a plan, then each for itself, with a result for each."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from ledger.note import Signer
from records.case import Case, CaseEvent
from records.clock import CaseRecusal
from records.staff import Role
from records.work import Store, reading, writing
from tests.desk.case_kit import file, words
from tests.desk.desk_kit import Colleague, at_work, employ
from tests.desk.queue_kit import put, send
from web import clock
from web.app import Parts

UNIT = "thanh_tra"


@pytest.fixture(scope="module")
def head(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "truong_giao", UNIT, Role.HEAD)


@pytest.fixture(scope="module")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan_giao", UNIT, Role.INSPECTOR)


@pytest.fixture(scope="module")
def minh(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "minh_giao", UNIT, Role.INSPECTOR)


@pytest.fixture
def browser(staff: Flask, instance: Store, head: Colleague) -> FlaskClient:
    return at_work(staff, instance, head)


@pytest.fixture
def cases(parts: Parts, promise_key: Signer, head: Colleague) -> list[UUID]:  # noqa: ARG001
    return [file(parts.store, parts.rules, promise_key).case.id for _ in range(2)]


def give(browser: FlaskClient, pairs: list[tuple[UUID, UUID]]) -> str:
    data = {"case": [case.hex for case, _ in pairs], "to": [to.hex for _, to in pairs]}
    answer = send(browser, "/giao-viec", data, follow_redirects=True)
    assert answer.status_code == 200
    return words(answer.text)


def assigned(store: Store, case_id: UUID) -> UUID | None:
    with reading(store) as work:
        found = select(Case.assigned_to).where(Case.id == case_id)
        return work.session.execute(found).scalar_one()


def test_a_plan_shares_the_cases_and_changes_nothing(
    browser: FlaskClient, cases: list[UUID], lan: Colleague, minh: Colleague, instance: Store
) -> None:
    given = {"case": [each.hex for each in cases], "to": [lan.id.hex, minh.id.hex]}
    answer = browser.get("/giao-viec", query_string=given)
    assert answer.status_code == 200
    assert words(answer.text).count("+1") == 2
    assert "Giao 2 hồ sơ" in answer.text
    assert [assigned(instance, each) for each in cases] == [None, None]


def test_each_case_is_given_in_a_step_of_its_own(
    browser: FlaskClient, cases: list[UUID], lan: Colleague, minh: Colleague, instance: Store
) -> None:
    page = give(browser, [(cases[0], lan.id), (cases[1], minh.id)])
    assert "Đã giao 2 hồ sơ." in page
    assert [assigned(instance, each) for each in cases] == [lan.id, minh.id]
    with reading(instance) as work:
        for each in cases:
            kinds = select(CaseEvent.kind).where(CaseEvent.case_id == each)
            assert "case.assigned" in set(work.session.scalars(kinds))


def test_what_somebody_may_not_see_is_refused_row_by_row_like_what_is_not_there(
    browser: FlaskClient, cases: list[UUID], lan: Colleague, head: Colleague, instance: Store
) -> None:
    elsewhere = put(instance, unit="so_y_te").id
    kept = put(instance, recused=head).id
    wanted = [elsewhere, kept, uuid4()]
    pairs = [(each, lan.id) for each in (*wanted, cases[0])]
    page = give(browser, pairs)
    assert "Đã giao 1 hồ sơ. Không giao được 3 hồ sơ." in page
    assert page.count("Không có hồ sơ này.") == 3
    assert (assigned(instance, elsewhere), assigned(instance, kept)) == (None, None)
    query = {"case": [each.hex for each in wanted], "to": lan.id.hex}
    plan = words(browser.get("/giao-viec", query_string=query).text)
    assert plan.count("Không có hồ sơ này.") == 3


def test_a_colleague_who_is_recused_is_passed_over_and_refused(
    browser: FlaskClient, cases: list[UUID], lan: Colleague, minh: Colleague, instance: Store
) -> None:
    with writing(instance) as work:
        recusal = CaseRecusal(case_id=cases[0], staff_id=lan.id, since=clock.today())
        work.session.add(recusal)
    query = {"case": cases[0].hex, "to": [lan.id.hex, minh.id.hex]}
    assert minh.id.hex in browser.get("/giao-viec", query_string=query).text.split("2. Xem")[1]
    assert "Người này không thể nhận hồ sơ." in give(browser, [(cases[0], lan.id)])


def test_nothing_chosen_is_said_so(browser: FlaskClient) -> None:
    assert "Chưa chọn hồ sơ nào" in browser.get("/giao-viec").text


def test_an_inspector_gives_nothing_away(
    staff: Flask, instance: Store, lan: Colleague, cases: list[UUID]
) -> None:
    inspector = at_work(staff, instance, lan)
    assert inspector.get("/giao-viec").status_code == 404
    data = {"case": cases[0].hex, "to": lan.id.hex}
    assert send(inspector, "/giao-viec", data).status_code == 404
    assert "Giao các hồ sơ đã chọn" not in inspector.get("/").text
