"""A log in memory with fixed keys, for the ledger's tests."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from ledger.checkpoint import Checkpoint, add_cosignature, cosign, sign_checkpoint
from ledger.entry import Act, Opening
from ledger.note import COSIGNATURE, NOTE, Signer
from ledger.promise import promise
from ledger.proof import File
from ledger.tree import Hash, append, inclusion_proof, root

ORIGIN = "dangvan.example/log"


def seed(name: str) -> bytes:
    return sha256(name.encode()).digest()


LOG = Signer(ORIGIN, NOTE, seed("log"))
PROMISE_KEY = Signer(f"{ORIGIN}/promise", NOTE, seed("promise"))
WITNESSES = tuple(Signer(f"witness.example/{n}", COSIGNATURE, seed(f"w{n}")) for n in (1, 2, 3))
DAY = date(2026, 11, 2)
COSIGNED_AT = 1793600000


class DictTiles:
    def __init__(self) -> None:
        self.tiles = {}
        self.reads = Counter()
        self.writes = Counter()

    def read(self, level: int, index: int) -> bytes:
        self.reads[level, index] += 1
        return self.tiles[level, index]

    def write(self, level: int, index: int, hashes: bytes) -> None:
        self.writes[level, index] += 1
        self.tiles[level, index] = bytes(hashes)


def leaves(count: int, start: int = 0) -> list[Hash]:
    return [Hash(sha256(b"leaf %d" % n).digest()) for n in range(start, start + count)]


def tree(count: int) -> DictTiles:
    tiles = DictTiles()
    append(tiles, 0, leaves(count))
    return tiles


def opening(number: int) -> Opening:
    act = Act("case.filed", DAY, f"case-{number}", (("unit", "ubnd-phường"), ("channel", "web")))
    return Opening(seed(f"salt {number}"), act)


@dataclass
class Log:
    """A log of `size` acts of our own, cosigned by the first `witnesses` witnesses."""

    size: int = 11
    witnesses: int = 2
    key: Signer = LOG
    tiles: DictTiles = field(default_factory=DictTiles)

    def __post_init__(self) -> None:
        append(self.tiles, 0, [opening(n).leaf() for n in range(self.size)])

    def checkpoint(self) -> str:
        head = Checkpoint(self.key.name, self.size, root(self.tiles, self.size))
        note = sign_checkpoint(head, self.key)
        for witness in WITNESSES[: self.witnesses]:
            line = cosign(note, witness, COSIGNED_AT)
            note = add_cosignature(note, line, witness.verifier)
        return note

    def file(self, index: int, opened: Opening | None = None) -> File:
        path = tuple(inclusion_proof(self.tiles, index, self.size))
        extra = (opened or opening(index)).to_bytes()
        return File(extra, self.checkpoint(), index, path)


def promise_file(number: int = 4, opened: Opening | None = None) -> File:
    note = promise(PROMISE_KEY, opening(number).leaf(), DAY, date(2026, 11, 5))
    return File((opened or opening(number)).to_bytes(), note)
