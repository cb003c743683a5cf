"""`dangvan custodians`: confirms the first custodians, whom nobody at the desk can admit."""

import click
from sqlalchemy import select

from records.settings import Settings
from records.staff import Staff
from records.work import opened, writing
from triage import custodianship, keyring
from triage.custodianship import NotConfirmed
from triage.inputs import BadInputs
from web.clock import today


@click.command(short_help="Confirm the first custodians.")
@click.argument("logins", nargs=-1, required=True, metavar="LOGIN...")
def custodians(logins: tuple[str, ...]) -> None:
    """Confirm the custodians LOGIN... by the fingerprints that they read out.

    Each has signed in and shown their key on the desk's page "Người giữ khóa", which then tells
    them their fingerprint. Once two are confirmed, they admit all others at the desk.
    """
    settings = Settings.read()
    promise_key = keyring.read_key(settings, keyring.PROMISE_KEY)
    heard = {each: click.prompt(f"Fingerprint that {each} reads out", type=str) for each in logins}
    with opened(settings) as store, writing(store) as work:
        rows = work.session.execute(select(Staff.login, Staff.id).where(Staff.login.in_(logins)))
        ids = {row.login: row.id for row in rows}
        if unknown := [each for each in logins if each not in ids]:
            raise NotConfirmed(f"There is nobody with the login {unknown[0]!r}.")
        told = {ids[login]: words for login, words in heard.items()}
        try:
            custodianship.confirm(work, told, promise_key, today())
        except BadInputs as error:
            raise NotConfirmed(" ".join(each.en for each in error.faults)) from None
    click.echo(f"Confirmed as custodians: {', '.join(logins)}.")
