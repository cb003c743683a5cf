"""The one way to put an act into the tamper-evident log: in the act's own transaction."""

from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_bytes

from ledger.entry import SALT_BYTES, Act, Opening
from ledger.note import Signer
from ledger.promise import promise
from ledger.proof import File
from ledger.tree import Hash
from records.log import LogEntry
from records.work import Work
from triage import publickeys
from triage.publickeys import AUDITORS
from vault import box
from vault.context import Context, Purpose

#: An act is in the tree by the end of the second day after it: a night may fail once.
MERGE_DELAY = timedelta(days=2)


@dataclass(frozen=True)
class Recorded:
    """What the person concerned keeps: the opening, its leaf, and the signed promise."""

    opening: Opening
    leaf: Hash
    note: str

    @property
    def promise_file(self) -> str:
        """The text of a file that `dangvan verify` checks."""
        return File(self.opening.to_bytes(), self.note).to_text()


def promise_file(opening: Opening, promise_key: Signer) -> str:
    """Return the promise for an act again; it is the same, because Ed25519 draws nothing."""
    day = opening.act.day
    note = promise(promise_key, opening.leaf(), day, _merge_by(day))
    return Recorded(opening, opening.leaf(), note).promise_file


def record(work: Work, act: Act, promise_key: Signer) -> Recorded:
    """Log an act in the transaction of `work`, to be merged into the tree later.

    The opening is sealed to the auditors and returned, and nowhere else.
    """
    opening = Opening(token_bytes(SALT_BYTES), act)
    leaf = opening.leaf()
    context = Context(Purpose.ACT_OPENING_FOR_AUDITOR, (leaf,))
    work.insert(
        LogEntry(
            leaf=leaf,
            day=act.day,
            commitment=opening.leaf_data()[-32:],
            opening=box.seal(publickeys.of_unit(work, AUDITORS).key, context, opening.to_bytes()),
        )
    )
    return Recorded(opening, leaf, promise(promise_key, leaf, act.day, _merge_by(act.day)))


def _merge_by(day: date) -> date:
    return day + MERGE_DELAY
