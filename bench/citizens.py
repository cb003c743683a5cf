"""What citizens wait for: sending a report, opening a mailbox, sending and reading a file.

A real server (`dangvan serve`) on an instance of its own, over HTTP on this machine; the clients
run beside it and take their share of the processor.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes
from urllib.parse import urlencode
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import URLSafeTimedSerializer

from bench import instances
from bench.instances import Instance
from bench.memory import peak
from bench.scale import MIB, Scale
from bench.table import Row
from intake.drafts import DRAFT
from intake.journey import Draft, Question
from records.work import writing
from rules import load
from triage import admission, evidence
from triage.casefile import OpenCase
from triage.submission import StoredFile, Submission
from vault.keys import new_secret_key
from web import clock
from web.sealed import SealedSession

_CLIENTS = (1, 4, 16, 64)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_STORY = "Cán bộ yêu cầu đưa thêm hai triệu đồng mới nhận hồ sơ tách thửa. " * 12
_GENEROUS = "100000000 per minute"
_UPLOAD_PIECE = 256 * 1024


@dataclass(frozen=True)
class Request:
    """One POST that is ready to be sent, and where its answer must lead."""

    path: str
    body: bytes
    cookie: str
    leads_to: str


def _token(session: SealedSession) -> str:
    signer = URLSafeTimedSerializer("dangvan", salt="wtf-csrf-token")
    return str(signer.dumps(session.csrf))


def _request(instance: Instance, path: str, leads_to: str, **fields: str) -> Request:
    session = SealedSession(instance.store, uuid4(), new_secret_key(), known=True)
    return _of(session, path, leads_to, **fields)


def _of(session: SealedSession, path: str, leads_to: str, **fields: str) -> Request:
    body = urlencode({"csrf_token": _token(session), **fields}).encode()
    return Request(path, body, f"dangvan_intake={session.cookie}", leads_to)


def _filings(instance: Instance, count: int) -> list[Request]:
    """Return as many finished drafts, each ready to be sent."""
    made = []
    for _ in range(count):
        session = SealedSession(instance.store, uuid4(), new_secret_key(), known=True)
        draft = Draft(admission.new_case())
        draft.answers = {
            Question.KIND: {"intent": "phan_anh_tham_nhung"},
            Question.CATEGORY: {"category": "bribery"},
            Question.STORY: {"story": _STORY},
            Question.WARD: {"ward": "19900"},
            Question.ORGANISATION: {"body": "subject:land_registration_office"},
        }
        with session.changing() as (drawers, _work):
            drawers.put(DRAFT, draft.to_json(), clock.now() + timedelta(hours=1))
        made.append(_of(session, "/gui/kiem-tra", "/bien-nhan"))
    return made


def _openings(instance: Instance, count: int) -> list[Request]:
    """Return as many right codes, each ready to be typed."""
    rules, report = load(), Submission("khac", "other", _STORY)
    made = []
    for _ in range(count):
        with writing(instance.store) as work:
            case = admission.new_case()
            filed = admission.admit(work, rules, instance.promise_key, case, report, clock.today())
        made.append(_request(instance, "/hop-thu", "/hop-thu", code=filed.receipt.grouped))
    return made


@contextmanager
def _serving(instance: Instance) -> Iterator[tuple[int, int]]:
    """Serve an instance, and yield the port and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = instance.settings
    environment = os.environ | {
        "DANGVAN_HOME": str(settings.home),
        "DANGVAN_DATABASE_URL": settings.database.render_as_string(hide_password=False),
        **{f"DANGVAN_LIMIT_{name}": _GENEROUS for name in ("PAGE", "FILING", "RECEIPT", "UPLOAD")},
    }
    command = [str(Path(sys.executable).with_name("dangvan")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _send_all(port: int, requests: list[Request]) -> int:
    """Send requests one after the other on one connection; return how many went wrong."""
    connection, wrong = http.client.HTTPConnection("127.0.0.1", port, timeout=120), 0
    for each in requests:
        connection.request("POST", each.path, each.body, _FORM | {"Cookie": each.cookie})
        answer = connection.getresponse()
        answer.read()
        wrong += (answer.status, answer.headers.get("Location")) != (303, each.leads_to)
    connection.close()
    return wrong


def _load(port: int, requests: list[Request], clients: int) -> tuple[float, int]:
    """Return requests per second at so many clients, and how many went wrong."""
    shares = [requests[start::clients] for start in range(clients)]
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        wrong = sum(pool.map(lambda share: _send_all(port, share), shares))
    return len(requests) / (time.perf_counter() - start), wrong


def rates(scale: Scale) -> Iterator[Row]:
    """Measure sending and opening on both databases."""
    for name, made in (("SQLite", instances.on_sqlite), ("PostgreSQL", instances.on_postgres)):
        with made() as instance:
            work: tuple[tuple[str, Callable[[Instance, int], list[Request]], int], ...] = (
                ("filings", _filings, 150),
                ("receipt openings", _openings, 200),
            )
            prepared = {
                (what, clients): make(instance, max(clients, scale.requests))
                for what, make, _ in work
                for clients in _CLIENTS
            }
            with _serving(instance) as (port, _pid):
                for what, _, goal in work:
                    for clients in _CLIENTS:
                        rate, wrong = _load(port, prepared[what, clients], clients)
                        yield Row(
                            f"{what}, {name}, {clients} client{'s' if clients > 1 else ''}",
                            rate,
                            "per second",
                            f"{wrong} errors",
                            f">= {goal} per second, no error",
                            rate >= goal and not wrong,
                        )


def files(scale: Scale) -> Iterator[Row]:
    """Measure one large upload over HTTP with the memory it takes, and reading it again."""
    raw = _raw()
    yield Row("raw AES-256-GCM beside", raw / MIB, "MB/s")
    with instances.on_sqlite() as instance:
        session = SealedSession(instance.store, uuid4(), new_secret_key(), known=True)
        with session.changing() as (drawers, _work):
            draft = Draft(admission.new_case(), {Question.KIND: {"intent": "khac"}})
            drawers.put(DRAFT, draft.to_json(), clock.now() + timedelta(hours=1))
        with _serving(instance) as (port, pid):
            start = time.perf_counter()
            status = _upload(port, session, scale.upload)
            seconds = time.perf_counter() - start
            memory = _largest(pid)
        held = session.look().get(DRAFT)
        assert status == 303
        assert held is not None
        stored = Draft.from_json(held).files[0]
        assert stored.size == scale.upload
        yield Row(
            f"upload of {scale.upload // MIB} MiB, HTTP to sealed file",
            scale.upload / seconds / MIB,
            "MB/s",
            f"{scale.upload / seconds / raw:.3f} of raw",
        )
        yield Row(
            f"peak memory of the server, upload of {scale.upload // MIB} MiB",
            memory / MIB,
            "MiB",
            "whole process",
            "< 160 MiB",
            memory < 160 * MIB,
        )
        yield from _reading(instance, draft.case, stored, raw)


def _reading(instance: Instance, case: OpenCase, stored: StoredFile, raw: float) -> Iterator[Row]:
    start = time.perf_counter()
    size = sum(len(piece) for piece in evidence.read(instance.store, case, stored))
    rate = size / (time.perf_counter() - start)
    assert size == stored.size
    yield Row("download, sealed file to plaintext", rate / MIB, "MB/s", f"{rate / raw:.3f} of raw")


def _raw() -> float:
    """Return bytes per second of AES-256-GCM alone, over pieces of the same size."""
    cipher, nonce, piece = AESGCM(token_bytes(32)), token_bytes(12), token_bytes(_UPLOAD_PIECE)
    best = 0.0
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(400):
            cipher.encrypt(nonce, piece, None)
        best = max(best, 400 * _UPLOAD_PIECE / (time.perf_counter() - start))
    return best


def _upload(port: int, session: SealedSession, size: int) -> int:
    """Send a film of that size, and return the status of the answer."""
    mark = "mot-ranh-gioi"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        f"{_token(session)}\r\n"
        f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="phim.mp4"\r\n'
        "Content-Type: video/mp4\r\n\r\n"
    ).encode()
    tail = f"\r\n--{mark}--\r\n".encode()
    film = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(4096)
    piece = token_bytes(_UPLOAD_PIECE)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.putrequest("POST", "/gui/tep")
    connection.putheader("Cookie", f"dangvan_intake={session.cookie}")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={mark}")
    connection.putheader("Content-Length", str(len(head) + size + len(tail)))
    connection.endheaders(head + film)
    left = size - len(film)
    while left:
        connection.send(piece[:left])
        left -= min(left, len(piece))
    connection.send(tail)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _largest(parent: int) -> int:
    """Return the most memory, in bytes, that any process of the server ever had resident."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return max(peak(pid) for pid in (*children.split(), str(parent)))
