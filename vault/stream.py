"""Sealing files of any size in constant memory: C2SP chunked encryption (FORMAT.md section 6)."""

from collections.abc import Iterable, Iterator
from itertools import chain

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from vault import head
from vault.context import Context
from vault.errors import Damaged
from vault.head import Form
from vault.keys import SecretKey
from vault.padding import MARK, padme

#: Bytes handled at once: four chunks. For buffers of 128 KiB and more, glibc's malloc asks the
#: system for fresh memory again and again, which costs opening a third of its speed.
_STEP = 64 * 1024
_ZEROS = bytes(_STEP)


def seal(key: SecretKey, context: Context, source: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the sealed stream of the pieces in `source` while they arrive.

    The stream is whole only when the iterator has been exhausted.
    """
    derived = head.derive(Form.STREAM, head.new_salt(), key, context)
    cipher = Cobblestone256Encryptor(derived.content_key, derived.head + context.encode())
    yield derived.head
    length = 0
    for piece in source:
        length += len(piece)
        yield cipher.update(piece)
    yield cipher.update(MARK)
    for zeros in _zeros(padme(length + 1) - length - 1):
        yield cipher.update(zeros)
    yield cipher.finalize()


def _zeros(count: int) -> Iterator[bytes]:
    for left in range(count, 0, -_STEP):
        yield _ZEROS[:left]


def unseal(key: SecretKey, context: Context, source: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the plaintext of a sealed stream, cut into `source` anyhow.

    The last piece is handed out only after the end has been verified, so whoever has received
    everything without an error holds the whole file. A caller must discard what it got when
    this raises. Raises WrongKey, WrongContext or Damaged.
    """
    held, zeros, total = b"", 0, 0
    for piece in _decrypted(key, context, iter(source)):
        total += len(piece)
        # Up to an eighth of a stream is padding, and rstrip looks at it byte by byte.
        body = b"" if _ZEROS.startswith(piece) else piece.rstrip(b"\0")
        if body:  # so what was held, and the zeros after it, were data and not padding
            if held:
                yield held
            yield from _zeros(zeros)
            held, zeros = body, 0
        zeros += len(piece) - len(body)
    if not held.endswith(MARK) or total != padme(total - zeros):
        raise Damaged
    if held != MARK:
        yield held[:-1]


def _decrypted(key: SecretKey, context: Context, source: Iterator[bytes]) -> Iterator[bytes]:
    """Yield data and padding in pieces; ends without an error only if the stream was whole."""
    start = b""
    while len(start) < head.SIZE and (piece := next(source, None)) is not None:
        start += piece
    derived = head.check(Form.STREAM, start, key, context)
    cipher = Cobblestone256Decryptor(derived.content_key, derived.head + context.encode())
    try:
        for piece in chain([start[head.SIZE :]], source):
            view = memoryview(piece)
            for at in range(0, len(view), _STEP):
                yield cipher.update(view[at : at + _STEP])
        yield cipher.finalize()
    except InvalidTag:
        raise Damaged from None
