"""A manifest has one form, and files that differ from it are refused."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.manifest import Entry, Manifest, ManifestRefused

ONE = Entry.of("01-cong-van.pdf", "application/pdf", b"%PDF-1.7")
TWO = Entry.of("tai-lieu-01.jpg", "image/jpeg", b"\xff\xd8")
MANIFEST = Manifest("HS-2026-K7M4", date(2026, 2, 5), "Thanh tra thành phố Huế", (ONE, TWO))


def test_a_manifest_is_canonical_json() -> None:
    assert Manifest("Số 1", date(2026, 2, 5), "Thanh tra", (ONE,)).to_bytes().decode() == (
        '{"day":"2026-02-05","dossier":"Số 1","files":[{"name":"01-cong-van.pdf",'
        f'"sha256":"{ONE.sha256}","size":8,"type":"application/pdf"}}],'
        '"format":"dangvan-dossier-1","sender":"Thanh tra"}'
    )


@given(st.text(st.characters(exclude_categories=["Cs"])), st.dates())
def test_what_is_written_is_read_back(dossier: str, day: date) -> None:
    manifest = Manifest(dossier, day, "Thanh tra", (ONE, TWO))
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


def changed(**values: object) -> bytes:
    whole = json.loads(MANIFEST.to_bytes()) | values
    whole = {key: value for key, value in whole.items() if value is not None}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def test_the_helper_of_these_tests_changes_nothing_by_itself() -> None:
    assert changed() == MANIFEST.to_bytes()


ENTRY = json.loads(MANIFEST.to_bytes())["files"][0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 200_000,
        MANIFEST.to_bytes() + b"\n",
        MANIFEST.to_bytes().replace(b":", b": ", 1),
        MANIFEST.to_bytes()[:-1],
        changed(format="dangvan-dossier-2"),
        changed(format=None),
        changed(more=1),
        changed(day="05/02/2026"),
        changed(day=20260205),
        changed(day="20260205"),
        changed(sender=7),
        changed(files=None),
        changed(files={}),
        changed(files=[ENTRY, ENTRY]),
        changed(files=[ENTRY | {"extra": 1}]),
        changed(files=[{"name": "a.pdf"}]),
        *(
            changed(files=[ENTRY | {"name": name}])
            for name in ("../a.pdf", "/a.pdf", "a/b.pdf", "A.pdf", "a.pdf\n", "a", "", 7, None)
        ),
        *(changed(files=[ENTRY | {"size": size}]) for size in (-1, 1.0, True, "8")),
        *(changed(files=[ENTRY | {"sha256": value}]) for value in ("", "0" * 63, "A" * 64, 7)),
        *(changed(files=[ENTRY | {"type": value}]) for value in ("", "pdf", "a/b\n", 7)),
        b'{"day":"2026-02-05",' + MANIFEST.to_bytes()[1:],
    ],
)
def test_anything_but_the_canonical_form_is_refused(content: bytes) -> None:
    with pytest.raises(ManifestRefused):
        Manifest.from_bytes(content)


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(ManifestRefused, match="same name"):
        Manifest("HS", date(2026, 2, 5), "Thanh tra", (ONE, ONE))


def test_the_right_bytes_pass_in_whatever_pieces() -> None:
    assert b"".join(ONE.checked([b"%PDF", b"", b"-1.7"])) == b"%PDF-1.7"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.", b"%PDF-1.8", b"%PDF-1.7 ", b"x" * 99])
def test_other_bytes_are_refused_at_their_end_at_the_latest(content: bytes) -> None:
    with pytest.raises(ManifestRefused, match=r"01-cong-van\.pdf is not the file"):
        list(ONE.checked([content]))


def test_a_stream_that_does_not_end_is_cut_at_the_size() -> None:
    passed = 0
    with pytest.raises(ManifestRefused):
        for piece in ONE.checked(iter(lambda: b"%PDF-1.7", b"")):
            passed += len(piece)
    assert passed == ONE.size
