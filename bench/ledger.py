"""How fast the log's tree grows and proves, in memory and from the database."""

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from itertools import count

from sqlalchemy import insert

from bench.instances import on_sqlite
from bench.scale import Scale
from bench.table import Row, number
from bench.timing import best, elapsed, rate
from ledger import tree
from ledger.tree import Hash, Tiles
from records.log import LogTile
from records.work import Store, reading, writing
from triage.sequencer import StoredTiles

#: Far apart and never in step with the tiles, like the proofs that people ask for.
_STRIDE = 618_033
_SINGLES = 1_000
_PROOFS_COUNTED = 200
_PROOFS: dict[str, Callable[[Tiles, int, int], list[Hash]]] = {
    "inclusion": tree.inclusion_proof,
    "consistency": tree.consistency_proof,
}


class _Memory(dict[tuple[int, int], bytes]):
    """Tiles in memory, which count how often they are read."""

    reads = 0

    def read(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self[level, index]

    def write(self, level: int, index: int, hashes: bytes) -> None:
        self[level, index] = hashes


def _leaves(start: int, end: int) -> list[Hash]:
    return [Hash(sha256(number.to_bytes(8)).digest()) for number in range(start, end)]


def proofs(scale: Scale) -> Iterator[Row]:
    """Append to a large tree and prove in it."""
    tiles = _Memory()
    for start in range(0, scale.leaves, scale.batch):
        tree.append(tiles, start, _leaves(start, min(start + scale.batch, scale.leaves)))
    at = f"at {number(scale.leaves)} leaves"
    for name, prove in _PROOFS.items():
        yield _proof_row(f"{name} proof {at}", partial(prove, tiles), scale)
    for name, prove in _PROOFS.items():
        yield _tiles_row(f"tiles read for one {name} proof", tiles, prove, scale.leaves)
    with on_sqlite() as instance:
        _store(instance.store, tiles)
        for name, prove in _PROOFS.items():
            yield _proof_row(
                f"{name} proof {at}, tiles in SQLite",
                partial(_prove_stored, instance.store, prove),
                scale,
            )
    grown = scale.leaves
    for size in (scale.batch, 1):
        many = max(1, min(scale.batch, _SINGLES) // size)
        growing = _Growing(tiles, grown, size, many)
        took = best(growing.step, scale.rounds)
        yield Row(f"append {at}, batches of {number(size)}", size * many / took, "leaves/s")
        grown = growing.size


class _Growing:
    """A tree that grows by `many` batches of one size at every step."""

    def __init__(self, tiles: Tiles, size: int, batch: int, many: int) -> None:
        self._tiles, self.size, self._batch, self._many = tiles, size, batch, many

    def step(self) -> float:
        """Return the seconds for growing, not for making the leaves."""
        end = self.size + self._batch * self._many
        fresh = _leaves(self.size, end)
        batches = iter([fresh[at : at + self._batch] for at in range(0, len(fresh), self._batch)])
        return elapsed(lambda: self._append(next(batches)), self._many)

    def _append(self, leaves: list[Hash]) -> None:
        self.size = tree.append(self._tiles, self.size, leaves)


def _store(store: Store, tiles: _Memory) -> None:
    rows = [
        {"level": level, "number": index, "hashes": hashes}
        for (level, index), hashes in tiles.items()
    ]
    with writing(store) as work:
        work.session.execute(insert(LogTile), rows)


def _prove_stored(
    store: Store, prove: Callable[[Tiles, int, int], list[Hash]], at: int, size: int
) -> list[Hash]:
    with reading(store) as work:
        return prove(StoredTiles(work.session), at, size)


def _places(size: int) -> Iterator[int]:
    return (number * _STRIDE % size for number in count(1))


def _proof_row(what: str, prove: Callable[[int, int], list[Hash]], scale: Scale) -> Row:
    places = _places(scale.leaves)
    per_second = rate(lambda: prove(next(places), scale.leaves), scale.seconds)
    return Row(what, 1e6 / per_second, "µs", f"{number(per_second)} per second")


def _tiles_row(
    what: str, tiles: _Memory, prove: Callable[[Tiles, int, int], list[Hash]], size: int
) -> Row:
    counts = []
    places = _places(size)
    for _ in range(_PROOFS_COUNTED):
        tiles.reads = 0
        prove(tiles, next(places), size)
        counts.append(tiles.reads)
    return Row(
        what, sum(counts) / len(counts), "tiles", f"at most {max(counts)} of {number(len(tiles))}"
    )
