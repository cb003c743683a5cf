"""`dangvan start-dev` builds and serves the demo city; `dangvan demo-code` lets one in."""

from collections.abc import Iterable, Iterator

import click
import pyotp

from commands.init import units_to_open
from commands.serve import check_address, run
from demo import city, ground
from demo.city import City
from demo.people import ADMINISTRATOR, STAFF, Employee
from desk import roles
from records.errors import NotInitialised
from records.settings import Settings
from rules import load
from rules.book import Rules
from triage import factors
from web.clock import now, today

#: What an authenticator app calls the entry.
_APP = "demo"


@click.command("start-dev", short_help="Try it: build the demo city and serve it.")
@click.option(
    "--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535)
)
def start_dev(port: int) -> None:
    """Serve the demo city on this machine, building it first if there is none.

    Invented staff of every role, and more than a hundred cases in
    every state, spread over the past year. How to
    sign in is printed when the city is built, and never again: to start afresh, remove the folder.
    """
    settings = Settings.read()
    check_address("127.0.0.1", port)
    try:
        ground.read_secret(settings)
    except NotInitialised:
        _build(settings, port)
    else:
        click.echo(
            f"The demo city in {settings.home}. How to sign in was printed when it was built; "
            "`dangvan demo-code` shows the code of this half minute."
        )
    run("127.0.0.1", port, 1)


@click.command("demo-code", short_help="Show the demo city's sign-in code of this half minute.")
def demo_code() -> None:
    """Show the one-time code that everybody in the demo city signs in with, beside the password.

    It changes every half minute, and nobody can use the same one twice. A real instance has no such
    code: there each person's app alone shows theirs.
    """
    moment, app = now(), pyotp.TOTP(ground.read_secret(Settings.read()))
    left = app.interval - int(moment.timestamp()) % app.interval
    click.echo(f"{app.at(moment)}   for {left} more {'second' if left == 1 else 'seconds'}")


def _build(settings: Settings, port: int) -> None:
    click.echo(f"Building the demo city in {settings.home}.")
    rules, day = load(), today()
    with ground.building(settings.home) as place:
        staged = settings.model_copy(update={"home": place})
        built = city.build(staged, rules, units_to_open(rules), day, _progress)
    for line in (*_sign_in(rules, built, port), *_receipts(rules, built, port), *_escrow(built)):
        click.echo(line)


def _progress(steps: Iterator[object], length: int, label: str) -> Iterable[object]:
    with click.progressbar(steps, length=length, label=label) as bar:
        yield from bar


def _sign_in(rules: Rules, built: City, port: int) -> Iterator[str]:
    yield ""
    yield f"Staff sign in at   http://127.0.0.1:{port}/desk"
    yield f"Password, for all  {built.door.password}   (shown this once)"
    yield "Code, for all      .venv/bin/dangvan demo-code   shows it, for half a minute; in an app:"
    yield f"                   {factors.address(built.door.secret, _APP)}"
    yield ""
    yield from _table([_row(rules, each) for each in (*STAFF, ADMINISTRATOR)])


def _row(rules: Rules, each: Employee) -> tuple[str, ...]:
    unit = str(roles.CIRCLES.get(each.unit) or rules.units.by_id[each.unit][-1].vi)
    return each.login, str(roles.NAMES[each.role]), unit, each.name


def _receipts(rules: Rules, built: City, port: int) -> Iterator[str]:
    yield ""
    yield f"Citizens report at http://127.0.0.1:{port}/   Receipt codes to look at their mailboxes:"
    yield ""
    rows: list[tuple[str, ...]] = []
    for each in built.mailboxes:
        kind = rules.kinds.by_id[each.plan.report.kind][-1].vi
        state = rules.states.by_id[each.plan.life.id][-1].vi
        rows.append((each.receipt.grouped, kind, state))
    yield from _table(rows)


def _escrow(built: City) -> Iterator[str]:
    yield ""
    yield "Escrow shares, any two of which open everything, to try the recovery of a lost password:"
    yield ""
    yield from built.shares


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield lines with aligned columns, the last as long as it is."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells).rstrip()}"
