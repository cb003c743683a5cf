"""Sums of money are read however people write them, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import amounts
from triage.words import read


def largest(text: str) -> int | None:
    return max((each.vnd for each in amounts.find(read(text, {}, {}))), default=None)


@pytest.mark.parametrize(
    ("written", "vnd"),
    [
        ("2 củ", 2_000_000),
        ("5tr", 5_000_000),
        ("2tr5", 2_500_000),
        ("2 triệu rưỡi", 2_500_000),
        ("hai mươi triệu", 20_000_000),
        ("muoi hai trieu", 12_000_000),
        ("một trăm linh năm triệu", 105_000_000),
        ("3 chai", 3_000_000),
        ("50k", 50_000),
        ("1,2 tỷ", 1_200_000_000),
        ("1 tỷ 200 triệu", 1_200_000_000),
        ("một triệu hai trăm ngàn đồng", 1_200_000),
        ("nửa tỷ", 500_000_000),
        ("500.000đ", 500_000),
        ("4.800.000 đồng/tháng", 4_800_000),
        ("2,500,000", 2_500_000),
        ("6m dong", 6_000_000),
        ("six million dong", 6_000_000),
        ("180 million VND", 180_000_000),
        ("mấy chục triệu", 10_000_000),
        ("lần đầu 5 triệu, lần sau 20 triệu", 20_000_000),
    ],
)
def test_a_sum_is_read_as_it_is_meant(written: str, vnd: int) -> None:
    assert largest(f"Tôi đưa {written}.") == vnd


def test_a_sentence_without_diacritics_is_read_without_them() -> None:
    assert largest("toi dua 2 cu cho anh ay") == 2_000_000


@pytest.mark.parametrize(
    "text", ["", "3 chai bia", "2 cụ già", "năm 2021", "cao 6m", "số 1.204", "ba toi bi benh tim"]
)
def test_what_is_no_sum_is_none(text: str) -> None:
    assert largest(text) is None


@given(st.integers(1, 999), st.sampled_from([("k", 3), (" nghìn", 3), ("tr", 6), (" tỷ", 9)]))
def test_a_whole_number_of_a_unit_is_that_many(number: int, unit: tuple[str, int]) -> None:
    word, zeros = unit
    assert largest(f"đưa {number}{word} nhé") == number * 10**zeros


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    found = largest(text)
    assert found is None or found >= 0
