"""The one way to put an act into the tamper-evident log: in the act's own transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from secrets import token_bytes
from typing import Any

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
from vault.keys import PublicKey

#: An act is in the tree by the end of the second day after it: a night may fail once.
MERGE_DELAY = timedelta(days=2)


@dataclass(frozen=True)
class Recorded:
    """What the person concerned keeps: the opening, its leaf, and the signed promise."""

    opening: Opening
    leaf: Hash
    _promise_key: Signer = field(repr=False)

    @property
    def promise_file(self) -> str:
        """The text of a file that `dangvan verify` checks."""
        return promise_file(self.opening, self._promise_key)


def promise_file(opening: Opening, promise_key: Signer) -> str:
    """Return the promise for an act; it is always the same, because Ed25519 draws nothing."""
    day = opening.act.day
    note = promise(promise_key, opening.leaf(), day, _merge_by(day))
    return File(opening.to_bytes(), note).to_text()


def record(work: Work, act: Act, promise_key: Signer) -> Recorded:
    """Log an act in the transaction of `work`, to be merged into the tree later.

    The opening is sealed to the auditors and returned, and nowhere else.
    """
    return record_all(work, [act], promise_key)[0]


def record_all(work: Work, acts: Iterable[Act], promise_key: Signer) -> list[Recorded]:
    """Log several acts at once, each as `record` does."""
    made = [_recorded(act, promise_key) for act in acts]
    auditors = publickeys.of_unit(work, AUDITORS).key
    work.insert(LogEntry, *(_entry(each, auditors) for each in made))
    return made


def _recorded(act: Act, promise_key: Signer) -> Recorded:
    opening = Opening(token_bytes(SALT_BYTES), act)
    return Recorded(opening, opening.leaf(), promise_key)


def _entry(recorded: Recorded, auditors: PublicKey) -> dict[str, Any]:
    context = Context(Purpose.ACT_OPENING_FOR_AUDITOR, (recorded.leaf,))
    return {
        "leaf": recorded.leaf,
        "day": recorded.opening.act.day,
        "commitment": recorded.opening.leaf_data()[-32:],
        "opening": box.seal(auditors, context, recorded.opening.to_bytes()),
        "position": None,
    }


def _merge_by(day: date) -> date:
    return day + MERGE_DELAY
