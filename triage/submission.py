"""What a report consists of when it is sent, whoever typed it: values, nothing stored yet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID


class Disclosure(StrEnum):
    """How a reporter stands to their name."""

    ANONYMOUS = "anonymous"
    #: Given, and opened only when two custodians agree.
    CONFIDENTIAL = "confidential"
    #: The same lock; and the reporter agrees to be named to the body that settles.
    NAMED = "named"


class Fear(StrEnum):
    """What a reporter fears because of the report."""

    NONE = "none"
    SOME = "some"
    THREATENED = "threatened"
    DANGER = "danger"


#: Somebody must look at once.
URGENT = frozenset({Fear.THREATENED, Fear.DANGER})


class Origin(StrEnum):
    """Whose a file is, and whether the reporter may know of it."""

    REPORTER = "reporter"
    #: Added by staff, for staff.
    INSIDE = "inside"
    #: Added by staff, for the reporter too.
    SHOWN = "shown"


@dataclass(frozen=True)
class StoredFile:
    """A file whose sealed bytes are in the store under `id`; nothing of this stands in the open.

    `not_cleaned`: why the copy still holds what it came with, empty if it does not. `original_of`:
    of which copy it is the untouched original. `size` in bytes, `sha256` in hex.
    """

    id: UUID
    name: str
    mime: str
    size: int
    sha256: str
    not_cleaned: str = ""
    original_of: UUID | None = None
    origin: Origin = Origin.REPORTER

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        ids = {
            "id": self.id.hex,
            "original_of": self.original_of.hex if self.original_of else None,
        }
        return asdict(self) | ids

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the file that `to_json` wrote."""
        of = data["original_of"]
        ids = {"id": UUID(hex=data["id"]), "original_of": UUID(hex=of) if of else None}
        # Cards of earlier releases do not say it: only reporters had files then.
        origin = Origin(data.get("origin", Origin.REPORTER))
        return cls(**(data | ids | {"origin": origin}))


@dataclass(frozen=True)
class Identity:
    """Who the reporter is. Sealed apart from the case.

    `originals`: texts of the case as they were before words of this identity were covered in them,
    by where they stood: "narrative", "facts.accused", "file.…" and so on.
    """

    disclosure: Disclosure
    name: str
    address: str = ""
    contact: str = ""
    originals: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True)
class Facts:
    """What is known of the matter besides the narrative; every field may be empty.

    `subject` and `position` are ids of rules/, `known_by` the ways in which the reporter knows.
    """

    subject: str = ""
    #: The body as the reporter wrote it, and the unit of rules/ if it was picked from the list.
    organisation: str = ""
    unit: str = ""
    accused: str = ""
    position: str = ""
    when: str = ""
    ongoing: str = ""
    money: str = ""
    land: str = ""
    known_by: tuple[str, ...] = ()
    known_note: str = ""
    fear: Fear = Fear.NONE
    fear_note: str = ""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the facts from the sealed item of a case, which holds more than them."""
        own = {each.name: data[each.name] for each in fields(cls) if each.name in data}
        own["known_by"] = tuple(own.get("known_by", ()))
        own["fear"] = Fear(own.get("fear", Fear.NONE))
        return cls(**own)


class Minutes(StrEnum):
    """What became of the minutes of a conversation, once their text was shown or read out."""

    READ_BACK = "read_back"
    SIGNED = "signed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Entry:
    """How staff took a report in for somebody else; all but the day is sealed with the filing.

    `received_on`: the day from which the law's terms run, if it lies before the day of entry, and
    `late_because` why it was not entered then. `signed`: the denouncer has signed (TC 22, 23).
    """

    by: UUID
    unit: str
    received_on: date | None = None
    late_because: str = ""
    #: The body that sent it, and the number of its letter or decision.
    sender: str = ""
    reference: str = ""
    #: Whether the citizen agreed to a recording; None where nothing was recorded.
    recording_agreed: bool | None = None
    minutes: Minutes | None = None
    signed: bool = False


@dataclass(frozen=True)
class Submission:
    """A whole report. Codes are ids of rules/, `ward` an administrative code of five digits."""

    intent: str
    category: str
    narrative: str
    channel: str = "web"
    ward: str | None = None
    facts: Facts = field(default_factory=Facts)
    identity: Identity | None = None
    files: tuple[StoredFile, ...] = ()
    #: "vi" or "en": in which language to answer.
    language: str = "vi"
    #: How it was taken in, unless the reporter filed it in person on this site.
    entry: Entry | None = None
