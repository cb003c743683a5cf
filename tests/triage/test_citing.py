"""A legal basis stands in words as legal texts of each language write it."""

import pytest

from rules.book import Rules
from triage.citing import in_full, in_words


@pytest.mark.parametrize(
    ("article", "vietnamese", "english"),
    [
        ("TC 40", "Điều 40 Luật Tố cáo", "Article 40 of the"),
        ("TC 24(1)", "khoản 1 Điều 24 Luật Tố cáo", "Article 24(1) of the"),
        (
            "31/2019 Art. 6(2)",
            "khoản 2 Điều 6 Nghị định số 31/2019/NĐ-CP",
            "(31/2019/NĐ-CP)",
        ),
        ("TC 24(1); TC 40", "Điều 24 Luật Tố cáo; Điều 40 Luật Tố cáo", "; Article 40"),
        ("TC", "Luật Tố cáo", "Law"),
    ],
)
def test_laws_and_places_are_said(law: Rules, article: str, vietnamese: str, english: str) -> None:
    assert vietnamese in in_words(law, article, "vi")
    assert english in in_words(law, article, "en")


def test_every_basis_of_the_rules_can_be_said(law: Rules) -> None:
    for table in law.tables():
        for row in table:
            article = getattr(row, "article", "")
            if article and article != "noi_bo":
                assert in_words(law, article, "vi") != article
                assert in_words(law, article, "en") != article


def test_the_decision_behind_an_entered_day_stays_as_it_was_written(law: Rules) -> None:
    assert in_words(law, "Quyết định 12 của Chủ tịch", "vi") == "Quyết định 12 của Chủ tịch"


@pytest.mark.parametrize(
    ("article", "said"),
    [
        ("TC 27(1)", "khoản 1 Điều 27 Luật Tố cáo số 25/2018/QH14"),
        ("TC 44(1)d", "điểm d khoản 1 Điều 44 Luật Tố cáo số 25/2018/QH14"),
        ("Plan II.4.c", "điểm c khoản 4 Mục II Kế hoạch số 232/KH-UBND"),
    ],
)
def test_letters_cite_a_law_with_its_number(law: Rules, article: str, said: str) -> None:
    assert [text for _law, text in in_full(law, article)] == [said]
