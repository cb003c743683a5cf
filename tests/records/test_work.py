"""The unit of work: all of an act or nothing of it, under load too."""

import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records import database
from records.errors import (
    BadConfiguration,
    BlobExists,
    BlobMissing,
    BlobStoreFailed,
    DatabaseUnreachable,
)
from records.held import HeldBlob
from records.log import LogEntry
from records.settings import Settings
from records.staff import Role, StaffRole
from records.unit import Unit, UnitKey
from records.work import (
    Store,
    Work,
    clean_up_blobs,
    hold_blob,
    open_store,
    reading,
    writing,
)
from tests.conftest import FOUNDED_ON, UNITS
from triage.publickeys import CIRCLES


class PowerCut(Exception):
    pass


def open_unit(work: Work, code: str) -> None:
    work.session.add(Unit(code=code, opened_on=FOUNDED_ON))


def units(store: Store) -> set[str]:
    with reading(store) as work:
        return set(work.session.execute(select(Unit.code)).scalars())


def blobs(store: Store) -> set[UUID]:
    return set(store.blobs.names())


def held(store: Store) -> set[UUID]:
    with reading(store) as work:
        return set(work.session.execute(select(HeldBlob.id)).scalars())


def broken() -> Iterator[bytes]:
    yield b"half"
    raise PowerCut


def test_an_act_is_kept_whole(store: Store) -> None:
    name = uuid4()
    hold_blob(store, name, [b"sealed"], FOUNDED_ON)
    assert held(store) == {name}
    with writing(store) as work:
        open_unit(work, "so_du_lich")
        work.adopt_blob(name)
    assert "so_du_lich" in units(store)
    assert blobs(store) == {name}
    assert held(store) == set()


def test_an_act_that_fails_leaves_no_rows_and_its_blobs_on_hold(store: Store) -> None:
    name = uuid4()
    hold_blob(store, name, [b"sealed"], FOUNDED_ON)
    with pytest.raises(PowerCut), writing(store) as work:
        open_unit(work, "so_du_lich")
        work.adopt_blob(name)
        work.session.flush()
        raise PowerCut
    assert "so_du_lich" not in units(store)
    assert held(store) == {name}


def test_an_upload_that_breaks_off_leaves_nothing(store: Store) -> None:
    with pytest.raises(PowerCut):
        hold_blob(store, uuid4(), broken(), FOUNDED_ON)
    assert blobs(store) == set()
    assert held(store) == set()


def test_an_upload_keeps_nobody_else_waiting(store: Store) -> None:
    def slow() -> Iterator[bytes]:
        with writing(store) as work:  # would wait for ever if the upload held a transaction
            open_unit(work, "so_du_lich")
        yield b"sealed"

    hold_blob(store, uuid4(), slow(), FOUNDED_ON)
    assert "so_du_lich" in units(store)


def test_a_blob_that_was_never_stored_cannot_be_adopted(store: Store) -> None:
    with pytest.raises(BlobMissing), writing(store) as work:
        open_unit(work, "so_du_lich")
        work.adopt_blob(uuid4())
    assert "so_du_lich" not in units(store)


def test_a_name_that_is_taken_is_refused_and_its_blob_left_alone(store: Store) -> None:
    name = uuid4()
    hold_blob(store, name, [b"first"], FOUNDED_ON)
    with writing(store) as work:
        work.adopt_blob(name)
    with pytest.raises(BlobExists):
        hold_blob(store, name, [b"second"], FOUNDED_ON)
    assert b"".join(store.blobs.get(name)) == b"first"
    assert held(store) == set()


def test_a_commit_that_is_refused_locks_nobody_out(store: Store) -> None:
    """Deferred foreign keys are checked by the commit itself, which then fails."""
    orphan = StaffRole(staff_id=uuid4(), unit_code=UNITS[0], role=Role.AUDITOR)
    with pytest.raises(IntegrityError), writing(store) as work:
        work.session.add(orphan)
    other = Store(database.connect(store.engine.url), store.blobs)
    with writing(other) as work:
        open_unit(work, "so_du_lich")
    with writing(store) as work:
        open_unit(work, "so_ngoai_vu")
    other.engine.dispose()
    assert {"so_du_lich", "so_ngoai_vu"} <= units(store)


def test_a_blob_is_adopted_once(store: Store) -> None:
    name = uuid4()
    hold_blob(store, name, [b"sealed"], FOUNDED_ON)
    with writing(store) as work:
        work.adopt_blob(name)
    with pytest.raises(BlobMissing), writing(store) as work:
        work.adopt_blob(name)


def test_blobs_stay_when_nobody_knows_whether_the_commit_took_place(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = uuid4()
    hold_blob(store, name, [b"sealed"], FOUNDED_ON)
    commit = Session.commit

    def answer_lost(session: Session) -> None:
        commit(session)
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", answer_lost)
        with pytest.raises(ConnectionResetError), writing(store) as work:
            open_unit(work, "so_du_lich")
            work.adopt_blob(name)
    assert "so_du_lich" in units(store)
    assert blobs(store) == {name}


def test_a_blob_is_given_up_only_once_the_act_is_committed(store: Store) -> None:
    name = uuid4()
    hold_blob(store, name, [b"sealed"], FOUNDED_ON)
    with writing(store) as work:
        work.adopt_blob(name)
    with pytest.raises(PowerCut), writing(store) as work:
        work.give_up_blob(name, FOUNDED_ON)
        raise PowerCut
    assert blobs(store) == {name}
    with writing(store) as work:
        work.give_up_blob(name, FOUNDED_ON)
        assert blobs(store) == {name}
    assert blobs(store) == set()
    assert held(store) == set()


def test_a_store_that_is_away_does_not_turn_a_committed_act_into_a_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = uuid4()
    hold_blob(store, name, [b"sealed"], FOUNDED_ON)
    with writing(store) as work:
        work.adopt_blob(name)

    def away(*_: object) -> None:
        raise BlobStoreFailed("away")

    with monkeypatch.context() as patch:
        patch.setattr(type(store.blobs), "delete", away)
        with writing(store) as work:
            work.give_up_blob(name, FOUNDED_ON)
    assert blobs(store) == {name}
    assert held(store) == {name}
    assert clean_up_blobs(store, FOUNDED_ON.replace(day=20)) == 1
    assert blobs(store) == set()


def test_the_clean_up_takes_orphans_and_nothing_else(store: Store) -> None:
    old, young, adopted = uuid4(), uuid4(), uuid4()
    hold_blob(store, old, [b"sealed"], FOUNDED_ON)
    hold_blob(store, adopted, [b"sealed"], FOUNDED_ON)
    hold_blob(store, young, [b"sealed"], FOUNDED_ON.replace(day=9))
    with writing(store) as work:
        work.adopt_blob(adopted)
    assert clean_up_blobs(store, FOUNDED_ON.replace(day=9)) == 1
    assert blobs(store) == {young, adopted}
    assert held(store) == {young}


def test_a_locked_database_is_said_in_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if store.engine.dialect.name != "sqlite":
        return
    store.engine.dispose()
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0)
    impatient = Store(database.connect(store.engine.url), store.blobs)
    with writing(store), pytest.raises(DatabaseUnreachable, match="locked"), writing(impatient):
        pass
    impatient.engine.dispose()


def test_a_reference_to_nothing_is_refused(store: Store) -> None:
    """Foreign keys hold on SQLite too, whatever the order of the rows of an act."""

    def key(unit: str) -> UnitKey:
        return UnitKey(unit_code=unit, epoch=1, public_key=b"", escrow_box=b"", drawn_on=FOUNDED_ON)

    with writing(store) as work:
        work.session.add(key("so_du_lich"))
        work.session.flush()
        open_unit(work, "so_du_lich")
    with pytest.raises(IntegrityError), writing(store) as work:
        work.session.add(key("khong_co"))


def test_a_reader_sees_one_state_while_writers_go_on(store: Store) -> None:
    with reading(store) as look:
        before = set(look.session.execute(select(Unit.code)).scalars())
        with writing(store) as work:
            open_unit(work, "so_du_lich")
        assert set(look.session.execute(select(Unit.code)).scalars()) == before
    assert "so_du_lich" in units(store)


def test_what_a_reader_writes_is_never_kept(store: Store) -> None:
    with pytest.raises((PowerCut, DatabaseUnreachable)), reading(store) as work:
        open_unit(work, "so_du_lich")
        work.session.flush()
        raise PowerCut
    assert "so_du_lich" not in units(store)


def test_what_is_read_again_and_again_stays_prepared_in_postgresql(store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        return
    for _ in range(10):
        units(store)
    with reading(store) as work:
        prepared = work.session.execute(text("SELECT statement FROM pg_prepared_statements"))
        assert any("unit" in each for each in prepared.scalars())


def test_what_was_read_stays_usable(store: Store) -> None:
    with writing(store) as work:
        open_unit(work, "so_du_lich")
    with reading(store) as look:
        unit = look.session.execute(select(Unit).where(Unit.code == "so_du_lich")).scalar_one()
    assert unit.opened_on == FOUNDED_ON


def test_what_a_reader_adds_is_forgotten(store: Store) -> None:
    with reading(store) as look:
        open_unit(look, "so_du_lich")
    assert "so_du_lich" not in units(store)


def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for turn in range(10):
                with writing(store) as work:
                    # Read, then write: the pattern that deadlocks a carelessly set up SQLite.
                    work.session.execute(select(func.count()).select_from(LogEntry)).scalar_one()
                    open_unit(work, f"don_vi_{writer}_{turn}")
        except BaseException as failure:  # noqa: BLE001  (reported below)
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(units(store)) == len(UNITS) + len(CIRCLES) + 80


def test_sqlite_is_set_up_to_lose_nothing(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        return
    with store.engine.connect() as connection:
        wanted = {
            "journal_mode": "wal",
            "foreign_keys": 1,
            "synchronous": 2,  # FULL
            "busy_timeout": 30_000,
            "secure_delete": 1,
            "temp_store": 2,  # MEMORY
        }
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    assert found == wanted


def test_the_home_folder_and_the_database_belong_together(store: Store, settings: Settings) -> None:
    store.engine.dispose()
    (settings.home / "instance.id").write_text(f"{uuid4()}\n")
    with pytest.raises(BadConfiguration, match="DANGVAN_HOME"):
        open_store(settings)
