"""Founds the demo city and plays its year."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from demo import ground, identities, lives, timetable, year
from demo.people import ADMINISTRATOR, STAFF, Employee
from demo.stage import Played, Stage
from demo.timetable import Plan
from ledger.note import Signer
from records.errors import BadConfiguration
from records.settings import Settings
from records.staff import Role
from records.work import Store, Work, opened, writing
from rules.book import Rules
from triage import (
    access,
    certificate,
    circle,
    custodianship,
    factors,
    founding,
    keyring,
    membership,
    ownkey,
    signin,
    staffing,
)
from triage.factors import Factors
from triage.founding import Plan as FoundingPlan
from triage.signin import Unlocked
from triage.staffing import Person
from vault.keys import Seed
from vault.shares import Words

ORIGIN = "localhost/dangvan"
#: The law that the demo's cases are settled by; older law knows some of their steps not yet.
EARLIEST = date(2026, 8, 1)
#: What a reader would take for another character does not stand in a password.
_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
#: Days between the founding and the first report.
_QUIET = timedelta(days=7)
#: Wraps what takes long, and knows how much of it there is.
Progress = Callable[[Iterator[object], int, str], Iterable[object]]


@dataclass(frozen=True)
class Door:
    """How everybody gets in: one password, and one secret for the codes of all."""

    password: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True)
class City:
    """What whoever tries the city must know. Of all this only the secret of the codes is kept."""

    door: Door
    shares: tuple[Words, ...] = field(repr=False)
    #: Cases whose mailboxes are worth a look.
    mailboxes: tuple[Played, ...] = field(repr=False)


def build(
    settings: Settings, rules: Rules, units: tuple[str, ...], today: date, progress: Progress
) -> City:
    """Found a demo city in the home folder of `settings`, on what is embedded.

    Raises BadConfiguration where another database or store is set, or for a clock before EARLIEST.
    """
    if settings.database_url is not None or settings.blobs_url is not None:
        raise BadConfiguration(
            "The demo city lives in its own folder: unset DANGVAN_DATABASE_URL and "
            "DANGVAN_BLOBS_URL, or make a real instance with `dangvan init`."
        )
    if today < EARLIEST:
        raise BadConfiguration(
            f"The demo city lives by the law of {EARLIEST} and later, and this machine's clock "
            f"says {today}: set it right."
        )
    plans = timetable.plans(rules, lives.read(), timetable.reports(), today)
    founded_on = min(plan.filed for plan in plans) - _QUIET
    password = _password()
    shares: list[Words] = []
    decisions = FoundingPlan(
        origin=ORIGIN,
        escrow_needed=2,
        escrow_count=3,
        admin_login=ADMINISTRATOR.login,
        admin_name=ADMINISTRATOR.name,
        admin_unit=ADMINISTRATOR.unit,
        admin_password=password,
        units=units,
        today=founded_on,
    )
    founding.found(settings, decisions, shares.extend)
    door = Door(password, factors.new_secret())
    ground.keep_secret(settings, door.secret)
    key = keyring.read_key(settings, keyring.PROMISE_KEY)
    with opened(settings) as store:
        _hurry(store)
        people: dict[str, UUID] = {}
        seeds: dict[str, Seed] = {}
        hired = _hire(store, people, seeds, door, key, founded_on)
        for _ in progress(hired, len(STAFF) + 1, "Appointing the staff"):
            pass
        own = certificate.own(store, settings.keys, founded_on)
        stage = Stage(store, rules, key, people, seeds, own)
        played = year.play(stage, settings, plans, founded_on, today)
        for _ in progress(played, year.acts(plans), "Playing a year of cases"):
            pass
        identities.play(stage, seeds, today)
        return City(door, tuple(shares), tuple(_mailboxes(stage, plans)))


def _password() -> str:
    groups = ("".join(secrets.choice(_CHARACTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _hurry(store: Store) -> None:
    """Do not wait for the disk: a city whose building is interrupted is built anew."""
    connection = store.engine.raw_connection()
    connection.cursor().execute("PRAGMA synchronous = OFF")
    connection.close()


def _hire(  # noqa: PLR0913, PLR0917
    store: Store,
    people: dict[str, UUID],
    seeds: dict[str, Seed],
    door: Door,
    key: Signer,
    today: date,
) -> Iterator[Employee]:
    """Appoint everybody; the members of each unit hold its key before the first report comes."""
    for each in STAFF:
        person = Person(each.login, each.name, each.unit, each.role, door.password, settled=True)
        seeds[each.login] = person.seed
        with writing(store) as work:
            staff_id = people[each.login] = staffing.appoint(work, person, key, today)
            work.session.flush()
            unlocked = Unlocked(staff_id, each.login, person.seed, settled=True)
            signin.keep_factors(work, unlocked, Factors(door.secret))
        seeds[each.login] = person.seed
        yield each
    administrator = signin.unlock(store, ADMINISTRATOR.login, door.password)
    own = ownkey.drawn(administrator)
    locked = signin.locked(own, door.password)
    with writing(store) as work:
        ownkey.take(work, administrator, own)
        signin.settle(work, own, locked, Factors(door.secret), today, key)
    yield ADMINISTRATOR
    holders = [each for each in STAFF if circle.takes_key(each.role, each.unit)]
    with writing(store) as work:
        _confirm(work, people, seeds, key, today)
    for unit in dict.fromkeys(each.unit for each in holders):
        with writing(store) as work:
            members = [people[each.login] for each in holders if each.unit == unit]
            membership.begin_epoch_for(work, unit, members, key, today)


def _confirm(
    work: Work, people: Mapping[str, UUID], seeds: Mapping[str, Seed], key: Signer, today: date
) -> None:
    """Let the custodians show their keys, and confirm them as the operator does."""
    heard = {}
    for each in STAFF:
        if each.role is Role.CUSTODIAN:
            person = access.insider(work, people[each.login], seeds[each.login], today)
            custodianship.show(work, person, key, today)
            heard[person.id] = custodianship.own_fingerprint(person)
    custodianship.confirm(work, heard, key, today)


#: Kinds and states of the cases whose receipt codes are given away.
_SHOWN = (
    ("to_cao", "verifying"),
    ("to_cao", "published"),
    ("tt_to_cao", "awaiting_signature"),
    ("kien_nghi_phan_anh", "settled"),
    ("bao_ve", "classified"),
    ("khac", "handling"),
)


def _mailboxes(stage: Stage, plans: Iterable[Plan]) -> Iterator[Played]:
    for plan in plans:
        if (plan.report.kind, plan.life.id) in _SHOWN:
            yield stage.cases[plan]
