"""Kept filters: sealed under their owner's key, applied by a link, deleted by their owner alone."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from ledger.note import Signer
from records.signin import SavedFilter
from records.staff import Role
from records.work import Store, reading, writing
from tests.desk.case_kit import words
from tests.desk.desk_kit import Colleague, at_work, employ
from tests.desk.queue_kit import send
from triage import saved_filters
from triage.inputs import BadInputs

UNIT = "phuong_thuan_an"


@pytest.fixture(scope="module")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan_loc", UNIT, Role.INSPECTOR)


@pytest.fixture(scope="module")
def minh(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "minh_loc", UNIT, Role.INSPECTOR)


@pytest.fixture
def browser(staff: Flask, instance: Store, lan: Colleague) -> FlaskClient:
    return at_work(staff, instance, lan)


def newest(store: Store) -> UUID:
    with reading(store) as work:
        return work.session.scalars(select(SavedFilter.id)).all()[-1]


def test_a_filter_is_kept_listed_applied_and_deleted(browser: FlaskClient, instance: Store) -> None:
    given = {"name": "Khẩn chưa giao", "urgent": "yes", "assigned": "nobody", "kind": "sai"}
    answer = send(browser, "/bo-loc", given)
    assert answer.status_code == 303
    page = browser.get("/").text
    assert "Khẩn chưa giao" in page
    assert 'href="/?assigned=nobody&amp;urgent=yes"' in page
    assert send(browser, f"/bo-loc/{newest(instance)}/xoa", {}).status_code == 303
    assert "Khẩn chưa giao" not in browser.get("/").text


def test_a_filter_without_a_name_or_a_condition_is_refused_with_words(
    browser: FlaskClient,
) -> None:
    for given, said in (
        ({"name": "", "urgent": "yes"}, "Hãy đặt tên cho bộ lọc."),
        ({"name": "Trống"}, "Hãy chọn ít nhất một điều kiện lọc."),
    ):
        answer = send(browser, "/bo-loc", given)
        assert answer.status_code == 422
        assert said in words(answer.text)


def test_the_name_stands_nowhere_in_the_open(
    instance: Store, lan: Colleague, minh: Colleague
) -> None:
    owner, other = lan.insider(instance), minh.insider(instance)
    saved_filters.keep(instance, owner, "Bí mật của Lan", {"urgent": "yes"})
    with reading(instance) as work:
        rows = work.session.execute(select(SavedFilter)).scalars().all()
        assert all("Bí mật".encode() not in row.sealed for row in rows)
        assert saved_filters.kept(work, other) == ()
    kept_id = newest(instance)
    with writing(instance) as work:  # somebody with the database hands it to another person
        moved = update(SavedFilter).where(SavedFilter.id == kept_id)
        work.session.execute(moved.values(staff_id=other.id))
    with reading(instance) as work:
        assert saved_filters.kept(work, other) == ()


def test_nobody_deletes_the_filter_of_another(
    staff: Flask, instance: Store, lan: Colleague, minh: Colleague
) -> None:
    owner = lan.insider(instance)
    saved_filters.keep(instance, owner, "Của Lan", {"urgent": "yes"})
    with reading(instance) as work:
        kept = next(each for each in saved_filters.kept(work, owner) if each.name == "Của Lan")
    send(at_work(staff, instance, minh), f"/bo-loc/{kept.id}/xoa", {})
    with reading(instance) as work:
        assert kept in saved_filters.kept(work, owner)


def test_a_name_is_kept_once_and_a_person_keeps_only_so_many(
    instance: Store, minh: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_filters, "MOST", 2)
    person = minh.insider(instance)
    for codes in ({"urgent": "yes"}, {"assigned": "me"}):
        saved_filters.keep(instance, person, "Một", codes)
    with reading(instance) as work:
        kept = saved_filters.kept(work, person)
    assert [each.codes for each in kept] == [{"assigned": "me"}]
    with pytest.raises(BadInputs):
        for name in ("Hai", "Ba"):
            saved_filters.keep(instance, person, name, {"urgent": "yes"})
