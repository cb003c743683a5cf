"""Where a text says where somebody lives: parts of an address that stand side by side. Pure.

A street, a hamlet or a ward alone is public; a house number with its street, or a hamlet with its
ward, leads to a door.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.wordlist import Words, spelled

_PIECE = re.compile(r"[,;\n]|\s[-–]\s")


#: Words before the name or number of a part that leads to a door, and of a public one.
_CLOSE = spelled("kiệt ngõ hẻm ngách thôn xóm ấp bản làng tổ khu tdp cụm đội lô phòng căn")
_WIDE = spelled("đường phố phường xã thị trấn quận huyện tỉnh tp thành")
#: Says nothing by itself, and may stand between two parts or be left out.
_OTHER = spelled("số nhà ở thuộc tại dân p x q h chung cư")
_FILLERS = _CLOSE | _WIDE | _OTHER
#: Of these, those that begin another part in the middle of a piece.
_CUTS = spelled("kiệt ngõ hẻm ngách thôn xóm ấp tổ phường xã quận huyện tỉnh tp")
#: What every address of the city ends in.
_CITY = frozenset(spelled("huế thừa thiên việt nam"))
_HOUSE = frozenset(spelled("số nhà"))
_OFFICE = spelled("ủy uỷ ban ubnd phường xã sở")
_MOST_FILLERS, _MOST_BETWEEN = 3, 6


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an address: its words, where in it they stand, and whether it leads to a door."""

    number: int
    keys: tuple[str, ...]
    spellings: tuple[str, ...]
    close: bool

    @property
    def is_house(self) -> bool:
        """Whether it is a house number: nothing without the street that follows."""
        return self.keys[0].isdecimal()

    def stands(self, words: Words, at: int) -> bool:
        """Tell whether the part begins at that word."""
        return words.holds(at, self.keys, self.spellings, _MOST_BETWEEN)


@dataclass(frozen=True, slots=True)
class Address:
    """An address that is looked for: its parts by their first word."""

    parts: dict[str, list[_Part]]

    @classmethod
    def of(cls, written: str) -> "Address":
        """Prepare an address as somebody wrote it."""
        parts: dict[str, list[_Part]] = {}
        for part in _parts(written):
            parts.setdefault(part.keys[0], []).append(part)
        for each in parts.values():
            each.sort(key=lambda part: -len(part.keys))
        return cls(parts)

    def find(self, words: Words) -> Iterator[tuple[int, int]]:
        """Yield the first and the last word of each place."""
        behind = 0
        for first in words.having(self.parts):
            if first < behind:
                continue
            at, met = first, list[tuple[_Part, int]]()
            while (part := self._part(words, at)) is not None:
                if any(part is each for each, _ in met):
                    break
                met.append((part, at))
                at = self._next(words, at + len(part.keys))
            met = _leading_to_a_door(words, met)
            if met:
                part, begins = met[-1]
                behind = begins + len(part.keys)
                yield met[0][1], behind - 1

    def _part(self, words: Words, at: int) -> _Part | None:
        if at >= len(words):
            return None
        parts = self.parts.get(words.keys[at], ())
        return next((part for part in parts if part.stands(words, at)), None)

    def _next(self, words: Words, at: int) -> int:
        """Return where the next part begins behind words that say nothing; the end if none does."""
        for place in range(at, min(at + _MOST_FILLERS + 1, len(words))):
            if _ends_sentence(words, place):
                break
            if self._part(words, place) is not None:
                return place
            if words.keys[place] not in _FILLERS:
                break
        return len(words)


def _ends_sentence(words: Words, at: int) -> bool:
    """Tell whether what is before a word parts it from an address; "P. Thuận Hóa" does not."""
    gap = words.gap(at)
    stop = "." in gap and words.ends[at - 1] - words.starts[at - 1] > 2  # noqa: PLR2004
    return stop or ";" in gap or len(gap) > _MOST_BETWEEN


def _leading_to_a_door(words: Words, met: list[tuple[_Part, int]]) -> list[tuple[_Part, int]]:
    """Return the parts side by side, without numbers that are none of a house; [] for too few."""
    kept = []
    for place, (part, at) in enumerate(met):
        following = met[place + 1][0].number if place + 1 < len(met) else -1
        named = at > 0 and words.keys[at - 1] in _HOUSE
        if not part.is_house or following == part.number + 1 or (named and place > 0):
            kept.append((part, at))
        elif place > 0:
            break
    several = len({part.number for part, _ in kept}) > 1
    return kept if several and any(part.close for part, _ in kept) else []


def _parts(written: str) -> Iterator[_Part]:
    pieces = [each for each in map(Words.of, _PIECE.split(written)) if each.keys]
    number = 0
    for place, piece in enumerate(pieces):
        found = list(_cut(piece))
        # "An Nông, Lộc An, Huế": the first of three is a hamlet, whether it says so or not.
        hamlet = place == 0 and len(pieces) > 2 and not set(pieces[1].keys) <= _CITY  # noqa: PLR2004
        unnamed = len(found) == 1 and piece.keys[0] not in _FILLERS
        spelled = piece.spellings()
        for close, ways in found:
            for way in ways:
                keys = tuple(piece.keys[at] for at in way)
                spellings = tuple(spelled[at] for at in way)
                yield _Part(number, keys, spellings, close or (hamlet and unnamed))
            number += 1


def _cut(piece: Words) -> Iterator[tuple[bool, tuple[tuple[int, ...], ...]]]:
    """Yield the parts of what stands between two commas: is it close, and its words in each way."""
    at, count = 0, len(piece)
    while at < count:
        first = at
        while at < count - 1 and _is(piece, at, _FILLERS):
            at += 1
        close = next((each for each in range(first, at) if _is(piece, each, _CLOSE)), None)
        end = at + 1
        if piece.keys[at].isdecimal():
            while end < count and _belongs(piece, end):
                end += 1
            number = tuple(range(at, end))
            if close is None:  # a house: 12, 12A, 12/3
                yield True, (number,)
            else:  # "tổ dân phố 5" is "tổ 5" as well
                yield True, (tuple(range(close, end)), (close, *number))
        else:
            while end < count and not _is(piece, end, _CUTS):
                end += 1
            yield close is not None, (tuple(range(at, end)),)
        at = end


def _is(piece: Words, at: int, table: dict[str, str]) -> bool:
    return piece.keys[at] in table and piece.is_spelled(at, table[piece.keys[at]])


def _belongs(piece: Words, at: int) -> bool:
    """Tell whether a word is still part of a number."""
    gap = piece.gap(at)
    return (not gap and len(piece.keys[at]) == 1) or (
        gap.strip() in {"/", "-"} and piece.keys[at].isdecimal()
    )


def is_office(written: str) -> bool:
    """Tell whether this is a public body and nobody's name."""
    words = Words.of(written)
    return any(_is(words, at, _OFFICE) for at in range(len(words)))
