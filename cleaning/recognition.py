"""What a file is, by its content alone; runs in the worker."""

import codecs
import importlib
import re
from collections.abc import Callable

import pylibmagic  # noqa: F401  (first: it tells python-magic where libmagic is)

import magic  # isort: skip

from cleaning import kinds, ole
from cleaning.kinds import KINDS, Group, Kind, Recognised
from cleaning.refusal import FileRefused, Refusal

#: Takes a whole file and what its head looked like; gives its kind, and its clean copy if any.
Cleaner = Callable[[bytes, Kind | None], tuple[Kind, bytes | None]]

#: What libmagic calls some kinds. Prose that looks like source code to it is still prose: staff
#: get it as plain text, which runs nowhere.
_ALIASES = {
    "application/csv": kinds.CSV,
    "application/json": kinds.TXT,
    "application/ogg": kinds.OGG,
    "application/x-ndjson": kinds.TXT,
    "audio/vnd.wave": kinds.WAV,
    "audio/x-flac": kinds.FLAC,
    "audio/x-hx-aac-adts": kinds.AAC,
    "audio/x-m4a": kinds.M4A,
    "audio/x-wav": kinds.WAV,
    "image/heic-sequence": kinds.HEIC,
    "image/heif": kinds.HEIC,
    "image/heif-sequence": kinds.HEIC,
    "image/x-ms-bmp": kinds.BMP,
    "text/rtf": kinds.RTF,
    "text/troff": kinds.TXT,
    "text/x-affix": kinds.TXT,
    "text/x-c": kinds.TXT,
    "text/x-c++": kinds.TXT,
    "video/3gpp2": kinds.THREEGP,
    "video/avi": kinds.AVI,
    "video/x-m4v": kinds.MP4,
}
_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: The header of a part in a zip file, as far as its name, of a folder the folder's only.
_PART = re.compile(rb"PK\x03\x04.{26}(\[Content_Types\]\.xml|word/|xl/|ppt/)", re.DOTALL)
_FOLDERS = {b"word/": kinds.DOCX, b"xl/": kinds.XLSX, b"ppt/": kinds.PPTX}
#: Control characters that no text has (ESC begins the colours of a terminal and old encodings).
_NO_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
#: Pages run scripts in a browser whatever stands before the first tag.
_PAGE = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe)\b", re.IGNORECASE)

#: Python loads these when they are first used, which is too late here.
_ENCODINGS = ("ascii", "latin-1", "cp437", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")


def load_for(head: bytes) -> Cleaner:
    """Load all that this file may need, because nothing can be loaded later; return its cleaner.

    A look at the first bytes is enough for that, and safe. What comes of it is a cleaner for
    files that begin so, not a judgement.
    """
    magic.from_buffer(b"", mime=True)  # reads the database
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    name = "pictures"
    if head.startswith(ole.SIGNATURE):
        return ole.judge
    if head.startswith(_ZIP):
        name = "office"
    elif _PDF in head[:1024]:
        name = "pdf"
    cleaner: Cleaner = importlib.import_module(f"cleaning.{name}").clean
    return cleaner


def recognise(head: bytes) -> Recognised:
    """Return what a file beginning like this is. Raises FileRefused(KIND)."""
    mime = magic.from_buffer(head, mime=True)
    kind = _ALIASES.get(mime) or KINDS.get(mime)
    if head.startswith((_ZIP, ole.SIGNATURE)):  # their table of contents stands at the end
        known = kind is not None and kind.group is Group.DOCUMENT
        return Recognised(kind if known else _by_parts(head), needs_whole=True)
    if kind is None and head.startswith(b"ID3"):  # a cover picture may fill the whole head
        kind = kinds.MP3
    if (
        kind is None
        or (kind is kinds.PDF and not head.startswith(_PDF))
        or (kind.group in {Group.TEXT, Group.MESSAGE} and not _is_text(head))
    ):
        raise FileRefused(Refusal.KIND)
    return Recognised(kind, needs_whole=kind.cleanable)


def _by_parts(head: bytes) -> Kind | None:
    """Return what the first parts of a zip file promise, which holds if it is too large to open.

    libmagic looks at fewer of them than some applications put in front.
    """
    names = [found[1] for found in _PART.finditer(head)]
    if b"[Content_Types].xml" not in names:
        return None
    return next((_FOLDERS[name] for name in names if name in _FOLDERS), None)


def _is_text(head: bytes) -> bool:
    if head.startswith(_UTF16_MARKS):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    else:
        text = head
    return not _NO_TEXT.search(text) and not _PAGE.match(
        text.removeprefix(b"\xef\xbb\xbf").lstrip()
    )
