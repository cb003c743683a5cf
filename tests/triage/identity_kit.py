"""An office with custodians, an identity given, and what any set of keys brings to light of it."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

from sqlalchemy import select

from records.case import CaseEvent
from records.identity import Identity as IdentityRow
from records.identity import IdentityAnswer, IdentityRequest, IdentityShare
from records.staff import Role, Staff
from records.work import reading, writing
from tests.custodians import confirmed
from tests.triage.conftest import TODAY, House
from tests.triage.everybody import Burglar
from tests.triage.keys_kit import Member, appoint, team
from triage import (
    access,
    identity,
    identity_reading,
    identity_release,
    identity_requests,
    mailbox,
    membership,
    tracker,
)
from triage.caseacts import Desk
from triage.casefile import OpenCase
from triage.identity_reading import Glance
from triage.identity_release import Question
from triage.identity_requests import End
from triage.standing import Tracker
from triage.submission import Disclosure, Identity, Submission
from vault import box, item, shares
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.item import Item
from vault.keys import KeyPair, SecretKey, Seed

UNIT = "thanh_tra"
DAY = timedelta(days=1)
NAME = "Lê Thị Can Đảm"
WHO = Identity(Disclosure.CONFIDENTIAL, NAME, "7 kiệt Vô Danh", "0900 123 456")
REPORT = Submission(
    intent="phan_anh_tham_nhung",
    category="bribery",
    narrative="Cán bộ vòi tiền ở quầy.",
    identity=WHO,
)
WANTED = {
    "identity_ground": "working_with_reporter",
    "necessity": "Phải gặp trực tiếp để đối chất.",
    "answer_time": "answer_3",
    "reading_time": "reading_3",
    "told_text": "Chúng tôi cần gặp ông, bà để làm rõ.",
}


@dataclass
class Office:
    """The Inspectorate with three custodians from elsewhere."""

    house: House
    lan: Member
    minh: Member
    head: Member
    custodians: tuple[Member, ...]
    day: date = field(default=TODAY)

    def file(self, who: Identity | None = WHO) -> OpenCase:
        report = REPORT if who is WHO else Submission(**{**vars(REPORT), "identity": who})
        return self.house.file(report, self.day).case

    def desk(self, who: Member) -> Desk:
        with reading(self.house.store) as work:
            person = access.insider(work, who.id, who.seed, self.day)
        return Desk(self.house.rules, self.house.key, person, self.day)

    def ask(self, case: OpenCase, who: Member | None = None, **changes: str) -> UUID:
        who = who or self.lan
        with writing(self.house.store) as work:
            at = Tracker(work, self.house.rules, self.house.key, self.day)
            entered = {key: value for key, value in (WANTED | changes).items() if value}
            tracker.take(at, case, who.id, identity_requests.REQUESTED, entered)
            request = identity_requests.open_request(work, case.id)
            assert request is not None
            return request.id

    def release(self, request: UUID, who: Member, compared: str | None = None) -> None:
        desk = self.desk(who)
        if compared is None:
            compared = identity_release.question(self.house.store, desk, request).compared
        with writing(self.house.store) as work:
            identity_release.release(work, desk, request, compared)

    def released(self, case: OpenCase, who: Member | None = None, **changes: str) -> UUID:
        """Return a request that two custodians have agreed to."""
        request = self.ask(case, who, **changes)
        for each in self.custodians[:2]:
            self.release(request, each)
        return request

    def decline(self, request: UUID, who: Member, reason: str = "Chưa đủ căn cứ.") -> None:
        with writing(self.house.store) as work:
            identity_release.decline(work, self.desk(who), request, reason)

    def waiting(self, who: Member) -> tuple[Question, ...]:
        return identity_release.waiting(self.house.store, self.desk(who))

    def read(self, request: UUID, who: Member | None = None) -> Identity:
        desk = self.desk(who or self.lan)
        with writing(self.house.store) as work:
            return identity_reading.read(work, desk, request)

    def glance(self, case: OpenCase, who: Member | None = None) -> Glance:
        found = identity_reading.of_case(self.house.store, self.desk(who or self.lan), case.id)
        assert found is not None
        return found

    def sweep(self) -> list[End]:
        house = self.house
        return list(identity_requests.sweep(house.store, house.rules, house.key, self.day))

    def give(self, case: OpenCase, name: str) -> None:
        """Let the reporter give another identity."""
        who = Identity(Disclosure.CONFIDENTIAL, name)
        with writing(self.house.store) as work:
            mailbox.disclose(work, case, who, self.house.key, self.day)

    def take(self, case: OpenCase, who: Member, step: str, **entered: str) -> None:
        with writing(self.house.store) as work:
            at = Tracker(work, self.house.rules, self.house.key, self.day)
            tracker.take(at, case, who.id, step, entered)

    def events(self, case: OpenCase) -> list[str]:
        """Return the steps of a case that concern the identity."""
        with reading(self.house.store) as work:
            rows = select(CaseEvent.kind).where(
                CaseEvent.case_id == case.id, CaseEvent.kind.startswith("identity.")
            )
            return list(work.session.scalars(rows.order_by(CaseEvent.position)))

    def fingerprint(self, who: Member) -> str:
        with reading(self.house.store) as work:
            return membership.fingerprint(work.session.get_one(Staff, who.id).public_key)


def office(guarded: House, seeds: Iterable[Member]) -> Office:
    """Return an office whose custodians these are, all of them admitted."""
    seeds = tuple(seeds)
    with writing(guarded.store) as work:
        confirmed(work, guarded.key, {each.id: each.seed for each in seeds})
    lan, minh = team(guarded, UNIT, "lan", "minh")
    head = appoint(guarded, "truong", UNIT, Role.HEAD)
    return Office(guarded, lan, minh, head, seeds)


@dataclass(frozen=True)
class Thief:
    """Somebody with the whole database of a day, and with keys.

    `also`: whatever else may be a key. `only`: the one case that they are after.
    """

    house: House
    also: frozenset[bytes] = frozenset()
    only: UUID | None = None

    def identities(self, *keys: Seed) -> set[UUID]:
        """Return the cases whose reporters these keys name, with everything tried on everything."""
        everything = Burglar(self.house.store).private_keys(keys)
        words = sorted({each for key in everything for each in self._words(key)})
        secrets = {SecretKey(bytes(key)) for key in {*everything, *self.also}}
        for count in range(1, 4):
            for some in combinations(words, count):
                with suppress(VaultError):
                    secrets.add(SecretKey(shares.join(some)))
        with reading(self.house.store) as work:
            rows = [row for row in work.session.scalars(select(IdentityRow)) if self._is_it(row)]
        return {row.case_id for row in rows if any(_opens(row, key) for key in secrets)}

    def _is_it(self, row: IdentityRow | IdentityShare | IdentityRequest) -> bool:
        return self.only in {None, row.case_id}

    def _words(self, key: Seed) -> Iterator[str]:
        """Yield every share that a key opens, in custodians' boxes and in answers to requesters."""
        with reading(self.house.store) as work:
            held = [row for row in work.session.scalars(select(IdentityShare)) if self._is_it(row)]
            asked = work.session.execute(
                select(IdentityRequest, IdentityAnswer).join(
                    IdentityAnswer, IdentityAnswer.request_id == IdentityRequest.id
                )
            ).all()
        for share in held:
            context = identity.share_context(share.case_id, share.staff_id, share.epoch)
            with suppress(VaultError):
                yield box.unseal(KeyPair(key), context, Box(share.box)).decode()
        for request, answer in asked:
            if not self._is_it(request):
                continue
            context = identity_requests.answer_context(request, answer.staff_id)
            with suppress(VaultError):
                opened = box.unseal(KeyPair(key), context, Box(answer.answer or b"")).decode()
                yield opened.removeprefix('{"share": "').removesuffix('"}')


def _opens(row: IdentityRow, key: SecretKey) -> bool:
    scope = (row.case_id.bytes, row.epoch.to_bytes(4))
    try:
        item.unseal(key, Context(Purpose.IDENTITY, scope), Item(row.sealed))
    except VaultError:
        return False
    return True
