"""The operator's commands: they read well, and what goes wrong is a sentence with its mend."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select

import commands
from ledger.note import Signer
from records.home import MARK
from records.session import SessionRow
from records.settings import Settings
from records.staff import Staff
from records.work import Store, open_store, reading, writing
from tests.commands.conftest import Ended, Run
from triage import access, custodianship, identity, keyring, signin
from web.clock import today

ROOT = Path(__file__).parents[2]


def test_help_names_every_command_and_says_what_it_does(run: Run) -> None:
    ended = run("--help")
    assert ended.code == 0
    for name in commands.dangvan.commands:
        assert name in ended.out
        helped = run(name, "--help")
        assert helped.code == 0
        assert len(helped.out) > 100


def test_init_founds_shows_the_shares_once_and_refuses_a_second_time(
    init: Callable[..., Ended], home: Path
) -> None:
    ended = init()
    assert ended.code == 0, ended.err
    assert ended.out.count("Escrow share") == 5
    assert (home / MARK).exists()
    again = init()
    assert again.code == 1
    assert "DANGVAN_HOME" in again.err
    assert "Escrow share" not in again.out


def test_init_opens_every_unit_of_hue_that_can_hold_cases(
    init: Callable[..., Ended], home: Path
) -> None:
    init()
    store = open_store(Settings.read(home=home))
    with store.engine.connect() as connection:
        units = set(connection.exec_driver_sql("SELECT code FROM unit").scalars())
    store.engine.dispose()
    assert {"thanh_tra", "chu_tich_ubnd", "so_tu_phap", "auditors"} <= units
    assert len(units) > 60


@pytest.mark.parametrize("cut", ["1of3", "5of3", "2of17", "hai", "3/5"])
def test_a_cut_of_the_escrow_key_that_cannot_be_is_refused(
    init: Callable[..., Ended], home: Path, cut: str
) -> None:
    ended = init("--escrow", cut)
    assert ended.code != 0
    assert "Traceback" not in ended.err
    assert not home.exists()


def test_a_short_password_is_refused_and_nothing_is_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("ngắn\n", encoding="utf-8")
    given = ["--origin", "x.vn/log", "--admin", "a", "--admin-name", "A"]
    ended = run("init", *given, "--admin-password-file", str(tmp_path / "short"))
    assert ended.code == 1
    assert "12 characters" in ended.err
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("command", ["sequence", "rearrange", "serve", "sweep"])
def test_without_an_instance_commands_say_how_to_make_one(run: Run, command: str) -> None:
    ended = run(command)
    assert ended.code == 1
    assert "dangvan init" in ended.err
    assert ended.out == ""


def test_a_bad_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGVAN_DATABASE_URL", "mysql://u:s3cret@db/x")
    ended = run("sequence")
    assert ended.code == 1
    assert ended.err.startswith("dangvan: DANGVAN_DATABASE_URL")
    assert "s3cret" not in ended.err


def test_an_unreachable_database_is_named_and_nothing_is_made(
    init: Callable[..., Ended], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGVAN_DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:9/x")
    ended = init()
    assert ended.code == 1
    assert "127.0.0.1:9" in ended.err
    assert "s3cret" not in ended.err
    assert not home.exists()


def test_a_newer_schema_is_refused_by_every_command_that_uses_it(
    init: Callable[..., Ended], run: Run, home: Path
) -> None:
    init()
    engine = create_engine(f"sqlite:///{home / 'dangvan.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    for command in ("sequence", "migrate", "serve"):
        ended = run(command)
        assert ended.code == 1
        assert "newer" in ended.err


def test_a_damaged_key_file_is_named(init: Callable[..., Ended], run: Run, home: Path) -> None:
    init()
    (home / "keys" / "checkpoint.key").write_text("")
    ended = run("sequence")
    assert ended.code == 1
    assert "checkpoint.key" in ended.err


def test_the_night_runs_and_can_run_again(init: Callable[..., Ended], run: Run) -> None:
    init()
    for _ in range(2):
        for command in ("sequence", "rearrange", "migrate"):
            ended = run(command)
            assert ended.code == 0, ended.err


def test_a_port_that_is_taken_is_said_before_anything_is_announced(
    init: Callable[..., Ended], run: Run
) -> None:
    init()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("serve", "start-dev"):
            ended = run(command, "--port", str(port))
            assert ended.code == 1
            assert f"Port {port}" in ended.err
            assert "http" not in ended.out


def test_a_host_that_is_no_address_is_said_in_words(init: Callable[..., Ended], run: Run) -> None:
    init()
    ended = run("serve", "--host", "localhost")
    assert ended.code == 1
    assert "127.0.0.1" in ended.err


def test_a_password_file_that_is_no_text_is_named(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00" * 20)
    given = ["--origin", "x.vn/log", "--admin", "a", "--admin-name", "A"]
    ended = run("init", *given, "--admin-password-file", str(tmp_path / "binary"))
    assert ended.code == 1
    assert "UTF-8" in ended.err
    assert not home.exists()


def test_a_wrong_answer_is_asked_for_again_and_the_others_kept(
    home: Path,  # noqa: ARG001
    tmp_path: Path,
    cheap_passwords: None,  # noqa: ARG001
) -> None:
    (tmp_path / "password").write_text("một mật khẩu đủ dài\n", encoding="utf-8")
    answers = "two words\nexample.vn/log\nTên Dài\nquantri\n \nNguyễn Văn A\n"
    given = ["init", "--shares-printed", "--admin-password-file", str(tmp_path / "password")]
    ended = CliRunner().invoke(commands.dangvan, given, input=answers)
    assert ended.exit_code == 0, ended.output
    assert "no space" in ended.output
    assert "lower-case" in ended.output
    assert "Founded" in ended.output


def start_init(home: Path, secret: Path) -> subprocess.Popen[str]:
    """Start `dangvan init` as a process that will wait for its founders at the first share."""
    program = "from commands import main; main()"
    given = ["init", "--origin", "x.vn/log", "--admin", "a", "--admin-name", "A"]
    return subprocess.Popen(
        [sys.executable, "-c", program, *given, "--admin-password-file", str(secret)],
        cwd=ROOT,
        env=os.environ | {"DANGVAN_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for_the_first_share(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if "Escrow share 1" in line:
            return
    raise AssertionError("init ended before the shares")


def test_a_killed_init_leaves_nothing_that_opens_and_the_next_one_works(
    home: Path, tmp_path: Path, init: Callable[..., Ended]
) -> None:
    with start_init(home, tmp_path / "password") as process:
        wait_for_the_first_share(process)
        process.send_signal(signal.SIGKILL)
    assert not (home / MARK).exists()
    ended = init()
    assert ended.code == 0, ended.err
    assert "Founded" in ended.out
    assert sorted(path.name for path in home.iterdir()) == [
        "blobs",
        "dangvan.db",
        "instance.id",
        "keys",
    ]


def test_an_init_stopped_at_the_keyboard_leaves_nothing_at_all(
    home: Path,
    tmp_path: Path,
    init: Callable[..., Ended],  # noqa: ARG001
) -> None:
    with start_init(home, tmp_path / "password") as process:
        wait_for_the_first_share(process)
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert "void: destroy them" in process.stdout.read()
        assert process.wait() != 0
    assert not home.exists()


def appointed(run: Run, tmp_path: Path, login: str, *more: str) -> Ended:
    secret = tmp_path / "password"
    given = ["--login", login, "--name", "Người Giữ Khóa", "--password-file", str(secret)]
    return run("appoint", "custodian", *given, *more)


def show_card(store: Store, key: Signer, login: str) -> str:
    """Let a custodian show their key, and return the fingerprint that they read out."""
    seed = signin.unlock(store, login, "một mật khẩu đủ dài").seed
    with writing(store) as work:
        staff_id = work.session.scalars(select(Staff.id).where(Staff.login == login)).one()
        person = access.insider(work, staff_id, seed, today())
        custodianship.show(work, person, key, today())
        return custodianship.own_fingerprint(person)


def test_names_can_be_given_once_two_custodians_are_confirmed_by_what_they_read_out(
    init: Callable[..., Ended],
    run: Run,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    init()
    settings = Settings.read(home=home)
    store, key = open_store(settings), keyring.read_key(settings, keyring.PROMISE_KEY)
    heard = iter(())
    monkeypatch.setattr("click.prompt", lambda *_given, **_named: next(heard))
    assert appointed(run, tmp_path, "giukhoa1").out == "giukhoa1 is appointed as custodian.\n"
    appointed(run, tmp_path, "giukhoa2", "--email", "giukhoa2@hue.example")
    heard = iter(["AAAA"])
    assert "not shown their key" in run("custodians", "giukhoa1").err
    prints = [show_card(store, key, login) for login in ("giukhoa1", "giukhoa2")]
    heard = iter(reversed(prints))
    assert "not the fingerprint" in run("custodians", "giukhoa1", "giukhoa2").err
    heard = iter(["AAAA"])
    assert "nobody with the login" in run("custodians", "khong_co").err
    assert not identity.can_be_kept(store, key)
    heard = iter(each.lower().replace(" ", "") for each in prints)
    assert run("custodians", "giukhoa1", "giukhoa2").code == 0
    assert identity.can_be_kept(store, key)
    heard = iter(["AAAA"])
    assert "they admit others at the desk" in run("custodians", "giukhoa1").err
    store.engine.dispose()


@pytest.mark.parametrize(
    ("login", "more", "why"),
    [
        ("quantri", (), "is taken"),
        ("giukhoa1", ("--unit", "khong_co"), "There is no unit 'khong_co'"),
        ("giukhoa1", ("--email", "a@b, c@d"), "is no e-mail address"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused(  # noqa: PLR0913, PLR0917
    init: Callable[..., Ended],
    run: Run,
    tmp_path: Path,
    login: str,
    more: tuple[str, ...],
    why: str,
) -> None:
    init()
    ended = appointed(run, tmp_path, login, *more)
    assert ended.code != 0
    assert why in ended.err
    assert not ended.out


def test_the_night_removes_abandoned_drafts(
    init: Callable[..., Ended], run: Run, home: Path
) -> None:
    init()
    store = open_store(Settings.read(home=home))
    yesterday = today() - timedelta(days=1)
    with writing(store) as work:
        work.session.add(SessionRow(id=uuid4(), sealed=b"x", expires_on=yesterday))
        work.session.add(SessionRow(id=uuid4(), sealed=b"x", expires_on=today()))
    ended = run("rearrange")
    assert "Removed 1 abandoned session." in ended.out
    with reading(store) as work:
        assert len(list(work.session.execute(select(SessionRow)).scalars())) == 1
    store.engine.dispose()


def test_a_bad_setting_of_the_site_stops_the_server_in_words(
    init: Callable[..., Ended], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    init()
    for name, value in (
        ("DANGVAN_LIMIT_FILING", "thirty"),
        ("DANGVAN_ONION", "https://example.vn"),
        ("DANGVAN_CLAMD", "somewhere"),
        ("DANGVAN_FILE_GROUPS", "image,virus"),
        ("DANGVAN_DIGEST_HOURS", "25"),
    ):
        monkeypatch.setenv(name, value)
        ended = run("serve")
        assert ended.code == 1
        assert name in ended.err
        monkeypatch.delenv(name)


def test_a_server_that_could_not_look_at_files_does_not_start(
    init: Callable[..., Ended], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    init()
    monkeypatch.setattr("cleaning.works", lambda: False)
    ended = run("serve")
    assert ended.code == 1
    assert "install this release again" in ended.err
