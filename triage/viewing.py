"""Opening files of a case: to be saved, or looked at in ways in which nothing of them runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from uuid import UUID

import cleaning
from cleaning import CleanersBusy, FileRefused
from records.work import Store, reading
from triage import access, case_files, evidence
from triage.access import Insider
from triage.casefile import OpenCase
from triage.submission import StoredFile

#: Pages of one file that are drawn, and characters of one text that are shown.
MOST_PAGES, MOST_TEXT = 300, 200_000
#: Pieces of a stored file that so much text may come in.
_PIECES = 32
_TEXTS = frozenset({"text/plain", "text/csv"})
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Manner(StrEnum):
    """How a file can be looked at without a program of its own."""

    PAGES = "pages"
    TEXT = "text"
    NONE = "none"


class NotShown(Exception):
    """The file cannot be looked at: damaged, made to do harm, or too much for now."""


@dataclass(frozen=True)
class Found:
    """A file of a case that this person may read."""

    case: OpenCase
    file: StoredFile

    @property
    def manner(self) -> Manner:
        """How the file can be looked at."""
        return manner(self.file)


def manner(file: StoredFile) -> Manner:
    """Return how a file can be looked at; an original is only handed out."""
    if file.original_of is not None or not file.size:
        return Manner.NONE
    if file.mime in _TEXTS:
        return Manner.TEXT
    return Manner.PAGES if cleaning.is_drawable(file.mime, file.size) else Manner.NONE


def find(store: Store, person: Insider, case_id: UUID, file_id: UUID) -> Found:
    """Return a file of a case. Raises NoSuchCase for any that this person may not know of."""
    with reading(store) as work:
        case = access.open_case(work, person, case_id)
        return Found(case, case_files.file(work, case, file_id))


def content(store: Store, found: Found) -> Iterator[bytes]:
    """Yield the plaintext of a file; the first piece is at hand when this returns.

    So that a file that is missing is told before anything is sent. Raises as `evidence.read`.
    """
    pieces = evidence.read(store, found.case, found.file)
    first = next(pieces, b"")
    return _after(first, pieces)


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def text(store: Store, found: Found) -> tuple[str, bool]:
    """Return the text of a file, and whether that is all of it."""
    pieces = evidence.read(store, found.case, found.file)
    held = b"".join(islice(pieces, _PIECES))
    encoding = next((name for mark, name in _MARKS.items() if held.startswith(mark)), "utf-8")
    read = held.decode(encoding, "replace")
    whole = len(held) == found.file.size and len(read) <= MOST_TEXT
    return read[:MOST_TEXT], whole


def pages(store: Store, found: Found) -> int:
    """Return how many pages can be looked at. Raises NotShown."""
    return min(_draw(store, found, 0).pages, MOST_PAGES)


def picture(store: Store, found: Found, page: int) -> bytes:
    """Return one page, counted from 1, as a picture. Raises NotShown."""
    if not 0 < page <= MOST_PAGES or found.manner is not Manner.PAGES:
        raise NotShown
    return _draw(store, found, page).picture


def _draw(store: Store, found: Found, page: int) -> cleaning.Drawn:
    file = found.file
    pieces = evidence.read(store, found.case, file)
    try:
        return cleaning.draw(pieces, file.size, file.mime, page)
    except (FileRefused, CleanersBusy):
        raise NotShown from None
