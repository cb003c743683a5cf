"""Whatever people and cases go through, exactly those who may have a case hold what opens it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, make_url

from ledger.note import Signer
from records.settings import Settings
from records.staff import Role, Staff, StaffRole
from records.work import Store, open_store, reading, writing
from rules.book import Rules
from tests.conftest import Shown, plan
from tests.triage.conftest import TODAY, House
from tests.triage.everybody import Burglar
from tests.triage.keys_kit import PASSWORD, Member, admit, appoint, seed_of
from triage import keyring, leaving, membership, recovery, resealing, tracker
from triage.access import NoSuchCase, NotStaff
from triage.casefile import OpenCase
from triage.founding import found
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.membership import NotYours
from triage.standing import Tracker
from triage.submission import Submission
from vault.keys import KeyPair, Seed

UNITS = ("thanh_tra", "so_xay_dung")
REPORT = Submission(
    intent="phan_anh_tham_nhung", category="bribery", narrative="Cán bộ vòi tiền ở quầy."
)
#: The city may refuse any of these at any time; what is refused must leave all keys as they were.
REFUSALS = (NotStaff, BadInputs, NotAllowed, NotYours, NoSuchCase, leaving.NotHere)
NEVER = -1


@dataclass
class Person:
    """Somebody as they should be: where they read cases, where they hold the key."""

    id: UUID
    #: Every private key that they ever had in their hands: their own and units'.
    copies: set[Seed]
    seed: Seed
    roles: set[str]
    holds: set[str] = field(default_factory=set)
    #: When they last lost the key of a unit.
    lost: dict[str, int] = field(default_factory=dict)

    def lose(self, unit: str, now: int) -> None:
        if unit in self.holds:
            self.holds.remove(unit)
            self.lost[unit] = now

    @property
    def member(self) -> Member:
        return Member(self.id, self.seed)


@dataclass
class Matter:
    """A case as it should be."""

    case: OpenCase
    unit: str
    #: When its key was last sealed to whoever may have it.
    sealed: int
    kept_from: set[UUID] = field(default_factory=set)
    #: Those joined to it.
    joined: list["Matter"] = field(default_factory=list)

    def family(self) -> list["Matter"]:
        found = [self]
        for each in found:
            found += [more for more in each.joined if more not in found]
        return found


class City:
    """A city that acts, and beside it what should be the case."""

    def __init__(self, house: House, escrow: KeyPair) -> None:
        self.house, self.escrow, self.burglar = house, escrow, Burglar(house.store)
        self.people: list[Person] = []
        self.matters: list[Matter] = []
        self.now = 0
        self.names = count()

    def person(self, at: int) -> Person:
        return self.people[at % len(self.people)]

    def matter(self, at: int) -> Matter:
        return self.matters[at % len(self.matters)]

    def join(self, which: int, _who: int, _whom: int) -> None:
        unit = UNITS[which % 2]
        new = appoint(self.house, f"nguoi_{next(self.names)}", unit, Role.HEAD)
        person = Person(new.id, {new.seed}, new.seed, {unit})
        self.people.append(person)
        self._welcomed(unit)

    def join_also(self, which: int, who: int, _whom: int) -> None:
        person, unit = self.person(who), UNITS[which % 2]
        if unit in person.roles or not person.roles:
            return
        with writing(self.house.store) as work:
            work.session.add(StaffRole(staff_id=person.id, unit_code=unit, role=Role.HEAD))
            membership.welcome(work, unit, self.house.key, TODAY)
        person.roles.add(unit)
        self._welcomed(unit)

    def _welcomed(self, unit: str) -> None:
        """Let those who wait have the unit's key, if nobody has it."""
        here = [each for each in self.people if unit in each.roles]
        if not any(unit in each.holds for each in here):
            for each in here:
                each.holds.add(unit)

    def admit(self, which: int, who: int, whom: int) -> None:
        unit, new = UNITS[which % 2], self.person(whom)
        admit(self.house, self.person(who).member, unit, new.member)
        new.holds.add(unit)

    def leave(self, _which: int, who: int, _whom: int) -> None:
        person = self.person(who)
        with writing(self.house.store) as work:
            leaving.leave(work, person.id, self.house.key, TODAY)
        for unit in sorted(person.roles):
            self._went(person, unit)

    def leave_unit(self, which: int, who: int, _whom: int) -> None:
        person, unit = self.person(who), UNITS[which % 2]
        with writing(self.house.store) as work:
            leaving.leave_unit(work, person.id, unit, self.house.key, TODAY)
        self._went(person, unit)

    def _went(self, person: Person, unit: str) -> None:
        held = unit in person.holds
        person.roles.discard(unit)
        person.lose(unit, self.now)
        if held:
            self._welcomed(unit)

    def lose_password(self, _which: int, who: int, _whom: int) -> None:
        person = self.person(who)
        if not person.roles:
            return
        with writing(self.house.store) as work:
            recovery.renew_keys(work, person.id, PASSWORD + "!", self.house.key, TODAY)
        with reading(self.house.store) as work:
            person.seed = seed_of(work.session.get_one(Staff, person.id), PASSWORD + "!")
        person.copies.add(person.seed)
        for unit in sorted(person.holds):
            person.lose(unit, self.now)
            self._welcomed(unit)

    def file(self, _which: int, _who: int, _whom: int) -> None:
        case = self.house.file(REPORT).case
        self.matters.append(Matter(case, "thanh_tra", self.now))

    def _take(self, matter: Matter, who: Person, step: str, **entered: str) -> None:
        self._check_can_open(matter, who)
        with writing(self.house.store) as work:
            acting = Tracker(work, self.house.rules, self.house.key, TODAY)
            tracker.take(acting, matter.case, who.id, step, entered)

    def _check_can_open(self, matter: Matter, who: Person) -> None:
        if matter.case.id not in self.burglar.cases([who.seed]):
            raise NoSuchCase

    def recuse(self, which: int, who: int, whom: int) -> None:
        matter, person = self.matter(which), self.person(whom)
        entered = {"assignee": person.id.hex, "reason": "Là người thân"}
        self._take(matter, self.person(who), "person.recused", **entered)
        for each in self.matters:
            if matter in each.joined and matter.case.id != each.case.id:
                each.kept_from.add(person.id)
        self._kept_apart(matter, {person.id})

    def _kept_apart(self, matter: Matter, people: set[UUID]) -> None:
        family = matter.family()
        for each in family:
            people = people | each.kept_from
        for each in family:
            each.kept_from |= people
            each.sealed = self.now

    def transfer(self, which: int, who: int, _whom: int) -> None:
        matter, person = self.matter(which), self.person(who)
        to = UNITS[matter.unit == UNITS[0]]
        for step in ("case.registered", "case.transferred"):
            entered = {"unit": to, "basis": "TC 24(2)", "reason": "Đúng thẩm quyền"}
            try:
                self._take(matter, person, step, **(entered if "transferred" in step else {}))
            except NotAllowed:
                if step == "case.transferred":
                    raise
        matter.unit, matter.sealed = to, self.now

    def merge(self, which: int, who: int, whom: int) -> None:
        one, other, person = self.matter(which), self.matter(whom), self.person(who)
        for each in (one, other):
            self._check_can_open(each, person)
        with writing(self.house.store) as work:
            acting = Tracker(work, self.house.rules, self.house.key, TODAY)
            tracker.merge(acting, one.case, other.case, person.id, "Cùng nội dung")
        other.joined.append(one)
        self._kept_apart(other, set())

    def reseal(self, which: int, who: int, _whom: int) -> None:
        unit, person = UNITS[which % 2], self.person(who)
        with writing(self.house.store) as work:
            insider = person.member.at_work(self.house)
            here = membership.held_circle(work, insider, unit)
            resealing.reseal(work, insider, here, self.house.key, TODAY)

    def reseal_all(self) -> None:
        """Let everybody seal anew what they can."""
        for who in range(len(self.people)):
            for which in range(len(UNITS)):
                if UNITS[which] in self.people[who].holds:
                    self.reseal(which, who, 0)

    def recover(self) -> None:
        """Bring the escrow shares, for the sake of everybody who waits or holds."""
        for unit in UNITS:
            here = [person for person in self.people if unit in person.roles]
            for person in here:
                with writing(self.house.store) as work:
                    recovery.recover_unit(work, self.escrow, unit, person.id, self.house.key, TODAY)
                person.holds.add(unit)
            # A unit where nobody is left has nobody to seal its cases anew for.
            for matter in self.matters:
                if here and matter.unit == unit:
                    matter.sealed = self.now

    def may(self, person: Person, matter: Matter) -> bool:
        """Tell whether somebody is entitled to a case: by itself, or by one it was joined to."""
        by_itself = matter.unit in person.holds and person.id not in matter.kept_from
        return by_itself or any(
            self.may(person, each) for each in self.matters if matter in each.joined
        )

    def could_keep(self, person: Person, matter: Matter) -> bool:
        """Tell whether copies of old keys may still open a case: until it is sealed anew."""
        stale = matter.sealed <= person.lost.get(matter.unit, NEVER)
        by_itself = stale and person.id not in matter.kept_from
        return by_itself or any(
            self.could_keep(person, each) or self.may(person, each)
            for each in self.matters
            if matter in each.joined
        )

    def copy_keys(self) -> None:
        """Let everybody put aside every private key that they can get at today."""
        for person in self.people:
            person.copies |= self.burglar.private_keys([person.seed])

    def check(self) -> None:
        """Make sure that nobody opens what they may not; and the escrow, everything."""
        assert self.burglar.cases([self.escrow.seed]) >= {each.case.id for each in self.matters}
        for person in self.people:
            opens = self.burglar.cases([person.seed])
            kept = self.burglar.cases(person.copies)
            for matter in self.matters:
                if not self.may(person, matter):
                    assert matter.case.id not in opens
                    assert self.could_keep(person, matter) or matter.case.id not in kept

    def check_whole(self, *, after_recovery: bool) -> None:
        """Make sure that all who may have a case open it; or none, and then the escrow."""
        for matter in self.matters:
            able = {
                person.id
                for person in self.people
                if matter.case.id in self.burglar.cases([person.seed])
            }
            may = {person.id for person in self.people if self.may(person, matter)}
            assert able == may or (not able and not after_recovery)


@pytest.fixture
def fresh(
    settings: Settings,
    shown: Shown,
    law: Rules,
    cheap_passwords: None,  # noqa: ARG001
    request: pytest.FixtureRequest,
) -> Callable[[], Iterator[House]]:
    """Make copies of one founded instance, on either database."""
    found(settings, plan(), shown)
    numbers = count()
    key: Signer = keyring.read_key(settings, keyring.PROMISE_KEY)

    def copies() -> Iterator[House]:
        home = settings.home.with_name(f"copy-{next(numbers)}")
        shutil.copytree(settings.home, home)
        if settings.database.get_backend_name() == "sqlite":
            with _opened(Settings.read(home=home)) as store:
                yield House(store, law, key)
            return
        server = make_url(request.getfixturevalue("postgres_server"))
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        name, model = f"c_{settings.database.database}_{next(numbers)}", settings.database.database
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {model}")
        url = server.set(database=name).render_as_string(hide_password=False)
        with _opened(Settings.read(home=home, database_url=url)) as store:
            yield House(store, law, key)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()

    return copies


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings)
    try:
        yield store
    finally:
        store.engine.dispose()


ACTS = {
    "join": City.join,
    "join_also": City.join_also,
    "admit": City.admit,
    "leave": City.leave,
    "leave_unit": City.leave_unit,
    "lose_password": City.lose_password,
    "file": City.file,
    "recuse": City.recuse,
    "transfer": City.transfer,
    "merge": City.merge,
    "reseal": City.reseal,
}
NUMBER = st.integers(0, 5)
LIVES = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), NUMBER, NUMBER, NUMBER), max_size=14)
#: Two colleagues and one next door, a case with each of the two in reach: so acts find something.
BEGINNING = (
    ("join", 0, 0, 0),
    ("join", 0, 0, 0),
    ("admit", 0, 0, 1),
    ("join", 1, 0, 0),
    ("file", 0, 0, 0),
    ("file", 0, 0, 0),
)


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=LIVES)
@example(life=[("leave", 0, 0, 0), ("leave", 0, 1, 0)])
def test_exactly_the_entitled_open_a_case_whatever_happens(
    fresh: Callable[[], Iterator[House]],
    shown: Shown,
    life: list[tuple[str, int, int, int]],
) -> None:
    for house in fresh():
        with reading(house.store) as work:
            city = City(house, recovery.open_escrow(work, shown.words))
        for now, (name, *numbers) in enumerate([*BEGINNING, *life], 1):
            city.now = now
            try:
                ACTS[name](city, *numbers)
            except REFUSALS:
                assert now > len(BEGINNING)
            city.check()
            city.copy_keys()
        city.now += 1
        city.reseal_all()
        city.check()
        city.check_whole(after_recovery=False)
        city.recover()
        city.check()
        city.check_whole(after_recovery=True)
