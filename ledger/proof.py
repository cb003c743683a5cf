"""The files a reporter keeps and checks offline: a C2SP tlog-proof, or a promise until then."""

from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass, field

from ledger.check import verify_inclusion
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.entry import Act, Opening
from ledger.errors import ProofRefused
from ledger.note import Signed, Verifier
from ledger.promise import Promise, open_promise
from ledger.strict import b64, exact
from ledger.tree import Hash

PROOF, PROMISE = "c2sp.org/tlog-proof@v1", "dangvan-promise@v1"


@dataclass(frozen=True)
class File:
    """A file taken apart, nothing in it verified yet; `index` is None in a promise."""

    extra: bytes = field(repr=False)
    note: str
    index: int | None = None
    path: tuple[Hash, ...] = ()

    def to_text(self) -> str:
        """Return the file's text."""
        place = [] if self.index is None else [f"index {self.index}", *map(b64, self.path)]
        head = [PROMISE if self.index is None else PROOF, f"extra {b64(self.extra)}", *place]
        return "\n".join(head) + f"\n\n{self.note}"

    @classmethod
    def from_text(cls, text: str) -> "File":
        """Return what `to_text` wrote, either kind, or raise `Malformed`."""
        return exact("file", text, _read, cls.to_text)


@dataclass(frozen=True)
class VerifiedProof:
    """Proved: the act is leaf `index` of the log that the checkpoint describes."""

    act: Act
    index: int
    checkpoint: Checkpoint
    cosignatures: tuple[Signed, ...]


def verify_proof(
    text: str, log: Verifier, witnesses: Collection[Verifier] = (), quorum: int = 0
) -> VerifiedProof:
    """Return what a proof file proves, or raise a `LedgerError`.

    The opening is not authentic by itself: nothing of it leaves before its leaf is proved.
    """
    file = File.from_text(text)
    if file.index is None:
        raise ProofRefused("This file is a promise, not yet a proof.")
    checkpoint, cosignatures = open_checkpoint(file.note, log, witnesses, quorum)
    opening = Opening.from_bytes(file.extra)
    leaf, place = opening.leaf(), (file.index, checkpoint.size)
    verify_inclusion(leaf, *place, file.path, checkpoint.root)
    return VerifiedProof(opening.act, file.index, checkpoint, cosignatures)


def verify_promise(text: str, verifier: Verifier) -> tuple[Act, Promise]:
    """Return what a promise file promises, or raise a `LedgerError`."""
    file = File.from_text(text)
    if file.index is not None:
        raise ProofRefused("This file is a proof, not a promise.")
    found, opening = open_promise(file.note, verifier), Opening.from_bytes(file.extra)
    if (opening.leaf(), opening.act.day) != (found.leaf, found.day):
        raise ProofRefused("The promise is for another entry than the one in this file.")
    return opening.act, found


def _read(text: str) -> File:
    head, _, note = text.partition("\n\n")
    first, extra, *place = head.split("\n")
    if (first == PROOF) != bool(place):
        raise ValueError
    path = tuple(Hash(b64decode(line)) for line in place[1:])
    return File(b64decode(extra[6:]), note, int(place[0][6:]) if place else None, path)
