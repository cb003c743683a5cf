"""`dangvan serve`: runs the web server."""

import socket
from ipaddress import ip_address
from threading import Event, Thread

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

import cleaning
from commands.init import units_to_open
from commands.mail import Mail
from commands.sweep import sweep_all
from demo import ground
from records.errors import BadConfiguration, RecordsError
from records.settings import Settings
from records.work import opened, writing
from rules import load
from triage import keyring
from triage.founding import open_missing_units
from triage.publickeys import CIRCLES
from web import logs
from web.clock import today
from web.site import Site

#: Threads of a worker: a slow upload keeps one busy, and only some of them may be uploads.
THREADS = 24
_HOUR = 3600.0
#: Workers are forks of this process, in which nobody may be busy then.
_WHILE_WORKERS_START = 60.0


class AddressRefused(Exception):
    """The server cannot listen where it was told to."""


class DemoNotServed(RecordsError):
    """A demo city is not served to others."""


def run(host: str, port: int, workers: int) -> None:
    """Serve until somebody stops it."""
    check_address(host, port)
    settings = Settings.read()
    with opened(settings) as store, writing(store) as work:  # an unusable one stops here, in words
        key = keyring.read_key(settings, keyring.PROMISE_KEY)
        new = open_missing_units(work, (*units_to_open(load()), *CIRCLES), key, today())
    if new:
        click.echo(f"Opened units that the rules name: {', '.join(new)}.")
    site = Site.read()
    Mail.read()
    if not cleaning.works():
        raise BadConfiguration(
            "The process that looks at strangers' files does not work here, so every file would "
            "be called damaged: install this release again, with all of its packages."
        )
    if workers > 1 and site.redis_url is None:
        click.echo("More than one worker without DANGVAN_REDIS_URL: each counts for itself.")
    click.echo(f"Đăng Văn on http://{host}:{port}  (Ctrl-C stops it)")
    over = Event()
    Thread(target=_sweep_hourly, args=(settings, over), daemon=True).start()
    # No access log: it would hold addresses and hours.
    server = Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    )
    try:
        server.serve()
    finally:
        over.set()


def _sweep_hourly(settings: Settings, over: Event) -> None:
    """Do what `dangvan sweep` does, every hour; beside others that do it too."""
    wait = _WHILE_WORKERS_START
    while not over.wait(wait):
        wait = _HOUR
        try:
            failures = sweep_all(settings, quiet=True)
        except Exception as failure:  # noqa: BLE001  (whatever it is, the next hour tries again)
            failures = [failure]
        for each in failures:
            logs.failure(each)


def check_address(host: str, port: int) -> None:
    """Make sure that a server can listen there. Raises AddressRefused."""
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
    settings = Settings.read()
    if ground.is_demo(settings):
        raise DemoNotServed(
            f"{settings.home} holds a demo city, whose sign-in data are for playing: start it with "
            "`dangvan start-dev`, or choose another DANGVAN_HOME."
        )
    run(host, port, workers)
