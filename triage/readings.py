"""Reading leaves a trace in the log too: who opened which case, which file, on which day."""

from datetime import date
from uuid import UUID

from ledger.entry import Act
from ledger.note import Signer
from records.work import Work
from triage import logbook

CASE, FILE, ALIKE = "case.read", "file.opened", "alike.searched"
DOSSIER, DOSSIER_FILE, PACKAGE = "dossier.read", "dossier.file_opened", "dossier.packed"


def log(  # noqa: PLR0913, PLR0917  (an act: what, by whom, of which case, when)
    work: Work,
    kind: str,
    case_id: UUID,
    staff_id: UUID,
    promise_key: Signer,
    today: date,
    file_id: UUID | None = None,
) -> None:
    """Log that somebody read a case, or a dossier by its own identifier.

    Whoever calls sees to it that once a day is enough.
    """
    detail = [("by", staff_id.hex)]
    if file_id is not None:
        detail.append(("file", file_id.hex))
    logbook.record(work, Act(kind, today, str(case_id), tuple(detail)), promise_key)
