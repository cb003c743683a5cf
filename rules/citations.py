"""Reads a legal basis such as ``TC 40; 31/2019 Art. 6(2)`` into laws and places."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """One law by its abbreviation, and the place in it (may be empty: the whole text)."""

    law: str
    place: str


def parse(article: str, laws: Collection[str]) -> tuple[Citation, ...]:
    """Split a legal basis at its semicolons; each part begins with a known abbreviation.

    Commas separate places of the same law. Raises `ValueError` for an unknown abbreviation, for
    one that follows a comma, and for an empty part.
    """
    found = []
    for part in (piece.strip() for piece in article.split(";")):
        law = _leading(part, laws)
        if law is None:
            raise ValueError(f"{part!r} does not begin with a known abbreviation of a law")
        place = part[len(law) :].strip()
        for later in place.split(",")[1:]:
            if _leading(later.strip(), laws) is not None:
                raise ValueError(f"{part!r} names a second law: put a semicolon before it")
        found.append(Citation(law, place))
    return tuple(found)


def _leading(part: str, laws: Collection[str]) -> str | None:
    """Return the longest abbreviation that the part begins with as a whole word."""
    fitting = [law for law in laws if part == law or part.startswith(law + " ")]
    return max(fitting, key=len, default=None)
