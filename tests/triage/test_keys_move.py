"""Keys follow people: whoever may not have a case has nothing that opens it."""

import pytest
from sqlalchemy import select

from records.case import CaseKey, CaseStaffKey
from records.staff import Role, Staff
from records.work import reading, writing
from tests.triage.conftest import TODAY, House
from tests.triage.keys_kit import Member, admit, appoint, copied_unit_keys, opens, team
from triage import access, membership, tracker
from triage.access import NoSuchCase
from triage.casefile import OpenCase
from triage.inputs import BadInputs
from triage.membership import NotYours
from triage.submission import Submission
from triage.tracker import Tracker

UNIT = "thanh_tra"
REPORT = Submission(
    intent="phan_anh_tham_nhung", category="bribery", narrative="Cán bộ vòi tiền ở quầy."
)


def filed(house: House) -> OpenCase:
    return house.file(REPORT).case


def take(house: House, case: OpenCase, who: Member, step: str, **entered: str) -> None:
    with writing(house.store) as work:
        tracker.take(Tracker(work, house.rules, house.key, TODAY), case, who.id, step, entered)


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
    with writing(house.store) as work:
        acting = Tracker(work, house.rules, house.key, TODAY)
        tracker.merge(acting, one, other, lan.id, "Cùng nội dung")
    for case in (one, other):
        assert opens(house, lan, case)
        assert not opens(house, minh, case)
        assert not opens(house, hoa, case)


def test_a_recusal_after_joining_reaches_what_was_joined(house: House) -> None:
    lan, minh = team(house, UNIT, "lan", "minh")
    one, other = filed(house), filed(house)
    with writing(house.store) as work:
        acting = Tracker(work, house.rules, house.key, TODAY)
        tracker.merge(acting, one, other, lan.id, "Cùng nội dung")
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
