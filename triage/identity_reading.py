"""The one who asked reads an identity that was released to them, for as long as that lasts.

It is joined in memory each time, shown, and kept nowhere.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from records.identity import Identity as IdentityRow
from records.identity import IdentityAnswer, IdentityRequest
from records.staff import Staff
from records.work import Store, Work, reading
from triage import identity_requests, membership
from triage.caseacts import Desk
from triage.identity_release import NoSuchRequest
from triage.identity_requests import WORDS, End, Words
from triage.lifecycle import NotAllowed
from triage.submission import Disclosure, Identity
from vault import box, item, shares
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.item import Item
from vault.keys import SecretKey


@dataclass(frozen=True)
class Glance:
    """How a request stands: for the page of its case, and for the one who asked.

    `mine`: this person asked. `reasons`: why custodians declined, which only they can open.
    `compared`: the fingerprint of the key in this person's hands, to be read out to custodians.
    """

    id: UUID
    case_id: UUID
    requester: str
    mine: bool
    asked_on: date
    answer_by: date
    agreed: int
    needed: int
    read_until: date | None
    ended: Words | None
    ended_on: date | None
    reasons: tuple[str, ...]
    compared: str

    @property
    def waits(self) -> bool:
        """Whether the custodians have still to answer."""
        return self.ended is None and self.read_until is None

    @property
    def readable(self) -> bool:
        """Whether this person may read the identity today."""
        return self.mine and self.ended is None and self.read_until is not None


def of_case(store: Store, desk: Desk, case_id: UUID) -> Glance | None:
    """Return how the newest request of a case stands, None if nobody ever asked.

    For whoever has opened the case.
    """
    newest = (
        select(IdentityRequest)
        .where(IdentityRequest.case_id == case_id)
        .order_by(IdentityRequest.ended_on.is_(None).desc(), IdentityRequest.asked_on.desc())
        .limit(1)
    )
    with reading(store) as work:
        request = work.session.scalars(newest).one_or_none()
        return None if request is None else _glance(work, desk, request)


def look(store: Store, desk: Desk, request_id: UUID) -> Glance:
    """Return how a request stands to the one who asked. Raises NoSuchRequest."""
    with reading(store) as work:
        return _glance(work, desk, _own(desk, work.session.get(IdentityRequest, request_id)))


def _own(desk: Desk, request: IdentityRequest | None) -> IdentityRequest:
    if request is None or request.requester_id != desk.person.id:
        raise NoSuchRequest
    return request


def _glance(work: Work, desk: Desk, request: IdentityRequest) -> Glance:
    why = identity_requests.end_of(desk.tracker(work), request)
    given = identity_requests.answers(work, request)
    mine = request.requester_id == desk.person.id
    return Glance(
        request.id,
        request.case_id,
        work.session.get_one(Staff, request.requester_id).name,
        mine,
        request.asked_on,
        request.answer_by,
        sum(bool(each.released) for each in given),
        work.session.get_one(IdentityRow, request.case_id).needed,
        request.read_until,
        None if why is None else WORDS[why],
        request.ended_on,
        tuple(_opened(desk, request, given, "reason")) if mine else (),
        membership.fingerprint(desk.person.keys.public),
    )


def _opened(
    desk: Desk, request: IdentityRequest, given: list[IdentityAnswer], key: str
) -> Iterator[str]:
    """Yield what custodians answered, as far as this person's key opens it."""
    for each in given:
        context = identity_requests.answer_context(request, each.staff_id)
        try:
            told = json.loads(box.unseal(desk.person.keys, context, Box(each.answer or b"")))
        except VaultError:
            continue
        if key in told:
            yield told[key]


def read(work: Work, desk: Desk, request_id: UUID) -> Identity:
    """Return an identity to the one who asked, and log that they read it.

    Raises NoSuchRequest, NotAllowed.
    """
    request = _own(desk, identity_requests.locked(work, request_id))
    tracker = desk.tracker(work)
    why = identity_requests.end_of(tracker, request)
    if why is not None:
        raise NotAllowed(WORDS[why].vi, WORDS[why].en)
    if request.read_until is None:
        raise NotAllowed(
            "Chưa đủ người giữ khóa đồng ý.", "Too few custodians have released their share."
        )
    given = identity_requests.answers(work, request)
    kept = work.session.get_one(IdentityRow, request.case_id)
    scope = (request.case_id.bytes, request.epoch.to_bytes(4))
    try:
        key = SecretKey(shares.join(list(_opened(desk, request, given, "share"))))
        opened = item.unseal(key, Context(Purpose.IDENTITY, scope), Item(kept.sealed))
    except VaultError:
        raise NotAllowed(
            "Các mảnh khóa không mở được danh tính này; hãy báo bộ phận vận hành.",
            "The shares do not open this identity: tell the operators.",
        ) from None
    identity_requests.record(tracker, request, "identity.read", by=str(desk.person.id))
    told = json.loads(opened)
    return Identity(**(told | {"disclosure": Disclosure(told["disclosure"])}))


def close(work: Work, desk: Desk, request_id: UUID) -> None:
    """End one's own request before its time. Raises NoSuchRequest, NotAllowed."""
    request = _own(desk, identity_requests.locked(work, request_id))
    tracker = desk.tracker(work)
    why = identity_requests.end_of(tracker, request)
    if request.ended_on is not None and why is not None:
        raise NotAllowed(WORDS[why].vi, WORDS[why].en)
    identity_requests.end(tracker, request, why or End.WITHDRAWN)
