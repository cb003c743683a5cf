"""`python -m bench [NAME ...] [--quick]`: progress goes to stderr, the table to stdout."""

from collections.abc import Callable, Iterator
from time import perf_counter

import click

from bench import cases, citizens, desk, ledger, papers, records, signs, vault
from bench.scale import FULL, QUICK, Scale
from bench.table import Row, layout

_MEASUREMENTS: dict[str, Callable[[Scale], Iterator[Row]]] = {
    "vault": vault.small_things,
    "streams": vault.streams,
    "memory": vault.memory,
    "ledger": ledger.proofs,
    "commits": records.commits,
    "blobs": records.blobs,
    "citizens": citizens.rates,
    "files": citizens.files,
    "clocks": cases.clocks,
    "desk": desk.pages,
    "papers": papers.papers,
    "signs": signs.suggestions,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(_MEASUREMENTS)))
@click.option("--quick", is_flag=True, help="Do little of everything; the figures mean nothing.")
def main(names: tuple[str, ...], *, quick: bool) -> None:
    """Measure speed and memory on this machine; NAMEs choose what, all by default."""
    scale, rows, start = QUICK if quick else FULL, list[Row](), perf_counter()
    for name in names or tuple(_MEASUREMENTS):
        click.echo(f"{name} …", err=True)
        for row in _MEASUREMENTS[name](scale):
            click.echo(f"  {perf_counter() - start:5.0f} s  {row.what}", err=True)
            rows.append(row)
    click.echo(layout(rows))


if __name__ == "__main__":
    main(prog_name="python -m bench")
