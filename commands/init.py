"""`dangvan init`: makes an instance, and shows the escrow shares this once."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from records.settings import Settings
from rules import load
from rules.book import Rules
from triage.founding import Plan, check_origin, found
from triage.staffing import (
    SHORTEST_PASSWORD,
    AppointmentRefused,
    check_login,
    check_name,
    check_password,
)
from vault.shares import Words
from web.clock import today

_CUT = re.compile(r"([0-9]{1,2})of([0-9]{1,2})")


class Cut(click.ParamType[tuple[int, int]]):
    """A threshold such as 3of5."""

    name = "KofN"

    def convert(
        self,
        value: str | tuple[int, int],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, int]:
        """Return (needed, count)."""
        if isinstance(value, tuple):
            return value
        match = _CUT.fullmatch(value)
        if match is None:
            self.fail(f"{value!r} is not of the form 3of5", param, ctx)
        return int(match[1]), int(match[2])


class Checked(click.ParamType[str]):
    """A text that founding would refuse later is refused, and asked for again, at once."""

    name = "text"

    def __init__(self, check: Callable[[str], None]) -> None:
        self._check = check

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text."""
        try:
            self._check(value)
        except AppointmentRefused as refusal:
            self.fail(str(refusal), param, ctx)
        return value


@click.command(short_help="Make a new instance.")
@click.option(
    "--origin",
    type=Checked(check_origin),
    prompt="Name of the public log (like example.vn/log)",
    help="Name of the public log, like example.vn/log. It cannot be changed later.",
)
@click.option(
    "--escrow",
    type=Cut(),
    default="3of5",
    show_default=True,
    help="How many of how many share holders are needed to open the escrow key.",
)
@click.option(
    "--admin",
    "login",
    type=Checked(check_login),
    prompt="Login of the first administrator",
    help="Login of the first administrator.",
)
@click.option(
    "--admin-name",
    "name",
    type=Checked(check_name),
    prompt="Their full name",
    help="Their full name, as colleagues see it.",
)
@click.option(
    "--admin-unit",
    "unit",
    default="van_phong_ubnd",
    show_default=True,
    help="Their unit, a code of rules/units.toml.",
)
@click.option(
    "--admin-password-file",
    "password_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="First line is the password; otherwise it is asked for.",
)
@click.option(
    "--shares-printed",
    is_flag=True,
    help="Print the shares without asking whether each was written down (for scripts).",
)
def init(  # noqa: PLR0913, PLR0917  (one parameter for each option)
    origin: str,
    escrow: tuple[int, int],
    login: str,
    name: str,
    unit: str,
    password_file: Path | None,
    *,
    shares_printed: bool,
) -> None:
    """Make a new instance: database, keys, units, first administrator.

    The escrow key opens everything in a disaster. It is cut into shares of 33 words, shown now
    and never again: have one person at a time write theirs down. Nothing is kept if you stop.
    """
    settings = Settings.read()
    plan = Plan(
        origin=origin,
        escrow_needed=escrow[0],
        escrow_count=escrow[1],
        admin_login=login,
        admin_name=name,
        admin_unit=unit,
        admin_password=ask_password(password_file),
        units=units_to_open(load()),
        today=today(),
    )
    hand_out = HandOut(print_shares if shares_printed else show_shares_one_by_one)
    try:
        founded = found(settings, plan, hand_out, _progress)
    except BaseException:
        if hand_out.begun:
            click.echo(
                "\nNothing was founded. The escrow shares shown are void: destroy them.", err=True
            )
        raise
    if founded:
        click.echo(f"Founded in {settings.home}. Next: `dangvan serve`.")
    else:
        click.echo(f"An interrupted `dangvan init` in {settings.home} has been finished.")


class HandOut:
    """Remembers whether any share has been seen, so that void ones can be called void."""

    def __init__(self, show: Callable[[tuple[Words, ...]], None]) -> None:
        self._show = show
        self.begun = False

    def __call__(self, words: tuple[Words, ...]) -> None:
        """Show the shares."""
        self.begun = True
        self._show(words)


def units_to_open(rules: Rules) -> tuple[str, ...]:
    """Return the codes of the units that can hold cases: real bodies inside the city."""
    return tuple(
        row.id for row in rules.units.all_on(today()) if not (row.outside or row.collective)
    )


def print_shares(words: tuple[Words, ...]) -> None:
    """Print every share at once."""
    for number, share in enumerate(words, start=1):
        click.echo(f"Escrow share {number} of {len(words)}: {share}")


def show_shares_one_by_one(words: tuple[Words, ...]) -> None:
    """Show each share alone on the screen, and check that it was written down."""
    for number, share in enumerate(words, start=1):
        _clear()
        click.echo(f"Escrow share {number} of {len(words)}. For one person; write it on paper.\n")
        listed = share.split()
        for row in range(0, len(listed), 3):
            cells = (f"{row + i + 1:2} {word:<12}" for i, word in enumerate(listed[row : row + 3]))
            click.echo("   " + " ".join(cells))
        while True:
            typed = click.prompt("\nType the last word to confirm", type=str)
            if typed.strip().lower() == listed[-1]:
                break
            click.echo("That is not the last word of this share.")
    _clear()


def _clear() -> None:
    """Empty the screen, and what could be scrolled back to."""
    click.clear()
    if sys.stdout.isatty():
        click.echo("\033[3J", nl=False)


def ask_password(file: Path | None) -> str:
    """Return the first line of the file, or ask for a password twice."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").split("\n", 1)[0]
        except (OSError, UnicodeDecodeError):
            raise AppointmentRefused(f"The file {file} cannot be read as UTF-8 text.") from None
    hint = f"Password (at least {SHORTEST_PASSWORD} characters)"
    return str(
        click.prompt(hint, hide_input=True, confirmation_prompt=True, type=Checked(check_password))
    )


def _progress(units: Iterable[str]) -> Iterator[str]:
    with click.progressbar(list(units), label="Drawing the units' keys") as bar:
        yield from bar
