"""Scanning with a real clamd that knows one signature of our own."""

import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaning import Infected, Scanner, ScannerUnavailable, scanning
from tests.tools import program

MALWARE = b"these-words-are-the-test-malware"
MOST = 1024 * 1024


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanner]:
    """A clamd with a database of one signature, on a socket of its own."""
    path = program("clamd", package="clamav-daemon")
    folder = tmp_path_factory.mktemp("clamd")
    for name in ("database", "temporary"):
        (folder / name).mkdir()
    (folder / "database" / "test.ndb").write_text(f"DangVan.Test:0:*:{MALWARE.hex()}\n")
    # The path of a Unix socket may have 107 bytes, fewer than pytest's folders.
    with tempfile.TemporaryDirectory() as short:
        (folder / "clamd.conf").write_text(
            f"Foreground yes\nLocalSocket {short}/s\nDatabaseDirectory {folder}/database\n"
            f"TemporaryDirectory {folder}/temporary\nStreamMaxLength {MOST}\nMaxThreads 4\n"
        )
        command = [path, "-c", str(folder / "clamd.conf")]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            deadline = time.monotonic() + 60
            while not Path(short, "s").exists():
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield Scanner(f"unix:{short}/s")
            server.terminate()


def test_a_clean_file_passes_piece_by_piece(clamd: Scanner) -> None:
    pieces = [b"some", b"", b"clean words", bytes(300_000)]
    assert list(scanning(iter(pieces), clamd)) == [b"some", b"clean words", bytes(300_000)]


def test_an_empty_file_passes(clamd: Scanner) -> None:
    assert list(scanning([], clamd)) == []


def test_malware_is_named_and_its_last_piece_held_back(clamd: Scanner) -> None:
    got = []
    with pytest.raises(Infected) as infected:
        for piece in scanning([b"before ", MALWARE[:10], MALWARE[10:]], clamd):
            got.append(piece)  # noqa: PERF402  (what came before the error is looked at)
    assert infected.value.signature.startswith("DangVan.Test")
    assert "DangVan" not in str(infected.value)
    assert got == [b"before ", MALWARE[:10]]


def test_a_file_larger_than_the_scanner_takes_has_no_verdict(clamd: Scanner) -> None:
    with pytest.raises(ScannerUnavailable):
        list(scanning((bytes(100_000) for _ in range(50)), clamd))


def test_a_source_that_breaks_gets_no_verdict(clamd: Scanner) -> None:
    def broken() -> Iterator[bytes]:
        yield b"first"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        list(scanning(broken(), clamd))


def test_without_a_scanner_pieces_pass_untouched() -> None:
    assert list(scanning([b"a", MALWARE], None)) == [b"a", MALWARE]


@pytest.mark.parametrize(
    "address", ["unix:/no/such/socket", "127.0.0.1:1", "127.0.0.1:nothing", "", "[::1]:99999"]
)
def test_a_scanner_that_is_off_lets_nothing_through(address: str) -> None:
    with pytest.raises(ScannerUnavailable):
        list(scanning([b"words"], Scanner(address)))


@pytest.mark.parametrize("answer", [b"", b"stream: OK but\0", b"UNKNOWN COMMAND\0", b"stream: OK"])
def test_an_answer_that_is_no_verdict_lets_nothing_through(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                received = b""
                while not received.endswith(bytes(4)):
                    received += connection.recv(1000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ScannerUnavailable):
            list(scanning([b"words"], Scanner(f"127.0.0.1:{server.getsockname()[1]}")))
        thread.join()


def test_a_scanner_over_tcp_that_says_ok_lets_the_file_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                received = b""
                while not received.endswith(bytes(4)):
                    received += connection.recv(1000)
                assert received == b"zINSTREAM\0\0\0\0\5words\0\0\0\0"
                connection.sendall(b"stream: OK\0")

        thread = threading.Thread(target=serve)
        thread.start()
        assert list(scanning([b"words"], Scanner(f"127.0.0.1:{server.getsockname()[1]}"))) == [
            b"words"
        ]
        thread.join()


def test_a_scanner_that_says_nothing_is_not_waited_for_endlessly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cleaning.scanner._SECONDS", 0.3)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(ScannerUnavailable),
    ):
        list(scanning([b"words"], Scanner(f"127.0.0.1:{server.getsockname()[1]}")))
