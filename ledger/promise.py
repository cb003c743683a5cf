"""The signed promise that an entry will be merged by a day, held until it is (as an SCT)."""

from base64 import b64decode
from dataclasses import dataclass
from datetime import date

from ledger.errors import Malformed
from ledger.note import NOTE, Signer, Verifier, open_note, sign
from ledger.strict import b64, exact
from ledger.tree import HASH_BYTES, Hash


@dataclass(frozen=True)
class Promise:
    """Key `<origin>/promise` says: this leaf, received on this day, is in the log by that day."""

    key_name: str
    day: date
    leaf: Hash
    merge_by: date

    def __post_init__(self) -> None:
        if (
            type(self.day) is not date
            or type(self.merge_by) is not date
            or self.merge_by < self.day
        ):
            raise Malformed("promise", "its days are not allowed")
        if not self.key_name.endswith("/promise") or len(self.leaf) != HASH_BYTES:
            raise Malformed("promise", "its key or its leaf is not allowed")

    def to_text(self) -> str:
        """Return the four lines that are signed."""
        return f"{self.key_name}\nday {self.day}\nleaf {b64(self.leaf)}\nmerge-by {self.merge_by}\n"


def promise(signer: Signer, leaf: Hash, day: date, merge_by: date) -> str:
    """Return the signed note; `signer` is the key named `<origin>/promise`, not the log's."""
    return sign(Promise(signer.name, day, leaf, merge_by).to_text(), signer)


def open_promise(note: str, verifier: Verifier) -> Promise:
    """Return the promise; raises `Malformed`, `NotSigned` or `SignatureRefused`."""
    if verifier.kind != NOTE:
        raise Malformed("promise key", "it is a witness's key")
    text, _ = open_note(note, [verifier])
    found = exact("promise", text, _read, Promise.to_text)
    if found.key_name != verifier.name:
        raise Malformed("promise", "it is signed by a key of another name")
    return found


def _read(text: str) -> Promise:
    name, *lines, _ = text.split("\n")
    day, leaf, merge_by = (line.partition(" ")[2] for line in lines)
    return Promise(
        name, date.fromisoformat(day), Hash(b64decode(leaf)), date.fromisoformat(merge_by)
    )
