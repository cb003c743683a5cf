"""`dangvan serve` and `dangvan start-dev`: run the web server."""

import os
import secrets

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from commands.init import print_shares, units_to_open
from records.home import MARK
from records.settings import Settings
from records.work import open_store
from rules import load
from triage.founding import Plan, found
from web.clock import today

_DEV_ORIGIN = "localhost/dangvan"


def _run(host: str, port: int, workers: int) -> None:
    # No access log: it would hold addresses and hours.
    Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # Each thread may hold a database connection: stay within the pool.
        blocking_threads=2 * (os.cpu_count() or 1) + 1,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the citizens' pages at / and the staff's at /desk."""
    open_store(Settings.read()).engine.dispose()  # an unusable instance stops here, in words
    load()
    click.echo(f"Đăng Văn on http://{host}:{port}")
    _run(host, port, workers)


@click.command("start-dev")
@click.option("--port", envvar="PORT", default=8000, show_default=True)
def start_dev(port: int) -> None:
    """Serve a development instance on this machine, founding it first if there is none."""
    settings = Settings.read()
    if not (settings.home / MARK).exists():
        password = secrets.token_urlsafe(12)
        plan = Plan(
            origin=_DEV_ORIGIN,
            escrow_needed=2,
            escrow_count=3,
            admin_login="quantri",
            admin_name="Quản trị (phát triển)",
            admin_unit="van_phong_ubnd",
            admin_password=password,
            units=units_to_open(load()),
            today=today(),
        )
        click.echo(f"Founding a development instance in {settings.home}.")
        found(settings, plan, print_shares)
        click.echo(f"Administrator: quantri, password {password} (shown this once)")
    os.environ.setdefault("DANGVAN_HOME", str(settings.home))
    open_store(settings).engine.dispose()
    load()
    click.echo(f"Đăng Văn on http://127.0.0.1:{port}  (Ctrl-C stops it)")
    _run("127.0.0.1", port, 1)
