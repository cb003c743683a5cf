"""Whoever is not the one who asked, within the time, opens no identity, try what they may.

Every key is tried on every box, and every share with every other; nothing here asks a rule.
"""

from uuid import UUID

import pytest
from sqlalchemy import select

from records.identity import Identity as IdentityRow
from records.settings import Settings
from records.staff import Role, Staff
from records.work import reading
from tests.triage.conftest import House
from tests.triage.identity_kit import DAY, NAME, Office, Thief, office
from tests.triage.keys_kit import Member, appoint, seed_of
from triage.casefile import OpenCase
from triage.identity_requests import End
from triage.publickeys import INVESTIGATORS


@pytest.fixture
def here(house: House) -> Office:
    roles = [appoint(house, f"giu_{n}", "so_noi_vu", Role.CUSTODIAN) for n in range(3)]
    return office(house, roles)


@pytest.fixture
def case(here: Office) -> OpenCase:
    return here.file()


def opened(here: Office, *who: Member) -> set[UUID]:
    return Thief(here.house).identities(*(each.seed for each in who))


def test_two_custodians_together_or_who_asked_within_the_time_do_open_it(
    here: Office, case: OpenCase
) -> None:
    """Without this, nothing below would show anything."""
    assert opened(here, *here.custodians[:2]) == {case.id}
    here.released(case)
    assert opened(here, here.lan) == {case.id}


def test_an_administrator_with_database_files_and_settings_opens_nothing(
    here: Office, case: OpenCase, settings: Settings
) -> None:
    here.released(case)
    with reading(here.house.store) as work:
        row = work.session.scalars(select(Staff).where(Staff.login == "quantri")).one()
    files = [each.read_bytes() for each in (settings.home / "keys").iterdir()]
    found = {each[at : at + 32] for each in files for at in range(len(each) - 31)}
    assert found
    thief = Thief(here.house, also=frozenset(found))
    assert thief.identities(seed_of(row, "một mật khẩu đủ dài")) == set()


def test_a_thief_of_the_database_without_a_key_opens_nothing(here: Office, case: OpenCase) -> None:
    here.released(case)
    with reading(here.house.store) as work:
        (row,) = work.session.scalars(select(IdentityRow)).all()
    assert NAME.encode() not in row.sealed
    assert Thief(here.house).identities() == set()


@pytest.mark.parametrize("number", range(3))
def test_one_custodian_opens_nothing_whatever_was_released(
    here: Office, case: OpenCase, number: int
) -> None:
    assert opened(here, here.custodians[number]) == set()
    here.released(case)
    assert opened(here, here.custodians[number]) == set()


def test_the_rest_of_the_unit_and_the_police_open_nothing_that_was_released_to_one(
    here: Office, case: OpenCase
) -> None:
    police = appoint(here.house, "dieu_tra", INVESTIGATORS, Role.POLICE_LIAISON)
    here.released(case)
    assert opened(here, here.minh, here.head, police) == set()


def test_who_asked_opens_nothing_with_one_release_and_nothing_after_the_time(
    here: Office, case: OpenCase
) -> None:
    request = here.ask(case)
    assert opened(here, here.lan) == set()
    here.release(request, here.custodians[0])
    assert opened(here, here.lan) == set()
    here.release(request, here.custodians[1])
    here.day += 4 * DAY
    assert here.sweep() == [End.OVER]
    assert opened(here, here.lan) == set()


def test_who_asked_and_a_custodian_of_another_opinion_open_nothing(
    here: Office, case: OpenCase
) -> None:
    request = here.ask(case)
    here.decline(request, here.custodians[0])
    assert opened(here, here.lan, here.custodians[0]) == set()


def test_releases_for_two_cases_do_not_add_up(here: Office, case: OpenCase) -> None:
    other = here.file()
    here.release(here.ask(case, here.lan), here.custodians[0])
    here.release(here.ask(other, here.minh), here.custodians[1])
    assert opened(here, here.lan, here.minh) == set()


def test_releases_for_two_requests_of_one_case_do_not_add_up(here: Office, case: OpenCase) -> None:
    here.release(here.ask(case, here.lan), here.custodians[0])
    here.day += 4 * DAY
    here.sweep()
    here.release(here.ask(case, here.minh), here.custodians[1])
    assert opened(here, here.lan, here.minh) == set()


def test_shares_of_an_identity_given_earlier_open_nothing_of_the_later_one(
    here: Office, case: OpenCase
) -> None:
    here.released(case)
    here.give(case, "Nguyễn Văn Khác")
    assert opened(here, here.lan) == set()
