"""The log's signed size and root (C2SP tlog-checkpoint), and the witnesses' cosignatures."""

from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass

from ledger.errors import Malformed, NotSigned, QuorumMissed
from ledger.note import (
    COSIGNATURE,
    NOTE,
    Signed,
    Signer,
    Verifier,
    join_note,
    open_note,
    sign,
    split_note,
)
from ledger.strict import b64, exact
from ledger.tree import EMPTY_ROOT, HASH_BYTES, Hash


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its name, its number of leaves and the root over them."""

    origin: str
    size: int
    root: Hash
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        fit = 0 <= self.size < 2**63 and len(self.root) == HASH_BYTES
        if not fit or (not self.size and self.root != EMPTY_ROOT):
            raise Malformed("checkpoint", "its size and its root do not fit")
        if not all((self.origin, *self.extensions)):
            raise Malformed("checkpoint", "a line is empty")

    def to_text(self) -> str:
        """Return the lines that are signed."""
        return "\n".join([self.origin, str(self.size), b64(self.root), *self.extensions, ""])

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Return what `to_text` wrote, or raise `Malformed`."""
        return exact("checkpoint", text, _read, cls.to_text)


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Return the signed note; the key has the origin's name. Never sign a tree that shrank."""
    if (signer.name, signer.kind) != (checkpoint.origin, NOTE):
        raise Malformed("signing key", "it is not named after the log")
    Checkpoint.from_text(checkpoint.to_text())
    return sign(checkpoint.to_text(), signer)


def open_checkpoint(
    note: str, log: Verifier, witnesses: Collection[Verifier] = (), quorum: int = 0
) -> tuple[Checkpoint, tuple[Signed, ...]]:
    """Return the checkpoint and its verified cosignatures, by at least `quorum` witnesses.

    Raises `Malformed`, `NotSigned`, `SignatureRefused` or `QuorumMissed`. Witnesses are told
    apart by public key: a cosignature does not cover the witness's name.
    """
    if log.kind != NOTE or any(key.kind != COSIGNATURE for key in witnesses):
        raise Malformed("list of keys", "a log's key has type 1, a witness's type 4")
    text, signed = open_note(note, [log, *witnesses])
    checkpoint = Checkpoint.from_text(text)
    if Signed(log, None) not in signed or checkpoint.origin != log.name:
        raise NotSigned("The log's own key has not signed this checkpoint.")
    cosigned = tuple(one for one in signed if one.key != log)
    if len({one.key.public for one in cosigned} - {log.public}) < quorum:
        raise QuorumMissed(f"{quorum} witnesses were asked for; {len(cosigned)} have cosigned.")
    return checkpoint, cosigned


def cosign(note: str, witness: Signer, time: int) -> str:
    """Return a witness's signature line for a checkpoint it has found consistent (POSIX time)."""
    text = Checkpoint.from_text(split_note(note)[0]).to_text()
    return sign(text, witness, time)[len(text) + 1 :]


def add_cosignature(note: str, received: str, witness: Verifier) -> str:
    """Return the note with the witness's line from `received` (lines, or a note), once verified.

    An earlier cosignature of this witness makes place. Raises as `open_note` does.
    """
    text, kept = split_note(note)
    lines = received.rpartition("\n\n")[2]
    offered = f"{text}\n{lines}"
    open_note(offered, [witness])
    mine = [(name, blob) for name, blob in split_note(offered)[1] if _by(witness, name, blob)]
    kept = [(name, blob) for name, blob in kept if not _by(witness, name, blob)]
    return join_note((text, [*kept, mine[0]]))


def _by(key: Verifier, name: str, blob: bytes) -> bool:
    return name == key.name and blob.startswith(key.id)


def _read(text: str) -> Checkpoint:
    origin, size, root, *extensions = text.removesuffix("\n").split("\n")
    return Checkpoint(origin, int(size), Hash(b64decode(root)), tuple(extensions))
