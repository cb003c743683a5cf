"""The rules on screen: all of them, each with its basis; doubts first; nothing to change."""

import pytest

from records.staff import Role
from tests.desk.case_kit import words
from tests.desk.office_kit import City, city
from triage import rulebook
from triage.rulebook_words import GROUPS, TABLES_OF
from web import clock

__all__ = ["city"]
RULES = "/quan-tri/quy-tac"


def test_no_table_is_left_out(city: City) -> None:
    shown = [name for group in GROUPS for name in TABLES_OF[group]]
    assert sorted(shown) == sorted(table.name for table in city.parts.rules.tables())


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_group_is_shown_whole(city: City, group: str, language: str) -> None:
    answer = city.browser().get(f"{language}{RULES}?nhom={group}")
    assert answer.status_code == 200
    rows = rulebook.tables(city.parts.rules, group, clock.today(), unsure=False)
    for table in rows:
        for each in table.rows:
            assert f"<code>{each.row.id}</code>" in answer.text


def test_a_term_is_told_with_its_length_and_its_article(city: City) -> None:
    page = words(city.browser().get(f"{RULES}?nhom=terms").text)
    assert "thời hạn: 7 ngày làm việc" in page
    assert "khoản 1 Điều 24 Luật Tố cáo" in page
    assert "bắt đầu từ: " in page


def test_what_is_to_be_verified_can_be_seen_alone(city: City) -> None:
    rules = city.parts.rules
    doubtful = sum(each.unsure for each in rulebook.groups(rules))
    assert doubtful >= len(rules.to_verify())
    browser = city.browser()
    assert f"{doubtful} mục cần kiểm chứng" in words(browser.get(RULES).text)
    page = browser.get(f"{RULES}?nhom=routing&can=1").text
    assert "<code>city_head</code>" in page
    assert "<code>crime_tip_on_police</code>" not in page


def test_the_digest_tells_which_rules_these_are(city: City) -> None:
    assert city.parts.released.digest in city.browser().get(RULES).text


def test_whoever_works_by_the_rules_reads_them_and_nobody_changes_them(city: City) -> None:
    lan = city.employ("lan", "thanh_tra", Role.INSPECTOR)
    browser = city.browser(lan)
    assert browser.get(RULES).status_code == 200
    assert "<form" not in browser.get(RULES).text.split("<main", 1)[1]
    guard = city.employ("giu_mot", "thanh_tra", Role.CUSTODIAN)
    assert city.browser(guard).get(RULES).status_code == 404
