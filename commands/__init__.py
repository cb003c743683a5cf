"""The command `dangvan`: one file for each command, this one holds them together."""

import os
import sys

import click

from commands.custodians import custodians
from commands.demo import demo_code, start_dev
from commands.due import due
from commands.init import init
from commands.mail import MailFailed
from commands.night import rearrange, sequence
from commands.recompute import recompute
from commands.recover import leave, recover
from commands.route import UnknownCode, route
from commands.rules import rules
from commands.schema import migrate
from commands.serve import AddressRefused, serve
from commands.signs import NotAReport, signs
from commands.staff import appoint
from commands.sweep import CasesDamaged, sweep
from commands.verify import verify
from ledger.errors import LedgerError
from records.errors import RecordsError
from rules.errors import BrokenRules
from triage.custodianship import NotConfirmed
from triage.recovery import RecoveryRefused
from triage.sequencer import LogDamaged
from triage.staffing import AppointmentRefused

#: What an operator can act on: a sentence, never a traceback.
_EXPECTED = (
    NotConfirmed,
    NotAReport,
    UnknownCode,
    AddressRefused,
    RecordsError,
    BrokenRules,
    AppointmentRefused,
    CasesDamaged,
    MailFailed,
    LogDamaged,
    LedgerError,
    RecoveryRefused,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dangvan", prog_name="dangvan")
def dangvan() -> None:
    """Đăng Văn: whistleblower and citizen-feedback intake for the city of Huế.

    An instance lives in the folder DANGVAN_HOME (./instance unless set), with its database there
    or at DANGVAN_DATABASE_URL. Make one with `dangvan init`.
    """


for _command in (
    appoint,
    custodians,
    demo_code,
    due,
    init,
    migrate,
    serve,
    start_dev,
    sweep,
    sequence,
    rearrange,
    route,
    recompute,
    recover,
    leave,
    rules,
    signs,
    verify,
):
    dangvan.add_command(_command)


def main() -> None:
    """Run the command; what is expected to go wrong ends in a sentence and exit code 1."""
    os.umask(0o077)  # whatever a command writes is for this user alone
    try:
        dangvan(prog_name="dangvan")
    except _EXPECTED as error:
        click.echo(f"dangvan: {error}", err=True)
        sys.exit(1)
