"""Phrases are marked where they stand, whatever letters, however they overlap."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.book import Rules
from tests.triage.conftest import TODAY
from triage import highlight, signs
from triage.highlight import Run

TEXT = "Đòi lót tay mười triệu"


def marked(text: str, *spans: tuple[int, int]) -> list[str]:
    return [run.text for run in highlight.cut(text, spans) if run.marked]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 3)], ["Đòi"]),
        ([(4, 11), (8, 16)], ["lót tay mười"]),
        ([(4, 11), (4, 7), (8, 11)], ["lót tay"]),
        ([(0, 3), (3, 7)], ["Đòi lót"]),
        ([(17, 90)], ["triệu"]),
        ([(-4, 3)], ["Đòi"]),
        ([(30, 40), (5, 5), (9, 4)], []),
        ([], []),
    ],
)
def test_phrases_that_meet_are_marked_as_one(
    spans: list[tuple[int, int]], expected: list[str]
) -> None:
    assert marked(TEXT, *spans) == expected


@given(st.text(), st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60))))
def test_nothing_of_the_text_is_lost_or_added(text: str, spans: list[tuple[int, int]]) -> None:
    runs = highlight.cut(text, spans)
    assert "".join(run.text for run in runs) == text
    assert all(run.text for run in runs)
    assert all(one.marked != two.marked for one, two in pairwise(runs))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_places_of_signs_fit_texts_with_diacritics(law: Rules, form: str) -> None:

    text = unicodedata.normalize(
        form, "Cán bộ địa chính đòi tôi lót tay mười triệu đồng mới ký giấy."
    )
    found = signs.find(law, text, TODAY)
    assert found.phrases
    for each in found.phrases:
        assert text[each.start : each.end] == each.text
    runs = highlight.cut(text, [(each.start, each.end) for each in found.phrases])
    assert Run(text, marked=False) not in runs
    assert "".join(run.text for run in runs) == text


def test_signs_come_back_as_they_were_sealed(law: Rules) -> None:
    found = signs.find(law, "Ông ấy đòi hối lộ 50 triệu đồng mới cấp sổ đỏ", TODAY)
    assert signs.Signs.from_json(found.to_json()) == found


def test_what_counted_for_an_article_is_told_once_for_each_concept() -> None:
    def phrase(start: int, text: str, concept: str, *articles: str) -> signs.Phrase:
        return signs.Phrase(start, start + len(text), text, concept, concept, concept, articles)

    found = signs.Signs(
        suspected=True,
        phrases=(
            phrase(0, "Phong bì", "money", "354", "364"),
            phrase(10, "ép", "force", "354"),
            phrase(20, "phong bì", "money", "354"),
            phrase(30, "tiền", "money", "354"),
            phrase(40, "đánh", "blow", "134"),
        ),
    )
    told = [(each.concept, each.start, texts) for each, texts in found.grounds_of("354")]
    assert told == [("money", 0, ("Phong bì", "tiền")), ("force", 10, ("ép",))]
    assert found.grounds_of("353") == ()
