"""What somebody at work changes about their own sign-in: password, app, passkeys, codes.

Each change is logged, and a new password ends all other sessions.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from ledger.entry import Act
from ledger.note import Signer
from records.staff import Staff
from records.work import Work
from triage import factors, logbook, passkeys, sessions, signin
from triage.access import Insider
from triage.factors import Factors
from triage.passkeys import Question
from triage.signin import Unlocked
from vault.password import Locked


def unlocked(person: Insider) -> Unlocked:
    """Return somebody at work as the sign-in knows them: only who has settled is at work."""
    return Unlocked(person.id, person.login, person.keys.seed, settled=True)


def own_factors(work: Work, person: Insider) -> Factors:
    """Return the second factors of somebody at work."""
    return signin.factors(work, unlocked(person))


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
    changed = factors.with_app(own_factors(work, person), secret, typed, now)
    return _changed(work, person, changed, now, promise_key)


def add_key(  # noqa: PLR0913, PLR0917  (what is asked for)
    work: Work,
    person: Insider,
    asked: Question | None,
    answer: str,
    name: str,
    now: datetime,
    promise_key: Signer,
) -> bool:
    """Take a passkey besides the other factors; False if the browser's answer is not right."""
    changed = passkeys.with_key(own_factors(work, person), asked, answer, name)
    return _changed(work, person, changed, now, promise_key)


def remove_key(
    work: Work, person: Insider, key_id: str, now: datetime, promise_key: Signer
) -> bool:
    """Remove a passkey; False if it is not there, or the only factor."""
    left = passkeys.without_key(own_factors(work, person), key_id)
    return _changed(work, person, left, now, promise_key)


def renew_recovery_codes(
    work: Work, person: Insider, now: datetime, promise_key: Signer
) -> tuple[str, ...]:
    """Draw recovery codes in place of the old ones, and return them."""
    changed, codes = factors.with_recovery_codes(own_factors(work, person))
    _changed(work, person, changed, now, promise_key)
    return codes


def _changed(
    work: Work, person: Insider, kept: Factors | None, now: datetime, promise_key: Signer
) -> bool:
    if kept is None:
        return False
    signin.keep_factors(work, unlocked(person), kept)
    _log(work, person, "staff.factors_changed", now, promise_key)
    return True


def _log(work: Work, person: Insider, kind: str, now: datetime, promise_key: Signer) -> None:
    logbook.record(work, Act(kind, now.date(), str(person.id)), promise_key)
