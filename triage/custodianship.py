"""How custodians come to be admitted: each shows their card, two who are admitted sign it.

The first are confirmed on the machine itself, with the promise key: no administrator does it at the
desk, and no row of the database counts without one of these signatures (triage/vouching.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from ledger.entry import Act
from ledger.note import Signer, Verifier
from records.identity import CustodianCard
from records.staff import Role, Staff
from records.work import Store, Work, reading
from triage import identity, logbook, vouching
from triage.access import Insider
from triage.identity import NEEDED, Custodian
from triage.inputs import BadInputs, Fault
from triage.membership import NotYours, fingerprint
from triage.vouching import Card


class NotConfirmed(Exception):
    """The first custodians cannot be confirmed like this; the text says why."""


@dataclass(frozen=True)
class Keeper:
    """A custodian of today; `fingerprint` is of their card, empty until they have shown it."""

    id: UUID
    name: str
    is_admitted: bool
    fingerprint: str
    #: Who has signed their card.
    vouched: frozenset[UUID]


def look(store: Store, promise_key: Signer) -> tuple[Keeper, ...]:
    """Return the custodians of today, in order of their names."""
    with reading(store) as work:
        return roll(work, promise_key)


def roll(work: Work, promise_key: Signer) -> tuple[Keeper, ...]:
    """Return the custodians of today, in order of their names."""
    cards = identity.cards(work, promise_key)
    signing = [each.verifier for each in cards]
    appointed = {each.staff_id: each for each in identity.appointed(work)}
    people = select(Staff.id, Staff.name).where(Staff.id.in_(appointed))
    rows = work.session.execute(people.order_by(Staff.name, Staff.id)).all()
    return tuple(_keeper(work, appointed[who], name, cards, signing) for who, name in rows)


def _keeper(
    work: Work, who: Custodian, name: str, cards: frozenset[Card], signing: list[Verifier]
) -> Keeper:
    found = _card(work, who)
    if found is None:
        return Keeper(who.staff_id, name, is_admitted=False, fingerprint="", vouched=frozenset())
    row, card = found
    by = vouching.signers(row.note, signing) - {who.staff_id.hex}
    vouched = frozenset(UUID(hex=each) for each in by)
    return Keeper(who.staff_id, name, card in cards, told(card), vouched)


def own_fingerprint(person: Insider) -> str:
    """Return what somebody reads out to whoever admits them: of the key in their own hands."""
    return told(vouching.own(person.id, person.keys.seed))


def told(card: Card) -> str:
    """Return the fingerprint of a card."""
    return fingerprint(card.to_text().encode())


def show(work: Work, person: Insider, promise_key: Signer, today: date) -> None:
    """Show one's card, so that colleagues can admit one. Raises NotYours."""
    if not any(each.role is Role.CUSTODIAN and each.of is None for each in person.posts):
        raise NotYours
    card = vouching.own(person.id, person.keys.seed)
    row = work.session.get(CustodianCard, (person.id, card.key), with_for_update=True)
    if row is not None and vouching.read(row.note) == card:
        return
    by = vouching.signer(person.id, person.keys.seed)
    note = vouching.begun(card, by)
    work.session.merge(CustodianCard(staff_id=person.id, key=card.key, note=note, since=today))
    _log(work, "custodian.shown", person.id, card, promise_key, today)


def admit(  # noqa: PLR0913, PLR0917  (who admits whom, by which fingerprint, when)
    work: Work,
    person: Insider,
    staff_id: UUID,
    heard: str,
    promise_key: Signer,
    today: date,
) -> None:
    """Sign a colleague's card; with the second signature they get shares of what comes from now on.

    `heard`: the fingerprint that the colleague has read out. Raises NotYours, BadInputs.
    """
    admitted = identity.custodians(work, promise_key)
    if Custodian(person.id, person.keys.public) not in admitted:
        raise NotYours
    who = next((each for each in identity.appointed(work) if each.staff_id == staff_id), None)
    if who is None or who in admitted:
        raise NotYours
    row, card = _compared(work, who, heard)
    by = vouching.signer(person.id, person.keys.seed)
    if by.name in vouching.signers(row.note, [by.verifier]):
        return
    row.note = vouching.signed(row.note, by)
    _log(work, "custodian.vouched", staff_id, card, promise_key, today, str(person.id))
    if who in identity.custodians(work, promise_key):
        _log(work, "custodian.admitted", staff_id, card, promise_key, today)


def confirm(work: Work, heard: Mapping[UUID, str], promise_key: Signer, today: date) -> None:
    """Admit the first custodians, on whose signatures all others rest, by fingerprints read out.

    Only while there are too few to admit others. Raises NotConfirmed, BadInputs.
    """
    count = len(identity.custodians(work, promise_key))
    if count >= NEEDED:
        raise NotConfirmed(f"There are {count} admitted custodians: they admit others at the desk.")
    appointed = {each.staff_id: each for each in identity.appointed(work)}
    for staff_id, words in heard.items():
        if staff_id not in appointed:
            raise NotConfirmed("Only custodians of today can be confirmed.")
        row, card = _compared(work, appointed[staff_id], words)
        row.note = vouching.signed(row.note, promise_key)
        _log(work, "custodian.confirmed", staff_id, card, promise_key, today, "operator")


def _compared(work: Work, who: Custodian, heard: str) -> tuple[CustodianCard, Card]:
    """Return somebody's card, locked, if its fingerprint is what they read out."""
    found = _card(work, who, locked=True)
    if found is None:
        raise BadInputs([_fault(who, *_NOT_SHOWN)])
    row, card = found
    if "".join(heard.split()).upper() != "".join(told(card).split()):
        raise BadInputs([_fault(who, *_DIFFERS)])
    return row, card


_NOT_SHOWN = (
    "Người này chưa trình khóa: họ đăng nhập, mở trang Người giữ khóa và bấm “Trình khóa của tôi”.",
    "They have not shown their key yet: they do so at the desk, on the custodians' page.",
)
_DIFFERS = (
    (
        "Mã vừa nhập không khớp. Hãy nghe đọc lại; nếu vẫn khác, có người đã đặt khóa của mình vào "
        "chỗ đồng nghiệp: không chấp nhận và báo kiểm toán."
    ),
    (
        "That is not the fingerprint. Have it read out again; if it differs still, somebody has "
        "put a key of their own in your colleague's place: do not admit it, tell the auditors."
    ),
)


def _fault(who: Custodian, vi: str, en: str) -> Fault:
    return Fault(f"heard-{who.staff_id.hex}", vi, en)


def _card(work: Work, who: Custodian, *, locked: bool = False) -> tuple[CustodianCard, Card] | None:
    """Return the card of somebody's key of today."""
    key = vouching.digest(who.public_key)
    row = work.session.get(CustodianCard, (who.staff_id, key), with_for_update=locked)
    card = None if row is None else vouching.read(row.note)
    if row is None or card is None or (card.staff_id, card.key) != (who.staff_id, key):
        return None
    return row, card


def _log(  # noqa: PLR0913, PLR0917
    work: Work,
    kind: str,
    staff_id: UUID,
    card: Card,
    promise_key: Signer,
    today: date,
    by: str = "",
) -> None:
    work.session.flush()
    detail = (*((("by", by),) if by else ()), ("card", told(card)))
    logbook.record(work, Act(kind, today, str(staff_id), detail), promise_key)
