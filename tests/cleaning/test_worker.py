"""The process that opens hostile files can do no harm, and its end is an answer like another."""

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import cleaning
from cleaning import FileRefused, Limits, Refusal, helper, receive
from tests.cleaning.kit import jpeg

READY = """
import sys
sys.stdin.buffer.read(16)
print('{"refusal": null, "kind": "image/jpeg", "whole": true}', flush=True)
"""
WHOLE = "sys.stdin.buffer.read(16)\n"


def use(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(helper, "_COMMAND", (sys.executable, "-c", code))


def reason(content: bytes = b"anything") -> Refusal:
    with pytest.raises(FileRefused) as refused:
        receive([content], Limits(), keep_original=False)
    return refused.value.reason


def confined(code: str) -> dict[str, str]:
    """Run code in a process that has limited itself as the worker does."""
    whole = f"import json, errno\nfrom cleaning import worker\n{code}"
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", whole], check=True, capture_output=True, timeout=60
    )
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def test_the_worker_cannot_write_a_file(tmp_path: object) -> None:
    code = f"""
path = {str(tmp_path)!r} + "/stolen"
worker._limit()
try:
    with open(path, "wb", buffering=0) as file:
        file.write(b"plaintext")
    print(json.dumps({{"error": ""}}))
except OSError as error:
    print(json.dumps({{"error": errno.errorcode[error.errno]}}))
"""
    assert confined(code) == {"error": "EFBIG"}


@pytest.mark.parametrize(
    "attempt", ['open("/etc/passwd")', "socket.socket()", "os.pipe()", "os.open('/', os.O_RDONLY)"]
)
def test_the_worker_opens_nothing_once_it_has_seen_the_file(attempt: str) -> None:
    code = f"""
import os, socket
worker._limit()
worker._shut()
os.close(2)  # nor in the place of one that is there
try:
    {attempt}
    print(json.dumps({{"error": ""}}))
except OSError as error:
    print(json.dumps({{"error": errno.errorcode[error.errno]}}))
"""
    assert confined(code) == {"error": "EMFILE"}


def test_the_worker_gets_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGVAN_SECRET", "a secret for this test")
    code = "import os, sys; sys.exit(1 if 'DANGVAN_SECRET' in os.environ else 0)"
    use(monkeypatch, code)
    with helper.Helper() as worker:
        assert worker._process.wait(10) == 0


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 9)",
        "import ctypes; ctypes.string_at(0)",
        "print('no JSON')",
        "print('[]')",
        """print('{"refusal": "no such reason"}')""",
        """print('{"refusal": null, "kind": "text/html", "whole": false}')""",
        "print('x' * 10_000_000)",
        f"{READY}import os; os.kill(os.getpid(), 9)",
        f"""{READY}{WHOLE}print('{{"refusal": null, "kind": "image/jpeg", "length": 9}}')""",
        f"""{READY}{WHOLE}print('{{"refusal": null, "kind": "image/jpeg", "length": "x"}}')""",
    ],
)
def test_a_worker_that_dies_or_lies_means_a_damaged_file(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    use(monkeypatch, code)
    assert reason() is Refusal.DAMAGED


def test_a_worker_that_promises_more_than_a_file_may_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(
        monkeypatch,
        f"""{READY}{WHOLE}print('{{"refusal":null,"kind":"image/jpeg","length":{1 << 40}}}')""",
    )
    assert reason() is Refusal.TOO_LARGE


@pytest.mark.parametrize("code", ["", READY])
def test_a_worker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    use(monkeypatch, f"{code}\nimport time; time.sleep(600)")
    for limit in ("_SECONDS_TO_RECOGNISE", "_SECONDS_TO_CLEAN"):
        monkeypatch.setattr(helper, limit, 1.0)
    assert reason(bytes(200_000)) is Refusal.DAMAGED


def test_only_two_files_are_cleaned_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    answer = helper.Helper._answer

    def counted(self: helper.Helper) -> dict[str, object]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        try:
            return answer(self)
        finally:
            with lock:
                running -= 1

    def seen(worker: helper.Helper, head: bytes) -> helper.Recognised:
        worker._send(len(head), [head])
        answer(worker)
        return helper.Recognised(helper.KINDS["image/jpeg"], needs_whole=True)

    monkeypatch.setattr(helper.Helper, "recognise", seen)
    monkeypatch.setattr(helper.Helper, "_answer", counted)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: receive([jpeg()], Limits(), keep_original=False), range(5)))
    assert most == 2


def test_no_worker_is_left_behind() -> None:
    with helper.Helper() as worker:
        worker.recognise(jpeg())
    assert worker._process.returncode is not None


def test_a_server_can_ask_whether_files_can_be_looked_at_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert cleaning.works()
    use(monkeypatch, "raise SystemExit(1)")
    assert not cleaning.works()
