"""Words are found with or without diacritics, and shown where they stand."""

import pytest

from triage.finding import Query, snippet


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("hối lộ", "Có dấu hiệu hối lộ ở quầy", True),
        ("hoi lo", "Có dấu hiệu hối lộ ở quầy", True),
        ("hối lộ", "co dau hieu hoi lo o quay", True),
        ("HỐI lộ", "Hối Lộ", True),
        ("đất", "hồ sơ đất", True),
        ("đất", "ho so dat", True),
        ("vòi", "đi với tôi", False),
        ("vòi", "cán bộ vòi tiền", True),
        ("hòa", "ông Hoà", True),
        ("dat", "đất đai", True),
        ("đ", "d", True),
        ("da", "đang", False),
        ("lộ đất", "lộ", False),
        ("lộ đất", "đất thì lộ", True),
        ("...", "bất cứ", False),
    ],
)
def test_a_word_is_found_as_it_was_typed_or_wherever_diacritics_are_left_out(
    query: str,
    text: str,
    found: bool,  # noqa: FBT001
) -> None:
    assert bool(Query.of(query).find(text)) is found


def test_what_was_found_is_marked_in_its_surroundings() -> None:
    text = "đầu " * 60 + "ở quầy đòi hối lộ hai lần " + "cuối " * 60
    pieces = snippet(text, Query.of("hoi lo").find(text))
    assert [each.text for each in pieces if each.marked] == ["hối", "lộ"]
    shown = "".join(each.text for each in pieces)
    assert shown.startswith("… đầu")
    assert shown.endswith("cuối …")
    assert len(shown) < 250


def test_a_short_text_is_shown_whole() -> None:
    pieces = snippet("hối lộ", Query.of("lo").find("hối lộ"))
    assert "".join(each.text for each in pieces) == "hối lộ"
