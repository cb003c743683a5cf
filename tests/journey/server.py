"""A server as it is run: `dangvan serve`, its own process, folder and temporary files."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from records.settings import Settings
from tests.journey.conftest import GENEROUS

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Served:
    """Where a server listens, and the folder that holds whatever it writes."""

    port: int
    folder: Path


@contextmanager
def serving(settings: Settings, folder: Path, **more: str) -> Iterator[Served]:
    """Serve an instance; what it prints and its temporary files go into `folder`.

    `more` are settings of the site besides the generous limits.
    """
    (folder / "tmp").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DANGVAN_")},
        "DANGVAN_HOME": str(settings.home),
        "DANGVAN_DATABASE_URL": settings.database.render_as_string(hide_password=False),
        "DANGVAN_PROXIES": "1",
        **{f"DANGVAN_{name.upper()}": value for name, value in (GENEROUS | more).items()},
        "TMPDIR": str(folder / "tmp"),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-c", "from commands import main; main()"]
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(
            [*command, "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            _wait_for(port, server)
            yield Served(port, folder)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError("the server did not start")
