"""Administration under test: an instance of its own, an administrator at work, reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import desk.app
from records.settings import Settings
from records.staff import Role
from records.work import Store, open_store, writing
from rules.book import Rules
from tests.conftest import plan
from tests.custodians import confirmed
from tests.desk import case_kit
from tests.desk.desk_kit import Colleague, at_work, employ
from tests.web.conftest import GENEROUS
from triage import keyring
from triage.casefile import OpenCase
from triage.founding import found
from web.app import Parts


@dataclass
class City:
    """A founded instance, its desk and its administrator."""

    settings: Settings
    parts: Parts
    desk: Flask
    admin: Colleague

    @property
    def store(self) -> Store:
        return self.parts.store

    def employ(self, login: str, unit: str, role: Role) -> Colleague:
        return employ(self.store, self.parts.promise_key, login, unit, role)

    def confirm(self, *custodians: Colleague) -> None:
        """Admit custodians, as is done on the machine."""
        with writing(self.store) as work:
            confirmed(work, self.parts.promise_key, {each.id: each.seed for each in custodians})

    def browser(self, person: Colleague | None = None) -> FlaskClient:
        return at_work(self.desk, self.store, person or self.admin)

    def file(self, today: date | None = None) -> OpenCase:
        parts = self.parts
        return case_kit.file(parts.store, parts.rules, parts.promise_key, today=today).case


@pytest.fixture
def city(tmp_path: Path, law: Rules, cheap_passwords: None) -> Iterator[City]:  # noqa: ARG001
    """An instance that one test may turn inside out."""
    settings = Settings.read(home=tmp_path / "home")
    found(settings, plan(), lambda _words: None)
    store = open_store(settings)
    key = keyring.read_key(settings, keyring.PROMISE_KEY)
    parts = Parts(store, law, key, GENEROUS)
    admin = employ(store, key, "quan_tri_hai", "van_phong_ubnd", Role.ADMINISTRATOR)
    yield City(settings, parts, desk.app.create(parts), admin)
    store.engine.dispose()


def token(page: str) -> str:
    """Return the token of forms that a page holds."""
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def send(browser: FlaskClient, address: str, **given: object) -> TestResponse:
    """Send a form of the page at that address, as a browser would."""
    fields = {"csrf_token": token(browser.get(address).text), **given}
    return browser.post(address, data=fields)
