"""Every page of the desk by the rules of WCAG 2.2, as everybody who works in the demo city."""

import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser

import desk.app
from demo import ground
from demo.people import ADMINISTRATOR, STAFF, Employee
from records.staff import Role
from tests.browser.conftest import serving, visiting
from tests.browser.desk_rounds import DeskRound
from tests.browser.test_accessibility import faults
from tests.demo.conftest import Town, town
from tests.web.conftest import GENEROUS
from web.app import Parts

pytestmark = pytest.mark.xdist_group("browser")
__all__ = ["town"]
#: The first person of each role.
EACH_ROLE = list({each.role: each for each in reversed((*STAFF, ADMINISTRATOR))}.values())
#: What even those see who read no case.
_AT_LEAST = frozenset({"/", "/tai-khoan"})
#: And what those must come to whose whole work is there; whoever acts, to the form of a step.
_DOSSIERS = frozenset({"/ho-so-chuyen", "/ho-so-chuyen/*"})
_STEPS = _DOSSIERS | {"/ho-so-chuyen/*/buoc/*"}
_OF_ROLE = {
    Role.POLICE_LIAISON: _STEPS,
    Role.PROTECTION_OFFICER: _STEPS,
    Role.PROCURACY_LIAISON: _DOSSIERS,
}


@pytest.fixture(scope="package")
def desk_address(town: Town) -> Iterator[str]:
    with serving(desk.app.create(Parts(town.store, town.law, town.key, GENEROUS))) as served:
        yield served


@pytest.mark.parametrize("person", EACH_ROLE, ids=lambda each: each.role)
def test_no_page_of_the_desk_shuts_anybody_out(
    browser: Browser, desk_address: str, town: Town, person: Employee
) -> None:
    with visiting(browser, desk_address, script=True) as visit:
        tour = DeskRound(visit)
        code = pyotp.TOTP(ground.read_secret(town.settings)).at(int(time.time()))
        tour.sign_in(person.login, town.built.door.password, code)
        found = [
            fault
            for prefix in ("", "/en")
            for name in tour.everything(prefix)
            for fault in faults(visit.page, name)
        ]
        assert tour.seen >= _AT_LEAST | _OF_ROLE.get(person.role, frozenset())
    assert not found, "\n".join(found)
    assert not visit.complaints
