"""`dangvan sweep`: every part is done and told, and one that fails stops no other."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from commands.sweep import sweep_all
from records.case import CaseEvent
from records.clock import CaseNotice
from records.session import SessionRow
from records.settings import Settings
from records.staff import Role
from records.work import Store, open_store, reading, writing
from rules import load
from tests.commands.conftest import Ended, Run
from tests.inbox import Inbox, free_port
from tests.triage.test_admission import REPORT
from triage import admission, keyring, sequencer, staffing
from triage.admission import Admitted
from triage.staffing import Person
from web.clock import HUE, today

#: The modules; as attributes of their package they are the commands.
SWEEP, SERVE = import_module("commands.sweep"), import_module("commands.serve")
#: All terms of a report are over by then.
LATER = timedelta(days=60)


@pytest.fixture
def store(
    init: Callable[..., Ended], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """An instance of today that finds itself two months later, at eight in the morning."""
    init()
    then = today() + LATER
    monkeypatch.setattr(SWEEP, "today", lambda: then)
    monkeypatch.setattr(
        SWEEP, "now", lambda: datetime(then.year, then.month, then.day, 8, tzinfo=HUE)
    )
    opened = open_store(Settings.read(home=home))
    yield opened
    opened.engine.dispose()


def file_report(store: Store, home: Path) -> Admitted:
    key = keyring.read_key(Settings.read(home=home), keyring.PROMISE_KEY)
    with writing(store) as work:
        return admission.admit(work, load(), key, admission.new_case(), REPORT, today())


def appoint_head(store: Store, home: Path) -> None:
    key = keyring.read_key(Settings.read(home=home), keyring.PROMISE_KEY)
    person = Person(
        "chanh", "Chánh Thanh tra", "thanh_tra", Role.HEAD, "mật khẩu dài!", "chanh@hue.example"
    )
    with writing(store) as work:
        staffing.appoint(work, person, key, today())


def mail_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    for name, value in (
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", str(port)),
        ("SMTP_STARTTLS", "false"),
        ("MAIL_FROM", "dangvan@hue.example"),
    ):
        monkeypatch.setenv(f"DANGVAN_{name}", value)


def abandon_a_draft(store: Store) -> None:
    with writing(store) as work:
        expired = today() - timedelta(days=1)
        work.session.add(SessionRow(id=uuid4(), sealed=b"x", expires_on=expired))


def test_everything_is_done_and_told_in_a_line_each(
    store: Store, home: Path, run: Run, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_report(store, home)
    appoint_head(store, home)
    abandon_a_draft(store)
    mail_to(monkeypatch, inbox.port)
    ended = run("sweep")
    assert (ended.code, ended.err) == (0, "")
    with reading(store) as work:
        given = Counter(work.session.scalars(select(CaseNotice.level)))
    assert given["breach"] == given["urge"] > 0
    warned = given.total() - 2 * given["breach"]
    first, *said = ended.out.splitlines()
    assert first == "Clocks made anew: 0."
    assert said[0] == "Looking at clocks"
    assert said[1].startswith(f"Warnings: {warned}. Terms broken: {given['breach']}. ")
    assert said[2] == "Digests sent: 1."
    assert said[3].startswith("Log entries merged: ")
    assert said[4:] == [
        "Abandoned drafts removed: 1. Sealed files: 0.",
        "Requests for identities ended: 0.",
    ]
    assert "Quá hạn: 1" in str(inbox.mails["chanh@hue.example"].get_content())


def test_the_second_time_there_is_nothing_to_do(store: Store, home: Path, run: Run) -> None:
    file_report(store, home)
    run("sweep")
    again = run("sweep")
    assert again.code == 0
    assert again.out.splitlines() == [
        "Clocks made anew: none, rules and calendar are as they were.",
        "Looking at clocks",
        "Warnings: 0. Terms broken: 0. Told to superiors: 0. Denunciations reported overdue: 0.",
        "Digests sent: none without DANGVAN_SMTP_HOST.",
        "Log entries merged: 0.",
        "Abandoned drafts removed: 0. Sealed files: 0.",
        "Requests for identities ended: 0.",
    ]


def test_a_mail_server_that_is_away_stops_nothing_else(
    store: Store, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_report(store, home)
    appoint_head(store, home)
    mail_to(monkeypatch, free_port())
    ended = run("sweep")
    assert ended.code == 1
    assert ended.err.startswith("dangvan: The mail server 127.0.0.1:")
    assert "Terms broken" in ended.out
    assert "Abandoned" in ended.out


def test_a_refused_mailbox_is_named_by_its_login(
    store: Store, home: Path, run: Run, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_report(store, home)
    appoint_head(store, home)
    mail_to(monkeypatch, inbox.port)
    inbox.bad = {"chanh@hue.example"}
    ended = run("sweep")
    assert ended.code == 1
    assert "did not take the digests of chanh" in ended.err


@pytest.mark.usefixtures("store")
def test_before_the_first_hour_no_digest_goes_out(
    run: Run, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_to(monkeypatch, inbox.port)
    monkeypatch.setenv("DANGVAN_DIGEST_HOURS", "9")
    assert "Digests sent: none before 9:00." in run("sweep").out


def test_damaged_cases_are_named_and_the_others_go_on(store: Store, home: Path, run: Run) -> None:
    damaged, whole = file_report(store, home), file_report(store, home)
    with writing(store) as work:
        work.session.execute(
            update(CaseEvent).where(CaseEvent.case_id == damaged.case.id).values(terms="{")
        )
    ended = run("sweep")
    assert ended.code == 1
    assert ended.err.startswith("dangvan: Cases whose steps cannot be read")
    assert str(damaged.case.id) in ended.err
    assert "Abandoned" in ended.out
    with reading(store) as work:
        assert set(work.session.scalars(select(CaseNotice.case_id))) == {whole.case.id}


def test_two_failures_are_both_said(
    store: Store, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_report(store, home)
    appoint_head(store, home)
    mail_to(monkeypatch, free_port())
    (home / "keys" / keyring.PROMISE_KEY).write_text("")
    ended = run("sweep")
    assert ended.code == 1
    assert "promise.key" in ended.err
    assert "The mail server" in ended.err


def test_a_machine_without_the_checkpoint_key_leaves_the_log_to_another(
    store: Store, home: Path, run: Run
) -> None:
    file_report(store, home)
    (home / "keys" / keyring.CHECKPOINT_KEY).unlink()
    ended = run("sweep")
    assert ended.code == 0
    assert "Log entries merged: none without the checkpoint key" in ended.out


def test_what_nobody_expects_stops_no_other_part_and_is_handed_back(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    abandon_a_draft(store)
    monkeypatch.setattr(sequencer, "sequence", lambda *_: 1 / 0)
    [failure] = sweep_all(Settings.read(home=home), quiet=True)
    assert isinstance(failure, ZeroDivisionError)
    assert capsys.readouterr().out == ""
    with reading(store) as work:
        assert work.session.scalars(select(SessionRow)).all() == []


class Hours:
    """Stands for the end of the server: it comes after so many hours."""

    def __init__(self, count: int) -> None:
        self.left = count

    def wait(self, _seconds: float) -> bool:
        self.left -= 1
        return self.left < 0


def test_the_server_sweeps_every_hour_whatever_goes_wrong(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept, logged = list[int](), list[str]()

    def sweeping(_settings: Settings, *, quiet: bool) -> list[Exception]:
        assert quiet
        swept.append(1)
        if len(swept) == 1:
            raise RuntimeError
        return [ValueError(), KeyError()] if len(swept) == 2 else []

    monkeypatch.setattr(SERVE, "sweep_all", sweeping)
    monkeypatch.setattr("web.logs.failure", lambda error: logged.append(type(error).__name__))
    SERVE._sweep_hourly(Settings.read(home=home), Hours(3))
    assert len(swept) == 3
    assert logged == ["RuntimeError", "ValueError", "KeyError"]
