"""Files come in piece by piece; what they are is judged by content, and nothing else gets in."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from cleaning import FileRefused, Group, Limits, NotCleaned, Received, Refusal, receive
from cleaning.kinds import CSV, EML, JPEG, KINDS, TXT
from tests.cleaning.documents import docx, odf, pptx, xlsx
from tests.cleaning.kit import PLANTED, encoded, jpeg, picture, taken

ROOT = Path(__file__).parents[2]
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100)
SOUNDS_AND_FILMS = {
    "video/mp4": MP4,
    "video/quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100),
    "video/3gpp": b"\0\0\0\x18ftyp3gp4\0\0\0\0isom3gp4" + bytes(100),
    "video/x-msvideo": b"RIFF\x80\0\0\0AVI LIST" + bytes(100),
    "video/webm": bytes.fromhex("1a45dfa3 9f 42868101 42f78101 42f28104 42f38108 4282 84")
    + b"webm"
    + bytes(100),
    "video/x-matroska": bytes.fromhex("1a45dfa3 a3 42868101 42f78101 42f28104 42f38108 4282 88")
    + b"matroska"
    + bytes(100),
    "audio/mp4": b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + bytes(100),
    "audio/mpeg": b"ID3\x03\0\0\0\0\x01\x00" + bytes(128) + b"\xff\xfb\x90\x64" + bytes(500),
    "audio/ogg": b"OggS\0\2" + bytes(8) + b"\1\2\3\4" + bytes(8) + b"\1\x13OpusHead" + bytes(50),
    "audio/wav": b"RIFF\x80\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0" + bytes(100),
    "audio/amr": b"#!AMR\n" + b"\x3c" * 100,
    "audio/flac": b"fLaC\0\0\0\x22" + bytes(100),
    "application/rtf": b"{\\rtf1\\ansi hello}",
}
A_LETTER = docx()
STARTS = [
    *(b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"PK\x03\x04", b"GIF89a"),
    *(b"II*\0", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic", b"BM", b"{\\rtf"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
]
HOSTILE = {
    "a Windows program": b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + bytes(500),
    "a Linux program": b"\x7fELF\2\1\1\0" + bytes(500),
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "a web page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "a web page after a mark": b"\xef\xbb\xbf \n<html><body>hello</body></html>",
    "a fragment of a web page": b"<script>alert(1)</script>",
    "a drawing that can run scripts": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "a RAR archive": b"Rar!\x1a\7\1\0" + bytes(100),
    "a 7z archive": b"7z\xbc\xaf\x27\x1c\0\4" + bytes(100),
    "a gzip archive": b"\x1f\x8b\x08\0\0\0\0\0\0\3" + bytes(100),
    "zeros": bytes(5000),
    "noise": bytes(range(256)) * 4,
    "a page that holds a PDF file": b"<html>\n" + b"%PDF-1.4\n%%EOF",
}


def reason(content: bytes, limits: Limits | None = None) -> Refusal:
    with pytest.raises(FileRefused) as refused:
        list(receive([content], limits or Limits(), keep_original=False).content)
    return refused.value.reason


def test_an_empty_file_is_refused() -> None:
    assert reason(b"") is Refusal.EMPTY
    with pytest.raises(FileRefused):
        receive([b"", b""], Limits(), keep_original=False)


@pytest.mark.parametrize("what", HOSTILE)
def test_what_no_reporter_needs_to_send_is_refused(what: str) -> None:
    assert reason(HOSTILE[what]) is Refusal.KIND


@pytest.mark.parametrize("mime", SOUNDS_AND_FILMS)
def test_sounds_and_films_pass_as_they_are(mime: str) -> None:
    received = taken(SOUNDS_AND_FILMS[mime])
    assert received.kind == KINDS[mime]
    assert received.not_cleaned is NotCleaned.KIND
    assert b"".join(received.content) == SOUNDS_AND_FILMS[mime]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("Tôi muốn tố cáo.\r\n".encode(), TXT),
        ("Tôi muốn tố cáo.\r\n".encode("utf-16"), TXT),
        ("\ufeffTôi muốn tố cáo.\n".encode(), TXT),
        ("T\u00f4i".encode("cp1258"), TXT),
        (b'{"name": "value"}', TXT),
        (b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n", CSV),
    ],
)
def test_text_passes_and_hides_nothing(content: bytes, kind: object) -> None:
    received = taken(content)
    assert received.kind == kind
    assert received.not_cleaned is None
    assert b"".join(received.content) == content


def test_a_file_that_only_begins_as_text_is_refused() -> None:
    assert reason(b"innocent words\n" * 10_000 + jpeg()) is Refusal.KIND


def test_a_message_passes_with_its_headers() -> None:
    received = taken(b"From: a@example.vn\r\nTo: b@example.vn\r\nSubject: x\r\n\r\nhello\r\n")
    assert received.kind == EML
    assert received.not_cleaned is NotCleaned.KIND


def test_groups_that_are_not_welcome_are_refused() -> None:
    limits = Limits(groups=frozenset({Group.IMAGE}))
    assert receive([jpeg()], limits, keep_original=False).kind == JPEG
    assert reason(MP4, limits) is Refusal.KIND
    assert reason(docx(), limits) is Refusal.KIND


@trials(max_examples=8)
@given(cuts=st.lists(st.integers(0, 3000), max_size=8))
def test_how_a_file_is_cut_into_pieces_makes_no_difference(cuts: list[int]) -> None:
    content = jpeg()
    ends = sorted({min(cut, len(content)) for cut in cuts} | {0, len(content)})
    pieces = [content[a:b] for a, b in pairwise(ends)]
    received = receive(pieces, Limits(), keep_original=True)
    assert received.original == content
    assert b"".join(received.content) == b"".join(taken(content).content)


@trials(max_examples=20)
@given(
    content=st.one_of(
        st.binary(min_size=1, max_size=2000),
        st.builds(
            lambda start, rest: start + rest,
            st.sampled_from(STARTS),
            st.binary(max_size=2000),
        ),
        st.builds(
            lambda at, new: A_LETTER[:at] + new + A_LETTER[at:],
            st.integers(0, 4000),
            st.binary(min_size=1, max_size=4),
        ),
    )
)
def test_whatever_comes_is_received_or_refused(content: bytes) -> None:
    try:
        received = taken(content)
        list(received.content)
    except FileRefused as error:
        refused = error
    else:
        assert isinstance(received, Received)
        return
    assert str(refused) == refused.reason.value  # and nothing of the file


def test_a_polyglot_loses_its_second_face() -> None:
    both = jpeg() + docx()
    received = taken(both)
    assert received.kind == JPEG
    content = b"".join(received.content)
    assert b"PK\x03\x04" not in content
    assert PLANTED not in content


def test_a_large_file_of_a_cleanable_kind_passes_uncleaned_and_says_so() -> None:
    content = encoded(picture((400, 400)), "BMP")
    limits = Limits(most_cleaned_bytes=100_000)
    pieces = [content[at : at + 10_000] for at in range(0, len(content), 10_000)]
    received = receive(iter(pieces), limits, keep_original=True)
    assert received.kind.mime == "image/bmp"
    assert received.not_cleaned is NotCleaned.TOO_LARGE
    assert received.original is None
    assert b"".join(received.content) == content


def test_a_small_file_above_the_limit_of_cleaning_passes_uncleaned() -> None:
    received = receive([jpeg()], Limits(most_cleaned_bytes=100), keep_original=False)
    assert received.not_cleaned is NotCleaned.TOO_LARGE
    assert b"".join(received.content) == jpeg()


@pytest.mark.parametrize("make", [docx, xlsx, pptx, odf])
def test_a_large_office_file_passes_uncleaned_by_what_its_head_shows(
    make: Callable[[], bytes],
) -> None:
    content = make()
    received = receive([content], Limits(most_cleaned_bytes=1000), keep_original=False)
    assert received.kind == taken(content).kind
    assert received.not_cleaned is NotCleaned.TOO_LARGE
    assert b"".join(received.content) == content


def test_a_large_archive_that_cannot_be_judged_is_refused() -> None:
    assert reason(b"PK\x03\x04" + bytes(50_000), Limits(most_cleaned_bytes=1000)) is Refusal.KIND


def test_a_file_above_the_limit_is_refused_midway() -> None:
    received = receive([MP4, bytes(1000), bytes(1000)], Limits(most_bytes=1500), keep_original=True)
    got = b""
    with pytest.raises(FileRefused) as refused:
        for piece in received.content:
            got += piece
    assert refused.value.reason is Refusal.TOO_LARGE
    assert len(got) <= 1500
    assert reason(jpeg(), Limits(most_bytes=100)) is Refusal.TOO_LARGE


def test_a_connection_that_breaks_is_not_the_files_fault() -> None:
    def broken() -> Iterator[bytes]:
        yield jpeg()
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        receive(broken(), Limits(), keep_original=False)


def in_new_process(code: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=120
    )
    answer: dict[str, int] = json.loads(done.stdout)
    return answer


def test_a_film_streams_in_constant_memory() -> None:
    code = f"""
import json, resource
from cleaning import Limits, receive
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
film = ({MP4!r} if n == 0 else bytes(256 * 1024) for n in range(257))
received = receive(film, Limits(), keep_original=True)
before = peak()
size = sum(len(piece) for piece in received.content)
print(json.dumps({{"size": size, "grown": peak() - before}}))
"""
    answer = in_new_process(code)
    assert answer["size"] > 64 * 1024 * 1024
    assert answer["grown"] < 4 * 1024  # KiB


def test_nothing_is_written_to_a_file() -> None:
    code = """
import json, os, sys
from cleaning import Limits, receive
from tests.cleaning.documents import docx
from tests.cleaning.kit import jpeg
written = []
def watch(event, args):
    named = event == "open" and isinstance(args[0], str) and args[0] != os.devnull
    if named and args[2] & (os.O_WRONLY | os.O_RDWR):
        written.append(args[0])
    if event in {"os.mkdir", "os.rename", "tempfile.mkstemp", "tempfile.mkdtemp"}:
        written.append(event)
sys.addaudithook(watch)
for content in (jpeg(), docx(), b"text"):
    list(receive([content], Limits(), keep_original=True).content)
print(json.dumps({"written": len(written)}))
"""
    assert in_new_process(code) == {"written": 0}
