"""A circle of liaisons that nobody can open any more is opened again with the escrow shares."""

import pytest

from records.staff import Role, Staff
from records.work import reading, writing
from tests.conftest import Shown
from tests.triage.conftest import TODAY, House
from tests.triage.everybody import Burglar
from tests.triage.keys_kit import Member, appoint, seed_of
from tests.triage.test_escalation import RECEIVED, REPORT, Office, office  # noqa: F401  (a fixture)
from triage import leaving, recovery
from triage.access import NoSuchCase
from triage.publickeys import INVESTIGATORS, PROSECUTORS
from triage.recovery import RecoveryRefused


def recover(house: House, shown: Shown, circle: str, to: Member) -> int:
    with writing(house.store) as work:
        escrow = recovery.open_escrow(work, shown.words[:2])
        return recovery.recover_unit(work, escrow, circle, to.id, house.key, TODAY)


def leave(house: House, who: Member) -> None:
    with writing(house.store) as work:
        leaving.leave(work, who.id, house.key, TODAY)


def with_a_new_key(house: House, who: Member) -> Member:
    with writing(house.store) as work:
        recovery.renew_keys(work, who.id, "một mật khẩu khác hẳn", house.key, TODAY)
    with reading(house.store) as work:
        seed = seed_of(work.session.get_one(Staff, who.id), "một mật khẩu khác hẳn")
    return Member(who.id, seed)


def test_an_investigator_who_lost_the_only_key_opens_older_dossiers_after_recovery(
    office: Office,  # noqa: F811
    shown: Shown,
) -> None:
    house, other = office.house, office.house.file(REPORT).case
    for case in (office.case, other):
        office.confirm(case)
    first, second = office.hand(), office.hand(other)
    again = with_a_new_key(house, office.police)
    burglar = Burglar(house.store)
    assert burglar.dossiers([again.seed]) == set()
    with pytest.raises(NoSuchCase):
        office.page(again, first)
    assert recover(house, shown, INVESTIGATORS, again) == 2
    burglar = Burglar(house.store)
    assert burglar.dossiers([again.seed]) == {first, second}
    assert burglar.cases([again.seed]) == set()
    office.deal(again, first, "police.received", **RECEIVED)
    assert office.page(again, first).state == "police_received"
    assert office.page(office.procuracy, first).events


def test_whoever_comes_after_the_last_investigator_needs_the_escrow_for_what_was_before(
    office: Office,  # noqa: F811
    shown: Shown,
) -> None:
    house = office.house
    office.confirm()
    dossier = office.hand()
    copies = Burglar(house.store).private_keys([office.police.seed])
    leave(house, office.police)
    new = appoint(house, "moi", INVESTIGATORS, Role.POLICE_LIAISON)
    assert Burglar(house.store).dossiers([new.seed]) == set()
    assert recover(house, shown, INVESTIGATORS, new) == 1
    burglar = Burglar(house.store)
    assert burglar.dossiers([new.seed]) == {dossier}
    assert burglar.dossiers(copies) == set()  # what the one who left had copied opens no more
    assert burglar.dossiers([office.procuracy.seed]) == {dossier}


def test_recovery_gives_nobody_what_they_are_recused_from_nor_what_went_elsewhere(
    office: Office,  # noqa: F811
    shown: Shown,
) -> None:
    house = office.house
    theirs, outside = house.file(REPORT).case, house.file(REPORT).case
    for case in (office.case, theirs, outside):
        office.confirm(case)
    kept = office.hand(copied=False)
    office.hand(theirs)
    office.hand(outside, body="Cục C03, Bộ Công an", recipient="age1abc")
    office.take(office.head, "person.recused", theirs, assignee=office.police.id.hex, reason="x")
    again = with_a_new_key(house, office.police)
    assert recover(house, shown, INVESTIGATORS, again) == 1
    assert Burglar(house.store).dossiers([again.seed]) == {kept}
    prosecutor = with_a_new_key(house, office.procuracy)
    assert recover(house, shown, PROSECUTORS, prosecutor) == 1
    assert kept not in Burglar(house.store).dossiers([prosecutor.seed])


def test_a_circle_is_recovered_to_its_own_people_alone(
    office: Office,  # noqa: F811
    shown: Shown,
) -> None:
    office.confirm()
    office.hand()
    before = office.stored()
    for stranger in (office.head, office.procuracy, office.protector):
        with pytest.raises(RecoveryRefused, match="no role"):
            recover(office.house, shown, INVESTIGATORS, stranger)
    assert office.stored() == before
