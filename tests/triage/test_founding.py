"""Founding an instance: all of it, or nothing, or finished at the next try."""

import errno
import os
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, func, inspect, select
from sqlalchemy.orm import Session

from ledger.note import Verifier
from records import database, home
from records.errors import (
    AlreadyInitialised,
    DatabaseUnreachable,
    FolderUnusable,
    NotInitialised,
    RecordsError,
)
from records.instance import Instance
from records.log import LogEntry
from records.settings import Settings
from records.staff import Role, Staff, StaffRole
from records.unit import UnitKey
from records.work import Store, open_store, reading, writing
from tests.conftest import FOUNDED_ON, UNITS, Shown, plan
from tests.triage.conftest import House
from triage import founding, keyring, publickeys, sequencer
from triage.founding import found
from triage.staffing import AppointmentRefused
from vault import box, password, shares
from vault.context import Context, Purpose
from vault.keys import KeyPair, Seed

pytestmark = pytest.mark.usefixtures("cheap_passwords")


class PowerCut(BaseException):
    """Stands for whatever ends the process; nothing may catch it."""


def traces(settings: Settings) -> list[str]:
    """Return what a founding has left: files, and tables in the database."""
    left = [str(path) for path in settings.home.parent.rglob("*")]
    if settings.database_url is not None:
        engine = create_engine(settings.database)
        with engine.connect() as connection:
            left += inspect(connection).get_table_names()
        engine.dispose()
    return left


def test_a_founded_instance_opens_with_its_units_and_keys(store: Store) -> None:
    with reading(store) as work:
        keys = work.session.execute(select(UnitKey.unit_code)).scalars().all()
    assert sorted(keys) == sorted((*UNITS, *publickeys.CIRCLES))


def test_the_escrow_shares_open_every_unit_key_and_the_administrators(
    store: Store, shown: Shown
) -> None:
    escrow = KeyPair(Seed(shares.join(shown.words[1:])))
    with reading(store) as work:
        assert work.session.execute(select(Instance.escrow_key)).scalar_one() == escrow.public
        for key in work.session.execute(select(UnitKey)).scalars():
            scope = (key.unit_code.encode(), key.epoch.to_bytes(4))
            context = Context(Purpose.UNIT_SEED_FOR_ESCROW, scope)
            seed = box.unseal(escrow, context, box.Box(key.escrow_box))
            assert KeyPair(Seed(seed)).public == key.public_key
        admin = work.session.execute(select(Staff)).scalar_one()
        context = Context(Purpose.STAFF_SEED_FOR_ESCROW, (admin.id.bytes,))
        seed = box.unseal(escrow, context, box.Box(admin.escrow_box))
    assert KeyPair(Seed(seed)).public == admin.public_key


def test_the_administrator_unlocks_their_key_with_the_password(store: Store) -> None:
    with reading(store) as work:
        admin = work.session.execute(select(Staff)).scalar_one()
        role = work.session.execute(select(StaffRole)).scalar_one()
    context = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (admin.id.bytes,))
    locked = password.Locked(admin.locked_seed)
    seed = password.unlock("một mật khẩu đủ dài", context, locked)
    assert KeyPair(Seed(seed)).public == admin.public_key
    assert role.role == Role.ADMINISTRATOR


def test_the_administrator_holds_no_unit_key(store: Store) -> None:
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM unit_key_holder").all() == []


def test_the_log_begins_empty_signed_and_with_the_founding_waiting(
    store: Store, settings: Settings
) -> None:
    with reading(store) as work:
        newest = sequencer.latest(work.session)
        instance = work.session.execute(select(Instance)).scalar_one()
        assert newest is not None
        assert newest.size == 0
        assert sequencer.waiting(work.session, instance.founded_on) == 0
        assert sequencer.waiting(work.session, instance.founded_on.replace(day=30)) == 1
    for file, stored in (
        (keyring.CHECKPOINT_KEY, instance.checkpoint_key),
        (keyring.PROMISE_KEY, instance.promise_key),
    ):
        assert keyring.read_key(settings, file).verifier == Verifier.from_text(stored)


def test_the_home_folder_and_its_keys_are_for_one_user_only(settings: Settings) -> None:
    found(settings, plan(), Shown())
    paths = [settings.home / "instance.id", *settings.keys.iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    folders = [settings.home, settings.keys, settings.blobs]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_stopping_at_the_shares_leaves_no_trace(settings: Settings) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        found(settings, plan(), stop)
    assert traces(settings) == []


def test_stopping_while_keys_are_drawn_leaves_no_trace(settings: Settings) -> None:
    def stop_after_one(units: Iterable[str]) -> Iterator[str]:
        yield next(iter(units))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        found(settings, plan(), Shown(), stop_after_one)
    assert traces(settings) == []


def cut_power(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    monkeypatch.setattr(owner, name, cut)


def test_a_founding_cut_off_before_its_commit_starts_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Shown(), Shown()
    with monkeypatch.context() as patch:
        cut_power(patch, Session, "commit")
        cut_power(patch, home, "sweep")  # a process that died cannot tidy up
        with pytest.raises(PowerCut):
            found(settings, plan(), first)
    assert home.stage_of(settings.home).exists()
    with pytest.raises(NotInitialised):
        open_store(settings)
    assert found(settings, plan(), second)
    assert first.words != second.words
    open_store(settings).engine.dispose()


@pytest.mark.parametrize("moved", range(5))
def test_a_founding_cut_off_after_its_commit_is_finished_at_the_next_try(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    shown, moves = Shown(), iter(range(moved))
    rename = Path.rename

    def rename_until_the_power_fails(path: Path, target: Path) -> Path:
        if next(moves, None) is None:
            raise PowerCut
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename_until_the_power_fails)
        try:
            found(settings, plan(), shown)
        except PowerCut:
            finished_late = True
        else:
            finished_late = False  # there were fewer files to move
    if finished_late:
        with pytest.raises((NotInitialised, AlreadyInitialised)):
            open_store(settings)
        assert found(settings, plan(), Shown()) is False
    store = open_store(settings)
    with reading(store) as work:
        escrow = work.session.execute(select(Instance.escrow_key)).scalar_one()
    assert escrow == KeyPair(Seed(shares.join(shown.words[:2]))).public
    store.engine.dispose()


def test_a_second_founding_in_the_same_place_is_refused(settings: Settings, shown: Shown) -> None:
    found(settings, plan(), shown)
    with pytest.raises(AlreadyInitialised, match="DANGVAN_HOME"):
        found(settings, plan(), Shown())
    open_store(settings).engine.dispose()


def test_two_foundings_at_once_do_not_mix(settings: Settings) -> None:
    def another(_: object) -> None:
        with pytest.raises(AlreadyInitialised, match="Another"):
            found(settings, plan(), Shown())

    assert found(settings, plan(), another)
    open_store(settings).engine.dispose()


def test_a_database_that_is_not_empty_is_left_alone(postgres_url: str, tmp_path: Path) -> None:
    settings = Settings.read(home=tmp_path / "home", database_url=postgres_url)
    engine = create_engine(settings.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (x int)")
    engine.dispose()
    with pytest.raises(AlreadyInitialised, match="empty database"):
        found(settings, plan(), Shown())
    assert traces(settings) == ["theirs"]


def test_an_sqlite_file_elsewhere_stays_empty_when_founding_fails(tmp_path: Path) -> None:
    """It is not removed: another founding may be waiting for it."""
    url = f"sqlite:///{tmp_path / 'else.db'}"
    settings = Settings.read(home=tmp_path / "home", database_url=url)

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        found(settings, plan(), stop)
    assert not settings.home.exists()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    engine.dispose()
    assert found(settings, plan(), Shown())
    open_store(settings).engine.dispose()


def test_a_commit_whose_answer_is_lost_is_finished_at_the_next_try(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, commit = Shown(), Session.commit

    def answer_lost(session: Session) -> None:
        commit(session)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", answer_lost)
        with pytest.raises(KeyboardInterrupt):
            found(settings, plan(), shown)
    assert found(settings, plan(), Shown()) is False
    store = open_store(settings)
    with reading(store) as work:
        escrow = work.session.execute(select(Instance.escrow_key)).scalar_one()
    assert escrow == KeyPair(Seed(shares.join(shown.words[:2]))).public
    store.engine.dispose()


def test_two_homes_founding_in_one_database_at_once_do_not_mix(
    postgres_url: str, tmp_path: Path
) -> None:
    one, two = (Settings.read(home=tmp_path / name, database_url=postgres_url) for name in "ab")
    refused: list[str] = []

    def other() -> None:
        try:
            found(two, plan(), Shown())
        except AlreadyInitialised as refusal:
            refused.append(str(refusal))

    thread = threading.Thread(target=other)

    def begin_the_other(_: object) -> None:
        thread.start()
        thread.join(0.5)

    assert found(one, plan(), begin_the_other)
    thread.join()
    assert len(refused) == 1
    assert not two.home.exists()
    open_store(one).engine.dispose()


def test_an_unreachable_database_leaves_no_folder(tmp_path: Path) -> None:
    settings = Settings.read(
        home=tmp_path / "home", database_url="postgresql://u:p@127.0.0.1:9/none"
    )
    with pytest.raises(DatabaseUnreachable, match="DANGVAN_DATABASE_URL"):
        found(settings, plan(), Shown())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(FolderUnusable, match=r"letter\.txt"):
        found(Settings.read(home=tmp_path), plan(), Shown())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def refuse(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS])
def test_a_folder_without_rights_or_room_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """As root every folder can be written, so the system's answer is stood in for."""
    monkeypatch.setattr(Path, "mkdir", refuse(number))
    with pytest.raises(FolderUnusable) as caught:
        found(Settings.read(home=tmp_path / "home"), plan(), Shown())
    assert os.strerror(number) in str(caught.value)
    assert "DANGVAN_HOME" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"origin": "two words"}, "two words"),
        ({"origin": "a+b"}, "no plus"),
        ({"escrow_needed": 1}, "at least two people"),
        ({"escrow_needed": 4}, "4 of 3"),
        ({"escrow_count": 17}, "at most 16"),
        ({"admin_login": "Quản Trị"}, "lower-case"),
        ({"admin_password": "ngắn"}, "12 characters"),
        ({"admin_unit": "khong_co"}, "khong_co"),
        ({"admin_name": "  "}, "1 to 200"),
        ({"admin_name": "x" * 201}, "1 to 200"),
    ],
)
def test_a_decision_that_cannot_be_carried_out_is_refused_beforehand(
    changes: dict[str, object], word: str
) -> None:
    with pytest.raises(AppointmentRefused, match=word):
        plan(**changes)


def test_the_password_stays_out_of_reprs() -> None:
    assert "mật khẩu" not in repr(plan())


def test_a_lost_key_file_is_named_with_the_mend(settings: Settings) -> None:
    found(settings, plan(), Shown())
    (settings.keys / keyring.PROMISE_KEY).write_text("PRIVATE+KEY+torn\n")
    with pytest.raises(RecordsError, match="restore it from the backup") as caught:
        keyring.read_key(settings, keyring.PROMISE_KEY)
    assert "torn" not in str(caught.value)


def test_a_database_from_a_newer_release_does_not_open(settings: Settings) -> None:
    found(settings, plan(), Shown())
    engine = database.connect(settings.database)

    def set_version(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with engine.begin() as connection:
        set_version(connection)
    engine.dispose()
    with pytest.raises(RecordsError, match="newer"):
        open_store(settings)


def test_a_unit_that_the_rules_name_later_is_opened_once_and_logged(house: House) -> None:
    codes = (*UNITS, "chu_tich_ubnd", "so_du_lich")
    before = entries(house.store)
    with writing(house.store) as work:
        opened = founding.open_missing_units(work, codes, house.key, FOUNDED_ON)
    assert opened == ("chu_tich_ubnd", "so_du_lich")
    assert entries(house.store) == before + 2
    with writing(house.store) as work:
        assert founding.open_missing_units(work, codes, house.key, FOUNDED_ON) == ()
        assert publickeys.of_unit(work, "so_du_lich").epoch == 1


def entries(store: Store) -> int:
    with reading(store) as work:
        return work.session.execute(select(func.count()).select_from(LogEntry)).scalar_one()
