"""A package opens with the real age tool, and holds what its manifest says."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
from typing_extensions import Buffer

from papers.documents import documents
from papers.documents import manifest as manifest_of
from papers.manifest import Entry, Manifest, ManifestRefused
from papers.package import RecipientRefused, pack, recipients
from papers.signature import Certificate, make_certificate, sign
from tests.papers.kit import SHORT
from tests.papers.test_signature import checks

DAY = date(2026, 2, 5)
IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
PHOTO = b"".join(sha256(bytes([n % 256, n // 256])).digest() for n in range(16_000))
FILES = {"01-cong-van.pdf": b"%PDF-1.7 x", "tai-lieu-01.jpg": PHOTO}
MANIFEST = Manifest(
    "HS-1",
    DAY,
    "Thanh tra",
    tuple(Entry.of(name, "application/pdf", content) for name, content in FILES.items()),
)


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return make_certificate("Thanh tra thành phố Huế", DAY)


def pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 65536):
        yield content[start : start + 65536]


def packed(to: list[str], signature: bytes = b"sig") -> bytes:
    sink = io.BytesIO()
    files = {name: pieces(content) for name, content in FILES.items()}
    pack(sink, MANIFEST.to_bytes(), signature, files, to)
    return sink.getvalue()


def opened(package: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(pyrage.decrypt(package, [IDENTITY])))


@pytest.mark.usefixtures("_age")
def test_the_real_age_tool_opens_the_papers_and_openssl_confirms_them(
    tmp_path: Path, certificate: Certificate
) -> None:
    key = tmp_path / "key.txt"
    made = subprocess.run(
        ["age-keygen", "-o", str(key)], check=True, capture_output=True, text=True
    )
    recipient = made.stderr.removeprefix("Public key: ")  # with its line end, as people paste it
    papers = documents(SHORT)
    manifest = manifest_of(replace(SHORT, evidence=()), papers).to_bytes()
    with (tmp_path / "p.age").open("wb") as sink:
        files = {each.name: [each.content] for each in papers}
        pack(sink, manifest, sign(manifest, certificate), files, [recipient, RECIPIENT])
    subprocess.run(
        ["age", "-d", "-i", str(key), "-o", str(tmp_path / "p.zip"), str(tmp_path / "p.age")],
        check=True,
    )
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    assert list(found) == ["manifest.json", "manifest.p7s", *(each.name for each in papers)]
    assert checks(tmp_path, found["manifest.json"], found["manifest.p7s"], certificate.certificate)
    for entry in Manifest.from_bytes(found["manifest.json"]).files:
        assert b"".join(entry.checked([found[entry.name]])) == found[entry.name]


@pytest.mark.usefixtures("_age")
def test_whoever_is_no_recipient_opens_nothing(tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    subprocess.run(["age-keygen", "-o", str(key)], check=True, capture_output=True)
    run = subprocess.run(
        ["age", "-d", "-i", str(key)], input=packed([RECIPIENT]), capture_output=True, check=False
    )
    assert run.returncode != 0
    assert not run.stdout


def test_a_package_tells_no_hour_and_no_machine() -> None:
    with opened(packed([RECIPIENT])) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.extra == entry.comment == b""
        assert archive.comment == b""


def test_the_contents_are_the_same_each_time() -> None:
    first, second = (pyrage.decrypt(packed([RECIPIENT]), [IDENTITY]) for _ in range(2))
    assert first == second


def test_nothing_of_the_contents_stands_in_the_package() -> None:
    package = packed([RECIPIENT])
    for word in (b"manifest", b"tai-lieu", b"Thanh tra", PHOTO[:64], RECIPIENT.encode()):
        assert word not in package


@pytest.mark.parametrize(
    "given",
    [
        "",
        "age1",
        RECIPIENT[:-1],
        RECIPIENT.replace("age1", "AGE1"),
        RECIPIENT + ", " + RECIPIENT,
        str(IDENTITY),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN",
        "mật khẩu",
    ],
    ids=["none", "short", "cut", "mixed case", "two in one", "secret", "ssh", "words"],
)
def test_what_is_no_public_key_of_age_is_refused_before_anything_is_written(given: str) -> None:
    sink = io.BytesIO()
    with pytest.raises(RecipientRefused) as refused:
        pack(sink, MANIFEST.to_bytes(), b"", FILES_UNREAD, [RECIPIENT, given])
    assert refused.value.given == given
    assert str(refused.value) == "no public key of age"  # what was pasted may be a secret
    assert not sink.getvalue()


def unread() -> Iterator[bytes]:
    pytest.fail("read before all was checked")
    yield b""


FILES_UNREAD = {name: unread() for name in FILES}


def test_no_recipient_at_all_is_refused() -> None:
    with pytest.raises(RecipientRefused):
        recipients([])


@pytest.mark.parametrize("names", [["01-cong-van.pdf"], [*FILES, "them.pdf"], []])
def test_a_file_missing_or_one_too_many_is_refused_before_anything_is_written(
    names: list[str],
) -> None:
    sink = io.BytesIO()
    with pytest.raises(ManifestRefused, match="not those of the manifest"):
        pack(sink, MANIFEST.to_bytes(), b"", {name: unread() for name in names}, [RECIPIENT])
    assert not sink.getvalue()


def test_a_file_that_is_not_what_the_manifest_says_is_refused() -> None:
    with pytest.raises(ManifestRefused, match=r"tai-lieu-01\.jpg is not the file"):
        files = {"01-cong-van.pdf": [b"%PDF-1.7 x"], "tai-lieu-01.jpg": [PHOTO[:-1]]}
        pack(io.BytesIO(), MANIFEST.to_bytes(), b"", files, [RECIPIENT])


@pytest.mark.parametrize("name", ["manifest.json", "manifest.p7s"])
def test_no_file_takes_the_place_of_the_manifest_or_of_its_signature(name: str) -> None:
    manifest = Manifest("HS", DAY, "Thanh tra", (Entry.of(name, "application/pdf", b"x"),))
    with pytest.raises(ManifestRefused, match="the name of the manifest"):
        pack(io.BytesIO(), manifest.to_bytes(), b"", {name: [b"x"]}, [RECIPIENT])


def test_why_a_file_could_not_be_read_is_told() -> None:
    class Unreadable(Exception):
        pass

    def broken() -> Iterator[bytes]:
        yield b"%PDF"
        raise Unreadable

    with pytest.raises(Unreadable):
        pack(
            io.BytesIO(),
            MANIFEST.to_bytes(),
            b"",
            {"01-cong-van.pdf": broken(), "tai-lieu-01.jpg": unread()},
            [RECIPIENT],
        )


@pytest.mark.parametrize("room", [0, 200, 300, 30_000])
def test_a_sink_that_fails_is_told_wherever_it_fails(room: int) -> None:
    class Full(io.BytesIO):
        def write(self, piece: Buffer) -> int:
            if self.tell() + len(bytes(piece)) > room:
                raise OSError(28, "No space left on device")
            return super().write(piece)

    files = {name: [content] for name, content in FILES.items()}
    with pytest.raises(OSError, match="No space left"):
        pack(Full(), MANIFEST.to_bytes(), b"", files, [RECIPIENT])


MEMORY = """
import sys
from datetime import date
from hashlib import sha256
from papers.manifest import Entry, Manifest
from papers.package import pack

class Nowhere:
    written = 0
    def write(self, piece):
        self.written += len(piece)
        return len(piece)
    def flush(self): pass

def peak():
    line = next(each for each in open("/proc/self/status") if each.startswith("VmHWM"))
    return int(line.split()[1])

piece = bytes(range(256)) * 1024
def run(pieces):
    hashed = sha256()
    for _ in range(pieces):
        hashed.update(piece)
    entry = Entry("tai-lieu-01.bin", "application/pdf", pieces * len(piece), hashed.hexdigest())
    manifest = Manifest("HS", date(2026, 1, 1), "x", (entry,)).to_bytes()
    pack(Nowhere(), manifest, b"", {entry.name: (piece for _ in range(pieces))}, [sys.argv[1]])

run(4)
before = peak()
run(400)
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc on this system")
def test_memory_does_not_grow_with_the_evidence() -> None:
    run = subprocess.run(
        [sys.executable, "-c", MEMORY, RECIPIENT], check=True, capture_output=True, text=True
    )
    assert int(run.stdout) < 8 * 1024  # KiB, for 100 MiB of evidence


def test_nothing_is_written_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_for_writing: list[object] = []

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and watching and isinstance(args[1], str) and set("wax+") & set(args[1]):
            opened_for_writing.append(args[0])

    watching = True
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    sys.addaudithook(hook)
    try:
        packed([RECIPIENT])
    finally:
        watching = False
    assert not opened_for_writing
    assert not list(tmp_path.iterdir())
