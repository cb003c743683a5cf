"""Browsers that a person has signed in with: strangers' guesses do not lock them out."""

from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, exists, select

from records.signin import StaffDevice, StaffSession
from records.work import Store, Work, reading, writing

#: From the last sign-in on.
_REMEMBERED = timedelta(days=90)


def mark(token: bytes, login: str) -> bytes:
    """Return the mark of a browser by what its cookie holds; several people may share one."""
    return sha256(token + login.encode("utf-8", "replace")).digest()


def is_known(store: Store, browser: bytes, today: date) -> bool:
    """Tell whether a person has signed in with a browser of that mark."""
    with reading(store) as work:
        known = exists().where(StaffDevice.mark == browser, StaffDevice.until >= today)
        return bool(work.session.execute(select(known)).scalar())


def remember(work: Work, browser: bytes, staff_id: UUID, today: date) -> None:
    """Remember a browser from a sign-in on."""
    work.session.merge(StaffDevice(mark=browser, staff_id=staff_id, until=today + _REMEMBERED))


def clean_up(store: Store, today: date) -> int:
    """Remove sessions and browsers whose last day is over, and return how many that were."""
    gone = 0
    with writing(store) as work:
        for table in (StaffSession, StaffDevice):
            removed = work.session.execute(delete(table).where(table.until < today))
            gone += removed.rowcount  # type: ignore[attr-defined]
    return gone
