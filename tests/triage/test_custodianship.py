"""Custodians are admitted by custodians: two signatures under a card that each has compared."""

from collections.abc import Callable
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from ledger.note import NOTE, Signer
from records.identity import IdentityShare
from records.log import LogEntry
from records.staff import Role, Staff
from records.work import Work, reading, writing
from tests.custodians import confirmed
from tests.triage.conftest import TODAY, House
from tests.triage.identity_kit import REPORT
from tests.triage.keys_kit import PASSWORD, Member, appoint, seed_of
from triage import custodianship, identity, ownkey, recovery, vouching
from triage.custodianship import Keeper, NotConfirmed
from triage.inputs import BadInputs
from triage.membership import NotYours
from triage.office import Unfit
from triage.posts import check_enough
from triage.signin import Unlocked
from vault.keys import new_seed

UNIT = "so_noi_vu"


def custodian(house: House, login: str) -> Member:
    return appoint(house, login, UNIT, Role.CUSTODIAN)


@pytest.fixture
def two(house: House) -> tuple[Member, Member]:
    """The first two, confirmed on the machine."""
    first, second = custodian(house, "mot"), custodian(house, "hai")
    with writing(house.store) as work:
        confirmed(work, house.key, {each.id: each.seed for each in (first, second)})
    return first, second


def act(house: House, do: Callable[[Work], object]) -> None:
    with writing(house.store) as work:
        do(work)


def show(house: House, who: Member) -> str:
    """Let somebody show their card, and return what they read out."""
    person = who.at_work(house)
    act(house, lambda work: custodianship.show(work, person, house.key, TODAY))
    return custodianship.own_fingerprint(person)


def admit(house: House, by: Member, new: Member, heard: str) -> None:
    person = by.at_work(house)
    act(house, lambda work: custodianship.admit(work, person, new.id, heard, house.key, TODAY))


def admitted(house: House) -> set[UUID]:
    with reading(house.store) as work:
        return {each.staff_id for each in identity.custodians(work, house.key)}


def keeper(house: House, who: Member) -> Keeper:
    (found,) = (each for each in custodianship.look(house.store, house.key) if each.id == who.id)
    return found


def holders(house: House) -> set[UUID]:
    """File a report with an identity, and return who gets shares."""
    case = house.file(REPORT).case
    with reading(house.store) as work:
        rows = select(IdentityShare.staff_id).where(IdentityShare.case_id == case.id)
        return set(work.session.scalars(rows))


def test_who_is_appointed_gets_shares_once_two_have_admitted_them(
    house: House, two: tuple[Member, Member]
) -> None:
    new, known = custodian(house, "ba"), {each.id for each in two}
    assert keeper(house, new).fingerprint == ""
    heard = show(house, new)
    assert keeper(house, new).fingerprint == heard
    assert holders(house) == known
    admit(house, two[0], new, heard)
    assert keeper(house, new).vouched == {two[0].id}
    assert holders(house) == known
    admit(house, two[0], new, heard)  # again: one person counts once
    assert holders(house) == known
    admit(house, two[1], new, heard.lower().replace(" ", ""))
    assert keeper(house, new).is_admitted
    assert holders(house) == {*known, new.id}


def test_a_card_is_signed_by_admitted_custodians_after_comparing_and_by_nobody_else(
    house: House, two: tuple[Member, Member]
) -> None:
    new, other = custodian(house, "ba"), custodian(house, "bon")
    with pytest.raises(BadInputs, match="not shown"):
        admit(house, two[0], new, "")
    heard, of_other = show(house, new), show(house, other)
    for wrong in ("", of_other, heard[:-1]):
        with pytest.raises(BadInputs, match="not the fingerprint"):
            admit(house, two[0], new, wrong)
    reader = appoint(house, "doc", UNIT)
    for by, whom in ((other, new), (new, new), (reader, new), (two[0], two[1]), (two[0], reader)):
        with pytest.raises(NotYours):
            admit(house, by, whom, heard)
    with pytest.raises(NotYours):
        show(house, reader)
    assert keeper(house, new).vouched == frozenset()


def test_the_first_are_confirmed_on_the_machine_until_there_are_enough(house: House) -> None:
    people = [custodian(house, login) for login in ("mot", "hai", "ba")]
    told = {each.id: show(house, each) for each in people}

    def confirm(some: dict[UUID, str]) -> None:
        act(house, lambda work: custodianship.confirm(work, some, house.key, TODAY))

    with pytest.raises(BadInputs):
        confirm({people[0].id: told[people[1].id]})
    with pytest.raises(NotConfirmed, match="custodians of today"):
        confirm({uuid4(): ""})
    assert admitted(house) == set()
    confirm({people[0].id: told[people[0].id]})
    with pytest.raises(NotYours), reading(house.store) as work:
        stranger = people[1].at_work(house)
        custodianship.admit(work, stranger, people[2].id, "", house.key, TODAY)
    confirm({people[1].id: told[people[1].id]})
    assert admitted(house) == {people[0].id, people[1].id}
    with pytest.raises(NotConfirmed, match="2 admitted"):
        confirm({people[2].id: told[people[2].id]})


def test_whoever_has_another_key_is_admitted_again(
    house: House, two: tuple[Member, Member]
) -> None:
    first, second = two
    third, fourth = custodian(house, "ba"), custodian(house, "bon")
    for new in (third, fourth):
        heard = show(house, new)
        admit(house, first, new, heard)
        admit(house, second, new, heard)
    old = Unlocked(first.id, "", first.seed, settled=True)
    own = ownkey.drawn(old)
    act(house, lambda work: ownkey.take(work, old, own))
    act(house, lambda work: recovery.renew_keys(work, second.id, PASSWORD, house.key, TODAY))
    assert admitted(house) == {third.id, fourth.id}, "what the old keys signed goes on"
    with reading(house.store) as work:
        seed = seed_of(work.session.get_one(Staff, second.id), PASSWORD)
    again = Member(second.id, seed)
    heard = show(house, again)
    with pytest.raises(NotYours):
        admit(house, again, Member(first.id, own.seed), "")
    for by in (third, fourth):
        admit(house, by, again, heard)
    assert admitted(house) == {second.id, third.id, fourth.id}


def test_the_needed_custodians_stay_and_who_is_not_admitted_may_go(
    house: House, two: tuple[Member, Member]
) -> None:
    new = custodian(house, "ba")
    with reading(house.store) as work:
        check_enough(work, Role.CUSTODIAN, new.id, house.key)
        with pytest.raises(Unfit, match="At least 2"):
            check_enough(work, Role.CUSTODIAN, two[0].id, house.key)


def test_each_act_is_in_the_log(house: House, two: tuple[Member, Member]) -> None:
    def entries() -> int:
        with reading(house.store) as work:
            return work.session.scalar(select(func.count()).select_from(LogEntry)) or 0

    new, counts = custodian(house, "ba"), [entries()]
    heard = show(house, new)
    counts.append(entries())
    show(house, new)  # nothing new
    for by in two:
        admit(house, by, new, heard)
        counts.append(entries())
    # shown; vouched; vouched and admitted
    assert [after - before for before, after in pairwise(counts)] == [1, 1, 2]


def note(who: Signer, staff_id: UUID) -> str:
    card = vouching.Card(staff_id, "0" * 64, who.verifier)
    return vouching.begun(card, who)


def test_signatures_that_do_not_count() -> None:
    root = Signer("example.vn/log/promise", NOTE, new_seed())
    ids = [uuid4() for _ in range(4)]
    keys = [vouching.signer(each, new_seed()) for each in ids]
    first, second, third, fourth = (note(*each) for each in zip(keys, ids, strict=True))

    def count(*notes: str) -> int:
        return len(vouching.admitted(notes, root.verifier, 2))

    roots = [vouching.signed(each, root) for each in (first, second)]
    both = vouching.signed(vouching.signed(third, keys[0]), keys[1])
    assert count(*roots, both, fourth) == 3
    chained = vouching.signed(vouching.signed(fourth, keys[1]), keys[2])
    assert count(chained, both, *roots) == 4, "in whatever order"
    assert count(first, second, both) == 0, "no root"
    assert count(roots[0], second, both) == 1, "one is not two"
    twice = vouching.signed(vouching.signed(third, keys[0]), keys[0])
    assert count(*roots, twice) == 2, "one person counts once"
    in_a_ring = [
        vouching.signed(vouching.signed(third, keys[0]), keys[3]),
        vouching.signed(vouching.signed(fourth, keys[0]), keys[2]),
    ]
    assert count(*roots, *in_a_ring) == 2, "whoever waits vouches for nobody"
    other_root = Signer(root.name, NOTE, new_seed())
    assert count(vouching.signed(first, other_root)) == 0, "another key of the same name"
    forged = both.replace("0" * 64, "1" * 64)
    assert count(*roots, forged, "", "no note") == 2, "a changed card"


def test_a_card_without_its_owners_signature_counts_for_nothing() -> None:
    """Nobody is admitted with a signing key that they do not hold."""
    root = Signer("example.vn/log/promise", NOTE, new_seed())
    owner, staff_id = vouching.signer(uuid4(), new_seed()), uuid4()
    own = vouching.signer(staff_id, new_seed())
    card = vouching.Card(staff_id, "0" * 64, own.verifier)
    assert vouching.admitted([vouching.begun(card, root)], root.verifier, 2) == frozenset()
    assert vouching.read(vouching.begun(card, own).replace(staff_id.hex, owner.name)) is None
