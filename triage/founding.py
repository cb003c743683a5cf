"""Founds an instance: database, keys, escrow, units, first administrator; all of it or nothing."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from secrets import token_bytes
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.orm import Session

from ledger.entry import Act
from ledger.note import NOTE, Signer
from records import database, home
from records.blobs import open_blobs
from records.errors import AlreadyInitialised, RecordsError
from records.instance import Instance
from records.settings import Settings
from records.staff import Role
from records.unit import Unit, UnitKey
from records.work import Work
from triage import certificate, keyring, logbook, sequencer, staffing
from triage.publickeys import CIRCLES
from triage.staffing import AppointmentRefused, Person
from vault import box, shares
from vault.context import Context, Purpose
from vault.keys import KeyPair, PublicKey, new_seed
from vault.shares import Words

#: Any constant: two foundings in one PostgreSQL database go one after the other.
_LOCK = 0x44616E6756616D
_ORIGIN = re.compile(r"[!-*,-~]{1,180}")  # printable ASCII without space and plus


class FoundingRefused(AppointmentRefused):
    """The founders' decisions cannot be carried out; the text says which, and why."""


def check_origin(origin: str) -> None:
    """Refuse what cannot be the name of a log (C2SP signed-note). Raises FoundingRefused."""
    if not _ORIGIN.fullmatch(origin):
        raise FoundingRefused(
            f"The log's name {origin!r} must be like example.vn/log: printable ASCII, "
            "no space, no plus."
        )


@dataclass(frozen=True)
class Plan:
    """What the founders decide."""

    #: Name of the log, a schema-less URL (C2SP tlog-checkpoint).
    origin: str
    escrow_needed: int
    escrow_count: int
    admin_login: str
    admin_name: str
    admin_unit: str
    units: tuple[str, ...]
    today: date
    admin_password: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what could not be carried out. Raises FoundingRefused."""
        check_origin(self.origin)
        staffing.check_login(self.admin_login)
        staffing.check_name(self.admin_name)
        staffing.check_password(self.admin_password)
        if not 2 <= self.escrow_needed <= self.escrow_count <= shares.MOST_SHARES:  # noqa: PLR2004
            raise FoundingRefused(
                f"The escrow key cannot be cut {self.escrow_needed} of {self.escrow_count}: at "
                f"least two people must be needed, and at most {shares.MOST_SHARES} can hold one."
            )
        if self.admin_unit not in self.units:
            raise FoundingRefused(f"There is no unit {self.admin_unit!r} for the administrator.")


def found(
    settings: Settings,
    plan: Plan,
    hand_out: Callable[[tuple[Words, ...]], None],
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> bool:
    """Found an instance, and return False if an interrupted founding was finished instead.

    `hand_out` gets the escrow shares, the only time they exist outside paper; if it raises, the
    founding is undone. `progress` wraps the walk over the units. Raises a RecordsError.
    """
    with home.founding(settings.home) as stage:
        staged = settings.model_copy(update={"home": stage})
        if stage.exists():
            if _was_committed(settings, staged):
                home.settle(stage)
                return False
            home.sweep(stage)
        handed_out: list[bool] = []

        def hand_out_and_remember(words: tuple[Words, ...]) -> None:
            hand_out(words)
            handed_out.append(True)

        try:
            home.prepare(stage, uuid4(), with_blobs=settings.blobs_url is None)
            _found(staged, plan, hand_out_and_remember, progress)
        except BaseException:
            # From here on the commit may have taken place: then the next `dangvan init` finishes.
            if not (handed_out and _may_be_committed(settings, staged)):
                home.sweep(stage)
            raise
        home.settle(stage)
    return True


def _file_of(settings: Settings) -> Path | None:
    url = settings.database
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _may_be_committed(settings: Settings, staged: Settings) -> bool:
    try:
        return _was_committed(settings, staged)
    except RecordsError:
        return True  # nobody can be asked


def _was_committed(settings: Settings, staged: Settings) -> bool:
    """Tell whether the interrupted founding in the stage had reached its commit."""
    try:
        mark = home.read_mark(staged.home)
    except RecordsError:
        return False
    # The database file may have been moved into place before the interruption.
    for candidate in (staged, settings):
        file = _file_of(candidate)
        if file is None or file.exists():
            engine = database.connect(candidate.database)
            try:
                with database.explained(engine), engine.connect() as connection:
                    return _identifier(connection) == mark
            finally:
                engine.dispose()
    return False


def _identifier(connection: Connection) -> UUID | None:
    if not inspect(connection).has_table(Instance.__tablename__):
        return None
    return connection.execute(select(Instance.identifier)).scalar_one_or_none()


def _found(
    staged: Settings,
    plan: Plan,
    hand_out: Callable[[tuple[Words, ...]], None],
    progress: Callable[[Iterable[str]], Iterable[str]],
) -> None:
    engine = database.connect(staged.database)
    try:
        with database.explained(engine), engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # SQLite has taken its write lock
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            if inspect(connection).get_table_names():
                raise AlreadyInitialised(
                    f"The database {database.describe(engine.url)} holds tables already. Give "
                    "`dangvan init` an empty database."
                )
            database.migrate(connection)
            with Session(connection, join_transaction_mode="control_fully") as session:
                escrow = KeyPair(new_seed())
                _fill(Work(session, open_blobs(staged)), staged, plan, escrow, progress)
                session.flush()
                home.make_durable(staged.home)
                hand_out(shares.cut(escrow.seed, plan.escrow_needed, plan.escrow_count))
                session.commit()
    finally:
        engine.dispose()


def _fill(
    work: Work,
    staged: Settings,
    plan: Plan,
    escrow: KeyPair,
    progress: Callable[[Iterable[str]], Iterable[str]],
) -> None:
    checkpoint_key = _write_key(staged, keyring.CHECKPOINT_KEY, plan.origin)
    promise_key = _write_key(staged, keyring.PROMISE_KEY, keyring.promise_name(plan.origin))
    identifier = home.read_mark(staged.home)
    instance = Instance(
        identifier=identifier,
        origin=plan.origin,
        checkpoint_key=checkpoint_key.verifier.to_text(),
        promise_key=promise_key.verifier.to_text(),
        escrow_key=escrow.public,
        escrow_needed=plan.escrow_needed,
        escrow_count=plan.escrow_count,
        founded_on=plan.today,
    )
    work.session.add(instance)
    certificate.make(work, staged.keys, instance, plan.today)
    for code in progress((*plan.units, *CIRCLES)):
        _open_unit(work, code, escrow.public, plan.today)
    _appoint_administrator(work, plan, escrow.public)
    detail = (
        ("escrow", f"{plan.escrow_needed}/{plan.escrow_count}"),
        ("units", str(len(plan.units))),
    )
    work.session.flush()
    logbook.record(work, Act("instance.founded", plan.today, str(identifier), detail), promise_key)
    sequencer.merge(work, checkpoint_key, plan.today, None)
    keyring.remember_head(staged, sequencer.head(work.session))


def _write_key(staged: Settings, file: str, name: str) -> Signer:
    signer = Signer(name, NOTE, token_bytes(32))
    home.write_private(staged.keys / file, signer.to_text() + "\n")
    return signer


def _open_unit(work: Work, code: str, escrow: PublicKey, today: date) -> None:
    epoch = 1
    keys = KeyPair(new_seed())
    context = Context(Purpose.UNIT_SEED_FOR_ESCROW, (code.encode(), epoch.to_bytes(4)))
    work.session.add(Unit(code=code, opened_on=today))
    work.session.add(
        UnitKey(
            unit_code=code,
            epoch=epoch,
            public_key=keys.public,
            escrow_box=box.seal(escrow, context, keys.seed),
            drawn_on=today,
        )
    )


def open_missing_units(
    work: Work, codes: Iterable[str], promise_key: Signer, today: date
) -> tuple[str, ...]:
    """Open the units that the rules name and that have no key yet, and return their codes.

    So that no report is turned away because a rule names a new unit. Its key is sealed to the
    escrow alone until its first member comes. Safe with several servers starting at once.
    """
    if work.session.get_bind().dialect.name == "postgresql":  # SQLite has taken its write lock
        work.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    known = set(work.session.execute(select(Unit.code)).scalars())
    missing = tuple(code for code in codes if code not in known)
    escrow = PublicKey(work.session.execute(select(Instance.escrow_key)).scalar_one())
    for code in missing:
        _open_unit(work, code, escrow, today)
        work.session.flush()
        logbook.record(work, Act("unit.opened", today, code), promise_key)
    return missing


def _appoint_administrator(work: Work, plan: Plan, escrow: PublicKey) -> None:
    person = Person(
        plan.admin_login,
        plan.admin_name,
        plan.admin_unit,
        Role.ADMINISTRATOR,
        plan.admin_password,
    )
    staffing.admit_person(work, person, escrow, plan.today)
