"""Keys follow people: whoever may not have a case has nothing that opens it."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select, update

from ledger.entry import Opening
from records.case import Case, CaseKey, CaseStaffKey
from records.identity import Identity, IdentityShare
from records.log import LogEntry
from records.signin import StaffSession
from records.staff import Role, Staff, StaffRole
from records.work import reading, writing
from tests.conftest import Shown
from tests.triage.conftest import TODAY, House
from tests.triage.keys_kit import (
    PASSWORD,
    Member,
    admit,
    appoint,
    copied_unit_keys,
    opens,
    seed_of,
    team,
)
from triage import (
    access,
    circle,
    factors,
    leaving,
    membership,
    recovery,
    resealing,
    signin,
    tracker,
)
from triage.access import NoSuchCase
from triage.casefile import OpenCase
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.membership import NotYours
from triage.publickeys import AUDITORS
from triage.recovery import RecoveryRefused
from triage.standing import Tracker
from triage.submission import Disclosure, Facts, Submission
from triage.submission import Identity as Who
from vault import box
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError

UNIT = "thanh_tra"
REPORT = Submission(
    intent="phan_anh_tham_nhung", category="bribery", narrative="Cán bộ vòi tiền ở quầy."
)

WHO = Who(Disclosure.CONFIDENTIAL, "Lê Thị Can Đảm")


def filed(house: House) -> OpenCase:
    return house.file(REPORT).case


def take(house: House, case: OpenCase, who: Member, step: str, **entered: str) -> None:
    with writing(house.store) as work:
        tracker.take(Tracker(work, house.rules, house.key, TODAY), case, who.id, step, entered)


def join(house: House, who: Member, case: OpenCase, into: OpenCase) -> None:
    with writing(house.store) as work:
        acting = Tracker(work, house.rules, house.key, TODAY)
        tracker.merge(acting, case, into, who.id, "Cùng nội dung")


def recuse(house: House, case: OpenCase, who: Member) -> None:
    take(house, case, who, "person.recused", assignee=who.id.hex, reason="Là người thân")


def test_who_is_recused_opens_nothing_even_with_the_whole_database(house: House) -> None:
    lan, minh, hoa = team(house, UNIT, "lan", "minh", "hoa")
    case = filed(house)
    assert all(opens(house, each, case) for each in (lan, minh, hoa))
    recuse(house, case, minh)
    assert opens(house, lan, case)
    assert opens(house, hoa, case)
    assert not opens(house, minh, case)
    with reading(house.store) as work:
        assert access.open_case(work, lan.at_work(house), case.id) == case
        with pytest.raises(NoSuchCase):
            access.open_case(work, minh.at_work(house), case.id)


def test_the_last_reader_cannot_be_recused_before_the_case_has_gone_elsewhere(
    house: House,
) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    case = filed(house)
    recuse(house, case, minh)
    with pytest.raises(BadInputs, match="transfer it first"):
        recuse(house, case, lan)
    assert opens(house, lan, case)


def test_a_new_colleague_gets_the_cases_held_apart_but_not_those_kept_from_them(
    house: House,
) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    apart, kept = filed(house), filed(house)
    recuse(house, apart, minh)
    hoa = appoint(house, "hoa", UNIT)
    recuse(house, kept, hoa)  # before they hold the unit's key: still wrapped to the unit
    assert not opens(house, hoa, apart)
    admit(house, lan, UNIT, hoa)
    assert opens(house, hoa, apart)
    assert not opens(house, hoa, kept)
    assert opens(house, lan, kept)
    assert opens(house, minh, kept)


def test_a_case_that_moves_is_wrapped_to_the_new_unit_and_to_nobody_of_the_old(
    house: House,
) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    (there,) = team(house, "so_xay_dung", "so")
    case = filed(house)
    recuse(house, case, minh)
    take(house, case, lan, "case.registered")
    entered = {"unit": "so_xay_dung", "basis": "TC 24(2)", "reason": "Đúng thẩm quyền"}
    take(house, case, lan, "case.transferred", **entered)
    assert opens(house, there, case)
    assert not opens(house, lan, case)
    assert not opens(house, minh, case)
    with reading(house.store) as work:
        assert work.session.scalars(select(CaseKey.unit_code)).all() == ["so_xay_dung"]
        assert work.session.scalars(select(CaseStaffKey.staff_id)).all() == []


def test_joined_cases_are_kept_from_the_recused_of_either(house: House) -> None:
    lan, minh, hoa = team(house, UNIT, "lan", "minh", "hoa")
    one, other = filed(house), filed(house)
    recuse(house, one, minh)
    recuse(house, other, hoa)
    join(house, lan, one, other)
    for case in (one, other):
        assert opens(house, lan, case)
        assert not opens(house, minh, case)
        assert not opens(house, hoa, case)


def test_a_recusal_after_joining_reaches_what_was_joined(house: House) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    one, other = filed(house), filed(house)
    join(house, lan, one, other)
    recuse(house, other, minh)
    assert not opens(house, minh, one)
    assert not opens(house, minh, other)
    assert opens(house, lan, one)


def test_a_planted_public_key_shows_as_another_fingerprint(house: House) -> None:
    (lan,) = team(house, UNIT, "lan")
    hoa, planted = appoint(house, "hoa", UNIT), appoint(house, "ke_gian", "so_xay_dung")
    with writing(house.store) as work:
        real = work.session.get_one(Staff, hoa.id)
        read_out = membership.fingerprint(real.public_key)  # what Hoa reads from her own page
        real.public_key = work.session.get_one(Staff, planted.id).public_key
    with pytest.raises(BadInputs, match="fingerprint"), writing(house.store) as work:
        membership.admit(work, lan.at_work(house), UNIT, hoa.id, read_out, house.key, TODAY)
    assert copied_unit_keys(house, planted).keys() == {("so_xay_dung", 2)}


def test_only_who_holds_the_key_and_works_there_admits(house: House) -> None:
    team(house, UNIT, "lan")
    hoa, waiting = appoint(house, "hoa", UNIT), appoint(house, "con_cho", UNIT)
    admin = appoint(house, "quan_tri_2", UNIT, Role.ADMINISTRATOR)
    (elsewhere,) = team(house, "so_xay_dung", "so")
    for stranger in (waiting, admin, elsewhere):
        with pytest.raises(NotYours):
            admit(house, stranger, UNIT, hoa)


def leave(house: House, who: Member) -> leaving.Left:
    with writing(house.store) as work:
        return leaving.leave(work, who.id, house.key, TODAY)


def reseal(house: House, who: Member, unit: str = UNIT) -> int:
    with writing(house.store) as work:
        person = who.at_work(house)
        here = membership.held_circle(work, person, unit)
        return resealing.reseal(work, person, here, house.key, TODAY)


def waiting(house: House, who: Member, unit: str = UNIT) -> int:
    with reading(house.store) as work:
        person = who.at_work(house)
        return resealing.left(work, person, circle.circle(work, unit))


def logged(house: House, auditor: Member) -> list[str]:
    """Return the kinds of acts that an auditor with all keys of the circle reads in the log."""
    keys = copied_unit_keys(house, auditor)
    kinds = []
    with reading(house.store) as work:
        for row in work.session.scalars(select(LogEntry)):
            context = Context(Purpose.ACT_OPENING_FOR_AUDITOR, (row.leaf,))
            for pair in keys.values():
                try:
                    opened = box.unseal(pair, context, Box(row.opening))
                except VaultError:  # sealed to another epoch
                    continue
                kinds.append(Opening.from_bytes(opened).act.kind)
    return kinds


def test_the_keys_that_a_leaver_copied_open_nothing_of_a_later_database(house: House) -> None:
    auditor = appoint(house, "kiem_toan", AUDITORS, Role.AUDITOR)
    lan, minh = team(house, UNIT, "lan", "minh")
    before = filed(house)
    copied = copied_unit_keys(house, minh)
    left = leave(house, minh)
    after = filed(house)
    assert left.orphaned == ()
    assert not opens(house, minh, after, copied)
    assert opens(house, minh, before, copied)  # until a colleague seals it anew
    assert waiting(house, lan) == 1
    assert reseal(house, lan) == 1
    assert waiting(house, lan) == 0
    assert not opens(house, minh, before, copied)
    assert opens(house, lan, before)
    assert opens(house, lan, after)
    kinds = logged(house, auditor)
    for kind in ("staff.left", "unit.key_drawn", "member.admitted", "cases.resealed"):
        assert kind in kinds


def test_who_leaves_is_signed_out_and_their_cases_wait_for_somebody(house: House) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    case = filed(house)
    with writing(house.store) as work:
        work.session.execute(update(Case).values(assigned_to=minh.id))
        work.insert(
            StaffSession,
            {"id": minh.id, "staff_id": minh.id, "since": TODAY, "until": TODAY, "sealed": b""},
        )
    assert leave(house, minh).unassigned == (case.id,)
    with reading(house.store) as work:
        assert work.session.scalars(select(StaffSession)).all() == []
        with pytest.raises(access.NotStaff):
            access.insider(work, minh.id, minh.seed, TODAY)
        assert access.open_case(work, lan.at_work(house), case.id) == case
    with pytest.raises(leaving.NotHere):
        leave(house, minh)


def test_a_case_held_apart_returns_to_the_unit_once_the_recused_has_gone(house: House) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    case = filed(house)
    recuse(house, case, minh)
    leave(house, minh)
    assert reseal(house, lan) == 1
    with reading(house.store) as work:
        assert work.session.scalars(select(CaseKey.unit_code)).all() == [UNIT]
    assert not opens(house, minh, case)


def test_the_last_holder_of_a_case_leaves_it_to_the_escrow(house: House, shown: Shown) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    case = filed(house)
    recuse(house, case, minh)
    assert leave(house, lan).orphaned == (case.id,)
    hoa = appoint(house, "hoa", UNIT)
    admit(house, minh, UNIT, hoa)
    assert not opens(house, hoa, case)
    with writing(house.store) as work:
        escrow = recovery.open_escrow(work, shown.words)
        assert recovery.recover_unit(work, escrow, UNIT, hoa.id, house.key, TODAY) == 1
    assert opens(house, hoa, case)
    assert not opens(house, minh, case)


def test_a_first_member_reads_what_was_filed_before_only_with_the_escrow(
    house: House, shown: Shown
) -> None:
    case = filed(house)
    (lan,) = team(house, UNIT, "lan")
    assert not opens(house, lan, case)
    with writing(house.store) as work:
        escrow = recovery.open_escrow(work, shown.words[:2])
        recovery.recover_unit(work, escrow, UNIT, lan.id, house.key, TODAY)
    assert opens(house, lan, case)


def test_the_shares_of_another_instance_or_too_few_recover_nothing(
    house: House, shown: Shown
) -> None:
    with reading(house.store) as work:
        for words in (shown.words[:1], ["academic acid"], []):
            with pytest.raises(RecoveryRefused):
                recovery.open_escrow(work, words)


def test_a_lost_password_costs_a_new_key_and_a_colleagues_admission(house: House) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    case = filed(house)
    with writing(house.store) as work:
        recovery.renew_keys(work, minh.id, "một mật khẩu khác hẳn", house.key, TODAY)
    with reading(house.store) as work:
        seed = seed_of(work.session.get_one(Staff, minh.id), "một mật khẩu khác hẳn")
    again = Member(minh.id, seed)
    assert not opens(house, again, case)
    admit(house, lan, UNIT, again)
    assert opens(house, again, case)


def test_a_custodian_with_shares_is_recovered_with_the_escrow_and_loses_none(
    house: House, shown: Shown
) -> None:
    keeper = appoint(house, "giu_khoa", UNIT, Role.CUSTODIAN)
    case = filed(house)
    with writing(house.store) as work:
        given = {"sealed": b"", "epoch": 1, "needed": 2, "given_on": TODAY}
        work.insert(Identity, {"case_id": case.id} | given)
        row = {"case_id": case.id, "staff_id": keeper.id, "epoch": 1, "box": b"share"}
        work.insert(IdentityShare, row)
    with pytest.raises(RecoveryRefused, match="escrow"), writing(house.store) as work:
        recovery.renew_keys(work, keeper.id, PASSWORD, house.key, TODAY)
    with writing(house.store) as work:
        escrow = recovery.open_escrow(work, shown.words)
        new = "một mật khẩu khác hẳn"
        recovery.recover_person(work, escrow, keeper.id, new, house.key, TODAY)
        assert seed_of(work.session.get_one(Staff, keeper.id), new) == keeper.seed


def test_a_recused_person_who_says_that_they_lost_their_password_gains_nothing(
    house: House,
) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    case, copied = filed(house), copied_unit_keys(house, minh)
    recuse(house, case, minh)
    with writing(house.store) as work:
        recovery.renew_keys(work, minh.id, "một mật khẩu khác hẳn", house.key, TODAY)
    reseal(house, lan)  # nobody who holds the unit's key is recused any more
    assert opens(house, lan, case)
    assert not opens(house, minh, case, copied)


def test_what_is_joined_to_a_harmless_case_does_not_reach_whom_it_accuses_with_it(
    house: House,
) -> None:
    (lan,) = team(house, UNIT, "lan")
    accusing = replace(REPORT, facts=Facts(organisation="Sở Y tế thành phố"))
    one, harmless = house.file(accusing).case, filed(house)
    take(house, harmless, lan, "case.registered")
    join(house, lan, one, harmless)
    entered = {"unit": "so_y_te", "basis": "TC 24(2)", "reason": "Đúng thẩm quyền"}
    with pytest.raises(BadInputs, match="accused"):
        take(house, harmless, lan, "case.transferred", **entered)


def test_a_recusal_from_a_joined_case_is_told_where_it_can_be_taken(house: House) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    one, other = filed(house), filed(house)
    join(house, lan, one, other)
    with pytest.raises(NotAllowed, match="holds for both"):
        recuse(house, one, minh)
    assert opens(house, minh, one)


def test_a_recusal_from_a_joined_case_that_is_elsewhere_lasts_if_the_person_comes_there(
    house: House,
) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    (there,) = team(house, "so_xay_dung", "so")
    one, other = filed(house), filed(house)
    join(house, lan, one, other)
    take(house, other, lan, "case.registered")
    entered = {"unit": "so_xay_dung", "basis": "TC 24(2)", "reason": "Đúng thẩm quyền"}
    take(house, other, lan, "case.transferred", **entered)
    recuse(house, one, minh)
    with writing(house.store) as work:
        row = {"staff_id": minh.id, "unit_code": "so_xay_dung", "role": Role.INSPECTOR}
        work.insert(StaffRole, row)
    admit(house, there, "so_xay_dung", minh)
    assert opens(house, there, other)
    for case in (one, other):
        assert not opens(house, minh, case)


def shares_of(house: House, case: OpenCase) -> set[UUID]:
    with reading(house.store) as work:
        rows = select(IdentityShare.staff_id).where(IdentityShare.case_id == case.id)
        return set(work.session.scalars(rows))


def test_a_custodian_who_leaves_loses_the_shares_that_the_others_can_do_without(
    guarded: House,
) -> None:
    case = guarded.file(replace(REPORT, identity=WHO)).case
    gone, *others = sorted(shares_of(guarded, case))
    with writing(guarded.store) as work:
        assert leaving.leave(work, gone, guarded.key, TODAY).shares_kept == 0
    assert shares_of(guarded, case) == set(others)
    with writing(guarded.store) as work:  # one alone could not open the identity
        assert leaving.leave_unit(work, others[0], UNIT, guarded.key, TODAY).shares_kept == 1
    assert shares_of(guarded, case) == set(others)


def test_who_stays_a_custodian_elsewhere_keeps_their_shares(guarded: House) -> None:
    case = guarded.file(replace(REPORT, identity=WHO)).case
    before = shares_of(guarded, case)
    goes = min(before)
    with writing(guarded.store) as work:
        row = {"staff_id": goes, "unit_code": "so_noi_vu", "role": Role.CUSTODIAN}
        work.insert(StaffRole, row)
        assert leaving.leave_unit(work, goes, UNIT, guarded.key, TODAY).shares_kept == 0
    assert shares_of(guarded, case) == before


def test_somebody_recovered_chooses_password_and_factors_anew(house: House, shown: Shown) -> None:
    keeper = appoint(house, "giu_khoa", UNIT, Role.CUSTODIAN)
    own, handed = "mật khẩu của riêng tôi", "một mật khẩu khác hẳn"
    lost = factors.Factors(factors.new_secret())
    person = signin.unlock(house.store, "giu_khoa", PASSWORD)
    with writing(house.store) as work:
        signin.settle(work, person, signin.locked(person, own), lost, TODAY, house.key)
    with writing(house.store) as work:
        escrow = recovery.open_escrow(work, shown.words)
        recovery.recover_person(work, escrow, keeper.id, handed, house.key, TODAY)
    again = signin.unlock(house.store, "giu_khoa", handed)
    assert again.seed == keeper.seed
    assert not again.settled
    with writing(house.store) as work:
        assert not signin.factors(work, again).any
    with pytest.raises(signin.Refused):
        signin.unlock(house.store, "giu_khoa", own)
