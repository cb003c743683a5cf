"""`dangvan serve` and `dangvan start-dev`: run the web server."""

import os
import secrets
import socket
from ipaddress import ip_address

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from commands.init import print_shares, units_to_open
from records.errors import NotInitialised
from records.home import read_mark
from records.settings import Settings
from records.work import opened
from rules import load
from triage.founding import Plan, found
from web.clock import today

_DEV_ORIGIN = "localhost/dangvan"


class AddressRefused(Exception):
    """The server cannot listen where it was told to."""


def _run(host: str, port: int, workers: int) -> None:
    _check_address(host, port)
    with opened(Settings.read()):  # an unusable instance stops here, in words
        load()
    click.echo(f"Đăng Văn on http://{host}:{port}  (Ctrl-C stops it)")
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


def _check_address(host: str, port: int) -> None:
    try:
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET  # noqa: PLR2004
    except ValueError:
        raise AddressRefused(f"--host {host} is no IP address; use 127.0.0.1 or ::1.") from None
    try:
        with socket.socket(family) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind((host, port))
    except OSError as error:
        raise AddressRefused(
            f"Port {port} of {host} cannot be used: {error.strerror}. Choose another --port."
        ) from None


@click.command(short_help="Run the web server.")
@click.option("--host", default="127.0.0.1", show_default=True, help="IP address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the citizens' pages at / and the staff's side at /desk."""
    _run(host, port, workers)


@click.command("start-dev", short_help="Try it: found and serve a development instance.")
@click.option(
    "--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535)
)
def start_dev(port: int) -> None:
    """Serve a development instance on this machine, founding it first if there is none."""
    settings = Settings.read()
    _check_address("127.0.0.1", port)
    if not _is_founded(settings):
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
        if found(settings, plan, print_shares):
            click.echo(f"Administrator: quantri, password {password} (shown this once)")
    _run("127.0.0.1", port, 1)


def _is_founded(settings: Settings) -> bool:
    try:
        read_mark(settings.home)
    except NotInitialised:
        return False
    return True
