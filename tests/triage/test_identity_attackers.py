"""Whoever is not the one who asked, within the time, opens no identity, try what they may.

Every key is tried on every box, and every share with every other; nothing here asks a rule.
"""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from ledger.note import NOTE, Signer
from records.identity import CustodianCard, IdentityShare
from records.identity import Identity as IdentityRow
from records.instance import Instance
from records.settings import Settings
from records.staff import Role, Staff
from records.work import Work, reading, writing
from tests.triage.conftest import House
from tests.triage.identity_kit import DAY, NAME, Office, Thief, office
from tests.triage.keys_kit import Member, appoint, seed_of
from triage import access, custodianship, posts, signin, vouching
from triage.casefile import OpenCase
from triage.identity import NoCustodians
from triage.identity_requests import End
from triage.membership import NotYours
from triage.posts import Wanted
from triage.publickeys import INVESTIGATORS
from vault.keys import KeyPair, new_seed


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


def own_people(here: Office) -> Iterator[Member]:
    """Let the administrator appoint two of their own making, whose passwords they have."""
    house = here.house
    admin = signin.unlock(house.store, "quantri", "một mật khẩu đủ dài")
    with reading(house.store) as work:
        at_the_desk = access.insider(work, admin.staff_id, admin.seed, here.day)
    for login in ("ma_mot", "ma_hai"):
        wanted = Wanted(login, "Người Do Tôi Dựng", "so_noi_vu", Role.CUSTODIAN, None)
        made = posts.appoint(house.store, at_the_desk, wanted, house.key, here.day)
        yield Member(made.id, signin.unlock(house.store, login, made.password).seed)


@pytest.fixture
def puppets(here: Office) -> tuple[Member, ...]:
    return tuple(own_people(here))


def shown(here: Office, who: Member) -> str:
    person = here.desk(who).person
    with writing(here.house.store) as work:
        custodianship.show(work, person, here.house.key, here.day)
    return custodianship.own_fingerprint(person)


def shares_of(here: Office, *who: Member) -> set[UUID]:
    """Return the cases of whose identities these people hold shares."""
    with reading(here.house.store) as work:
        held = IdentityShare.staff_id.in_([each.id for each in who])
        return set(work.session.scalars(select(IdentityShare.case_id).where(held)))


def test_an_administrator_who_appoints_two_of_their_own_gets_no_share_by_them(
    here: Office, puppets: tuple[Member, ...]
) -> None:
    heard = [shown(here, each) for each in puppets]
    for by, new, words in ((puppets[0], puppets[1], heard[1]), (puppets[1], puppets[0], heard[0])):
        with pytest.raises(NotYours), writing(here.house.store) as work:
            person = here.desk(by).person
            custodianship.admit(work, person, new.id, words, here.house.key, here.day)
    case = here.file()
    here.give(case, "Lê Thị Đổi Ý")
    assert shares_of(here, *puppets) == set()
    assert shares_of(here, *here.custodians) == {case.id}
    assert opened(here, *puppets) == set()


def cards(work: Work, *who: Member) -> list[CustodianCard]:
    held = CustodianCard.staff_id.in_([each.id for each in who])
    return list(work.session.scalars(select(CustodianCard).where(held)))


def test_nor_by_writing_into_the_database(here: Office, puppets: tuple[Member, ...]) -> None:
    """With every row at hand: signatures of their own, another promise key, others' cards gone."""
    house, first = here.house, here.custodians[0]
    for each in puppets:
        shown(here, each)
    false = Signer(house.key.name, NOTE, new_seed())
    by = [vouching.signer(each.id, each.seed) for each in puppets]
    in_anothers_name = vouching.signer(first.id, new_seed())
    with writing(house.store) as work:
        for row in cards(work, *puppets):
            for key in (*by, false, in_anothers_name):
                row.note = vouching.signed(row.note, key)
        work.session.execute(update(Instance).values(promise_key=false.verifier.to_text()))
        # The key of an admitted custodian, and their card, in favour of one of their own making.
        own = KeyPair(puppets[0].seed).public
        work.session.execute(update(Staff).where(Staff.id == first.id).values(public_key=own))
        card = vouching.own(first.id, puppets[0].seed)
        note = vouching.signed(
            vouching.begun(card, vouching.signer(first.id, puppets[0].seed)), false
        )
        work.session.add(CustodianCard(staff_id=first.id, key=card.key, note=note, since=here.day))
    case = here.file()
    assert shares_of(here, first, *puppets) == set()
    assert shares_of(here, *here.custodians[1:]) == {case.id}
    assert opened(here, *puppets) == set()
    with writing(house.store) as work:
        work.session.execute(
            delete(CustodianCard).where(CustodianCard.staff_id == here.custodians[1].id)
        )
    with pytest.raises(NoCustodians):  # rather than seal to anybody else
        here.file()


def test_two_who_once_were_custodians_can_bring_in_another_with_the_database(
    here: Office, puppets: tuple[Member, ...]
) -> None:
    """What SECURITY.md does not promise: no signature tells the day on which it was made."""
    shown(here, puppets[0])
    with writing(here.house.store) as work:
        for row in cards(work, puppets[0]):
            for each in here.custodians[:2]:
                row.note = vouching.signed(row.note, vouching.signer(each.id, each.seed))
    case = here.file()
    assert shares_of(here, puppets[0]) == {case.id}
