"""Who may go where in administration: others find nothing, and no page of it shows a case."""

import pytest

from records.staff import Role
from tests.desk.office_kit import City, city

__all__ = ["city"]
PAGES = {
    "/quan-tri/don-vi": {Role.ADMINISTRATOR},
    "/quan-tri/can-bo": {Role.ADMINISTRATOR},
    "/quan-tri/can-bo/bo-nhiem": {Role.ADMINISTRATOR},
    "/quan-tri/lich": {Role.ADMINISTRATOR},
    "/quan-tri/mau-tra-loi": {Role.ADMINISTRATOR, Role.HEAD},
    "/quan-tri/mau-tra-loi/moi": {Role.ADMINISTRATOR, Role.HEAD},
    "/quan-tri/suc-khoe": {Role.ADMINISTRATOR},
    "/quan-tri/quy-tac": {Role.ADMINISTRATOR, Role.HEAD, Role.INSPECTOR, Role.SUPERVISOR},
}


@pytest.mark.parametrize("role", sorted(Role))
def test_each_role_finds_its_pages_and_no_other(city: City, role: Role) -> None:
    browser = city.browser(city.employ("ai_do", "thanh_tra", role))
    for page, roles in PAGES.items():
        for language in ("", "/en"):
            expected = 200 if role in roles else 404
            assert browser.get(language + page).status_code == expected, page


def test_nobody_finds_anything_without_signing_in(city: City) -> None:
    for page in PAGES:
        assert city.desk.test_client().get(page).status_code in {303, 404}


def test_an_administrator_reaches_no_case(city: City) -> None:
    case = city.file()
    assert city.browser().get(f"/ho-so/{case.id}").status_code == 404
    for page in PAGES:
        assert str(case.id) not in city.browser().get(page).text
