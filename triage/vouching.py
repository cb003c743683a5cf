"""Whose keys shares of identities may be sealed to: custodians vouch for each other by signature.

A custodian's card names their public key and the key that they sign with. It counts once two
custodians whose cards count have signed it, or the instance itself has: its promise key, which is
in no database. So anybody with public keys can check it, and nobody makes one by writing a row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import LedgerError, Malformed
from ledger.note import NOTE, Signer, Verifier, join_note, open_note, sign, split_note
from ledger.strict import exact
from vault.keys import KeyPair, PublicKey, Seed

_TITLE = "dangvan custodian"
_SALT = b"dangvan/1/custodian"


def signer(staff_id: UUID, seed: Seed) -> Signer:
    """Return what a custodian signs with, made of their private key (docs/FORMAT.md section 1)."""
    key = HKDF(SHA256(), length=32, salt=_SALT, info=staff_id.bytes).derive(seed)
    return Signer(staff_id.hex, NOTE, key)


def digest(key: PublicKey) -> str:
    """Return what names a public key on a card."""
    return sha256(key).hexdigest()


@dataclass(frozen=True)
class Card:
    """Whose it is, the digest of the key that shares are sealed to, and what they sign with."""

    staff_id: UUID
    key: str
    verifier: Verifier

    def __post_init__(self) -> None:
        if self.verifier.name != self.staff_id.hex or self.verifier.kind != NOTE:
            raise Malformed("custodian's card", "what it signs with is somebody else's")

    def to_text(self) -> str:
        """Return the four lines that are signed."""
        return f"{_TITLE}\n{self.staff_id.hex}\n{self.key}\n{self.verifier.to_text()}\n"

    @classmethod
    def from_text(cls, text: str) -> "Card":
        """Return the card written by `to_text`. Raises Malformed."""
        return exact("custodian's card", text, cls._read, cls.to_text)

    @classmethod
    def _read(cls, text: str) -> "Card":
        _, staff_id, key, verifier, _ = text.split("\n")
        return cls(UUID(hex=staff_id), key, Verifier.from_text(verifier))


def own(staff_id: UUID, seed: Seed) -> Card:
    """Return the card of whoever has this private key."""
    return Card(staff_id, digest(KeyPair(seed).public), signer(staff_id, seed).verifier)


def begun(card: Card, by: Signer) -> str:
    """Return the note of a card that only its owner has signed."""
    return sign(card.to_text(), by)


def signed(note: str, by: Signer) -> str:
    """Return a note with one more signature. Raises Malformed."""
    text, signatures = split_note(note)
    return join_note((text, [*signatures, *split_note(sign(text, by))[1]]))


def read(note: str) -> Card | None:
    """Return the card of a note that its owner has signed; None if it is none."""
    try:
        card = Card.from_text(split_note(note)[0])
        open_note(note, [card.verifier])
    except LedgerError:
        return None
    return card


def signers(note: str, known: Iterable[Verifier]) -> frozenset[str]:
    """Return the names of those who signed a note; of nobody if one signature is false."""
    try:
        return frozenset(each.key.name for each in open_note(note, known)[1])
    except LedgerError:
        return frozenset()


def admitted(notes: Iterable[str], root: Verifier, needed: int) -> frozenset[Card]:
    """Return the cards that count: signed by `root`, or by so many people whose cards count.

    Nobody counts for themselves, and a person with several keys counts once.
    """
    cards = {card: note for note in notes if (card := read(note)) is not None}
    found: frozenset[Card] = frozenset()
    while True:
        known = [root, *(each.verifier for each in found)]
        more = {
            card
            for card, note in cards.items()
            if card not in found
            and (
                root.name in (by := signers(note, known)) or len(by - {card.staff_id.hex}) >= needed
            )
        }
        if not more:
            return found
        found |= more
