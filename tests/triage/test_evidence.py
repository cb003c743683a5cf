"""Files are taken in cleaned and sealed, with originals only when asked for, or not at all."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from cleaning import FileRefused, Infected, Limits, Refusal, Scanner
from records.held import HeldBlob
from records.settings import Settings
from records.work import Store, reading
from tests.triage.conftest import TODAY, House
from triage import admission, evidence
from triage.casefile import OpenCase
from triage.submission import StoredFile
from vault.errors import WrongContext

LIMITS = Limits(most_bytes=3_000_000)
SECRET = b"Le Thi Can Dam 0905123456"


def photo() -> bytes:
    picture = Image.effect_noise((120, 80), 40).convert("RGB")
    exif = picture.getexif()
    exif[0x010E] = SECRET.decode()
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=SECRET)
    return out.getvalue()


def pieces(data: bytes, size: int = 1000) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def take(
    house: House, case: OpenCase, name: str, data: bytes, *, keep: bool = False
) -> tuple[StoredFile, ...]:
    return evidence.take(
        house.store, case, name, pieces(data), LIMITS, None, TODAY, keep_original=keep
    )


def on_hold(store: Store) -> int:
    with reading(store) as work:
        return work.session.execute(select(func.count()).select_from(HeldBlob)).scalar_one()


def test_a_photo_is_kept_without_what_it_hides(house: House) -> None:
    case, sent = admission.new_case(), photo()
    (file,) = take(house, case, "anh.jpg", sent)
    kept = b"".join(evidence.read(house.store, case, file))
    assert SECRET in sent
    assert SECRET not in kept
    assert (file.name, file.mime, file.not_cleaned) == ("anh.jpg", "image/jpeg", "")
    assert file.size == len(kept)
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (120, 80)


def test_its_original_is_kept_beside_it_only_when_asked_for(house: House) -> None:
    case, sent = admission.new_case(), photo()
    copy, original = take(house, case, "anh.jpg", sent, keep=True)
    assert original.original_of == copy.id
    assert b"".join(evidence.read(house.store, case, original)) == sent
    assert on_hold(house.store) == 2
    with pytest.raises(WrongContext):
        as_copy = StoredFile(original.id, original.name, original.mime, original.size, "")
        b"".join(evidence.read(house.store, case, as_copy))


def test_a_film_is_kept_as_it_is_and_that_is_said(house: House) -> None:
    case = admission.new_case()
    film = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(200_000)
    (file,) = take(house, case, "phim.mov", film, keep=True)
    assert (file.not_cleaned, file.name) == ("kind", "phim.mp4")
    assert b"".join(evidence.read(house.store, case, file)) == film


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b"MZ\x90\x00" + bytes(5000), Refusal.KIND),
        (photo()[:400], Refusal.DAMAGED),
        (
            b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(4_000_000),
            "too_large",
        ),
    ],
)
def test_a_refused_file_leaves_nothing(
    house: House, settings: Settings, data: bytes, reason: str
) -> None:
    with pytest.raises(FileRefused) as caught:
        take(house, admission.new_case(), "x.jpg", data)
    assert caught.value.reason == reason
    assert on_hold(house.store) == 0
    assert not list((settings.home / "blobs").glob("??/*"))


def test_an_infected_file_leaves_nothing(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def infected(given: Iterator[bytes], _scanner: Scanner | None) -> Iterator[bytes]:
        yield from given
        raise Infected("Test.Signature")

    monkeypatch.setattr("cleaning.scanning", infected)
    with pytest.raises(Infected):
        take(house, admission.new_case(), "x.jpg", photo())
    assert on_hold(house.store) == 0
    assert not list((settings.home / "blobs").glob("??/*"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Can Dam\\don.txt", "don.txt"),
        ("/home/candam/don.txt", "don.txt"),
        ("../../don.exe", "don.txt"),
        ("don\u202etxt.exe", "dontxt.txt"),
        ("", "tep.txt"),
        ("a" * 500 + ".txt", "a" * 120 + ".txt"),
    ],
)
def test_a_name_is_the_files_own_and_ends_as_its_content_says(
    house: House, given: str, kept: str
) -> None:
    (file,) = take(house, admission.new_case(), given, "Đơn phản ánh\n".encode() * 50)
    assert file.name == kept


def test_no_plaintext_touches_the_temporary_folder(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", None)
    take(house, admission.new_case(), "anh.jpg", photo(), keep=True)
    assert not list(place.rglob("*"))


def test_dropped_files_are_gone(house: House, settings: Settings) -> None:
    case = admission.new_case()
    files = take(house, case, "anh.jpg", photo(), keep=True)
    evidence.drop(house.store, [file.id for file in files])
    assert on_hold(house.store) == 0
    assert not list((settings.home / "blobs").glob("??/*"))
