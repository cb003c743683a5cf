"""What a sealing is bound to: its purpose and scope (docs/FORMAT.md section 2)."""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """Every label there is. A new one needs a line in docs/FORMAT.md."""

    CASE_KEY_FOR_UNIT = "case-key.unit"
    CASE_KEY_FOR_STAFF = "case-key.staff"
    CASE_KEY_FOR_ESCROW = "case-key.escrow"
    CASE_KEY_FOR_RECEIPT = "case-key.receipt"
    UNIT_SEED_FOR_STAFF = "unit-seed.staff"
    UNIT_SEED_FOR_ESCROW = "unit-seed.escrow"
    STAFF_SEED_FOR_ESCROW = "staff-seed.escrow"
    STAFF_SEED_UNDER_PASSWORD = "staff-seed.password"  # noqa: S105  (a label, no password)
    STAFF_FACTORS = "staff.factors"
    STAFF_OWN = "staff.own"
    IDENTITY_SHARE_FOR_CUSTODIAN = "identity-share.custodian"
    IDENTITY_REQUEST_FOR_CUSTODIAN = "identity-request.custodian"
    IDENTITY_ANSWER_FOR_REQUESTER = "identity-answer.requester"
    ACT_OPENING_FOR_AUDITOR = "act-opening.auditor"
    CASE_FACTS = "case.facts"
    CASE_NARRATIVE = "case.narrative"
    CASE_TITLE = "case.title"
    CASE_NOTE = "case.note"
    CASE_MESSAGE = "case.message"
    CASE_EVENT = "case.event"
    CASE_OPENING = "case.opening"
    CASE_FILE_CARD = "case.file-card"
    CASE_ROUTE = "case.route"
    CASE_SIGNS = "case.signs"
    CASE_FINGERPRINT = "case.fingerprint"
    CASE_FILE = "case.file"
    CASE_ORIGINAL = "case.original"
    IDENTITY = "identity"
    SESSION = "session"


@dataclass(frozen=True)
class Context:
    """A purpose and the public identifiers it is limited to, in the order FORMAT.md gives."""

    purpose: Purpose
    scope: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """Return the prefix-free bytes that every sealing is bound to."""
        purpose = self.purpose.encode()
        scope = (len(part).to_bytes(2) + part for part in self.scope)
        return len(purpose).to_bytes(1) + purpose + b"".join(scope)
