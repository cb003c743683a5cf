"""Whatever happens in whatever order: exactly the one who asked opens an identity, in time only."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.staff import Role
from tests.triage.conftest import TODAY, House
from tests.triage.identity_kit import DAY, WANTED, Office, Thief, office
from tests.triage.keys_kit import appoint
from triage.casefile import OpenCase
from triage.identity_release import NoSuchRequest
from triage.lifecycle import NotAllowed

_ANSWER = _READ = 3  # days, as WANTED says
_NEEDED, _CUSTODIANS = 2, 3
assert WANTED["answer_time"] == "answer_3"
assert WANTED["reading_time"] == "reading_3"


@pytest.fixture
def here(house: House) -> Office:
    roles = [appoint(house, f"giu_{n}", "so_noi_vu", Role.CUSTODIAN) for n in range(3)]
    return office(house, roles)


@dataclass
class Model:
    """What should be so, by the plainest of rules."""

    day: date = TODAY
    asker: int | None = None
    answer_by: date = TODAY
    read_until: date | None = None
    agreed: set[int] = field(default_factory=set)
    declined: set[int] = field(default_factory=set)

    @property
    def open(self) -> bool:
        if self.asker is None:
            return False
        if self.read_until is not None:
            return self.day <= self.read_until
        hoped = _CUSTODIANS - len(self.declined)
        return self.day <= self.answer_by and hoped >= _NEEDED

    @property
    def reader(self) -> int | None:
        return self.asker if self.open and self.read_until is not None else None

    def ask(self, who: int) -> bool:
        if self.open:
            return False
        self.asker, self.answer_by, self.read_until = who, self.day + _ANSWER * DAY, None
        self.agreed, self.declined = set(), set()
        return True

    def answer(self, who: int, answers: set[int]) -> bool:
        if not self.open or self.read_until or who in self.agreed | self.declined:
            return False
        answers.add(who)
        if len(self.agreed) == _NEEDED:
            self.read_until = self.day + _READ * DAY
        return True


@dataclass
class Run:
    """A case of the office beside its model."""

    here: Office
    case: OpenCase
    model: Model = field(default_factory=Model)
    request: UUID = field(default_factory=lambda: UUID(int=0))

    def step(self, kind: str, who: int) -> None:
        here, model = self.here, self.model
        if kind == "ask":
            asker = (here.lan, here.minh)[who % 2]
            self._same(model.ask(who % 2), lambda: self._asked(here.ask(self.case, asker)))
        elif kind == "release":
            compared = here.fingerprint((here.lan, here.minh)[model.asker or 0])
            custodian = here.custodians[who]
            act = lambda: here.release(self.request, custodian, compared)  # noqa: E731
            self._same(model.answer(who, model.agreed), act)
        elif kind == "decline":
            custodian = here.custodians[who]
            act = lambda: here.decline(self.request, custodian)  # noqa: E731
            self._same(model.answer(who, model.declined), act)
        elif kind == "renew":
            here.give(self.case, f"Người Khác {who}")
            model.asker = None
        elif kind == "wait":
            here.day += (who + 1) * DAY
            model.day = here.day
        else:
            here.sweep()

    def _asked(self, request: UUID) -> None:
        self.request = request

    @staticmethod
    def _same(may: bool, act: Callable[[], None]) -> None:  # noqa: FBT001
        if may:
            act()
            return
        with pytest.raises((NotAllowed, NoSuchRequest)):
            act()

    def check(self) -> None:
        here, reader = self.here, self.model.reader
        for number, each in enumerate((here.lan, here.minh)):
            read = None
            with suppress(NotAllowed, NoSuchRequest):
                read = here.read(self.request, each)
            assert (read is not None) == (number == reader)
        here.sweep()
        thief = Thief(here.house, only=self.case.id)
        for number, each in enumerate((here.lan, here.minh)):
            assert bool(thief.identities(each.seed)) == (number == reader)
        for each in here.custodians:
            assert not thief.identities(each.seed)


STEPS = st.tuples(
    st.sampled_from(["ask", "ask", "release", "release", "release", "decline", "renew", "wait"]),
    st.integers(0, _CUSTODIANS - 1),
)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS | st.just(("sweep", 0)), min_size=3, max_size=10))
def test_exactly_the_one_who_asked_opens_it_within_the_time(
    here: Office, steps: list[tuple[str, int]]
) -> None:
    here.day = TODAY
    run = Run(here, here.file())
    for kind, who in [("ask", 0), *steps]:
        run.step(kind, who)
    run.check()
