"""Sealed files: the same promises on a folder and on a real S3 server."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from records.blobs import Blobs, FolderBlobs, open_blobs
from records.errors import (
    BadConfiguration,
    BlobExists,
    BlobMissing,
    BlobStoreFailed,
    FolderUnusable,
)
from records.settings import Settings

KEY_ID, SECRET = "AKIAEXAMPLEEXAMPLE01", "a-secret-for-tests-only-0123456789"


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real S3 server process that checks signatures (rclone)."""
    folder = tmp_path_factory.mktemp("s3")
    (folder / "bucket").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    rclone = shutil.which("rclone", path=str(Path(sys.executable).parent))
    assert rclone is not None
    address = f"127.0.0.1:{port}"
    command = [rclone, "serve", "s3", str(folder), "--addr", address]
    command += ["--auth-key", f"{KEY_ID},{SECRET}", "--config", str(folder / "none.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://{address}"
        server.terminate()


def s3_settings(endpoint: str, secret: str = SECRET) -> Settings:
    return Settings.read(
        blobs_url="s3://bucket/niem-phong",
        s3_endpoint=endpoint,
        s3_access_key_id=KEY_ID,
        s3_secret_access_key=secret,
    )


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        (tmp_path / "blobs").mkdir()
        return open_blobs(Settings.read(home=tmp_path))
    return open_blobs(s3_settings(request.getfixturevalue("s3_endpoint")))


@trials(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(pieces=st.lists(st.binary(max_size=3000), max_size=6))
def test_what_was_put_comes_back(blobs: Blobs, pieces: list[bytes]) -> None:
    name = uuid4()
    blobs.put(name, pieces)
    assert b"".join(blobs.get(name)) == b"".join(pieces)
    assert name in set(blobs.names())
    blobs.delete(name)
    assert name not in set(blobs.names())


def test_a_large_blob_is_stored_and_read_in_pieces(blobs: Blobs) -> None:
    name, piece = uuid4(), os.urandom(700_000)
    blobs.put(name, (piece for _ in range(17)))  # past two parts of S3
    got = list(blobs.get(name))
    assert b"".join(got) == piece * 17
    assert len(got) > 1


def test_a_source_that_fails_midway_leaves_nothing(blobs: Blobs) -> None:
    def broken() -> Iterator[bytes]:
        for _ in range(100):
            yield bytes(100_000)
        raise ConnectionResetError("the reporter's connection broke")

    name = uuid4()
    with pytest.raises(ConnectionResetError):
        blobs.put(name, broken())
    with pytest.raises(BlobMissing):
        list(blobs.get(name))
    assert name not in set(blobs.names())


def test_a_blob_is_never_overwritten(blobs: Blobs) -> None:
    name = uuid4()
    blobs.put(name, [b"first"])
    with pytest.raises(BlobExists):
        blobs.put(name, [b"second"])
    assert b"".join(blobs.get(name)) == b"first"


def test_a_missing_blob_is_named_and_deleting_it_is_no_error(blobs: Blobs) -> None:
    name = uuid4()
    with pytest.raises(BlobMissing, match=str(name)):
        blobs.get(name)
    blobs.delete(name)


def test_a_folder_tells_no_hour_and_lets_nobody_else_read(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    store.put(uuid4(), [b"x"])
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert path.stat().st_mtime == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_after_the_night_no_time_of_a_blob_or_folder_tells_the_order(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    arrived = [uuid4() for _ in range(60)]
    for name in arrived:
        store.put(name, [name.bytes])
    store.blur_times()
    times = {path.name: path.stat() for path in tmp_path.rglob("*")}
    assert {name: b"".join(store.get(name)) for name in arrived} == {n: n.bytes for n in arrived}
    assert len({times[name.hex].st_mtime for name in arrived}) == 1
    assert {times[name.hex[:2]].st_mtime for name in arrived} == {0}
    by_change = sorted(arrived, key=lambda name: (times[name.hex].st_ctime_ns, name.hex))
    assert by_change == sorted(arrived)
    by_inode = sorted(arrived, key=lambda name: times[name.hex].st_ino)
    assert by_inode != arrived
    inodes = {name: times[name.hex].st_ino for name in arrived}
    store.blur_times()  # what was blurred is left alone
    assert {name: (tmp_path / name.hex[:2] / name.hex).stat().st_ino for name in arrived} == inodes


def test_left_overs_of_a_crash_are_not_taken_for_blobs(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    store.put(name := uuid4(), [b"x"])
    left_over = tmp_path / name.hex[:2] / ".partial-0123456789abcdef"
    left_over.write_bytes(b"half")
    (tmp_path / name.hex[:2] / ".DS_Store").write_bytes(b"foreign")
    assert list(store.names()) == [name]
    store.blur_times()
    store.clean_up(date(2000, 1, 1))
    assert left_over.exists()
    store.clean_up(date(2999, 1, 1))
    assert not left_over.exists()
    assert list(store.names()) == [name]


def test_a_full_disk_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    store = FolderBlobs(tmp_path)
    with pytest.raises(BlobStoreFailed, match="No space left on device"):
        store.put(uuid4(), [b"x"])
    monkeypatch.undo()
    assert list(store.names()) == []


def test_a_missing_folder_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(FolderUnusable, match="dangvan init"):
        open_blobs(Settings.read(home=tmp_path / "nowhere"))


def test_a_wrong_s3_secret_is_refused_without_repeating_it(s3_endpoint: str) -> None:
    with pytest.raises(BlobStoreFailed, match="DANGVAN_S3_ENDPOINT") as caught:
        open_blobs(s3_settings(s3_endpoint, secret="not-the-secret-at-all"))
    assert "not-the-secret-at-all" not in str(caught.value)


def test_an_s3_store_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(BlobStoreFailed, match="DANGVAN_S3_ENDPOINT"):
        open_blobs(s3_settings("http://127.0.0.1:9"))
    for endpoint in ("nonsense", "http://user:s3cret@127.0.0.1:9"):
        with pytest.raises(BadConfiguration, match="https://") as caught:
            open_blobs(s3_settings(endpoint))
        assert "s3cret" not in str(caught.value)


def test_an_s3_store_without_its_key_stops_the_start() -> None:
    with pytest.raises(BadConfiguration, match="DANGVAN_S3_ACCESS_KEY_ID"):
        open_blobs(Settings.read(blobs_url="s3://bucket"))
