"""`dangvan appoint`: gives a person a login, a key and a role."""

from pathlib import Path

import click

from commands.init import Checked, ask_password
from records.settings import Settings
from records.staff import Role
from records.work import opened, writing
from triage import keyring, staffing
from triage.staffing import Person
from web.clock import today

#: Roles that hold no unit's key: a member of a unit must receive that from a colleague.
_WITHOUT_UNIT_KEY = (Role.CUSTODIAN, Role.SUPERVISOR, Role.ADMINISTRATOR)


@click.command(short_help="Appoint a custodian, supervisor or administrator.")
@click.argument("role", type=click.Choice([str(role) for role in _WITHOUT_UNIT_KEY]))
@click.option("--login", type=Checked(staffing.check_login), prompt="Login")
@click.option("--name", type=Checked(staffing.check_name), prompt="Full name")
@click.option(
    "--email",
    type=Checked(staffing.check_email),
    help="Where digests go while they head or inspect a unit: counts, no content.",
)
@click.option(
    "--unit", default="thanh_tra", show_default=True, help="Their unit, a code of rules/units.toml."
)
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="First line is the password; otherwise it is asked for.",
)
def appoint(  # noqa: PLR0913, PLR0917  (what is asked for)
    role: str, login: str, name: str, email: str | None, unit: str, password_file: Path | None
) -> None:
    """Appoint a person as ROLE.

    Reporters can give a name once two custodians are confirmed (`dangvan custodians`): any two of
    them together open an identity, one alone opens nothing.
    """
    settings = Settings.read()
    person = Person(login, name, unit, Role(role), ask_password(password_file), email)
    promise_key = keyring.read_key(settings, keyring.PROMISE_KEY)
    with opened(settings) as store, writing(store) as work:
        staffing.appoint(work, person, promise_key, today())
    click.echo(f"{login} is appointed as {role}.")
