"""A person's running sessions: which they are, and how one is ended from elsewhere."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.sql.dml import ReturningDelete

from ledger.entry import Act
from ledger.note import Signer
from records.signin import StaffDevice, StaffSession
from records.work import Store, Work, reading
from triage import logbook
from triage.access import Insider
from triage.factors import How
from triage.signin import LONGEST_SESSION, own_context
from vault import item
from vault.item import Item


@dataclass(frozen=True)
class Session:
    """A session as its owner sees it."""

    id: UUID
    began: datetime
    by: How
    device: str


def running(store: Store, person: Insider, now: datetime) -> list[Session]:
    """Return the sessions of a person that may still be open, the newest first."""
    with reading(store) as work:
        rows = work.session.execute(
            select(StaffSession.id, StaffSession.sealed).where(
                StaffSession.staff_id == person.id, StaffSession.until >= now.date()
            )
        ).all()
    found = []
    for session_id, sealed in rows:
        about = json.loads(
            item.unseal(person.own_key, own_context(person.id, session_id), Item(sealed))
        )
        began = datetime.fromisoformat(about["began"])
        if now - began < LONGEST_SESSION:
            found.append(Session(session_id, began, How(about["by"]), about["device"]))
    return sorted(found, key=lambda each: each.began, reverse=True)


def sign_out(work: Work, person: Insider, session_id: UUID) -> None:
    """End the session in which somebody says that they go."""
    work.session.execute(_those(person, StaffSession.id == session_id))


def end(work: Work, person: Insider, session_id: UUID, now: datetime, promise_key: Signer) -> None:
    """End another session of the same person; nothing happens if there is none."""
    _end(work, person, StaffSession.id == session_id, now, promise_key)


def end_others(work: Work, person: Insider, this: UUID, now: datetime, promise_key: Signer) -> None:
    """End all sessions of a person but this one, and forget the browsers they have used."""
    _end(work, person, StaffSession.id != this, now, promise_key)
    work.session.execute(delete(StaffDevice).where(StaffDevice.staff_id == person.id))


def _those(person: Insider, which: ColumnElement[bool]) -> ReturningDelete[tuple[UUID]]:
    return (
        delete(StaffSession)
        .where(StaffSession.staff_id == person.id, which)
        .returning(StaffSession.id)
    )


def _end(
    work: Work,
    person: Insider,
    which: ColumnElement[bool],
    now: datetime,
    promise_key: Signer,
) -> None:
    ended = work.session.scalars(_those(person, which)).all()
    acts = [Act("staff.session_ended", now.date(), str(person.id)) for _ in ended]
    if acts:
        logbook.record_all(work, acts, promise_key)
