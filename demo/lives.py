"""What happens to the demo's cases: reads lives.toml, where one life goes on after another."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Move:
    """A step, so many days after the one before it."""

    days: int
    step: str


@dataclass(frozen=True)
class Life:
    """A life from the filing on. `rest`: days since its last step, by kind."""

    id: str
    rest: Mapping[str, int]
    moves: tuple[Move, ...]
    beside: Mapping[str, Sequence[str]]
    into: str | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of case that are dealt this life."""
        return tuple(self.rest)


@dataclass(frozen=True)
class Aside:
    """What runs beside a life. `waits`: for the classification of the case."""

    moves: tuple[Move, ...]
    waits: bool
    kinds: tuple[str, ...]
    every: int
    left: int

    def befalls(self, kind: str, number: int) -> bool:
        """Tell whether case `number` of a kind has it without being told so."""
        return (
            self.every > 0
            and number % self.every == self.left
            and (not self.kinds or kind in self.kinds)
        )


@dataclass(frozen=True)
class Lives:
    """All lives in the order in which they are dealt, and all asides."""

    lives: tuple[Life, ...]
    asides: Mapping[str, Aside]

    def dealt(self, kind: str) -> tuple[Life, ...]:
        """Return the lives of a kind, in order."""
        return tuple(life for life in self.lives if kind in life.rest)


def read() -> Lives:
    """Return the lives of this release."""
    data = tomllib.loads(files(__package__).joinpath("lives.toml").read_text("utf-8"))
    groups = {row["id"]: row["kinds"] for row in data["group"]}
    lives: dict[tuple[str, str], Life] = {}
    for row in data["life"]:
        group = row["group"]
        kinds = row.get("kinds", groups[group])
        begun = lives[group, row["after"]].moves if "after" in row else ()
        rest = {kind: row["rest"][place % len(row["rest"])] for place, kind in enumerate(kinds)}
        moves = (*begun, *_moves(row))
        life = Life(row["id"], rest, moves, row.get("beside", {}), row.get("into"))
        lives[group, life.id] = life
    asides: dict[str, Aside] = {}
    for row in data["aside"]:
        begun = asides[row["after"]].moves if "after" in row else ()
        asides[row["id"]] = Aside(
            (*begun, *_moves(row)),
            row.get("waits", True),
            tuple(row.get("kinds", ())),
            row.get("every", 0),
            row.get("left", 0),
        )
    return Lives(tuple(lives.values()), asides)


def _moves(row: Mapping[str, Any]) -> tuple[Move, ...]:
    split = (text.split() for text in row["steps"])
    return tuple(Move(int(days), step) for days, step in split)
