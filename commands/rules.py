"""`dangvan rules`: check the rules, list them, show one."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from rules import FILES, BrokenRules, Mark, Rules, load

_FOLDER = click.Path(path_type=Path)


@click.group("rules")
def rules() -> None:
    """Check and read the law and the organisation that the product works by."""


@rules.command("check")
@click.argument("folder", required=False, type=_FOLDER)
def check(folder: Path | None) -> None:
    """Load FOLDER (default: the rules of the package), count the rows and list what to verify.

    Exit code 0 if the rules can be used, 1 if they are broken (each error on stderr).
    """
    book = _loaded(folder)
    click.echo(f"{'file':<18}{'rows':>6}{'C':>6}{'K':>6}{'U':>6}{'verify':>8}")
    for file, tables in FILES.items():
        rows = [row for table in book.tables() if table.name in tables for row in table]
        marks = "".join(f"{sum(row.mark is mark for row in rows):>6}" for mark in Mark)
        click.echo(f"{file:<18}{len(rows):>6}{marks}{sum(row.verify for row in rows):>8}")
    click.echo(f"\nsha-256 {book.digest}\n\nTo verify against the legal texts:")
    for table, row in book.to_verify():
        name = getattr(row, "en", "")
        click.echo(f"  [{row.mark}] {table} {row.id}: {name} ({getattr(row, 'article', row.id)})")


@rules.command("list")
@click.argument("file", required=False)
@click.option("--folder", type=_FOLDER, help="Folder of rules; default: those of the package.")
def list_rows(file: str | None, folder: Path | None) -> None:
    """List the rows of FILE (such as deadlines.toml), or of every file."""
    if file is not None and file not in FILES:
        raise click.BadParameter(f"{file!r} is none of: {', '.join(FILES)}", param_hint="FILE")
    book = _loaded(folder)
    for table in book.tables():
        if file is None or table.name in FILES[file]:
            for row in table:
                click.echo(f"{table.name} {row.id} [{row.mark}] {getattr(row, 'en', '')}")


@rules.command("show")
@click.argument("row_id", metavar="ID")
@click.option("--folder", type=_FOLDER, help="Folder of rules; default: those of the package.")
def show(row_id: str, folder: Path | None) -> None:
    """Show every row with that ID, of all tables and dates."""
    found = False
    for table in _loaded(folder).tables():
        for row in table.by_id.get(row_id, ()):
            found = True
            click.echo(f"[{table.name}]")
            for key, value in row.model_dump(exclude_none=True).items():
                click.echo(f"  {key}: {_shown(value)}")
    if not found:
        raise click.ClickException(f"there is no row {row_id!r} in the rules")


def _loaded(folder: Path | None) -> Rules:
    """Load the rules, or end with every error on stderr and exit code 1."""
    try:
        return load(folder)
    except BrokenRules as error:
        for finding in error.findings:
            click.echo(f"Broken rules: {finding}", err=True)
        raise SystemExit(1) from None


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever a row can hold
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(inner)}" for key, inner in value.items() if inner)
    if isinstance(value, tuple):
        return ", ".join(_shown(inner) for inner in value)
    return value.isoformat() if isinstance(value, date) else str(value)
