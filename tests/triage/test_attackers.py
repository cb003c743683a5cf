"""Thieves of keys and databases, one by one: each gets nothing, and what they did is in the log."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from ledger.entry import Opening
from ledger.proof import verify_proof
from records.case import CaseItem
from records.identity import Identity as IdentityRow
from records.identity import IdentityShare
from records.log import LogEntry
from records.settings import Settings
from records.staff import Role, Staff
from records.unit import UnitKey
from records.work import reading, writing
from tests.triage.conftest import TODAY, House
from tests.triage.everybody import Burglar
from tests.triage.keys_kit import Member, admit, appoint, copied_unit_keys, seed_of, team
from triage import (
    absence,
    access,
    circle,
    keyring,
    leaving,
    membership,
    resealing,
    sequencer,
    standing,
    tracker,
)
from triage.absence import Absence
from triage.casefile import OpenCase
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.members import boards
from triage.publickeys import AUDITORS
from triage.standing import Tracker
from triage.submission import Disclosure, Submission
from triage.submission import Identity as Who
from vault import box, item
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.keys import KeyPair, SecretKey

UNIT = "thanh_tra"
DAY = timedelta(days=1)
REPORT = Submission(
    intent="phan_anh_tham_nhung", category="bribery", narrative="Cán bộ vòi tiền ở quầy."
)


@pytest.fixture
def auditor(house: House) -> Member:
    return appoint(house, "kiem_toan", AUDITORS, Role.AUDITOR)


def take(house: House, case: OpenCase, who: Member, step: str, **entered: str) -> None:
    with writing(house.store) as work:
        tracker.take(Tracker(work, house.rules, house.key, TODAY), case, who.id, step, entered)


def proved(house: House, settings: Settings, auditor: Member) -> dict[str, set[str]]:
    """Return the acts that an auditor can prove offline after the night: their subjects by kind."""
    list(sequencer.sequence(house.store, settings, TODAY + DAY))
    public = keyring.read_key(settings, keyring.CHECKPOINT_KEY).verifier
    found: dict[str, set[str]] = {}
    with reading(house.store) as work:
        for row in work.session.scalars(select(LogEntry)).all():
            context = Context(Purpose.ACT_OPENING_FOR_AUDITOR, (row.leaf,))
            for pair in copied_unit_keys(house, auditor).values():
                try:
                    opening = Opening.from_bytes(box.unseal(pair, context, Box(row.opening)))
                except VaultError:  # sealed to another key of the auditors
                    continue
                text = sequencer.proof_file(work.session, opening)
                assert text is not None
                act = verify_proof(text, public).act
                found.setdefault(act.kind, set()).add(act.subject)
    return found


def test_an_administrator_with_database_files_and_settings_opens_no_case_and_no_identity(
    guarded: House, settings: Settings
) -> None:
    team(guarded, UNIT, "lan")
    auditor = appoint(guarded, "kiem_toan", AUDITORS, Role.AUDITOR)
    case = guarded.file(replace(REPORT, identity=Who(Disclosure.CONFIDENTIAL, "Lê Thị Can Đảm")))
    with reading(guarded.store) as work:
        row = work.session.scalars(select(Staff).where(Staff.login == "quantri")).one()
        admin = Member(row.id, seed_of(row, "một mật khẩu đủ dài"))
        items = work.session.scalars(select(CaseItem)).all()
        identity = work.session.scalars(select(IdentityRow)).one()
        shares = work.session.scalars(select(IdentityShare)).all()
    files = [path.read_bytes() for path in (settings.home / "keys").iterdir()]
    found = {each[at : at + 32] for each in files for at in range(len(each) - 31)}
    assert Burglar(guarded.store).private_keys([admin.seed]) == {admin.seed}
    assert Burglar(guarded.store).cases([admin.seed]) == set()
    for key in {admin.seed, *found}:  # as if any bytes of the key files were a key of a case
        for each in items:
            context = case.case.context(Purpose(each.purpose), each.id.bytes)
            with pytest.raises(VaultError):
                item.unseal(SecretKey(key), context, item.Item(each.sealed))
        with pytest.raises(VaultError):
            context = case.case.context(Purpose.IDENTITY, identity.epoch.to_bytes(4))
            item.unseal(SecretKey(key), context, item.Item(identity.sealed))
    for share in shares:
        scope = (share.staff_id.bytes, share.epoch.to_bytes(4))
        context = case.case.context(Purpose.IDENTITY_SHARE_FOR_CUSTODIAN, *scope)
        with pytest.raises(VaultError):
            box.unseal(KeyPair(admin.seed), context, Box(share.box))
    assert str(case.case.id) in proved(guarded, settings, auditor)["case.filed"]


def test_a_leaver_with_old_keys_and_a_later_database_opens_nothing_sealed_since(
    house: House, settings: Settings, auditor: Member
) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    before = house.file(REPORT).case
    burglar = Burglar(house.store)
    copies = burglar.private_keys([minh.seed])
    with writing(house.store) as work:
        leaving.leave(work, minh.id, house.key, TODAY)
    after = house.file(REPORT).case
    assert burglar.cases(copies) == {before.id}
    assert burglar.cases([minh.seed]) == set()
    with writing(house.store) as work:
        person = lan.at_work(house)
        here = membership.held_circle(work, person, UNIT)
        assert resealing.reseal(work, person, here, house.key, TODAY) == 1
    assert burglar.cases(copies) == set()
    assert burglar.cases([lan.seed]) == {before.id, after.id}
    acts = proved(house, settings, auditor)
    assert acts["staff.left"] == {str(minh.id)}
    assert acts["cases.resealed"] == {UNIT}


def test_a_recused_inspector_with_the_database_and_their_own_keys_opens_the_others_only(
    house: House, settings: Settings, auditor: Member
) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    kept, other = house.file(REPORT).case, house.file(REPORT).case
    burglar = Burglar(house.store)
    copies = burglar.private_keys([minh.seed])
    entered = {"assignee": minh.id.hex, "reason": "Là người thân"}
    take(house, kept, minh, "person.recused", **entered)
    assert burglar.cases(copies) == {other.id}
    assert burglar.cases([lan.seed]) == {kept.id, other.id}
    assert proved(house, settings, auditor)["person.recused"] == {str(kept.id)}


def test_a_substitute_after_the_last_day_heads_nothing(
    house: House, settings: Settings, auditor: Member
) -> None:
    head, minh = appoint(house, "truong", UNIT, Role.HEAD), appoint(house, "minh", UNIT)
    admit(house, head, UNIT, minh)
    case, last = house.file(REPORT).case, TODAY + 3 * DAY
    away = Absence(UNIT, head.id, minh.id, TODAY, last)
    with writing(house.store) as work:
        absence.arrange(work, head.at_work(house), away, house.key, TODAY)
    for day, may in ((last, True), (last + DAY, False)):
        with reading(house.store) as work:
            assert access.insider(work, minh.id, minh.seed, day).heads(UNIT) is may
            acting = Tracker(work, house.rules, house.key, day)
            found = standing.of(acting, case.id, minh.id, locked=False)
            entered = {"assignee": minh.id.hex}
            if may:
                tracker.check(acting, found, "case.assigned", entered)
            else:
                with pytest.raises(NotAllowed):
                    tracker.check(acting, found, "case.assigned", entered)
    assert proved(house, settings, auditor)["absence.arranged"] == {str(head.id)}


def planted_in_place_of(house: House, who: UUID, thief: Member) -> str:
    """Put a thief's public key in somebody's place; return the fingerprint that they read out."""
    with writing(house.store) as work:
        real = work.session.get_one(Staff, who)
        read_out = membership.fingerprint(real.public_key)
        real.public_key = work.session.get_one(Staff, thief.id).public_key
    return read_out


def test_a_key_planted_for_a_new_colleague_gets_nothing_once_two_people_compare(
    house: House, settings: Settings, auditor: Member
) -> None:
    (lan,) = team(house, UNIT, "lan")
    hoa, thief = appoint(house, "hoa", UNIT), appoint(house, "ke_gian", "so_xay_dung")
    case = house.file(REPORT).case
    read_out = planted_in_place_of(house, hoa.id, thief)
    (board,) = boards(house.store, lan.at_work(house), TODAY)
    shown = next(each.fingerprint for each in board.members if each.id == hoa.id)
    assert shown != read_out
    with pytest.raises(BadInputs, match="fingerprint"), writing(house.store) as work:
        membership.admit(work, lan.at_work(house), UNIT, hoa.id, read_out, house.key, TODAY)
    assert case.id not in Burglar(house.store).cases([thief.seed])
    acts = proved(house, settings, auditor)
    assert str(hoa.id) not in acts.get("member.admitted", set())
    assert str(hoa.id) in acts["staff.appointed"]


def test_a_key_planted_for_a_unit_is_a_warning_and_its_members_seal_nothing_to_it(
    house: House,
) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    case = house.file(REPORT).case
    thief = appoint(house, "ke_gian", "so_xay_dung")
    with writing(house.store) as work:
        public = work.session.get_one(Staff, thief.id).public_key
        here = circle.circle(work, UNIT)
        work.session.execute(
            update(UnitKey)
            .where(UnitKey.unit_code == UNIT, UnitKey.epoch == here.key.epoch)
            .values(public_key=public)
        )
    hoa = appoint(house, "hoa", UNIT)
    (board,) = boards(house.store, lan.at_work(house), TODAY)
    assert board.is_false
    assert not board.holds
    for act in (lambda: admit(house, minh, UNIT, hoa), lambda: reseal(house, lan)):
        with pytest.raises(membership.NotYours):
            act()
    assert case.id not in Burglar(house.store).cases([thief.seed])


def reseal(house: House, who: Member) -> None:
    with writing(house.store) as work:
        membership.held_circle(work, who.at_work(house), UNIT)
