"""A founded instance with custodians, and a report to file."""

from dataclasses import dataclass
from datetime import date

import pytest

from ledger.note import Signer
from records.settings import Settings
from records.staff import Role
from records.work import Store, writing
from rules import load
from rules.book import Rules
from tests.conftest import FOUNDED_ON
from tests.custodians import confirmed
from triage import admission, keyring, staffing
from triage.admission import Admitted
from triage.staffing import Person
from triage.submission import Submission

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="session")
def law() -> Rules:
    return load()


@dataclass(frozen=True)
class House:
    """An opened instance and what acts need."""

    store: Store
    rules: Rules
    key: Signer

    def file(self, submission: Submission, today: date = TODAY) -> Admitted:
        """File a report as a view does."""
        with writing(self.store) as work:
            case = admission.new_case()
            return admission.admit(work, self.rules, self.key, case, submission, today)


@pytest.fixture
def house(store: Store, settings: Settings, law: Rules) -> House:
    """An instance without custodians."""
    return House(store, law, keyring.read_key(settings, keyring.PROMISE_KEY))


@pytest.fixture
def guarded(house: House) -> House:
    """The same with three custodians."""
    with writing(house.store) as work:
        seeds = {}
        for number in range(3):
            person = Person(
                f"giu_khoa_{number}", "Người Giữ Khóa", "thanh_tra", Role.CUSTODIAN, "mật khẩu dài!"
            )
            seeds[staffing.appoint(work, person, house.key, FOUNDED_ON)] = person.seed
        confirmed(work, house.key, seeds)
    return house
