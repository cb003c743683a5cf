"""Places in a text that tell who somebody is, and how they are struck out of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from triage.explanation import Line

#: Stands where words of the reporter's identity stood, and where somebody struck out others.
COVERED, STRUCK = "[đã che danh tính]", "[đã gạch bỏ]"


class Kind(StrEnum):
    """What a place tells; words of the identity itself, then what looks personal whoever's it is.

    Where two places overlap, the kind that stands earlier here is said.
    """

    NAME = "name"
    ADDRESS = "address"
    NUMBER = "number"
    CONTACT = "contact"
    SIGNATURE = "signature"
    INTRODUCED = "introduced"
    LABELLED_ADDRESS = "labelled_address"
    BANK_ACCOUNT = "bank_account"
    PHONE = "phone"
    EMAIL = "email"
    IDENTITY_CARD = "identity_card"


_REASONS: Mapping[Kind, Line] = MappingProxyType(
    {
        Kind.NAME: Line("trùng với họ tên đã khai", "matches the name that was given"),
        Kind.ADDRESS: Line("trùng với địa chỉ đã khai", "matches the address that was given"),
        Kind.NUMBER: Line("trùng với số đã khai", "matches a number that was given"),
        Kind.CONTACT: Line("trùng với cách liên lạc đã khai", "matches the contact that was given"),
        Kind.SIGNATURE: Line("chỗ ký tên", "a signature"),
        Kind.INTRODUCED: Line("người viết tự xưng tên", "the writer's own name"),
        Kind.LABELLED_ADDRESS: Line("nơi ở, địa chỉ", "where somebody lives"),
        Kind.BANK_ACCOUNT: Line("số tài khoản", "a bank account"),
        Kind.PHONE: Line("số điện thoại", "a telephone number"),
        Kind.EMAIL: Line("địa chỉ thư điện tử", "an e-mail address"),
        Kind.IDENTITY_CARD: Line(
            "số căn cước, chứng minh nhân dân", "the number of an identity card"
        ),
    }
)
_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text, and what they tell."""

    start: int
    end: int
    kind: Kind

    @property
    def reason(self) -> Line:
        """Why it is proposed or covered, in words for staff."""
        return _REASONS[self.kind]


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, those that overlap as one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if found and span.start < found[-1].end:
            last = found[-1]
            kind = min(last.kind, span.kind, key=_ORDER.__getitem__)
            found[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            found.append(span)
    return tuple(found)


def strike(text: str, spans: Iterable[Span], marker: str = STRUCK) -> str:
    """Return the text with the marker in the place of each span."""
    return "".join(_pieces(text, joined(spans), marker))


def _pieces(text: str, spans: Iterable[Span], marker: str) -> Iterator[str]:
    at = 0
    for span in spans:
        yield text[at : span.start]
        yield marker
        at = span.end
    yield text[at:]


def moved(place: int, spans: Iterable[Span], marker: str) -> int:
    """Return where a place outside the spans, which do not overlap, lies once they are struck."""
    return place + sum(len(marker) - (each.end - each.start) for each in spans if each.end <= place)


def may_show_handwriting(mime: str) -> bool:
    """Tell whether a file can show handwriting or a signature, which TC 56(2) wants taken out.

    Pictures, scans, films and office files with pictures in them can; text, sound and tables of
    plain text cannot.
    """
    return not mime.startswith(("text/", "audio/")) and mime not in {
        "application/json",
        "application/xml",
    }
