"""What every row of the rules has in common: id, dates, mark, legal basis, names."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S")]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]*$")]
Count = Annotated[int, Field(ge=1)]

#: Written instead of a list of kinds where a rule holds for every kind of submission.
ANY_KIND = "any"


class Mark(StrEnum):
    """How sure we are of a fact: seen in the legal text, known, or unsure."""

    CONFIRMED = "C"
    KNOWN = "K"
    UNSURE = "U"


class Basis(StrEnum):
    """Where a rule's force comes from: the law, or the house itself (nội bộ)."""

    LAW = "luat"
    INTERNAL = "noi_bo"


class Record(BaseModel):
    """A frozen value that refuses unknown keys and converts no types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Dated(Record):
    """A row in force from `effective_from` through `effective_to`, both days included."""

    id: Text
    mark: Annotated[Mark, Field(strict=False)]
    verify: bool = False
    effective_from: date
    effective_to: date | None = None
    note: Text | None = None

    def in_force(self, on: date) -> bool:
        """Tell whether the row holds on that day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


class Fact(Dated):
    """A dated fact with its legal basis, such as ``TC 24(1); 31/2019 Art. 3``."""

    id: Slug
    article: Text
    basis: Annotated[Basis, Field(strict=False)] = Basis.LAW


class Named(Fact):
    """A fact shown on screen, Vietnamese first and English second."""

    vi: Text
    en: Text


class Law(Dated):
    """A legal document under the abbreviation that articles cite it by."""

    vi: Text
    en: Text
    number: Text
