"""Asks for the identity of a reporter: who may, on what ground, and when the request has ended.

What custodians read of it is sealed to each of them, and tells nothing of the case.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from ledger.note import Signer
from records.case import Case
from records.identity import Identity as IdentityRow
from records.identity import IdentityAnswer, IdentityRequest, IdentityShare
from records.staff import Role, Staff
from records.work import Store, Work, reading, writing
from rules.book import Rules
from triage import access, casefile, identity, standing
from triage.access import NoSuchCase
from triage.identity import Custodian
from triage.inputs import BadInputs, Entered, Fault
from triage.lifecycle import NotAllowed
from triage.standing import Standing, Tracker
from triage.text import plain
from vault import box
from vault.context import Context, Purpose

REQUESTED = "identity.requested"


class End(StrEnum):
    """Why a request has ended. What was released for it is deleted then."""

    DECLINED = "declined"
    #: The custodians did not answer in time.
    LAPSED = "lapsed"
    #: The time to read it is over.
    OVER = "over"
    #: The requester asks no longer.
    WITHDRAWN = "withdrawn"
    #: The reporter has given another identity since: earlier shares open nothing.
    NEW_IDENTITY = "new_identity"
    #: The requester works here no more, or not on this case.
    REQUESTER_GONE = "requester_gone"
    #: The requester's key is another one now: answers were sealed to the old one.
    NEW_KEY = "new_key"
    #: Too few custodians are left who could still answer.
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Words:
    """The reason for an end, in both languages."""

    vi: str
    en: str


WORDS = {
    End.DECLINED: Words("Người giữ khóa đã từ chối.", "The custodians have declined."),
    End.LAPSED: Words(
        "Đã quá hạn trả lời của người giữ khóa.", "The time for the custodians' answers is over."
    ),
    End.OVER: Words("Đã hết thời hạn xem danh tính.", "The time to read the identity is over."),
    End.WITHDRAWN: Words("Người yêu cầu đã chấm dứt yêu cầu.", "The requester has ended it."),
    End.NEW_IDENTITY: Words(
        "Người gửi đã cho biết danh tính mới: yêu cầu này hết hiệu lực, hãy yêu cầu lại.",
        "The reporter has given a new identity: this request is void, ask again.",
    ),
    End.REQUESTER_GONE: Words(
        "Người yêu cầu không còn làm việc với hồ sơ này: yêu cầu hết hiệu lực.",
        "The requester does not work on this case any more: the request is void.",
    ),
    End.NEW_KEY: Words(
        "Người yêu cầu đã đổi khóa: yêu cầu hết hiệu lực, hãy yêu cầu lại.",
        "The requester's key has changed: the request is void, ask again.",
    ),
    End.TOO_FEW: Words(
        "Không còn đủ người giữ khóa được quyết định yêu cầu này.",
        "Too few custodians are left who may decide on this request.",
    ),
}


#: The steps of a request, from the asking to its end.
STEPS = frozenset(
    {
        REQUESTED,
        "identity.agreed",
        "identity.released",
        "identity.declined",
        "identity.read",
        "identity.ended",
        "identity.expired",
    }
)


def told_on(rules: Rules, detail: Mapping[str, Any], asked_on: date) -> date:
    """Return from which day on the reporter is told of a request and all that came of it."""
    exception = detail.get("identity_exception")
    if not exception:
        return asked_on
    return asked_on + _days(rules.identity_exceptions.on(str(exception), asked_on).days)


def question_context(case_id: UUID, request_id: UUID, staff_id: UUID) -> Context:
    """Return what a question to a custodian is bound to."""
    scope = (case_id.bytes, request_id.bytes, staff_id.bytes)
    return Context(Purpose.IDENTITY_REQUEST_FOR_CUSTODIAN, scope)


def answer_context(request: IdentityRequest, staff_id: UUID) -> Context:
    """Return what a custodian's answer is bound to."""
    scope = (request.case_id.bytes, request.id.bytes, staff_id.bytes, request.epoch.to_bytes(4))
    return Context(Purpose.IDENTITY_ANSWER_FOR_REQUESTER, scope)


def check(tracker: Tracker, found: Standing, entered: Entered) -> None:
    """Make sure that somebody may ask for the identity of a case's reporter.

    Raises NotAllowed, BadInputs.
    """
    work, case_id = tracker.work, found.row.id
    if any(each.role is Role.CUSTODIAN for each in _posts(tracker, found.staff_id)):
        raise NotAllowed(
            "Người giữ khóa không được yêu cầu biết danh tính.",
            "A custodian may not ask for an identity.",
        )
    kept = work.session.get(IdentityRow, case_id)
    if kept is None:
        raise NotAllowed(
            "Không có danh tính trong hệ thống.", "There is no identity in the system."
        )
    before = open_request(work, case_id)
    if before is not None and end_of(tracker, before) is None:
        raise NotAllowed(
            "Hồ sơ đang có một yêu cầu biết danh tính chưa kết thúc.",
            "The case has a request for its identity that has not ended.",
        )
    if len(_deciding(tracker, kept, found.staff_id)) < kept.needed:
        raise NotAllowed(WORDS[End.TOO_FEW].vi, WORDS[End.TOO_FEW].en)
    later, because = entered.get("identity_exception"), entered.get("untold_because")
    if bool(later) != bool(str(because or "").strip()):
        raise BadInputs(
            [
                Fault(
                    "untold_because" if later else "identity_exception",
                    "Chưa báo ngay cho người gửi thì phải chọn căn cứ và ghi lý do.",
                    "To tell the reporter later takes a ground and a reason.",
                )
            ]
        )


def ask(tracker: Tracker, found: Standing, entered: Entered) -> None:
    """Ask the custodians; the caller adds the event. Raises NotAllowed, BadInputs.

    The case must be locked.
    """
    check(tracker, found, entered)
    work, rules, today, case_id = tracker.work, tracker.rules, tracker.today, found.row.id
    before = open_request(work, case_id)
    if before is not None and (why := end_of(tracker, before)) is not None:
        end(tracker, before, why)
    kept = work.session.get_one(IdentityRow, case_id)
    key = work.session.get_one(Staff, found.staff_id).public_key
    request = IdentityRequest(
        id=uuid4(),
        case_id=case_id,
        requester_id=found.staff_id,
        requester_key=key,
        epoch=kept.epoch,
        asked_on=today,
        answer_by=today + _days(rules.answer_times.on(str(entered["answer_time"]), today).days),
        reading_days=rules.reading_times.on(str(entered["reading_time"]), today).days,
    )
    asked = {
        "identity_ground": entered["identity_ground"],
        "necessity": plain(str(entered["necessity"])).strip(),
    }
    question = json.dumps(asked, ensure_ascii=False).encode()
    work.session.add(request)
    work.session.add_all(
        IdentityAnswer(
            request_id=request.id,
            staff_id=each.staff_id,
            question=box.seal(
                each.public_key, question_context(case_id, request.id, each.staff_id), question
            ),
        )
        for each in _deciding(tracker, kept, found.staff_id)
    )
    work.session.flush()


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _posts(tracker: Tracker, staff_id: UUID) -> Iterable[access.Post]:
    return access.posts(tracker.work, staff_id, tracker.today)


def _deciding(tracker: Tracker, kept: IdentityRow, requester: UUID) -> tuple[Custodian, ...]:
    """Return the custodians who hold a share of an identity and may decide on it.

    Somebody recused from the case may not, nor may who asks.
    """
    work = tracker.work
    asked = select(IdentityShare.staff_id).where(
        IdentityShare.case_id == kept.case_id, IdentityShare.epoch == kept.epoch
    )
    holders = set(work.session.scalars(asked))
    return tuple(
        each
        for each in identity.appointed(work)
        if each.staff_id in holders
        and each.staff_id != requester
        and not standing.is_recused(work, kept.case_id, each.staff_id)
    )


def open_request(work: Work, case_id: UUID) -> IdentityRequest | None:
    """Return the request of a case that has not ended."""
    return work.session.scalars(
        select(IdentityRequest).where(
            IdentityRequest.case_id == case_id, IdentityRequest.ended_on.is_(None)
        )
    ).one_or_none()


def locked(work: Work, request_id: UUID) -> IdentityRequest | None:
    """Return a request with its case locked against other acts; None if there is none."""
    request = work.session.get(IdentityRequest, request_id)
    if request is None:
        return None
    work.session.execute(
        select(Case.id).where(Case.id == request.case_id).with_for_update(key_share=True)
    )
    work.session.refresh(request)
    return request


def answers(work: Work, request: IdentityRequest) -> list[IdentityAnswer]:
    """Return what was asked of each custodian, and answered."""
    rows = select(IdentityAnswer).where(IdentityAnswer.request_id == request.id)
    return list(work.session.scalars(rows.order_by(IdentityAnswer.staff_id)))


def end_of(tracker: Tracker, request: IdentityRequest) -> End | None:
    """Return why a request has ended, though nobody may have noticed yet; None if it goes on."""
    if request.ended_because is not None:
        return End(request.ended_because)
    kept = tracker.work.session.get_one(IdentityRow, request.case_id)
    return _void(tracker, request, kept) or _over(tracker, request, kept)


def _void(tracker: Tracker, request: IdentityRequest, kept: IdentityRow) -> End | None:
    if kept.epoch != request.epoch:
        return End.NEW_IDENTITY
    who = tracker.work.session.get_one(Staff, request.requester_id)
    if who.left_on is not None or not _may_still_ask(tracker, request):
        return End.REQUESTER_GONE
    return End.NEW_KEY if who.public_key != request.requester_key else None


def _over(tracker: Tracker, request: IdentityRequest, kept: IdentityRow) -> End | None:
    if request.read_until is not None:
        return End.OVER if tracker.today > request.read_until else None
    if tracker.today > request.answer_by:
        return End.LAPSED
    return _end_by_answers(tracker, request, kept)


def _end_by_answers(tracker: Tracker, request: IdentityRequest, kept: IdentityRow) -> End | None:
    given = answers(tracker.work, request)
    able = {each.staff_id for each in _deciding(tracker, kept, request.requester_id)}
    hoped = [
        each for each in given if each.released or (each.released is None and each.staff_id in able)
    ]
    if len(hoped) >= kept.needed:
        return None
    return End.DECLINED if any(each.released is False for each in given) else End.TOO_FEW


def _may_still_ask(tracker: Tracker, request: IdentityRequest) -> bool:
    try:
        found = standing.of(tracker, request.case_id, request.requester_id, locked=False)
    except NoSuchCase:
        return False
    return bool(found.who & set(tracker.rules.steps.on(REQUESTED, tracker.today).who))


def end(tracker: Tracker, request: IdentityRequest, why: End) -> None:
    """End a request: its questions and the shares that were released for it are deleted.

    The case must be locked.
    """
    work = tracker.work
    of = IdentityAnswer.request_id == request.id
    work.session.flush()
    work.session.execute(update(IdentityAnswer).where(of).values(question=None))
    work.session.execute(
        update(IdentityAnswer).where(of, IdentityAnswer.released.is_(True)).values(answer=None)
    )
    request.ended_on, request.ended_because = tracker.today, why
    kind = "identity.ended" if request.read_until is None else "identity.expired"
    record(tracker, request, kind, because=why)


def record(tracker: Tracker, request: IdentityRequest, kind: str, **told: str) -> None:
    """Add a step to the case without its key, and log it with who and why."""
    logged = (("request", str(request.id)), *told.items())
    casefile.add_event_of_the_clock(
        tracker.work, request.case_id, kind, tracker.today, tracker.promise_key, logged
    )


def sweep(store: Store, rules: Rules, promise_key: Signer, today: date) -> Iterator[End]:
    """End every request whose time is over or that is void; yield why, one by one.

    A case that cannot be read holds up no other; the sweep of clocks names it.
    """
    with reading(store) as work:
        waiting = work.session.scalars(
            select(IdentityRequest.id)
            .where(IdentityRequest.ended_on.is_(None))
            .order_by(IdentityRequest.id)
        ).all()
    for each in waiting:
        try:
            with writing(store) as work:
                why = _swept(Tracker(work, rules, promise_key, today), each)
        except (LookupError, ValueError):
            continue
        if why is not None:
            yield why


def _swept(tracker: Tracker, request_id: UUID) -> End | None:
    """End a request if it must be, and return why."""
    request = locked(tracker.work, request_id)
    if request is None or request.ended_on is not None:
        return None
    why = end_of(tracker, request)
    if why is not None:
        end(tracker, request, why)
    return why
