"""Every page of the citizens' side by the rules of WCAG 2.2, on a phone and on a desk."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from tests.browser.conftest import visiting
from tests.browser.rounds import Round
from tests.browser.visit import Visit

pytestmark = pytest.mark.xdist_group("browser")

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "resultTypes": ["violations"],
    "preload": False,
}
_RUN = "async rules => (await axe.run(rules)).violations"
_DESK, _PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
#: What a page of 1280 pixels is at a zoom of 400 % (WCAG 1.4.10).
_ZOOMED = {"width": 320, "height": 640}


def faults(page: Page, name: str) -> list[str]:
    """Return what axe finds wrong with the page that is shown, and what does not fit its width."""
    found = []
    page.evaluate(AXE_SCRIPT)
    for size in (_DESK, _PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for rule in page.evaluate(_RUN, _RULES):
            places = [node["html"][:160] for node in rule["nodes"]]
            found.append(f"{name}, {size['width']} px: {rule['id']}, {rule['help']}: {places}")
    page.set_viewport_size(_ZOOMED)  # type: ignore[arg-type]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        found.append(f"{name}: {wide} px too wide for {_ZOOMED['width']} px")
    return found


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["vi", "en"])
def test_no_page_shuts_anybody_out(browser: Browser, address: str, prefix: str) -> None:
    with visiting(browser, address, script=True) as visit:
        tour = Round(visit, prefix)
        found = [fault for name in tour.everything() for fault in faults(visit.page, name)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["vi", "en"])
def test_no_page_that_asks_to_wait_shuts_anybody_out(
    browser: Browser, crowded: str, overrun: str, prefix: str
) -> None:
    found: list[str] = []
    with visiting(browser, overrun, script=True) as visit:
        for _ in range(2):
            visit.go(f"{prefix}/")
        found += waits(visit, "wait to look")
    with visiting(browser, crowded, script=True) as visit:
        tour = Round(visit, prefix)
        letters = {"wait to send": "", "wait with too much to carry": "a" * 600_000}
        for name, story in letters.items():
            for _ in range(2):
                tour.open("/gui-nhanh")
                visit.page.fill("#story", story)
                tour.submit()
            found += waits(visit, name)
        for _ in range(2):
            tour.open("/gui/loai")
            visit.page.locator('input[name="intent"]').first.check()
            tour.submit()
            tour.open("/gui/tep")
            tour.submit()
        found += waits(visit, "wait to send files")
    assert not found, "\n".join(found)


def waits(visit: Visit, name: str) -> list[str]:
    """Return what is wrong with a page that asks to wait."""
    assert visit.heading in {"Xin ông, bà chờ trong giây lát", "Please wait a moment"}
    return faults(visit.page, name)
