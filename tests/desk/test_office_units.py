"""The page of the units: whose key is held by whom, and where cases lie locked."""

import pytest

from records.staff import Role
from tests.desk.case_kit import words
from tests.desk.office_kit import City, city
from triage import units
from web import clock

__all__ = ["city"]
UNITS = "/quan-tri/don-vi"


def test_cases_that_nobody_can_read_come_first(city: City) -> None:
    city.file()
    page = words(city.browser().get(UNITS).text)
    assert "Có hồ sơ chưa ai đọc được" in page
    assert "Chưa có ai: hồ sơ đang bị khóa" in page


def test_a_unit_shows_who_holds_its_key_and_who_waits_for_it(city: City) -> None:
    city.file()
    lan = city.employ("lan", "thanh_tra", Role.INSPECTOR)
    page = words(city.browser().get(UNITS).text)
    assert "Cán bộ lan" in page
    assert "Mọi đơn vị đang có hồ sơ đều có người giữ khóa" in page
    (unit,) = [
        each
        for each in units.overview(city.store, city.parts.rules, clock.today())
        if each.code == "thanh_tra"
    ]
    assert (unit.holders, unit.epoch, unit.open_cases) == (("Cán bộ lan",), 2, 1)
    assert str(lan.id) not in page


def test_every_unit_stands_below_its_superior_and_none_is_left_out(city: City) -> None:
    day = clock.today()
    rules = city.parts.rules
    found = [row.id for row, _ in units.tree(rules, day)]
    inside = {row.id for row in rules.units.all_on(day) if not row.outside and not row.collective}
    assert set(found) == inside
    assert len(found) == len(inside)
    depths = {row.id: depth for row, depth in units.tree(rules, day)}
    assert depths["so_tu_phap"] == depths["chu_tich_ubnd"] + 1


def test_many_cases_are_counted_no_further_than_needed(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "MOST_COUNTED", 1)
    city.file()
    city.file()
    city.file()
    assert "hơn 1" in words(city.browser().get(UNITS).text)
