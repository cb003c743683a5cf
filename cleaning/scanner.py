"""Scanning for viruses while a file passes: a small client of clamd's INSTREAM command."""

import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Seconds that clamd may take for each step; the verdict on a large archive takes longest.
_SECONDS = 120.0
_LARGEST_CHUNK = 256 * 1024
_LONGEST_ANSWER = 4096
_VERDICT = re.compile(r"(?:stream|instream\([^)]*\)): (?:(OK)|(.+) FOUND)\0", re.DOTALL)


@dataclass(frozen=True)
class Scanner:
    """Where clamd listens: "unix:/run/clamav/clamd.ctl" or "host:port"."""

    address: str

    def connect(self) -> socket.socket:
        """Return a connection. Raises ScannerUnavailable."""
        try:
            if self.address.startswith("unix:"):
                return _connected_locally(Path(self.address.removeprefix("unix:")))
            host, _, port = self.address.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), _SECONDS)
        except (OSError, ValueError, OverflowError):
            raise ScannerUnavailable from None


class Infected(Exception):
    """The scanner knows this malware. `signature` is its name in the scanner's database."""

    def __init__(self, signature: str) -> None:
        super().__init__("The virus scanner refused the file.")
        self.signature = signature


class ScannerUnavailable(Exception):
    """The scanner gave no verdict: it is off, too slow, or the file is larger than it takes."""

    def __init__(self) -> None:
        super().__init__("The virus scanner gave no verdict.")


def scanning(pieces: Iterable[bytes], scanner: Scanner | None) -> Iterator[bytes]:
    """Yield the pieces while the scanner gets them too; without a scanner, yield them only.

    The last piece is handed out only after the verdict, so whoever has received everything
    without an error holds a file that passed. A caller must discard what it got when this raises.
    Raises Infected or ScannerUnavailable.
    """
    if scanner is None:
        yield from pieces
        return
    with scanner.connect() as connection:
        held: bytes | None = None
        _send(connection, b"zINSTREAM\0")
        for piece in pieces:
            if not piece:
                continue
            view = memoryview(piece)
            for at in range(0, len(view), _LARGEST_CHUNK):
                chunk = view[at : at + _LARGEST_CHUNK]
                _send(connection, len(chunk).to_bytes(4) + chunk)
            if held is not None:
                yield held
            held = piece
        _send(connection, bytes(4))
        _judge(_answer(connection))
        if held is not None:
            yield held


def _connected_locally(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_SECONDS)
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _send(connection: socket.socket, content: bytes) -> None:
    try:
        connection.sendall(content)
    except OSError:
        # clamd hangs up when it has seen enough; what it said before may still be readable.
        answer = b""
        with suppress(ScannerUnavailable):
            answer = _answer(connection)
        _judge(answer, whole=False)


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    try:
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            received = connection.recv(_LONGEST_ANSWER)
            if not received:
                break
            answer += received
    except OSError:
        raise ScannerUnavailable from None
    return answer


def _judge(answer: bytes, *, whole: bool = True) -> None:
    """Raise unless the answer says that the whole file is clean."""
    verdict = _VERDICT.fullmatch(answer.decode("utf-8", "replace"))
    if verdict is not None and verdict[2]:
        raise Infected(verdict[2])
    if verdict is None or not whole:
        raise ScannerUnavailable
