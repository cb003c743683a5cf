"""What kinds of file may come in, and which of them can be cleaned."""

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

_MIB = 1024 * 1024


class Group(StrEnum):
    """Kinds that an organisation allows or forbids together."""

    IMAGE = "image"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"
    MESSAGE = "message"


@dataclass(frozen=True)
class Kind:
    """A format of files; `suffix` is what the name of a copy ends in, with its dot."""

    mime: str
    suffix: str
    group: Group
    cleanable: bool


@dataclass(frozen=True)
class Recognised:
    """What the head of a file looks like.

    No kind if only the whole file can tell. Whoever does not need the whole of it for judging or
    cleaning may pass it on in pieces.
    """

    kind: Kind | None
    needs_whole: bool


@dataclass(frozen=True)
class Limits:
    """How large a file may be, in bytes, and what groups are welcome.

    A cleanable file larger than `most_cleaned_bytes` passes uncleaned: cleaning holds a file in
    memory.
    """

    most_bytes: int = 200 * _MIB
    most_cleaned_bytes: int = 32 * _MIB
    groups: frozenset[Group] = field(default=frozenset(Group))


class NotCleaned(StrEnum):
    """Why the copy that staff see may still hold metadata."""

    KIND = "kind"  # there is no cleaner for this format
    TOO_LARGE = "too_large"


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

JPEG = Kind("image/jpeg", ".jpg", Group.IMAGE, cleanable=True)
PNG = Kind("image/png", ".png", Group.IMAGE, cleanable=True)
WEBP = Kind("image/webp", ".webp", Group.IMAGE, cleanable=True)
GIF = Kind("image/gif", ".gif", Group.IMAGE, cleanable=True)
TIFF = Kind("image/tiff", ".tif", Group.IMAGE, cleanable=True)
BMP = Kind("image/bmp", ".bmp", Group.IMAGE, cleanable=True)
HEIC = Kind("image/heic", ".heic", Group.IMAGE, cleanable=True)
PDF = Kind("application/pdf", ".pdf", Group.DOCUMENT, cleanable=True)
DOCX = Kind(f"{_OOXML}wordprocessingml.document", ".docx", Group.DOCUMENT, cleanable=True)
XLSX = Kind(f"{_OOXML}spreadsheetml.sheet", ".xlsx", Group.DOCUMENT, cleanable=True)
PPTX = Kind(f"{_OOXML}presentationml.presentation", ".pptx", Group.DOCUMENT, cleanable=True)
ODT = Kind(f"{_ODF}text", ".odt", Group.DOCUMENT, cleanable=True)
ODS = Kind(f"{_ODF}spreadsheet", ".ods", Group.DOCUMENT, cleanable=True)
ODP = Kind(f"{_ODF}presentation", ".odp", Group.DOCUMENT, cleanable=True)
DOC = Kind("application/msword", ".doc", Group.DOCUMENT, cleanable=False)
XLS = Kind("application/vnd.ms-excel", ".xls", Group.DOCUMENT, cleanable=False)
PPT = Kind("application/vnd.ms-powerpoint", ".ppt", Group.DOCUMENT, cleanable=False)
RTF = Kind("application/rtf", ".rtf", Group.DOCUMENT, cleanable=False)
MP3 = Kind("audio/mpeg", ".mp3", Group.AUDIO, cleanable=False)
M4A = Kind("audio/mp4", ".m4a", Group.AUDIO, cleanable=False)
AAC = Kind("audio/aac", ".aac", Group.AUDIO, cleanable=False)
OGG = Kind("audio/ogg", ".ogg", Group.AUDIO, cleanable=False)
WAV = Kind("audio/wav", ".wav", Group.AUDIO, cleanable=False)
AMR = Kind("audio/amr", ".amr", Group.AUDIO, cleanable=False)
FLAC = Kind("audio/flac", ".flac", Group.AUDIO, cleanable=False)
MP4 = Kind("video/mp4", ".mp4", Group.VIDEO, cleanable=False)
MOV = Kind("video/quicktime", ".mov", Group.VIDEO, cleanable=False)
WEBM = Kind("video/webm", ".webm", Group.VIDEO, cleanable=False)
AVI = Kind("video/x-msvideo", ".avi", Group.VIDEO, cleanable=False)
MKV = Kind("video/x-matroska", ".mkv", Group.VIDEO, cleanable=False)
THREEGP = Kind("video/3gpp", ".3gp", Group.VIDEO, cleanable=False)
TXT = Kind("text/plain", ".txt", Group.TEXT, cleanable=False)
CSV = Kind("text/csv", ".csv", Group.TEXT, cleanable=False)
EML = Kind("message/rfc822", ".eml", Group.MESSAGE, cleanable=False)

_PICTURES = (JPEG, PNG, WEBP, GIF, TIFF, BMP, HEIC)
_DOCUMENTS = (PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, DOC, XLS, PPT, RTF)
_SOUNDS = (MP3, M4A, AAC, OGG, WAV, AMR, FLAC)
_FILMS = (MP4, MOV, WEBM, AVI, MKV, THREEGP)

#: All there are, by media type.
KINDS = MappingProxyType(
    {kind.mime: kind for kind in (*_PICTURES, *_DOCUMENTS, *_SOUNDS, *_FILMS, TXT, CSV, EML)}
)

#: What the clean copy is, where the format changes: browsers show these.
CONVERTED = MappingProxyType({BMP: PNG, HEIC: JPEG})
