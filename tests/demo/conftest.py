"""The demo city, built once for all its tests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

import pytest
from sqlalchemy import select

from commands.init import units_to_open
from demo import city
from demo.city import City
from ledger.note import Signer
from records.case import Case
from records.settings import Settings
from records.staff import Staff
from records.work import Store, opened, reading
from rules import load
from rules.book import Rules
from tests.conftest import CHEAP
from triage import access, keyring
from triage.access import Insider
from vault import password
from vault.context import Context, Purpose
from vault.keys import Seed

TODAY = date(2026, 11, 25)
_SEED = 32


@pytest.fixture(scope="session")
def law() -> Rules:
    return load()


@dataclass(frozen=True)
class Town:
    """A demo city that has been built, and what its tests look at."""

    settings: Settings
    store: Store
    law: Rules
    key: Signer
    built: City

    @cached_property
    def cases(self) -> list[Case]:
        with reading(self.store) as work:
            return list(work.session.scalars(select(Case)))

    def at_work(self, login: str) -> Insider:
        """Return somebody who has typed the password."""
        with reading(self.store) as work:
            row = work.session.execute(
                select(Staff.id, Staff.locked_seed).where(Staff.login == login)
            ).one()
            return access.insider(work, row.id, self._seed(row.id, row.locked_seed), TODAY)

    def _seed(self, staff_id: UUID, locked: bytes) -> Seed:
        context = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (staff_id.bytes,))
        opened = password.unlock(self.built.door.password, context, password.Locked(locked))
        return Seed(opened[:_SEED])


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, law: Rules) -> Iterator[Town]:
    settings = Settings.read(home=tmp_path_factory.mktemp("demo") / "home")
    lock = password.lock
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            password, "lock", lambda secret, context, data: lock(secret, context, data, CHEAP)
        )
        built = city.build(settings, law, units_to_open(law), TODAY, unseen)
    with opened(settings) as store:
        key = keyring.read_key(settings, keyring.PROMISE_KEY)
        yield Town(settings, store, law, key, built)


def unseen(steps: Iterator[object], _length: int, _label: str) -> Iterable[object]:
    return steps
