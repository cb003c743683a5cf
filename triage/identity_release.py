"""What custodians do: see which requests wait for them, and release their share or decline.

A custodian's own session opens the share and seals it to the requester. It holds no key of a case.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from records.identity import Identity as IdentityRow
from records.identity import IdentityAnswer, IdentityRequest, IdentityShare
from records.staff import Role, Staff
from records.work import Store, Work, reading
from rules.identity import IdentityGround
from rules.organisation import Unit
from triage import access, identity, identity_requests, membership, standing
from triage.access import READERS, NoSuchCase
from triage.caseacts import Desk
from triage.identity_requests import WORDS, Words
from triage.inputs import BadInputs, Fault
from triage.lifecycle import NotAllowed
from triage.standing import Tracker
from triage.text import LONGEST, plain
from vault import box
from vault.box import Box
from vault.errors import VaultError
from vault.keys import PublicKey


class NoSuchRequest(NoSuchCase):
    """There is no such request, as far as this person may know."""


@dataclass(frozen=True)
class Question:
    """A request as a custodian sees it: nothing of the case.

    `compared`: the fingerprint of the key that an answer is sealed to. `ground` is empty where the
    sealed question is damaged. `released`: their own answer, None before it. `ended`: why no answer
    counts any more.
    """

    id: UUID
    requester: str
    units: tuple[Unit, ...]
    asked_on: date
    answer_by: date
    reading_days: int
    ground: IdentityGround | None
    necessity: str
    compared: str
    released: bool | None
    ended: Words | None


def waiting(store: Store, desk: Desk) -> tuple[Question, ...]:
    """Return the requests that have not ended and in which a custodian has a say."""
    with reading(store) as work:
        tracker = desk.tracker(work)
        rows = work.session.execute(
            select(IdentityRequest, IdentityAnswer)
            .join(IdentityAnswer, IdentityAnswer.request_id == IdentityRequest.id)
            .where(IdentityAnswer.staff_id == desk.person.id, IdentityRequest.ended_on.is_(None))
            .order_by(IdentityRequest.answer_by, IdentityRequest.id)
        ).all()
        found = [
            _question(tracker, desk, request, answer)
            for request, answer in rows
            if not standing.is_recused(work, request.case_id, desk.person.id)
        ]
    return tuple(each for each in found if each.ended is None)


def question(store: Store, desk: Desk, request_id: UUID) -> Question:
    """Return one request, also one that ended. Raises NoSuchRequest."""
    with reading(store) as work:
        request, answer = _own(work, desk, work.session.get(IdentityRequest, request_id))
        return _question(desk.tracker(work), desk, request, answer)


def _own(
    work: Work, desk: Desk, request: IdentityRequest | None
) -> tuple[IdentityRequest, IdentityAnswer]:
    """Return a request and this custodian's part in it. Raises NoSuchRequest."""
    if request is None:
        raise NoSuchRequest
    answer = work.session.get(IdentityAnswer, (request.id, desk.person.id))
    posts = access.posts(work, desk.person.id, desk.today)
    if (
        answer is None
        or all(each.role is not Role.CUSTODIAN for each in posts)
        or standing.is_recused(work, request.case_id, desk.person.id)
    ):
        raise NoSuchRequest
    return request, answer


def _question(
    tracker: Tracker, desk: Desk, request: IdentityRequest, answer: IdentityAnswer
) -> Question:
    told = _opened(desk, request, answer)
    end = identity_requests.end_of(tracker, request)
    ground = desk.rules.identity_grounds.by_id.get(told.get("identity_ground", ""))
    return Question(
        request.id,
        tracker.work.session.get_one(Staff, request.requester_id).name,
        tuple(_units(tracker, request.requester_id)),
        request.asked_on,
        request.answer_by,
        request.reading_days,
        None if ground is None else ground[-1],
        told.get("necessity", ""),
        membership.fingerprint(request.requester_key),
        answer.released,
        None if end is None else WORDS[end],
    )


def _opened(desk: Desk, request: IdentityRequest, answer: IdentityAnswer) -> dict[str, str]:
    context = identity_requests.question_context(request.case_id, request.id, desk.person.id)
    try:
        opened = box.unseal(desk.person.keys, context, Box(answer.question or b""))
    except VaultError:
        return {}
    told: dict[str, str] = json.loads(opened)
    return told


def _units(tracker: Tracker, staff_id: UUID) -> Iterator[Unit]:
    posts = access.posts(tracker.work, staff_id, tracker.today)
    roles = READERS | {Role.PROTECTION_OFFICER}
    for code in sorted({each.unit for each in posts if each.role in roles}):
        if code in tracker.rules.units.by_id:
            yield tracker.rules.units.by_id[code][-1]


def release(work: Work, desk: Desk, request_id: UUID, compared: str) -> None:
    """Seal the custodian's share to the requester; with enough of them the identity can be read.

    `compared`: the fingerprint that custodian and requester have compared. Raises NoSuchRequest,
    NotAllowed, BadInputs.
    """
    request, answer = _begin(work, desk, request_id)
    if membership.fingerprint(request.requester_key) != compared:
        raise BadInputs(
            [
                Fault(
                    "compared",
                    "Mã đối chiếu đã thay đổi; hãy đối chiếu lại với người yêu cầu.",
                    "The fingerprint has changed: compare it with the requester again.",
                )
            ]
        )
    words = _share(work, desk, request)
    _answer(desk, request, answer, {"share": words})
    answer.released = True
    work.session.flush()
    given = [each for each in identity_requests.answers(work, request) if each.released]
    tracker, by = desk.tracker(work), str(desk.person.id)
    if len(given) < work.session.get_one(IdentityRow, request.case_id).needed:
        identity_requests.record(tracker, request, "identity.agreed", by=by)
        return
    request.read_until = desk.today + timedelta(days=request.reading_days)
    identity_requests.record(tracker, request, "identity.released", by=by)


def decline(work: Work, desk: Desk, request_id: UUID, reason: str) -> None:
    """Decline, with a reason for the requester. Raises NoSuchRequest, NotAllowed, BadInputs."""
    said = plain(reason).strip()
    if not said or len(reason) > LONGEST:
        raise BadInputs(
            [Fault("reason", "Hãy ghi lý do từ chối.", "Say why you decline.")]
            if not said
            else [Fault("reason", "Nội dung quá dài.", "The text is too long.")]
        )
    request, answer = _begin(work, desk, request_id)
    _answer(desk, request, answer, {"reason": said})
    answer.released = False
    work.session.flush()
    tracker = desk.tracker(work)
    identity_requests.record(tracker, request, "identity.declined", by=str(desk.person.id))
    why = identity_requests.end_of(tracker, request)
    if why is not None:
        identity_requests.end(tracker, request, why)


def _begin(work: Work, desk: Desk, request_id: UUID) -> tuple[IdentityRequest, IdentityAnswer]:
    """Lock a request that waits for this custodian. Raises NoSuchRequest, NotAllowed."""
    request, answer = _own(work, desk, identity_requests.locked(work, request_id))
    work.session.refresh(answer)
    if answer.released is not None:
        raise NotAllowed(
            "Đồng chí đã trả lời yêu cầu này.", "You have answered this request already."
        )
    why = identity_requests.end_of(desk.tracker(work), request)
    if why is not None:
        raise NotAllowed(WORDS[why].vi, WORDS[why].en)
    if request.read_until is not None:
        raise NotAllowed(
            "Đã đủ người giữ khóa đồng ý; không cần thêm.",
            "Enough custodians have released theirs; no more is needed.",
        )
    return request, answer


def _share(work: Work, desk: Desk, request: IdentityRequest) -> str:
    key = (request.case_id, desk.person.id, request.epoch)
    held = work.session.get(IdentityShare, key)
    try:
        if held is None:
            raise NoSuchRequest
        return box.unseal(desk.person.keys, identity.share_context(*key), Box(held.box)).decode()
    except VaultError:
        raise NotAllowed(
            "Mảnh khóa của đồng chí bị hỏng; hãy báo bộ phận vận hành.",
            "Your share is damaged: tell the operators.",
        ) from None


def _answer(
    desk: Desk, request: IdentityRequest, answer: IdentityAnswer, told: dict[str, str]
) -> None:
    context = identity_requests.answer_context(request, answer.staff_id)
    data = json.dumps(told, ensure_ascii=False).encode()
    answer.answer = box.seal(PublicKey(request.requester_key), context, data)
    answer.answered_on, answer.question = desk.today, None
