"""The sealed session: ciphertext in the row, the only key in the cookie, and an end."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Thread
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from records.session import SessionRow
from records.work import Store, reading, writing
from vault.keys import new_secret_key
from web import clock, sealed
from web.sealed import LARGEST, Drawers, SealedSession, SessionFull

COOKIE = "dangvan_intake"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    moment = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def session(instance: Store) -> Iterator[SealedSession]:
    yield SealedSession(instance, uuid4(), new_secret_key(), known=True)
    with writing(instance) as work:
        work.session.execute(delete(SessionRow))


def rows(store: Store) -> int:
    with reading(store) as work:
        return work.session.execute(select(func.count()).select_from(SessionRow)).scalar_one()


def put(session: SealedSession, name: str = "draft", **holds: object) -> None:
    with session.changing() as (drawers, _work):
        drawers.put(name, dict(holds), clock.now() + timedelta(hours=1))


def test_what_is_put_is_found_again_with_the_cookie(session: SealedSession) -> None:
    put(session, text="Ông A đòi tiền")
    assert session.look().get("draft") == {"text": "Ông A đòi tiền"}
    again = sealed._parse(session.store, session.cookie)
    assert again.look().get("draft") == {"text": "Ông A đòi tiền"}


def test_the_row_alone_tells_nothing(session: SealedSession, instance: Store) -> None:
    put(session, text="Ông A đòi tiền")
    with reading(instance) as work:
        row = work.session.execute(select(SessionRow)).scalar_one()
    assert "đòi".encode() not in row.sealed
    assert session.key not in row.sealed
    thief = SealedSession(instance, session.id, new_secret_key(), known=True)
    assert thief.look().get("draft") is None


@pytest.mark.parametrize("cookie", ["", "x", "A" * 64, "A" * 65, "á" * 64, "=" * 64, "A" * 9000])
def test_a_forged_cookie_is_as_good_as_none(instance: Store, cookie: str) -> None:
    assert sealed._parse(instance, cookie).look() == Drawers()


def test_a_drawer_is_empty_after_its_moment(session: SealedSession, now: list[datetime]) -> None:
    put(session, a=1)
    now[0] += timedelta(minutes=59)
    assert session.look().get("draft") == {"a": 1}
    now[0] += timedelta(minutes=2)
    assert session.look().get("draft") is None


def test_the_night_removes_what_has_expired_and_nothing_else(
    session: SealedSession, instance: Store
) -> None:
    put(session, a=1)
    other = SealedSession(instance, uuid4(), new_secret_key(), known=True)
    with other.changing() as (drawers, _work):
        drawers.put("draft", {}, clock.now() + timedelta(days=3))
    day = clock.today() + timedelta(days=2)
    assert sealed.clean_up(instance, day) == 1
    assert session.look().get("draft") is None
    assert other.look().get("draft") == {}


def test_an_ended_session_opens_nothing(session: SealedSession, instance: Store) -> None:
    put(session, a=1)
    session.end()
    assert session.look().get("draft") is None
    assert not rows(instance)


def test_emptying_the_last_drawer_removes_the_row(session: SealedSession, instance: Store) -> None:
    put(session, a=1)
    with session.changing() as (drawers, _work):
        drawers.empty("draft")
    assert not rows(instance)


def test_looking_stores_nothing(session: SealedSession, instance: Store) -> None:
    with session.changing() as (drawers, _work):
        drawers.get("draft")
    assert not rows(instance)


def test_an_act_that_fails_keeps_what_was_there(session: SealedSession) -> None:
    put(session, a=1)
    with pytest.raises(ZeroDivisionError), session.changing() as (drawers, _work):
        drawers.put("draft", {"a": 2}, clock.now() + timedelta(hours=1))
        1 / 0  # noqa: B018
    assert session.look().get("draft") == {"a": 1}


def test_more_than_fits_is_refused_and_what_was_there_stays(session: SealedSession) -> None:
    put(session, a=1)
    with pytest.raises(SessionFull):
        put(session, text="x" * LARGEST)
    assert session.look().get("draft") == {"a": 1}


def test_two_tabs_do_not_undo_each_other(session: SealedSession) -> None:
    put(session)

    def answer(number: int) -> None:
        with session.changing() as (drawers, _work):
            held = drawers.get("draft") or {}
            drawers.put("draft", held | {str(number): number}, clock.now() + timedelta(hours=1))

    tabs = [Thread(target=answer, args=(number,)) for number in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert session.look().get("draft") == {str(number): number for number in range(8)}


def test_there_is_no_cookie_before_the_first_question(citizen: FlaskClient) -> None:
    for path in ("/", "/gui", "/thoi-han", "/luu-gi", "/cach-xu-ly", "/nhat-ky", "/so-lieu"):
        assert "Set-Cookie" not in citizen.get(path).headers
    answer = citizen.get("/gui/loai")
    set_cookie = answer.headers["Set-Cookie"]
    assert set_cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(set_cookie.split("; "))
    assert "expires" not in set_cookie.lower()


def test_the_cookie_is_marked_secure_where_the_connection_is(citizen: FlaskClient) -> None:
    answer = citizen.get("/gui/loai", base_url="https://dangvan.example")
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


def test_a_question_that_is_only_looked_at_stores_nothing(
    citizen: FlaskClient, instance: Store
) -> None:
    before = rows(instance)
    citizen.get("/gui/loai")
    citizen.get("/hop-thu")
    assert rows(instance) == before


def test_leaving_ends_the_session_and_takes_the_cookie_back(
    citizen: FlaskClient, instance: Store
) -> None:
    page = citizen.get("/gui/loai").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    before = rows(instance)
    citizen.post("/gui/loai", data={"csrf_token": token[1], "intent": "khac"})
    assert rows(instance) == before + 1
    answer = citizen.get("/thoat")
    assert rows(instance) == before
    assert f"{COOKIE}=;" in answer.headers["Set-Cookie"]
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert citizen.get_cookie(COOKIE) is None


def test_a_cookie_that_somebody_planted_is_worth_nothing_after_the_first_page(
    citizens: Flask, session: SealedSession
) -> None:
    put(session, "filed", code="AAAA")
    victim = citizens.test_client()
    victim.set_cookie(COOKIE, session.cookie)
    victim.get("/gui-nhanh")
    cookie = victim.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.value != session.cookie
    assert session.look().get("filed") is None
    assert sealed._parse(session.store, cookie.value).look().get("filed") == {"code": "AAAA"}


def test_nobody_ends_a_session_by_its_name_alone(citizens: Flask, session: SealedSession) -> None:
    put(session, a=1)
    thief = citizens.test_client()
    forged = SealedSession(session.store, session.id, new_secret_key(), known=True)
    thief.set_cookie(COOKIE, forged.cookie)
    thief.get("/thoat")
    thief.get("/gui-nhanh")
    assert session.look().get("draft") == {"a": 1}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_elsewhere_does_not_put_a_new_cookie_over_one_that_is_there(
    citizen: FlaskClient, site: str
) -> None:
    for path in ("/hop-thu", "/gui-nhanh", "/gui/loai", "/thoat"):
        answer = citizen.get(path, headers={"Sec-Fetch-Site": site})
        assert "Set-Cookie" not in answer.headers
        assert "Clear-Site-Data" not in answer.headers


def test_what_has_expired_is_removed_as_soon_as_it_is_noticed(
    session: SealedSession, instance: Store, now: list[datetime]
) -> None:
    put(session, a=1)
    before = rows(instance)
    now[0] += timedelta(hours=2)
    session.look()
    assert rows(instance) == before - 1


def test_over_a_secure_connection_the_cookie_belongs_to_this_host_alone(
    citizen: FlaskClient,
) -> None:
    answer = citizen.get("/gui/loai", base_url="https://dangvan.example")
    assert answer.headers["Set-Cookie"].startswith(f"__Host-{COOKIE}=")
