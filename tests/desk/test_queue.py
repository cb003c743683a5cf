"""The page of the queue, the way to it, and why a case is due when it is."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from ledger.note import Signer
from records.staff import Role
from records.unit import UnitKeyHolder
from records.work import Store, writing
from tests.desk.case_kit import file, words
from tests.desk.desk_kit import Colleague, at_work, employ
from tests.desk.queue_kit import put
from web import clock
from web.app import Parts

UNIT = "so_xay_dung"


@pytest.fixture(scope="module")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan_hang_doi", UNIT, Role.INSPECTOR)


@pytest.fixture
def browser(staff: Flask, instance: Store, lan: Colleague) -> FlaskClient:
    return at_work(staff, instance, lan)


def test_the_queue_says_in_words_when_a_case_is_due(browser: FlaskClient, instance: Store) -> None:
    today = clock.today()
    put(instance, unit=UNIT, due_on=today, title="Vụ hôm nay", urgent=True)
    put(instance, unit=UNIT, due_on=today - timedelta(days=1), title="Vụ hôm qua")
    put(instance, unit=UNIT, title="Vụ không hạn")
    answer = browser.get("/")
    assert answer.status_code == 200
    page = words(answer.text)
    assert "Khẩn Vụ hôm nay" in page
    for said in ("hết hạn hôm nay", "quá hạn 1 ngày", "Chưa có thời hạn", f"{today:%d/%m/%Y}"):
        assert said in page
    assert page.index("Vụ hôm qua") < page.index("Vụ hôm nay") < page.index("Vụ không hạn")


def test_a_filter_that_does_not_hold_is_named_and_left_out(browser: FlaskClient) -> None:
    answer = browser.get("/?state=khong-co&bucket=today")
    assert answer.status_code == 200
    assert "đã bỏ qua: Trạng thái." in words(answer.text)
    assert "khong-co" not in answer.text


def test_a_long_queue_has_a_next_page(browser: FlaskClient, instance: Store) -> None:
    for number in range(45):
        put(instance, unit=UNIT, state="verifying", due_on=clock.today(), title=f"Vụ số {number}.")
    first = browser.get("/?state=verifying")
    address = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(address.removeprefix("http://localhost"))
    shown = [words(each.text) for each in (first, second)]
    assert all(sum(f"Vụ số {n}." in page for page in shown) == 1 for n in range(45))
    assert "Về đầu danh sách" in shown[1]


def test_whoever_reads_no_cases_finds_their_own_places(
    staff: Flask, instance: Store, promise_key: Signer
) -> None:
    admin = employ(instance, promise_key, "qt_trang_chinh", UNIT, Role.ADMINISTRATOR)
    answer = at_work(staff, instance, admin).get("/")
    assert answer.status_code == 200
    assert "Xin chào" in answer.text
    assert "Danh sách hồ sơ" not in answer.text


def test_why_a_case_is_due_is_told_with_rule_and_article(
    staff: Flask, parts: Parts, promise_key: Signer
) -> None:
    reader = employ(parts.store, promise_key, "doc_vi_sao", "thanh_tra", Role.INSPECTOR)
    filed = file(parts.store, parts.rules, promise_key)
    answer = at_work(staff, parts.store, reader).get(f"/ho-so/{filed.case.id}/vi-sao")
    assert answer.status_code == 200
    assert "Hết hạn lúc 24 giờ ngày" in answer.text
    assert "khoản 1 Điều 28 Luật Tiếp công dân" in answer.text
    assert "noi_bo" not in answer.text


def test_whoever_lacks_a_key_is_told_who_can_hand_it_over(
    staff: Flask, parts: Parts, promise_key: Signer
) -> None:
    reader = employ(parts.store, promise_key, "mat_khoa", "thanh_tra", Role.INSPECTOR)
    file(parts.store, parts.rules, promise_key)
    told = "Hãy nhờ một đồng nghiệp đang giữ khóa"
    before = at_work(staff, parts.store, reader).get("/?assigned=me").text
    assert '<a href="/?assigned=me" aria-current="page">Giao cho tôi</a>' in before
    with writing(parts.store) as work:  # what came before is sealed to others
        work.session.execute(delete(UnitKeyHolder).where(UnitKeyHolder.staff_id == reader.id))
    assert told in at_work(staff, parts.store, reader).get("/").text


def test_why_is_not_told_of_a_case_that_somebody_may_not_know_of(
    browser: FlaskClient, instance: Store, lan: Colleague
) -> None:
    kept = put(instance, unit=UNIT, due_on=clock.today(), recused=lan)
    other = put(instance, unit="so_y_te", due_on=clock.today())
    for case in (kept, other):
        assert browser.get(f"/ho-so/{case.id}/vi-sao").status_code == 404
