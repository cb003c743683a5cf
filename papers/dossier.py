"""What the papers of a dossier say, as values. No identity of a reporter has a place here."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class Template(StrEnum):
    """Which letter goes out; ids of rules/handover.toml."""

    TIP = "tin_bao"
    RECOMMENDATION = "kien_nghi_khoi_to"


@dataclass(frozen=True)
class Body:
    """An office, and the office above it that its letters name first (may be empty)."""

    name: str
    superior: str = ""


@dataclass(frozen=True)
class Signer:
    """Who signs, by position; `on_behalf` such as “KT. CHÁNH THANH TRA”. A name may be left out."""

    position: str
    name: str = ""
    on_behalf: str = ""


@dataclass(frozen=True)
class Sign:
    """A confirmed sign of crime: the article of the penal code, and the grounds."""

    article: str
    grounds: str


@dataclass(frozen=True)
class Item:
    """One item that the law wants in the dossier, with its letter if it has one."""

    name: str
    letter: str = ""
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One part of a reduced petition."""

    heading: str
    text: str


@dataclass(frozen=True)
class Petition:
    """What was reported, without the reporter. `struck_out`: how many places were taken out."""

    received_on: date
    sections: tuple[Section, ...]
    struck_out: int = 0


@dataclass(frozen=True)
class Evidence:
    """One file of evidence, as it lies in the package.

    `size` in bytes, `sha256` in hex, `suffix` such as ``.pdf``; `pages` None where there are none.
    `original` says that the bytes are as the reporter sent them, hidden information and all.
    """

    name: str
    suffix: str
    media_type: str
    size: int
    sha256: str
    pages: int | None = None
    original: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not _SUFFIX.fullmatch(self.suffix):
            raise ValueError(f"not the end of a file's name: {self.suffix!r}")


@dataclass(frozen=True)
class DossierPapers:
    """All that the papers of one dossier say.

    `number` is the dossier's in this system; `reference` and `notice_reference` are those of the
    letter and of the notice in the sender's register, empty where they are written in by hand.
    `basis`: the law, one full citation each. `phoned_on`: the day an urgent case was told by phone.
    `copies`: who else gets the letter. `fingerprint`: SHA-256, in hex, of the certificate that the
    manifest is signed with; empty if it is not signed.
    """

    template: Template
    number: str
    day: date
    place: str
    sender: Body
    receiver: Body
    procuracy: Body
    subject: str
    basis: tuple[str, ...]
    summary: str
    signs: tuple[Sign, ...]
    contents: tuple[Item, ...]
    petition: Petition
    signer: Signer
    evidence: tuple[Evidence, ...] = ()
    copies: tuple[str, ...] = ()
    reference: str = ""
    notice_reference: str = ""
    phoned_on: date | None = None
    fingerprint: str = ""


@dataclass(frozen=True)
class ProtectionPapers:
    """What the letter says that asks a body to protect somebody, whom it does not name.

    As in DossierPapers; `asked`: what is asked for. `facts`: names and what was chosen for each.
    `files`: what goes along, by neutral names.
    """

    number: str
    day: date
    place: str
    sender: Body
    receiver: Body
    subject: str
    basis: tuple[str, ...]
    asked: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    signer: Signer
    reference: str = ""
    fingerprint: str = ""


def evidence_file(number: int, evidence: Evidence) -> str:
    """Return the neutral name of the evidence with this number (from 1) in the package."""
    return f"tai-lieu-{number:02d}{evidence.suffix}"
