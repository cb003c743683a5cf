"""What somebody at work changes about their own sign-in: password, app, recovery codes.

Each change is logged, and a new password ends all other sessions.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from ledger.entry import Act
from ledger.note import Signer
from records.staff import Staff
from records.work import Work
from triage import factors, logbook, sessions, signin
from triage.access import Insider
from triage.factors import How
from triage.signin import Unlocked
from vault.password import Locked


def unlocked(person: Insider) -> Unlocked:
    """Return somebody at work as the sign-in knows them: only who has settled is at work."""
    return Unlocked(person.id, person.login, person.keys.seed, settled=True)


def prove(
    work: Work, person: Insider, typed: str, now: datetime, promise_key: Signer
) -> How | None:
    """Take a code as the proof that the person is still there; None if it is worth nothing."""
    return signin.prove(work, unlocked(person), typed, now, promise_key)


def recovery_codes_left(work: Work, person: Insider) -> int:
    """Count the recovery codes that have not been used."""
    return len(signin.factors(work, unlocked(person)).recovery)


def change_password(  # noqa: PLR0913, PLR0917  (what is asked for)
    work: Work, person: Insider, new: Locked, this: UUID, now: datetime, promise_key: Signer
) -> None:
    """Store the key as `signin.locked` locked it; end all sessions but this one."""
    work.session.execute(update(Staff).where(Staff.id == person.id).values(locked_seed=new))
    sessions.end_others(work, person, this, now, promise_key)
    _log(work, person, "staff.password_set", now, promise_key)


def change_app(  # noqa: PLR0913, PLR0917  (what is asked for)
    work: Work, person: Insider, secret: str, typed: str, now: datetime, promise_key: Signer
) -> bool:
    """Take the codes of another app in place of the old one's; False if this code is not right."""
    who = unlocked(person)
    changed = factors.with_app(signin.factors(work, who), secret, typed, now)
    if changed is None:
        return False
    signin.keep_factors(work, who, changed)
    _log(work, person, "staff.factors_changed", now, promise_key)
    return True


def renew_recovery_codes(
    work: Work, person: Insider, now: datetime, promise_key: Signer
) -> tuple[str, ...]:
    """Draw recovery codes in place of the old ones, and return them."""
    who = unlocked(person)
    changed, codes = factors.with_recovery_codes(signin.factors(work, who))
    signin.keep_factors(work, who, changed)
    _log(work, person, "staff.factors_changed", now, promise_key)
    return codes


def _log(work: Work, person: Insider, kind: str, now: datetime, promise_key: Signer) -> None:
    logbook.record(work, Act(kind, now.date(), str(person.id)), promise_key)
