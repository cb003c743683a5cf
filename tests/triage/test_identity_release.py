"""An identity is asked for, released by two custodians, read by one person, and over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from records.case import CaseEvent
from records.identity import IdentityAnswer
from records.staff import Role, StaffRole
from records.work import Work, reading, writing
from tests.triage.conftest import House
from tests.triage.identity_kit import DAY, NAME, UNIT, WANTED, WHO, Office, office
from tests.triage.keys_kit import Member, appoint
from triage import identity_reading, leaving, mailbox, ownkey, recovery
from triage.access import NoSuchCase
from triage.casefile import OpenCase
from triage.identity_release import NoSuchRequest, release
from triage.identity_requests import End
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.signin import Unlocked
from triage.submission import Disclosure, Identity


@pytest.fixture
def here(house: House) -> Office:
    roles = [appoint(house, f"giu_{n}", "so_noi_vu", Role.CUSTODIAN) for n in range(3)]
    return office(house, roles)


@pytest.fixture
def case(here: Office) -> OpenCase:
    return here.file()


def test_two_custodians_release_and_only_who_asked_reads(here: Office, case: OpenCase) -> None:
    request = here.ask(case)
    first, second, third = here.custodians
    here.release(request, first)
    with pytest.raises(NotAllowed, match="Too few custodians"):
        here.read(request)
    here.release(request, second)
    assert here.read(request) == WHO
    assert here.read(request) == WHO
    for other in (here.minh, here.head, first, third):
        with pytest.raises(NoSuchRequest):
            here.read(request, other)
    assert here.events(case) == [
        "identity.requested",
        "identity.agreed",
        "identity.released",
        "identity.read",
        "identity.read",
    ]


def test_a_custodian_reads_why_and_nothing_of_the_case(here: Office, case: OpenCase) -> None:
    here.ask(case)
    (asked,) = here.waiting(here.custodians[0])
    assert asked.necessity == "Phải gặp trực tiếp để đối chất."
    assert asked.ground is not None
    assert asked.ground.id == "working_with_reporter"
    assert [each.id for each in asked.units] == [UNIT]
    assert asked.compared == here.fingerprint(here.lan)
    assert str(case.id) not in repr(asked)
    assert here.waiting(here.minh) == ()


def test_it_is_read_through_its_last_day_and_refused_after_it_before_any_sweep(
    here: Office, case: OpenCase
) -> None:
    request = here.released(case)
    here.day += 3 * DAY
    assert here.read(request).name == NAME
    here.day += DAY
    with pytest.raises(NotAllowed, match="is over"):
        here.read(request)
    assert here.sweep() == [End.OVER]
    assert here.sweep() == []
    with reading(here.house.store) as work:
        left = work.session.scalars(select(IdentityAnswer)).all()
    assert all(each.answer is None and each.question is None for each in left)
    with pytest.raises(NotAllowed, match="is over"):
        here.read(request)
    assert here.events(case)[-1] == "identity.expired"


def test_a_case_that_cannot_be_read_holds_up_no_other(here: Office, case: OpenCase) -> None:
    other = here.file()
    here.ask(case)
    here.ask(other)
    damage = update(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.position == 1)
    act(here, lambda work: work.session.execute(damage.values(kind="nobody.knows")))
    here.day += 4 * DAY
    assert here.sweep() == [End.LAPSED]
    assert here.events(other)[-1] == "identity.ended"


def test_what_nobody_answers_in_time_ends_and_cannot_be_released_then(
    here: Office, case: OpenCase
) -> None:
    request = here.ask(case)
    here.release(request, here.custodians[0])
    here.day += 4 * DAY
    with pytest.raises(NotAllowed, match="time for the custodians"):
        here.release(request, here.custodians[1], here.fingerprint(here.lan))
    assert here.waiting(here.custodians[1]) == ()
    assert here.sweep() == [End.LAPSED]
    assert here.events(case)[-1] == "identity.ended"


def test_it_is_declined_once_too_few_are_left_who_could_release_it(
    here: Office, case: OpenCase
) -> None:
    request = here.ask(case)
    here.decline(request, here.custodians[0], "Có thể hỏi qua hộp thư.")
    assert here.glance(case).waits
    here.decline(request, here.custodians[1])
    seen = here.glance(case)
    assert seen.ended is not None
    assert seen.ended.en == "The custodians have declined."
    assert set(seen.reasons) == {"Có thể hỏi qua hộp thư.", "Chưa đủ căn cứ."}
    assert here.glance(case, here.minh).reasons == ()
    assert here.events(case)[-3:] == ["identity.declined", "identity.declined", "identity.ended"]


@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_custodian_declines_with_a_reason_only(here: Office, case: OpenCase, reason: str) -> None:
    request = here.ask(case)
    with pytest.raises(BadInputs, match="Say why"):
        here.decline(request, here.custodians[0], reason)
    assert here.waiting(here.custodians[0])[0].released is None


def test_a_custodian_answers_once(here: Office, case: OpenCase) -> None:
    request, first = here.ask(case), here.custodians[0]
    here.release(request, first)
    for again in (lambda: here.release(request, first), lambda: here.decline(request, first)):
        with pytest.raises(NotAllowed, match="answered this request already"):
            again()
    assert here.glance(case).agreed == 1


def test_a_third_share_is_not_taken(here: Office, case: OpenCase) -> None:
    request = here.released(case)
    with pytest.raises(NotAllowed, match="no more is needed"):
        here.release(request, here.custodians[2])


def test_a_share_is_sealed_only_to_the_key_that_was_compared(here: Office, case: OpenCase) -> None:
    request = here.ask(case)
    with pytest.raises(BadInputs, match="fingerprint"):
        here.release(request, here.custodians[0], here.fingerprint(here.minh))
    assert here.glance(case).agreed == 0


def test_a_custodian_asks_for_no_identity(here: Office, case: OpenCase) -> None:
    with writing(here.house.store) as work:
        role = {"unit_code": "so_noi_vu", "role": Role.CUSTODIAN}
        work.insert(StaffRole, {"staff_id": here.lan.id, **role})
    with pytest.raises(NotAllowed, match="custodian may not ask"):
        here.ask(case)
    assert here.events(case) == []


def test_who_is_recused_asks_for_nothing_and_decides_on_nothing(
    here: Office, case: OpenCase
) -> None:
    why = {"reason": "Người thân"}
    here.take(case, here.head, "person.recused", assignee=here.minh.id.hex, **why)
    with pytest.raises(NoSuchCase):
        here.ask(case, here.minh)
    kin = here.custodians[0]
    here.take(case, here.head, "person.recused", assignee=kin.id.hex, **why)
    request = here.ask(case)
    assert here.waiting(kin) == ()
    with pytest.raises(NoSuchRequest):
        here.release(request, kin)
    here.take(case, here.head, "person.recused", assignee=here.custodians[1].id.hex, **why)
    with pytest.raises(NoSuchRequest):
        here.release(request, here.custodians[1])
    assert here.sweep() == [End.TOO_FEW]


def test_without_an_identity_nothing_can_be_asked(here: Office) -> None:
    case = here.file(who=None)
    with pytest.raises(NotAllowed, match="no identity in the system"):
        here.ask(case)
    assert here.events(case) == []


def test_a_case_has_one_open_request(here: Office, case: OpenCase) -> None:
    here.ask(case)
    for who in (here.lan, here.minh):
        with pytest.raises(NotAllowed, match="has not ended"):
            here.ask(case, who)
    here.day += 4 * DAY
    here.ask(case, here.minh)
    assert here.events(case)[-2:] == ["identity.ended", "identity.requested"]


def test_a_new_identity_makes_the_request_void_and_says_so(here: Office, case: OpenCase) -> None:
    request = here.ask(case)
    here.release(request, here.custodians[0])
    here.give(case, "Nguyễn Văn Khác")
    with pytest.raises(NotAllowed, match="new identity"):
        here.release(request, here.custodians[1], here.fingerprint(here.lan))
    assert here.sweep() == [End.NEW_IDENTITY]
    assert here.read(here.released(case)).name == "Nguyễn Văn Khác"


def test_a_new_identity_ends_the_reading_too(here: Office, case: OpenCase) -> None:
    request = here.released(case)
    here.give(case, "Nguyễn Văn Khác")
    with pytest.raises(NotAllowed, match="new identity"):
        here.read(request)


def test_a_custodian_who_left_answers_nothing(here: Office, case: OpenCase) -> None:
    request, gone = here.ask(case), here.custodians[0]
    desk = here.desk(gone)
    act(here, lambda work: leaving.leave(work, gone.id, here.house.key, here.day))
    with pytest.raises(NoSuchRequest):
        act(here, lambda work: release(work, desk, request, here.fingerprint(here.lan)))
    for each in here.custodians[1:]:
        here.release(request, each)
    assert here.read(request) == WHO


def act(here: Office, what: Callable[[Work], object]) -> None:
    with writing(here.house.store) as work:
        what(work)


def left(here: Office, _case: OpenCase) -> None:
    act(here, lambda work: leaving.leave(work, here.lan.id, here.house.key, here.day))


def renewed(here: Office, _case: OpenCase) -> None:
    key, new = here.house.key, "một mật khẩu khác hẳn"
    act(here, lambda work: recovery.renew_keys(work, here.lan.id, new, key, here.day))


def transferred(here: Office, case: OpenCase) -> None:
    here.take(
        case, here.head, "case.transferred", unit="so_y_te", basis="TC 24(2)", reason="Chuyển đơn"
    )


def recused(here: Office, case: OpenCase) -> None:
    here.take(case, here.head, "person.recused", assignee=here.lan.id.hex, reason="Là người thân")


@pytest.mark.parametrize(
    ("happens", "end"),
    [
        (left, End.REQUESTER_GONE),
        (renewed, End.NEW_KEY),
        (transferred, End.REQUESTER_GONE),
        (recused, End.REQUESTER_GONE),
    ],
)
def test_a_request_is_void_once_who_asked_may_not_know_any_more(
    here: Office, case: OpenCase, happens: Callable[[Office, OpenCase], None], end: End
) -> None:
    request = here.released(case)
    desk = here.desk(here.lan)
    happens(here, case)
    with pytest.raises(NotAllowed):
        act(here, lambda work: identity_reading.read(work, desk, request))
    assert here.sweep() == [end]
    assert here.events(case)[-1] == "identity.expired"


def test_the_requester_may_end_it_early(here: Office, case: OpenCase) -> None:
    request = here.released(case)
    desk = here.desk(here.lan)
    act(here, lambda work: identity_reading.close(work, desk, request))
    with pytest.raises(NotAllowed, match="ended it"):
        here.read(request)


def test_the_reporter_is_told_at_once_and_why(here: Office, case: OpenCase) -> None:
    here.released(case)
    box = mailbox.look(here.house.store, here.house.rules, case, here.day)
    kinds = [step.kind for step in box.steps]
    assert kinds == ["case.filed", "identity.requested", "identity.released"]
    assert [each.text for each in box.messages] == ["Chúng tôi cần gặp ông, bà để làm rõ."]


def test_by_a_recorded_exception_the_reporter_is_told_later_and_all_of_it(
    here: Office, case: OpenCase
) -> None:
    with pytest.raises(BadInputs, match="ground and a reason"):
        here.ask(case, identity_exception="endangers_verification")
    with pytest.raises(BadInputs, match="ground and a reason"):
        here.ask(case, untold_because="Sẽ lộ hướng xác minh.")
    exception = {
        "identity_exception": "endangers_verification",
        "untold_because": "Sẽ lộ hướng xác minh.",
    }
    here.released(case, **exception)

    def seen(days: int) -> tuple[list[str], int]:
        day = here.day + timedelta(days=days)
        box = mailbox.look(here.house.store, here.house.rules, case, day)
        return [step.kind for step in box.steps], len(box.messages)

    assert seen(29) == (["case.filed"], 0)
    assert seen(30) == (["case.filed", "identity.requested", "identity.released"], 1)


def test_a_custodian_with_a_key_of_their_own_choosing_still_reads_and_releases(
    here: Office, case: OpenCase
) -> None:
    request, (first, *others) = here.ask(case), here.custodians
    old = Unlocked(first.id, "", first.seed, settled=False)
    own = ownkey.drawn(old)
    act(here, lambda work: ownkey.take(work, old, own))
    here.custodians = (Member(first.id, own.seed), *others)
    assert here.waiting(here.custodians[0])[0].necessity == "Phải gặp trực tiếp để đối chất."
    for each in here.custodians[:2]:
        here.release(request, each)
    assert here.read(request) == WHO


def test_an_identity_that_reads_like_a_code_of_the_rules_breaks_no_step(
    here: Office, case: OpenCase
) -> None:
    here.ask(case, identity_exception="endangers_verification", untold_because="Còn xác minh.")
    contact = "endangers_verification, told_text, 2026-11-25"
    who = Identity(Disclosure.CONFIDENTIAL, "Lê Thị Can Đảm", "", contact)
    with writing(here.house.store) as work:
        mailbox.disclose(work, case, who, here.house.key, here.day)
    seen = mailbox.look(here.house.store, here.house.rules, case, here.day + 40 * DAY)
    assert [each.text for each in seen.messages] == [WANTED["told_text"]]
