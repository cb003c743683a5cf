"""Colleagues who act at the same moment on PostgreSQL: nobody waits in a ring, no key is lost."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import update

from records.case import Case
from records.work import writing
from tests.triage.conftest import TODAY, House
from tests.triage.everybody import Burglar
from tests.triage.keys_kit import Member, admit, appoint, team
from triage import casefile, leaving, membership, recovery, resealing, tracker
from triage.casefile import OpenCase
from triage.membership import NotYours
from triage.standing import Tracker
from triage.submission import Submission

pytestmark = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
UNIT = "thanh_tra"
REPORT = Submission(
    intent="phan_anh_tham_nhung", category="bribery", narrative="Cán bộ vòi tiền ở quầy."
)


def assigned(house: House, who: Member, number: int) -> list[OpenCase]:
    """File reports and give them to somebody."""
    cases = [house.file(REPORT).case for _ in range(number)]
    with writing(house.store) as work:
        work.session.execute(update(Case).values(assigned_to=who.id))
    return cases


def leave(house: House, who: Member) -> None:
    with writing(house.store) as work:
        leaving.leave(work, who.id, house.key, TODAY)


def recuse(house: House, case: OpenCase, who: Member) -> None:
    with writing(house.store) as work:
        casefile.lock(work, case)
        take_recusal(Tracker(work, house.rules, house.key, TODAY), case, who.id)


def take_recusal(acting: Tracker, case: OpenCase, who: UUID) -> None:
    entered = {"assignee": who.hex, "reason": "Là người thân"}
    tracker.take(acting, case, who, "person.recused", entered)


def reseal(house: House, who: Member) -> None:
    with writing(house.store) as work:
        person = who.at_work(house)
        here = membership.held_circle(work, person, UNIT)
        resealing.reseal(work, person, here, house.key, TODAY)


def again(act: Callable[[], None]) -> None:
    """Act as somebody who presses again when the unit's key was changed under their hands."""
    for _ in range(5):
        try:
            return act()
        except NotYours:
            time.sleep(0.05)
    return act()


def test_a_departure_waits_for_a_recusal_that_has_begun_and_not_in_a_ring(house: House) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    case, *_ = assigned(house, minh, 1)
    with ThreadPoolExecutor() as pool:
        with writing(house.store) as work:
            casefile.lock(work, case)
            departure = pool.submit(leave, house, minh)
            time.sleep(0.5)  # it has come as far as it can
            assert not departure.done()
            take_recusal(Tracker(work, house.rules, house.key, TODAY), case, minh.id)
        departure.result(timeout=30)
    reseal(house, lan)
    assert Burglar(house.store).cases([lan.seed]) == {case.id}
    assert Burglar(house.store).cases([minh.seed]) == set()


def test_admitting_leaving_recusing_and_sealing_anew_at_once_loses_no_key(house: House) -> None:
    lan, minh, hoa, goes, too = team(house, UNIT, "lan", "minh", "hoa", "di", "di_theo")
    new = [appoint(house, login, UNIT) for login in ("moi_1", "moi_2")]
    cases = assigned(house, goes, 6)
    burglar = Burglar(house.store)
    copies = burglar.private_keys([goes.seed, too.seed])
    acts: list[Callable[[], None]] = [
        lambda: admit(house, lan, UNIT, new[0]),
        lambda: leave(house, goes),
        lambda: admit(house, minh, UNIT, new[1]),
        lambda: recuse(house, cases[0], hoa),
        lambda: leave(house, too),
        lambda: reseal(house, lan),
        lambda: recuse(house, cases[1], minh),
        lambda: reseal(house, hoa),
    ]
    ready = threading.Barrier(len(acts))

    def at_once(act: Callable[[], None]) -> None:
        ready.wait()
        again(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(at_once, act) for act in acts]:
            done.result(timeout=60)
    for who in (lan, minh, hoa):
        reseal(house, who)
    everything = {each.id for each in cases}
    for who, kept_from in ((lan, None), (hoa, 0), (minh, 1), (new[0], None), (new[1], None)):
        expected = everything if kept_from is None else everything - {cases[kept_from].id}
        assert burglar.cases([who.seed]) == expected
    assert burglar.cases(copies) == set()


def test_two_who_leave_and_one_who_lost_their_password_at_once_leave_the_others_their_keys(
    house: House,
) -> None:
    lan, minh, hoa = team(house, UNIT, "lan", "minh", "hoa")
    cases = assigned(house, minh, 3)
    acts: list[Callable[[], None]] = [
        lambda: leave(house, minh),
        lambda: renew(house, hoa),
        lambda: reseal(house, lan),
        lambda: leave(house, hoa),
    ]
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(again, act) for act in acts]:
            done.result(timeout=60)
    reseal(house, lan)
    assert Burglar(house.store).cases([lan.seed]) == {each.id for each in cases}


def renew(house: House, who: Member) -> None:
    try:
        with writing(house.store) as work:
            recovery.renew_keys(work, who.id, "một mật khẩu khác hẳn", house.key, TODAY)
    except recovery.RecoveryRefused:  # they have left meanwhile
        return
