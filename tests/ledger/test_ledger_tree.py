"""The tree against RFC 6962's vectors, another implementation, and every kind of damage."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_kit import DictTiles, leaves, tree
from pymerkle import InmemoryTree

from ledger.check import verify_consistency, verify_inclusion
from ledger.errors import Malformed, ProofRefused, TileMissing
from ledger.tree import (
    EMPTY_ROOT,
    Hash,
    append,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
)

# certificate-transparency, merkle_tree_test.cc: kSHA256Roots, kSHA256Paths, kSHA256Proofs
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
L23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
L45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
L67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
L4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
PATHS = [
    (0, 1, []),
    (0, 8, [L1, L23, L4567]),
    (5, 8, [L4, L67, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], L23, L4]),
]
PROOFS = [
    (1, 1, []),
    (1, 8, [L1, L23, L4567]),
    (6, 8, [L45, L67, ROOTS[3]]),
    (2, 5, [L23, L4]),
]
SIZES = st.integers(1, 700)


def hexes(hashes: list[Hash]) -> list[str]:
    return [one.hex() for one in hashes]


@pytest.fixture(scope="module")
def published() -> DictTiles:
    tiles = DictTiles()
    append(tiles, 0, [leaf_hash(data) for data in INPUTS])
    return tiles


GROWN = tree(700)


def test_roots_are_those_published_for_rfc_6962(published: DictTiles) -> None:
    assert [root(published, size).hex() for size in range(1, 9)] == ROOTS
    assert root(published, 0) == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c442")


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_inclusion_paths_are_those_published(
    published: DictTiles, index: int, size: int, path: list[str]
) -> None:
    assert hexes(inclusion_proof(published, index, size)) == path


@pytest.mark.parametrize(("old", "new", "path"), PROOFS)
def test_consistency_paths_are_those_published(
    published: DictTiles, old: int, new: int, path: list[str]
) -> None:
    assert hexes(consistency_proof(published, old, new)) == path


def test_pymerkle_builds_the_same_roots_and_paths() -> None:
    other, tiles = InmemoryTree(), DictTiles()
    size = append(tiles, 0, [leaf_hash(b"%d" % n) for n in range(300)])
    for n in range(size):
        other.append_entry(b"%d" % n)
    for at in [1, 2, 3, 7, 8, 255, 256, 257, 300]:
        assert root(tiles, at) == other.get_root(at)
        assert inclusion_proof(tiles, at - 1, size) == other.prove_inclusion(at, size).path[1:]
        proof = consistency_proof(tiles, at, size)
        verify_consistency(at, other.get_root(at), size, other.get_root(size), proof)


@given(SIZES, st.data())
def test_every_inclusion_proof_verifies_and_no_other_does(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaf, top = leaves(1, index)[0], root(GROWN, size)
    proof = inclusion_proof(GROWN, index, size)
    verify_inclusion(leaf, index, size, proof, top)
    for wrong in damaged(proof, data):
        with pytest.raises(ProofRefused):
            verify_inclusion(leaf, index, size, wrong, top)
    other = data.draw(st.integers(-2, size + 2).filter(lambda n: n != index))
    with pytest.raises(ProofRefused):
        verify_inclusion(leaf, other, size, proof, top)
    with pytest.raises(ProofRefused):
        verify_inclusion(leaves(1, 9999)[0], index, size, proof, top)
    with pytest.raises(ProofRefused):
        verify_inclusion(leaf, index, size, proof, flip(top, data))


@given(SIZES, st.data())
def test_every_consistency_proof_verifies_and_no_other_does(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    before, after = root(GROWN, old), root(GROWN, new)
    proof = consistency_proof(GROWN, old, new)
    verify_consistency(old, before, new, after, proof)
    for wrong in damaged(proof, data):
        with pytest.raises(ProofRefused):
            verify_consistency(old, before, new, after, wrong)
    for a, b in ((flip(before, data), after), (before, flip(after, data))):
        with pytest.raises(ProofRefused):
            verify_consistency(old, a, new, b, proof)
    if old < new:
        with pytest.raises(ProofRefused):
            verify_consistency(new, after, old, before, proof)


@given(SIZES, SIZES, st.data())
def test_a_consistency_proof_names_its_older_size(
    old: int, other: int, data: st.DataObject
) -> None:
    new = data.draw(st.integers(max(old, other), 700))
    proof = consistency_proof(GROWN, old, new)
    if other != old:
        with pytest.raises(ProofRefused):
            verify_consistency(other, root(GROWN, old), new, root(GROWN, new), proof)


def flip(one: Hash, data: st.DataObject) -> Hash:
    bit = data.draw(st.integers(0, 255))
    return Hash((int.from_bytes(one, "big") ^ (1 << bit)).to_bytes(32, "big"))


def damaged(proof: list[Hash], data: st.DataObject) -> Iterator[list[Hash]]:
    """Yield lists that differ from `proof` in one hash flipped, cut, dropped, doubled or moved."""
    yield [*proof, leaves(1, 5000)[0]]
    for n, one in enumerate(proof):
        yield [*proof[:n], flip(one, data), *proof[n + 1 :]]
        yield [*proof[:n], one[:31], *proof[n + 1 :]]
        yield [*proof[:n], *proof[n + 1 :]]
        yield [*proof[:n], one, one, *proof[n + 1 :]]
        if n:
            yield [*proof[: n - 1], one, proof[n - 1], *proof[n + 1 :]]


@given(st.lists(st.integers(0, 300), max_size=8))
def test_any_split_into_batches_gives_the_same_tiles(batches: list[int]) -> None:
    tiles, size = DictTiles(), 0
    for batch in batches:
        tiles.reads.clear()
        tiles.writes.clear()
        size = append(tiles, size, leaves(batch, size))
        assert max(tiles.writes.values(), default=0) <= 1
        assert max(tiles.reads.values(), default=0) <= 1
    assert tiles.tiles == tree(size).tiles


def test_older_sizes_stay_provable_after_the_tree_has_grown() -> None:
    small = tree(300)
    for index in (0, 255, 256, 299):
        assert inclusion_proof(small, index, 300) == inclusion_proof(GROWN, index, 300)
    assert consistency_proof(small, 100, 300) == consistency_proof(GROWN, 100, 300)


def test_a_batch_cut_short_is_written_over_by_the_next() -> None:
    tiles = tree(300)
    append(tiles, 290, leaves(500, 7000))
    assert append(tiles, 290, leaves(400, 290)) == 690
    assert root(tiles, 690) == root(GROWN, 690)


def test_tiles_have_the_shape_c2sp_gives_as_its_example() -> None:
    tiles = tree(70_000).tiles
    widths = {place: len(row) // 32 for place, row in tiles.items()}
    assert sum(1 for (level, _), width in widths.items() if (level, width) == (0, 256)) == 273
    assert widths[0, 273] == 112
    assert (widths[1, 0], widths[1, 1], widths[2, 0]) == (256, 17, 1)
    assert len(widths) == 277
    assert {place: len(row) for place, row in tree(256).tiles.items()} == {(0, 0): 8192, (1, 0): 32}


class EndlessTiles(DictTiles):
    """Ten million leaves that were never stored: any tile can be read, made up on demand."""

    def read(self, level: int, index: int) -> bytes:
        self.reads[level, index] += 1
        return b"".join(leaves(256, level * 10**9 + index))


def test_ten_million_leaves_cost_a_handful_of_tiles_per_proof() -> None:
    size = 10_000_019
    for at in (0, 1, 4_999_999, 8_388_608, 9_999_999, size - 1):
        for prove in (
            lambda tiles, at: root(tiles, at + 1),
            lambda tiles, at: inclusion_proof(tiles, at, size),
            lambda tiles, at: consistency_proof(tiles, at + 1, size),
            lambda tiles, at: append(tiles, at, leaves(1)),
        ):
            tiles = EndlessTiles()
            prove(tiles, at)
            assert sum(tiles.reads.values()) <= 7
            assert max(tiles.reads.values(), default=0) <= 1


def test_a_lost_or_shortened_tile_is_named() -> None:
    tiles = tree(600)
    tiles.tiles[0, 1] = tiles.tiles[0, 1][:320]
    with pytest.raises(TileMissing, match="Tile 1 of level 0"):
        inclusion_proof(tiles, 300, 600)
    with pytest.raises(TileMissing, match="Tile 0 of level 0"):
        append(DictTiles(), 5, leaves(1))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 5), (5, 5)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ProofRefused):
        inclusion_proof(GROWN, index, size)
    with pytest.raises(ProofRefused):
        verify_inclusion(leaves(1)[0], index, size, [], leaves(1)[0])


def test_a_tree_does_not_grow_backwards() -> None:
    for old, new in ((2, 1), (-1, 1)):
        with pytest.raises(ProofRefused):
            consistency_proof(GROWN, old, new)
        with pytest.raises(ProofRefused):
            verify_consistency(old, root(GROWN, 2), new, root(GROWN, 1), [])


def test_the_empty_tree_is_the_beginning_of_every_tree() -> None:
    assert consistency_proof(GROWN, 0, 5) == consistency_proof(GROWN, 5, 5) == []
    top = root(GROWN, 5)
    verify_consistency(0, EMPTY_ROOT, 5, top, [])
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    verify_consistency(5, top, 5, top, [])
    for args in (
        (0, top, 5, top, []),
        (0, EMPTY_ROOT, 5, top, [top]),
        (0, EMPTY_ROOT, 0, top, []),
        (5, top, 5, EMPTY_ROOT, []),
        (5, top, 5, top, [top]),
        (3, top, 5, top, []),
    ):
        with pytest.raises(ProofRefused):
            verify_consistency(*args)


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)


def test_only_whole_hashes_are_appended() -> None:
    tiles = DictTiles()
    with pytest.raises(Malformed):
        append(tiles, 0, [Hash(b"short")])
    assert not tiles.tiles
