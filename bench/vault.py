"""How fast things are sealed and opened; files also beside raw AES-256-GCM, and in what memory."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.scale import MIB, Scale
from bench.table import Row, number
from bench.timing import Metered, elapsed, rate
from vault import box, item, password, shares, stream
from vault.context import Context, Purpose
from vault.keys import KeyPair, new_secret_key, new_seed
from vault.receipt import Receipt

_TEXT = token_bytes(2_000)
_PIECE = 256 * 1024
_LEAST_RATIO = 0.4
_MOST_MEMORY = 32 * MIB
_KEY = new_secret_key()
_FILE = Context(Purpose.CASE_FILE, (bytes(16), bytes(16)))
_NOTE = Context(Purpose.CASE_NOTE, (bytes(16), bytes(16)))
_CASE_KEY = Context(Purpose.CASE_KEY_FOR_ESCROW, (bytes(16),))
_LOCKED = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (bytes(16),))


def small_things(scale: Scale) -> Iterator[Row]:
    """Boxes, items, passwords, receipts, shares."""
    keys = KeyPair(new_seed())
    boxed = box.seal(keys.public, _CASE_KEY, _KEY)
    sealed = item.seal(_KEY, _NOTE, _TEXT)
    cut = shares.cut(keys.seed, 3, 5)
    actions: dict[str, Callable[[], object]] = {
        "box (HPKE) seal, 32 bytes": lambda: box.seal(keys.public, _CASE_KEY, _KEY),
        "box (HPKE) open, 32 bytes": lambda: box.unseal(keys, _CASE_KEY, boxed),
        "item seal, 2,000 bytes": lambda: item.seal(_KEY, _NOTE, _TEXT),
        "item open, 2,000 bytes": lambda: item.unseal(_KEY, _NOTE, sealed),
        "receipt draw and derive": _draw_and_derive,
        "shares cut, 3 of 5": lambda: shares.cut(keys.seed, 3, 5),
        "shares join, 3 of 5": lambda: shares.join(cut[:3]),
    }
    for what, action in actions.items():
        done = rate(action, scale.seconds)
        yield Row(what, done, "per second", f"{number(1e6 / done)} µs each")
    locks = rate(lambda: password.lock("một mật khẩu đủ dài", _LOCKED, keys.seed), scale.seconds)
    yield Row("password lock (Argon2id)", 1000 / locks, "ms", "slow on purpose")


def _draw_and_derive() -> tuple[bytes, bytes]:
    receipt = Receipt.draw()
    return receipt.lookup_id, receipt.wrapping_key


def streams(scale: Scale) -> Iterator[Row]:
    """Sealing and opening a large file, each in turn with raw AES-256-GCM."""
    size = scale.stream_bytes
    times = [(_raw(size), _seal(size), _open(size)) for _ in range(scale.rounds)]
    raw, sealing, opening = (size / min(each) / 1e6 for each in zip(*times, strict=True))
    yield Row("raw AES-256-GCM, pieces of 256 KiB", raw, "MB/s")
    for what, speed in (("seal", sealing), ("open", opening)):
        ratio = speed / raw
        yield Row(
            f"stream {what}, {_mib(size)} MiB",
            speed,
            "MB/s",
            f"{ratio:.2f} of raw",
            f">= {_LEAST_RATIO:.2f} of raw",
            ratio >= _LEAST_RATIO,
        )


def _mib(size: int) -> str:
    return number(size / MIB)


def _file(size: int) -> Iterable[bytes]:
    piece = token_bytes(_PIECE)
    return (piece for _ in range(size // _PIECE))


def _drain(pieces: Iterable[bytes]) -> int:
    return sum(len(piece) for piece in pieces)


def _raw(size: int) -> float:
    cipher, nonce, pieces = AESGCM(_KEY), bytes(12), _file(size)
    return elapsed(lambda: _drain(cipher.encrypt(nonce, piece, None) for piece in pieces))


def _seal(size: int) -> float:
    return elapsed(lambda: _drain(stream.seal(_KEY, _FILE, _file(size))))


def _open(size: int) -> float:
    """Open a stream while it is being sealed, and leave the time for sealing out."""
    sealed = Metered(stream.seal(_KEY, _FILE, _file(size)))
    opened: list[int] = []
    took = elapsed(lambda: opened.append(_drain(stream.unseal(_KEY, _FILE, sealed))))
    assert opened == [size]
    return took - sealed.seconds


def memory(scale: Scale) -> Iterator[Row]:
    """Peak memory of a process that does nothing but seal, or seal and open, a large file."""
    for what in WORK:
        command = [sys.executable, "-m", "bench.memory", what, str(scale.stream_bytes)]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        before, after = json.loads(answer)
        yield Row(
            f"peak memory, stream {what}, {_mib(scale.stream_bytes)} MiB",
            (after - before) / MIB,
            "MiB more",
            f"whole process {after / MIB:.1f} MiB",
            f"< {_mib(_MOST_MEMORY)} MiB more",
            after - before < _MOST_MEMORY,
        )


WORK: dict[str, Callable[[int], float]] = {"seal": _seal, "open": _open}
