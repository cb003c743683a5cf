"""Figures of money and land are read exactly or not at all, and shown as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import figures


@pytest.mark.parametrize(
    ("text", "vnd"),
    [
        ("0", 0),
        ("12500000", 12_500_000),
        ("12.500.000", 12_500_000),
        ("12 500 000", 12_500_000),
        ("12,500,000", 12_500_000),
        ("12,500", 12_500),
        (" 12.500.000 đồng ", 12_500_000),
        ("12.500.000đ", 12_500_000),
        ("12.500.000 VND", 12_500_000),
        ("12,5 triệu", 12_500_000),
        ("12,5 triệu đồng", 12_500_000),
        ("1,234567 tỷ", 1_234_567_000),
        ("0,1 tỉ", 100_000_000),
        ("1.000.000.000.000.000", 10**15),
    ],
)
def test_money_is_read_as_officials_write_it(text: str, vnd: int) -> None:
    assert figures.money(text) == vnd


@pytest.mark.parametrize(
    "text",
    [
        *("", "-1", "−5.000", "1.000.000.000.000.001", "12,5", "12.5", "1.23.456", "1.2345"),
        *("0,0000001 triệu", "1e9", "NaN", "mười triệu", "12 triệu rưỡi", "5 triệu 200", "1..0"),
        *("1.000,50", "1,000.50", "$5"),
    ],
)
def test_what_is_no_whole_sum_or_can_be_read_in_two_ways_is_not_read(text: str) -> None:
    assert figures.money(text) is None


@pytest.mark.parametrize(
    ("text", "square_metres"),
    [
        ("0", "0"),
        ("120", "120"),
        ("1.234,5", "1234.5"),
        ("1234,56 m2", "1234.56"),
        ("1234.5 m²", "1234.5"),
        ("1.234", "1234"),
        ("0,12 ha", "1200"),
        ("1,234567 ha", "12345.67"),
        ("10.000.000.000", "10000000000"),
    ],
)
def test_land_is_read_in_square_metres_and_hectares(text: str, square_metres: str) -> None:
    found = figures.land(text)
    assert found is not None
    assert figures.stored(found) == square_metres


@pytest.mark.parametrize("text", ["", "-1", "1,234", "1,2345 m2", "10.000.000.001", "2 sào", "NaN"])
def test_what_is_no_area_is_not_read(text: str) -> None:
    assert figures.land(text) is None


def test_figures_are_shown_in_the_way_of_each_language() -> None:
    money, land = figures.money_line(Decimal(12_500_000)), figures.land_line(Decimal("1234.5"))
    assert (money.vi, money.en) == ("12.500.000 đồng", "12,500,000 VND")
    assert (land.vi, land.en) == ("1.234,5 m²", "1,234.5 m²")
    assert figures.land_line(Decimal(0)).vi == "0 m²"


@given(st.integers(0, 10**15))
def test_what_is_shown_is_read_back_as_the_same(vnd: int) -> None:
    line = figures.money_line(Decimal(vnd))
    assert figures.money(line.vi) == figures.money(line.en) == vnd
    assert figures.stored(Decimal(vnd)) == str(vnd)


@given(st.decimals(0, 10**10, places=2))
def test_an_area_that_is_shown_is_read_back_as_the_same(area: Decimal) -> None:
    assert figures.land(figures.land_line(area).vi) == area
    assert Decimal(figures.stored(area)) == area
