"""`dangvan serve` and `dangvan start-dev`: run the web server."""

import secrets
import socket
from ipaddress import ip_address
from threading import Event, Thread

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

import cleaning
from commands.init import print_shares, units_to_open
from commands.mail import Mail
from commands.sweep import sweep_all
from records.errors import BadConfiguration, NotInitialised
from records.home import read_mark
from records.settings import Settings
from records.staff import Role
from records.work import opened, writing
from rules import load
from triage import keyring, staffing
from triage.founding import Plan, found, open_missing_units
from triage.staffing import Person
from web import logs
from web.clock import today
from web.site import Site

_DEV_ORIGIN = "localhost/dangvan"
#: Threads of a worker: a slow upload keeps one busy, and only some of them may be uploads.
THREADS = 24
_HOUR = 3600.0
#: Workers are forks of this process, in which nobody may be busy then.
_WHILE_WORKERS_START = 60.0


class AddressRefused(Exception):
    """The server cannot listen where it was told to."""


def _run(host: str, port: int, workers: int) -> None:
    _check_address(host, port)
    settings = Settings.read()
    with opened(settings) as store, writing(store) as work:  # an unusable one stops here, in words
        key = keyring.read_key(settings, keyring.PROMISE_KEY)
        new = open_missing_units(work, units_to_open(load()), key, today())
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
        _appoint_custodians(settings)
    _run("127.0.0.1", port, 1)


def _appoint_custodians(settings: Settings) -> None:
    """Appoint two custodians, so that reporters can try to give a name."""
    key = keyring.read_key(settings, keyring.PROMISE_KEY)
    with opened(settings) as store, writing(store) as work:
        for login in ("giukhoa1", "giukhoa2"):
            password = secrets.token_urlsafe(12)
            name = f"Người giữ khóa {login[-1]} (phát triển)"
            person = Person(login, name, "thanh_tra", Role.CUSTODIAN, password)
            staffing.appoint(work, person, key, today())
            click.echo(f"Custodian: {login}, password {password} (shown this once)")


def _is_founded(settings: Settings) -> bool:
    try:
        read_mark(settings.home)
    except NotInitialised:
        return False
    return True
