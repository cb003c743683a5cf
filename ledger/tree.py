"""The growing Merkle tree of RFC 6962 section 2.1, kept as C2SP tlog-tiles of height 8."""

from collections.abc import Iterable
from functools import partial
from hashlib import sha256
from typing import NewType, Protocol

from ledger.errors import Malformed, ProofRefused, TileMissing

Hash = NewType("Hash", bytes)

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 2**TILE_HEIGHT
EMPTY_ROOT = Hash(sha256().digest())


class Tiles(Protocol):
    """Where tiles are kept. A tile is 1 to 256 hashes of 32 bytes, side by side; it only grows."""

    def read(self, level: int, index: int) -> bytes:
        """Return the tile, or a later and longer one; `KeyError` or `TileMissing` if none."""

    def write(self, level: int, index: int, hashes: bytes) -> None:
        """Keep the tile in place of a shorter one."""


def leaf_hash(data: bytes) -> Hash:
    """Return the hash of a leaf; its prefix keeps leaves and nodes apart."""
    return Hash(sha256(b"\x00" + data).digest())


def node_hash(left: Hash, right: Hash) -> Hash:
    """Return the hash of an inner node."""
    return Hash(sha256(b"\x01" + left + right).digest())


def append(tiles: Tiles, size: int, leaves: Iterable[Hash]) -> int:
    """Add leaf hashes to a tree of `size` leaves and return its new size.

    Reads at most one tile per level and writes each changed tile once, leaves first. What lies
    in the tiles beyond `size`, left there by a batch that was cut short, is written over.
    """
    level, start, fresh = 0, size, list(leaves)
    if any(len(leaf) != HASH_BYTES for leaf in fresh):
        raise Malformed("leaf hash", "it is not 32 bytes long")
    new_size = size + len(fresh)
    while fresh:
        tile, held = divmod(start, TILE_WIDTH)
        kept = _read(tiles, level, tile, held)[: held * HASH_BYTES] if held else b""
        hashes, above = kept + b"".join(fresh), []
        for at in range(0, len(hashes), TILE_WIDTH * HASH_BYTES):
            row = hashes[at : at + TILE_WIDTH * HASH_BYTES]
            tiles.write(level, tile + at // (TILE_WIDTH * HASH_BYTES), row)
            if len(row) == TILE_WIDTH * HASH_BYTES:
                above.append(_fold(row))
        level, start, fresh = level + 1, tile, above
    return new_size


def root(tiles: Tiles, size: int) -> Hash:
    """Return the root of the first `size` leaves; `TileMissing` if there are fewer."""
    return _span(tiles, {}, 0, size) if size else EMPTY_ROOT


def inclusion_proof(tiles: Tiles, index: int, size: int) -> list[Hash]:
    """Return PATH(index, D[size]), from the leaf's sibling up (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ProofRefused(f"A tree of {size} leaves has no leaf {index}.")
    return _path(tiles, index, size, whole=False)


def consistency_proof(tiles: Tiles, old: int, new: int) -> list[Hash]:
    """Return PROOF(old, D[new]) (RFC 6962 section 2.1.2); empty for `old` of 0 or of `new`."""
    if not 0 <= old <= new:
        raise ProofRefused(f"A tree of {new} leaves did not grow from one of {old}.")
    return _path(tiles, old - 1, new, whole=True) if old else []


def _path(tiles: Tiles, at: int, size: int, *, whole: bool) -> list[Hash]:
    """Return the siblings from leaf `at` up, or from the largest `whole` subtree it ends.

    That subtree comes first; if it is the old tree itself, its root is known and left out.
    """
    span, start, end, proof = partial(_span, tiles, {}), 0, size, list[Hash]()
    while end > at + 1 or (end - start > 1 and not whole):
        middle = start + _split(end - start)
        if at < middle:
            proof.append(span(middle, end))
            end = middle
        else:
            proof.append(span(start, middle))
            start = middle
    return [*([span(start, end)] if whole and start else []), *proof[::-1]]


def _span(tiles: Tiles, seen: dict[tuple[int, int], bytes], start: int, end: int) -> Hash:
    """Return MTH(D[start:end]), `start` a multiple of a power of two >= the width.

    `seen` holds the tiles of this call: each is read once.
    """
    width = end - start
    if width & (width - 1):
        middle = start + _split(width)
        return node_hash(_span(tiles, seen, start, middle), _span(tiles, seen, middle, end))
    level, height = divmod(width.bit_length() - 1, TILE_HEIGHT)
    tile, first = divmod(start >> (level * TILE_HEIGHT), TILE_WIDTH)
    last = first + 2**height
    if len(seen.get((level, tile), b"")) < last * HASH_BYTES:
        seen[level, tile] = _read(tiles, level, tile, last)
    return _fold(seen[level, tile][first * HASH_BYTES : last * HASH_BYTES])


def _split(width: int) -> int:
    """Return the largest power of two below `width`, where RFC 6962 parts a tree."""
    return 1 << ((width - 1).bit_length() - 1)


def _fold(row: bytes) -> Hash:
    """Return the root over a row of 2^n hashes."""
    while len(row) > HASH_BYTES:
        row = b"".join(
            sha256(b"\x01" + row[at : at + 2 * HASH_BYTES]).digest()
            for at in range(0, len(row), 2 * HASH_BYTES)
        )
    return Hash(row)


def _read(tiles: Tiles, level: int, index: int, width: int) -> bytes:
    """Return a tile of at least `width` hashes, or raise `TileMissing`."""
    try:
        hashes = tiles.read(level, index)
    except KeyError:
        hashes = b""
    if len(hashes) < width * HASH_BYTES:
        raise TileMissing(f"Tile {index} of level {level} is missing or too short.")
    return hashes
