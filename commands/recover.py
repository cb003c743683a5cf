"""`dangvan recover` and `dangvan leave`: lost passwords, units nobody can open, and departures."""

from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select

from commands.init import ask_password
from records.instance import Instance
from records.settings import Settings
from records.staff import Staff
from records.work import Store, Work, opened, reading, writing
from triage import keyring, leaving, recovery
from triage.leaving import NotHere
from triage.publickeys import LIAISONS
from triage.recovery import RecoveryRefused
from web.clock import today

_SHARES = click.option(
    "--shares-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="One escrow share a line; otherwise they are asked for, and not shown.",
)


@click.group(short_help="Open what nobody can open any more, with the escrow shares.")
def recover() -> None:
    """Bring back a lost password or a unit's cases with the escrow shares.

    Have the share holders in the room, each types their own words. Every use is in the log.
    """


@recover.command(short_help="Give a person a new password for their own key.")
@click.argument("login")
@_SHARES
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="First line is the new password; otherwise it is asked for.",
)
def person(login: str, shares_file: Path | None, password_file: Path | None) -> None:
    """Give LOGIN a new password: all that was sealed to them opens again."""
    settings = Settings.read()
    promise_key = keyring.read_key(settings, keyring.PROMISE_KEY)
    with opened(settings) as store:
        words = _ask_shares(store, shares_file)
        secret = ask_password(password_file)
        with writing(store) as work:
            escrow = recovery.open_escrow(work, words)
            staff_id = _find(work, login)
            recovery.recover_person(work, escrow, staff_id, secret, promise_key, today())
    click.echo(f"{login} signs in with this password once, then chooses their own and new factors.")


@recover.command(short_help="Seal the cases of a unit to its members anew.")
@click.argument("code")
@click.option("--to", "login", required=True, help="The member who gets the unit's key.")
@_SHARES
def unit(code: str, login: str, shares_file: Path | None) -> None:
    """Draw a new key for the unit CODE, and seal all of its cases to whoever may have them."""
    settings = Settings.read()
    promise_key = keyring.read_key(settings, keyring.PROMISE_KEY)
    with opened(settings) as store:
        words = _ask_shares(store, shares_file)
        with writing(store) as work:
            escrow = recovery.open_escrow(work, words)
            to = _find(work, login)
            count = recovery.recover_unit(work, escrow, code, to, promise_key, today())
    what = "dossiers" if code in LIAISONS else "cases"
    click.echo(f"{count} {what} of {code} are open to its members again.")


@click.command(short_help="End the work of somebody who leaves.")
@click.argument("login")
def leave(login: str) -> None:
    """End LOGIN's work here: sessions, roles, keys. Their units draw new keys."""
    settings = Settings.read()
    promise_key = keyring.read_key(settings, keyring.PROMISE_KEY)
    with opened(settings) as store, writing(store) as work:
        staff_id = _find(work, login)
        try:
            left = leaving.leave(work, staff_id, promise_key, today())
        except NotHere:
            raise RecoveryRefused(f"{login} has left already.") from None
    click.echo(f"{login} has left. Cases to assign anew: {len(left.unassigned)}.")
    if left.orphaned:
        click.echo(f"Only `dangvan recover unit` opens now: {len(left.orphaned)} cases.")
    if left.shares_kept:
        click.echo(
            f"Shares of {left.shares_kept} identities stay sealed to {login}, because the other "
            "custodians alone could not open these."
        )


def _find(work: Work, login: str) -> UUID:
    staff_id = work.session.execute(
        select(Staff.id).where(Staff.login == login)
    ).scalar_one_or_none()
    if staff_id is None:
        raise RecoveryRefused(f"There is nobody with the login {login!r}.")
    return staff_id


def _ask_shares(store: Store, file: Path | None) -> list[str]:
    """Return as many escrow shares as are needed."""
    if file is not None:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    with reading(store) as work:
        needed = work.session.execute(select(Instance.escrow_needed)).scalar_one()
    return [
        str(click.prompt(f"Escrow share {number} of the {needed} needed", hide_input=True))
        for number in range(1, needed + 1)
    ]
