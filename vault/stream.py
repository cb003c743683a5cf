"""Sealing files of any size in constant memory: C2SP chunked encryption (FORMAT.md section 6)."""

from collections.abc import Generator, Iterable, Iterator

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from vault import head
from vault.context import Context
from vault.errors import DamagedError
from vault.head import Form
from vault.keys import SecretKey
from vault.padding import padme

#: Bytes in a full frame; also what the reader hands out at most at once.
FRAME = 64 * 1024
#: Bytes decrypted at once: larger steps leave the processor's cache.
_STEP = 4 * FRAME
_LENGTH = 4
_ZEROS = bytes(64 * 1024)


def seal(key: SecretKey, context: Context, source: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the sealed stream of the pieces in `source` while they arrive.

    The stream is whole only when the iterator has been exhausted.
    """
    derived = head.derive(Form.STREAM, head.new_salt(), key, context)
    cipher = Cobblestone256Encryptor(derived.content_key, derived.head + context.encode())
    yield derived.head
    total = 0
    for frame in _frames(source):
        yield cipher.update(len(frame).to_bytes(_LENGTH))
        yield cipher.update(frame)
        total += _LENGTH + len(frame)
    yield cipher.update(bytes(_LENGTH))
    total += _LENGTH
    missing = padme(total) - total
    while missing:
        piece = _ZEROS[:missing]
        yield cipher.update(piece)
        missing -= len(piece)
    yield cipher.finalize()


def _frames(source: Iterable[bytes]) -> Iterator[bytes | memoryview]:
    """Yield full frames and one last short one, so that sizes do not tell how a file arrived."""
    pending = bytearray()
    for piece in source:
        view = memoryview(piece)
        while view:
            if not pending and len(view) >= FRAME:
                yield view[:FRAME]
                view = view[FRAME:]
                continue
            room = FRAME - len(pending)
            pending += view[:room]
            view = view[room:]
            if len(pending) == FRAME:
                yield bytes(pending)
                pending.clear()
    if pending:
        yield bytes(pending)


def unseal(key: SecretKey, context: Context, source: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the plaintext of a sealed stream, cut into `source` anyhow.

    The last piece is handed out only after the end has been verified, so whoever has received
    everything without an error holds the whole file. A caller must discard what it got when
    this raises. Raises WrongKeyError, WrongContextError or DamagedError.
    """
    held = b""
    for piece in _checked(key, context, source):
        if held:
            yield held
        held = piece
    if held:
        yield held


def _checked(key: SecretKey, context: Context, source: Iterable[bytes]) -> Iterator[bytes]:
    """Yield decrypted frame contents; returns only if the whole stream was in order."""
    pieces = iter(source)
    start = b""
    while len(start) < head.SIZE and (piece := next(pieces, None)) is not None:
        start += piece
    derived = head.check(Form.STREAM, start, key, context)
    cipher = Cobblestone256Decryptor(derived.content_key, derived.head + context.encode())
    frames = _Frames()
    try:
        yield from frames.feed(cipher.update(memoryview(start)[head.SIZE :]))
        for piece in pieces:
            view = memoryview(piece)
            for at in range(0, len(view), _STEP):
                yield from frames.feed(cipher.update(view[at : at + _STEP]))
        yield from frames.feed(cipher.finalize())
    except InvalidTag:
        raise DamagedError from None
    if not frames.complete:
        raise DamagedError


class _Frames:
    """Takes the framing off the decrypted bytes, whatever their cut."""

    def __init__(self) -> None:
        self._left = 0  # bytes still to come in the frame
        self._length = b""  # of the next frame, as far as it has come
        self._total = 0
        self._ended = False
        self._padded = 0

    @property
    def complete(self) -> bool:
        """Whether the end mark has come, and as many zeros as Padmé asks."""
        return self._ended and self._total + self._padded == padme(self._total)

    def feed(self, data: bytes) -> Generator[bytes]:
        position = 0
        while position < len(data) and not self._ended:
            if self._left:
                piece = data[position : position + self._left]
                self._left -= len(piece)
                position += len(piece)
                yield piece
                continue
            missing = data[position : position + _LENGTH - len(self._length)]
            self._length += missing
            position += len(missing)
            if len(self._length) == _LENGTH:
                self._begin(int.from_bytes(self._length))
        if self._ended and position < len(data):
            self._padded += len(data) - position
            if data.count(0, position) != len(data) - position:
                raise DamagedError

    def _begin(self, size: int) -> None:
        if size > FRAME:
            raise DamagedError
        self._length = b""
        self._left = size
        self._total += _LENGTH + size
        self._ended = size == 0
