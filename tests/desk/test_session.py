"""Who is at work: the sealed session, its row, the permission of a view."""

import pytest
from flask import Flask
from sqlalchemy import delete, update

from desk import session
from desk.app import unguarded
from desk.permissions import guard, needs
from ledger.note import Signer
from records.signin import StaffSession
from records.staff import Role, Staff
from records.work import Store, writing
from tests.desk.desk_kit import Colleague, at_work, employ
from triage.access import Permission
from web import clock
from web.app import Parts


@pytest.fixture
def desk(parts: Parts) -> Flask:
    def hang_doi() -> str:
        return session.insider().name

    app = unguarded(parts)
    app.add_url_rule("/hang-doi", "hang_doi", needs(Permission.QUEUE_READ)(hang_doi))
    guard(app)
    return app


@pytest.fixture(scope="session")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan", "thanh_tra", Role.INSPECTOR)


@pytest.fixture(scope="session")
def admin(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "quan_tri_2", "thanh_tra", Role.ADMINISTRATOR)


def test_somebody_with_the_permission_gets_in(desk: Flask, instance: Store, lan: Colleague) -> None:
    assert at_work(desk, instance, lan).get("/hang-doi").text == "Cán bộ lan"


def test_somebody_without_it_finds_nothing(desk: Flask, instance: Store, admin: Colleague) -> None:
    assert at_work(desk, instance, admin).get("/hang-doi").status_code == 404


def test_a_session_that_was_ended_elsewhere_opens_nothing(
    desk: Flask, instance: Store, lan: Colleague
) -> None:
    client = at_work(desk, instance, lan)
    with writing(instance) as work:
        work.session.execute(delete(StaffSession).where(StaffSession.staff_id == lan.id))
    assert client.get("/hang-doi").status_code != 200


def test_somebody_who_has_left_is_out_at_once(
    desk: Flask, instance: Store, promise_key: Signer
) -> None:
    leaver = employ(instance, promise_key, "nghi_viec", "thanh_tra", Role.INSPECTOR)
    client = at_work(desk, instance, leaver)
    assert client.get("/hang-doi").status_code == 200
    with writing(instance) as work:
        gone = update(Staff).where(Staff.id == leaver.id).values(left_on=clock.today())
        work.session.execute(gone)
    assert client.get("/hang-doi").status_code != 200
