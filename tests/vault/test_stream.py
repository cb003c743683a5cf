"""Files: sealed while they arrive, and never taken for whole before the end is checked."""

import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import item, stream
from vault.context import Context, Purpose
from vault.errors import Damaged, VaultError, WrongContext, WrongKey
from vault.keys import new_secret_key

HERE = Context(Purpose.CASE_FILE, (b"a" * 16, b"1" * 16))
THERE = Context(Purpose.CASE_FILE, (b"a" * 16, b"2" * 16))
KEY = new_secret_key()
CHUNK = 16 * 1024 + 16
BODY = 84 + 56  # our head, then C2SP's salt and commitment


def seal(data: bytes, context: Context = HERE) -> bytes:
    return b"".join(stream.seal(KEY, context, [data]))


def unseal(sealed: bytes, size: int = 1 << 20, context: Context = HERE) -> bytes:
    return b"".join(stream.unseal(KEY, context, pieces(sealed, size)))


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def received_before_failing(sealed: Iterable[bytes]) -> bytes:
    got = b""
    with pytest.raises(VaultError):
        for piece in stream.unseal(KEY, HERE, sealed):
            got += piece
    return got


@given(
    parts=st.lists(st.binary(max_size=3000), max_size=8),
    cut=st.integers(min_value=1, max_value=70_000),
)
def test_what_was_sealed_comes_back_however_it_is_cut(parts: list[bytes], cut: int) -> None:
    sealed = b"".join(stream.seal(KEY, HERE, parts))
    assert unseal(sealed, cut) == b"".join(parts)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 16 * 1024 - 1, 16 * 1024, 1_000_003])
def test_sizes_at_the_edges_of_chunks_and_frames_come_back(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    assert unseal(seal(data), 4096) == data


@pytest.mark.parametrize("data", [bytes(1_000_000), b"\x80" * 300, b"\x80" + bytes(70_000), b"\0"])
def test_data_that_looks_like_padding_comes_back(data: bytes) -> None:
    assert unseal(seal(data), 5000) == data
    assert unseal(seal(data + b"x" + data), 5000) == data + b"x" + data


@given(size=st.integers(min_value=0, max_value=40_000), flip=st.integers(min_value=0))
def test_any_flipped_bit_is_refused(size: int, flip: int) -> None:
    sealed = bytearray(seal(bytes(size)))
    bit = flip % (len(sealed) * 8)
    sealed[bit // 8] ^= 1 << bit % 8
    received_before_failing([bytes(sealed)])


@given(size=st.integers(min_value=0, max_value=40_000), cut=st.integers(min_value=0))
def test_a_stream_cut_anywhere_is_refused(size: int, cut: int) -> None:
    sealed = seal(bytes(size))
    received_before_failing([sealed[: cut % len(sealed)]])


def test_a_stream_cut_at_a_chunk_border_never_shows_the_whole_file() -> None:
    data = bytes(range(256)) * 400
    sealed = seal(data)
    for chunks in range((len(sealed) - BODY) // CHUNK + 1):
        got = received_before_failing([sealed[: BODY + chunks * CHUNK]])
        assert len(got) < len(data)


def test_the_last_piece_is_held_back_until_the_end_is_checked() -> None:
    data = b"x" * 300_000
    sealed = bytearray(seal(data))
    sealed[-1] ^= 1
    assert len(received_before_failing(pieces(bytes(sealed), 5000))) < len(data)


@given(st.data())
def test_chunks_swapped_repeated_or_left_out_are_refused(data: st.DataObject) -> None:
    sealed = seal(bytes(i % 256 for i in range(6 * 16 * 1024)))
    head, body = sealed[:BODY], sealed[BODY:]
    chunks = list(pieces(body, CHUNK))
    order = data.draw(
        st.lists(st.integers(0, len(chunks) - 1), max_size=len(chunks) + 2).filter(
            lambda drawn: drawn != list(range(len(chunks)))
        )
    )
    received_before_failing([head + b"".join(chunks[i] for i in order)])


@given(tail=st.binary(min_size=1, max_size=50_000))
def test_anything_appended_is_refused(tail: bytes) -> None:
    received_before_failing([seal(b"tai lieu"), tail])


def test_a_stream_of_another_file_or_key_is_told_apart() -> None:
    sealed = seal(b"x")
    with pytest.raises(WrongContext):
        unseal(sealed, context=THERE)
    with pytest.raises(WrongKey):
        list(stream.unseal(new_secret_key(), HERE, [sealed]))


def test_an_item_is_not_read_as_a_stream() -> None:
    with pytest.raises(Damaged):
        unseal(item.seal(KEY, HERE, b"x"))


@pytest.mark.parametrize(("left", "right"), [(0, 240), (100_000, 100_300)])
def test_files_of_like_size_have_the_same_sealed_size(left: int, right: int) -> None:
    assert len(seal(bytes(left))) == len(seal(bytes(right)))


def test_how_a_file_arrived_does_not_show_in_its_sealed_size() -> None:
    data = bytes(300_000)
    crumbs = b"".join(stream.seal(KEY, HERE, pieces(data, 7)))
    assert len(crumbs) == len(seal(data))


def test_memory_stays_the_same_for_a_file_a_hundred_times_larger() -> None:
    def peak(megabytes: int, fill: bytes) -> int:
        block = fill * (1 << 20)
        tracemalloc.start()
        sealed = stream.seal(KEY, HERE, (block for _ in range(megabytes)))
        for _ in stream.unseal(KEY, HERE, sealed):
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    for fill in (b"x", b"\0", b"\x80"):
        assert peak(100, fill) < peak(1, fill) + (1 << 20)
