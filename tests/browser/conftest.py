"""A live server and one Chromium for all tests that need a real browser.

Without Chromium they are skipped; DANGVAN_TEST_ALL=1 makes that a failure. Every module marks its
tests with `xdist_group("browser")`, so that one worker starts one browser; until pytest-xdist knows
pytest 9.2 (its issue 1386) that does nothing, and each worker starts its own.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

import desk.app
import intake.app
from ledger.note import Signer
from records.settings import Settings
from records.staff import Role
from records.work import Store, writing
from rules.book import Rules
from tests.browser.calendar import Calendar
from tests.browser.officer import Officer
from tests.browser.visit import Visit
from tests.custodians import signed
from tests.desk.desk_kit import PASSWORD, employ
from tests.tools import program
from tests.web.conftest import GENEROUS, founded, instance, law, promise_key
from web import clock
from web.app import Parts

__all__ = ["founded", "instance", "law", "promise_key"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asked for, nothing would leave this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
#: Milliseconds for which a browser may think, on a machine with much else to do.
_PATIENCE = 15_000
NEWS = "Tin tức hôm nay"


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application, and yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium as this machine has it; it ends with the package, and its event loop with it."""
    path = program(*_NAMES, package="chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def news() -> Iterator[str]:
    """The neutral site that the quick exit leads to, under another name than ours."""
    app = Flask("news")
    app.add_url_rule("/", "news", lambda: f"<title>{NEWS}</title><h1>{NEWS}</h1>")
    with serving(app) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="package")
def site_parts(
    instance: Store, law: Rules, promise_key: Signer, news: str, founded: Settings
) -> Parts:
    site = GENEROUS.model_copy(update={"neutral_site": news, "files_most": 4, "file_most_mib": 1})
    return Parts(instance, law, promise_key, site, founded.keys)


@pytest.fixture(scope="package")
def address(site_parts: Parts) -> Iterator[str]:
    """The address of the citizens' side."""
    with serving(intake.app.create(site_parts)) as served:
        yield served


@pytest.fixture(scope="package")
def city(site_parts: Parts) -> Iterator[str]:
    """The address of both sides on one machine: the citizens at /, the staff at /desk."""
    both = Flask("both")
    both.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        intake.app.create(site_parts), {"/desk": desk.app.create(site_parts)}
    )
    with serving(both) as served:
        yield served


@pytest.fixture(scope="package")
def crowded(site_parts: Parts) -> Iterator[str]:
    """The address of the citizens' side where everything but looking has to wait from the second
    time on.
    """
    few = {f"limit_{scope}": "1 per hour" for scope in ("filing", "receipt", "upload")}
    parts = replace(site_parts, site=site_parts.site.model_copy(update=few))
    with serving(intake.app.create(parts)) as served:
        yield served


@pytest.fixture(scope="package")
def overrun(site_parts: Parts) -> Iterator[str]:
    """The address of the citizens' side where even looking has to wait from the second time on."""
    parts = replace(
        site_parts, site=site_parts.site.model_copy(update={"limit_page": "1 per hour"})
    )
    with serving(intake.app.create(parts)) as served:
        yield served


@contextmanager
def visiting(browser: Browser, address: str, neutral: str = "", *, script: bool) -> Iterator[Visit]:
    """Open a window of its own, as private as a browser's private windows."""
    context = browser.new_context(java_script_enabled=script, accept_downloads=True)
    context.set_default_timeout(_PATIENCE)
    yield Visit(context.new_page(), address, neutral)
    context.close()


@pytest.fixture
def visit(browser: Browser, address: str, news: str) -> Iterator[Visit]:
    """A visit without scripts, as with Tor Browser's safest setting."""
    with visiting(browser, address, f"{news}/", script=False) as opened:
        yield opened


@pytest.fixture
def scripted(browser: Browser, address: str, news: str) -> Iterator[Visit]:
    """A visit with scripts."""
    with visiting(browser, address, f"{news}/", script=True) as opened:
        yield opened


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    made = Calendar(clock.now)
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def officer(
    browser: Browser, city: str, instance: Store, promise_key: Signer
) -> Iterator[Callable[..., Officer]]:
    """Appoint people, who come to work, each in a window of their own."""
    with ExitStack() as windows:

        def come(login: str, role: Role = Role.INSPECTOR, unit: str = "thanh_tra") -> Officer:
            person = employ(instance, promise_key, login, unit, role)
            window = windows.enter_context(visiting(browser, city, script=False))
            made = Officer(window, login, PASSWORD, person.id.hex)
            made.come()
            if role is Role.CUSTODIAN:
                window.go("/desk/nguoi-giu-khoa")
                window.press("Trình khóa của tôi")
                with writing(instance) as work:
                    signed(work, promise_key, person.id)
            return made

        yield come


@pytest.fixture
def citizen(browser: Browser, city: str) -> Iterator[Visit]:
    with visiting(browser, city, script=False) as window:
        yield window
