"""Pasted text becomes plain, and nothing that somebody wrote is lost on the way."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text import LONGEST, folded, one_line, plain

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize(
    ("pasted", "left"),
    [
        ("<p class='x'>Một</p><p>Hai</p>", "Một\nHai"),
        ("Ông <b>A</b> đòi <i>tiền</i>", "Ông A đòi tiền"),
        ("<script>alert(1)</script>xin", "alert(1)xin"),
        ("Xem <a href='https://x.vn'>đây</a>", "Xem đây"),
    ],
)
def test_markup_is_reduced_to_its_text(pasted: str, left: str) -> None:
    assert plain(pasted) == left


@pytest.mark.parametrize(
    "text",
    [
        "dưới <hai mươi triệu, ông ấy & tôi đều biết",
        "a<b and c>d & e",
        "lương <5 triệu, >3 người",
        "&lt;b&gt; viết như thế này",
        "A&B; C&amp;D",
        "<!-- không phải lời bình",
        "tôi <3 Huế",
    ],
)
def test_what_only_looks_like_markup_is_kept_whole(text: str) -> None:
    assert plain(text) == text


def test_a_tag_does_not_make_other_signs_disappear() -> None:
    assert plain("<b>đòi</b> <hai mươi triệu & hơn") == "đòi <hai mươi triệu & hơn"


def test_text_is_brought_into_one_spelling() -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Văn Ước")
    assert plain(decomposed) == "Nguyễn Văn Ước"
    assert plain("một\r\nhai\rba\u2028bốn") == "một\nhai\nba\nbốn"
    assert one_line("  một \n\t hai ") == "một hai"
    assert folded("Đường Lê Lợi") == "duong le loi"


def test_direction_tricks_and_unseen_characters_go() -> None:
    assert plain(f"50{BIDI}000\u200b đồng\x00\x1b[31m\ufeff") == "50000 đồng[31m"


@given(st.text(alphabet=st.characters(), max_size=400))
def test_whatever_is_typed_comes_out_without_what_could_mislead(text: str) -> None:
    out = plain(text)
    assert unicodedata.is_normalized("NFC", out)
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in out)
    assert not set(out) & set(BIDI)
    out.encode()


@given(st.text(alphabet="<>&=/ab \"'!-", max_size=60))
def test_every_letter_outside_of_a_tag_survives(text: str) -> None:
    marked = f"đầu {text} cuối"
    assert plain(marked).startswith("đầu")
    assert "cuối" in plain(marked) or "=" in text


def test_every_plane_of_unicode_passes() -> None:
    for plane in range(0, sys.maxunicode, 0x10000):
        plain("".join(chr(plane + step) for step in range(0x21, 0x400)))


def test_a_text_beyond_the_limit_is_not_looked_at_further() -> None:
    assert len(plain("a" * (LONGEST + 5))) == LONGEST


@pytest.mark.parametrize("text", ["<" + "a" * 49_990, "<a" * 24_000, "</" + "a " * 24_000])
def test_letters_behind_a_sign_cost_no_more_than_other_letters(text: str) -> None:
    assert plain(text) == text.strip()  # quadratic, this would take half a minute
