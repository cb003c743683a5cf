"""How the instance is: what its parts say when they are asked, and what is overdue. No content."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from uuid import uuid4

from sqlalchemy import func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from cleaning import Infected, Scanner, ScannerUnavailable, scanning
from ledger.note import Signer
from records.clock import CaseClock, SentDigest
from records.database import current_revision
from records.errors import RecordsError
from records.instance import Instance
from records.work import Store, Work, reading, writing
from rules.book import Rules
from rules.rows import Mark
from triage import identity, sequencer, units
from triage.logbook import MERGE_DELAY

#: Bytes below which the room for sealed files is a warning, and a fault.
_LITTLE_ROOM, _NO_ROOM = 5 * 1024**3, 1024**3
_SWEEP = timedelta(days=1)
_DIGEST = timedelta(days=4)
_PROBE = b"xin chao"


class State(IntEnum):
    """How bad something is; the worst is the least."""

    WRONG = 0
    WARNING = 1
    WELL = 2


class What(StrEnum):
    """What was looked at."""

    DATABASE = "database"
    BLOBS = "blobs"
    REDIS = "redis"
    SCANNER = "scanner"
    SWEEP = "sweep"
    LOG = "log"
    TERMS = "terms"
    CUSTODIANS = "custodians"
    KEYS = "keys"
    MAIL = "mail"
    RULES = "rules"


@dataclass(frozen=True)
class Finding:
    """How one thing is: a number and a day where they say more, and words of a machine."""

    what: What
    state: State
    number: int | None = None
    day: date | None = None
    detail: str = ""


@dataclass(frozen=True)
class Around:
    """What stands around the database, as the web side is set up with it."""

    scanner: Scanner | None
    #: Tells whether Redis answers; None where there is none.
    redis: Callable[[], bool] | None
    mails: bool


def examine(
    store: Store, rules: Rules, promise_key: Signer, around: Around, today: date
) -> tuple[Finding, ...]:
    """Look at everything, the worst first; a part that fails hides no other."""
    found = [_blobs(store), _redis(around), _scanner(around), _rules(rules)]
    try:
        with reading(store) as work:
            found += _of_database(work, promise_key, around, today)
        locked = sum(each.is_locked_out for each in units.overview(store, rules, today))
        found.append(Finding(What.KEYS, State.WRONG if locked else State.WELL, locked))
    except (RecordsError, SQLAlchemyError):
        found.append(Finding(What.DATABASE, State.WRONG))
    order = tuple(What)
    return tuple(sorted(found, key=lambda each: (each.state, order.index(each.what))))


def remember_sweep(store: Store, today: date) -> None:
    """Keep the day of a sweep that failed nowhere."""
    with writing(store) as work:
        work.session.execute(update(Instance).values(swept_on=today))


def _of_database(work: Work, promise_key: Signer, around: Around, today: date) -> Iterator[Finding]:
    yield _database(work)
    swept = work.session.execute(select(Instance.swept_on)).scalar_one()
    late = swept is None or swept < today - _SWEEP
    never = "" if swept else "none"
    yield Finding(What.SWEEP, State.WRONG if late else State.WELL, day=swept, detail=never)
    newest = sequencer.latest(work.session)
    waiting = sequencer.waiting(work.session, today - MERGE_DELAY)
    broken = newest is None or waiting > 0
    signed_on = None if newest is None else newest.issued_on
    yield Finding(What.LOG, State.WRONG if broken else State.WELL, waiting, signed_on)
    unnoticed = work.session.execute(
        select(func.count())
        .select_from(CaseClock)
        .where(CaseClock.notice_on < today, CaseClock.met_on.is_(None), CaseClock.void_on.is_(None))
    ).scalar_one()
    yield Finding(What.TERMS, State.WRONG if unnoticed else State.WELL, unnoticed)
    custodians = len(identity.custodians(work, promise_key))
    short = custodians < identity.NEEDED
    yield Finding(What.CUSTODIANS, State.WRONG if short else State.WELL, custodians)
    sent = work.session.execute(select(func.max(SentDigest.day))).scalar_one()
    yield Finding(
        What.MAIL, _mail(sent, around, today), day=sent, detail="" if around.mails else "none"
    )


def _mail(sent: date | None, around: Around, today: date) -> State:
    if not around.mails or (sent is not None and sent < today - _DIGEST):
        return State.WARNING
    return State.WELL


def _database(work: Work) -> Finding:
    connection = work.session.connection()
    if connection.dialect.name == "sqlite":
        version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
        size = connection.execute(
            text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        ).scalar_one()
        kind = "SQLite"
    else:
        version = connection.execute(text("SHOW server_version")).scalar_one()
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        kind = "PostgreSQL"
    schema = current_revision(connection)
    return Finding(What.DATABASE, State.WELL, int(size), detail=f"{kind} {version}, {schema}")


def _blobs(store: Store) -> Finding:
    """Store a few bytes, read them and take them away again."""
    name = uuid4()
    try:
        store.blobs.put(name, [_PROBE])
        try:
            whole = b"".join(store.blobs.get(name)) == _PROBE
        finally:
            store.blobs.delete(name)
        room = store.blobs.room()
    except (RecordsError, OSError):
        return Finding(What.BLOBS, State.WRONG)
    if not whole or (room is not None and room < _NO_ROOM):
        return Finding(What.BLOBS, State.WRONG, room)
    little = room is not None and room < _LITTLE_ROOM
    state = State.WARNING if little else State.WELL
    return Finding(What.BLOBS, state, room, detail="none" if room is None else "")


def _redis(around: Around) -> Finding:
    if around.redis is None:
        return Finding(What.REDIS, State.WELL, detail="none")
    return Finding(What.REDIS, State.WELL if around.redis() else State.WRONG)


def _scanner(around: Around) -> Finding:
    if around.scanner is None:
        return Finding(What.SCANNER, State.WARNING, detail="none")
    try:
        for _piece in scanning([_PROBE], around.scanner):
            pass
    except (ScannerUnavailable, Infected):
        return Finding(What.SCANNER, State.WRONG)
    return Finding(What.SCANNER, State.WELL)


def _rules(rules: Rules) -> Finding:
    unsure = sum(row.mark is Mark.UNSURE or row.verify for table in rules.tables() for row in table)
    return Finding(What.RULES, State.WARNING if unsure else State.WELL, unsure)
