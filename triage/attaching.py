"""Files that staff add to a case: minutes, decisions, what the verification gathers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func, select

from records.case import CaseFile
from records.work import Store, Work, reading
from triage import access, caseacts, casefile, standing, tracker
from triage.access import NoSuchCase
from triage.caseacts import Desk, Head
from triage.casefile import OpenCase
from triage.inputs import BadInputs, Fault
from triage.submission import Origin, StoredFile

#: The step of files that stay inside, and that of files which the reporter finds in their mailbox.
INSIDE, SHOWN = "files.attached", "files.shown"
#: So that one case cannot grow without end.
MOST_FILES = 500


@dataclass(frozen=True)
class Place:
    """The case that files are for."""

    case: OpenCase
    head: Head


def place(store: Store, desk: Desk, case_id: UUID) -> Place:
    """Return the case to which somebody adds files. Raises NoSuchCase, also if they may not."""
    with reading(store) as work:
        case = access.open_case(work, desk.person, case_id)
        found = standing.of(desk.tracker(work), case_id, desk.person.id, locked=False)
        if not found.who & set(desk.rules.steps.on(INSIDE, desk.today).who):
            raise NoSuchCase
        return Place(case, caseacts.head(work, desk, found))


def attach(  # noqa: PLR0913  (to what, which files, what they are, for whom)
    work: Work, desk: Desk, case_id: UUID, files: Sequence[StoredFile], text: str, *, shown: bool
) -> None:
    """Add files that were taken in for this case; it does not matter what else happened to it.

    `text` says what they are. Raises NoSuchCase, NotAllowed, BadInputs, BlobMissing.
    """
    case = access.open_case(work, desk.person, case_id)
    casefile.lock(work, case)
    have = select(func.count()).select_from(CaseFile).where(CaseFile.case_id == case.id)
    if work.session.execute(have).scalar_one() + len(files) > MOST_FILES:
        raise BadInputs(
            [Fault("files", "Hồ sơ đã có quá nhiều tệp.", "The case has too many files.")]
        )
    step = SHOWN if shown else INSIDE
    names = {file.id.hex: file.name for file in files if file.original_of is None}
    acting = desk.tracker(work)
    tracker.take_with(acting, case, desk.person.id, step, {"text": text}, {"files": names})
    casefile.add_files(work, case, tuple(_of_staff(file, shown) for file in files), desk.today)


def _of_staff(file: StoredFile, shown: bool) -> StoredFile:  # noqa: FBT001
    """Return the file as its card says it; an original never leaves the desk."""
    outside = shown and file.original_of is None
    return replace(file, origin=Origin.SHOWN if outside else Origin.INSIDE)
