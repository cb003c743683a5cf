"""A round through every page of the desk that somebody can reach from their first one."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from tests.browser.visit import Visit

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")
_STEP = re.compile(r"(?<=/buoc/)[a-z_.]+")
#: What would end the round, or is no page.
_LEFT_OUT = re.compile(r"/dang-xuat|/dang-nhap|/tep/\*$|/hinh/|\.[a-z]+$")


@dataclass
class DeskRound:
    """Somebody signed in who follows every link once: of pages that only differ in whose, one."""

    visit: Visit
    seen: set[str] = field(default_factory=set)

    def sign_in(self, login: str, password: str, code: str) -> None:
        """Sign in with password and one-time code."""
        page = self.visit.page
        self.visit.go("/dang-nhap")
        page.fill("#login", login)
        page.fill("#password", password)
        self.visit.click(page.locator('main button[type="submit"]').first)
        page.fill("#code", code)
        self.visit.click(page.locator('main button[type="submit"]').first)

    def everything(self, prefix: str) -> Iterator[str]:
        """Look at every page in one language, with its address for a name."""
        waiting = deque([f"{self.visit.address}{prefix}/", *self._links(prefix)])
        while waiting:
            address = waiting.popleft()
            name = _name(address)
            if name in self.seen:
                continue
            self.seen.add(name)
            self.visit.page.goto(address)
            yield name
            waiting.extend(self._links(prefix))

    def _links(self, prefix: str) -> list[str]:
        hrefs = self.visit.page.eval_on_selector_all(
            "a[href]", "all => all.map(each => each.getAttribute('href'))"
        )
        found = (urljoin(self.visit.page.url, href).split("#")[0] for href in hrefs)
        return [each for each in found if self._belongs(each, prefix)]

    def _belongs(self, address: str, prefix: str) -> bool:
        if not address.startswith(f"{self.visit.address}/"):
            return False
        path = urlsplit(address).path
        english = path == "/en" or path.startswith("/en/")
        return english == bool(prefix) and not _LEFT_OUT.search(_name(address))


def _name(address: str) -> str:
    return _STEP.sub("*", _ID.sub("*", urlsplit(address).path))
