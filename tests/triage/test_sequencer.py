"""The sequencer: entries commit with their act, reach the tree once, and prove themselves."""

import threading
from datetime import date, timedelta
from secrets import token_bytes

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from ledger.check import verify_consistency
from ledger.checkpoint import open_checkpoint
from ledger.entry import Act, Opening
from ledger.note import NOTE, Signer
from ledger.proof import verify_promise, verify_proof
from ledger.tree import Hash, consistency_proof
from records.errors import FolderUnusable
from records.log import LogCheckpoint, LogEntry, LogTile
from records.settings import Settings
from records.unit import UnitKey
from records.work import Store, open_store, reading, writing
from tests.conftest import FOUNDED_ON, Shown, plan
from triage import keyring, logbook, publickeys, sequencer
from triage.founding import found
from triage.logbook import Recorded
from triage.sequencer import LogDamaged, StoredTiles
from vault import box, shares
from vault.context import Context, Purpose
from vault.keys import KeyPair, Seed

DAY = timedelta(days=1)
PROMISE = Signer("example.vn/log/promise", NOTE, token_bytes(32))


def log(store: Store, day: date, count: int = 1) -> list[Recorded]:
    recorded = []
    for number in range(count):
        with writing(store) as work:
            act = Act("case.filed", day, f"ho-so-{number}", (("unit", "thanh_tra"),))
            recorded.append(logbook.record(work, act, PROMISE))
    return recorded


def checkpoint_key(settings: Settings) -> Signer:
    return keyring.read_key(settings, keyring.CHECKPOINT_KEY)


def merge(store: Store, settings: Settings, today: date) -> int:
    return sum(sequencer.sequence(store, settings, today))


def proof(store: Store, opening: Opening) -> str | None:
    with reading(store) as work:
        return sequencer.proof_file(work.session, opening)


def test_an_act_that_fails_leaves_no_entry(store: Store) -> None:
    with pytest.raises(KeyError), writing(store) as work:
        logbook.record(work, Act("case.filed", FOUNDED_ON, "x"), PROMISE)
        raise KeyError
    with reading(store) as work:
        assert sequencer.waiting(work.session, FOUNDED_ON + DAY) == 1  # the founding alone


def test_entries_of_today_wait_so_that_the_tree_tells_no_hour(
    store: Store, settings: Settings
) -> None:
    recorded = log(store, FOUNDED_ON, 3)
    assert merge(store, settings, FOUNDED_ON) == 0
    assert proof(store, recorded[0].opening) is None
    assert merge(store, settings, FOUNDED_ON + DAY) == 4
    assert merge(store, settings, FOUNDED_ON + DAY) == 0


def test_until_then_the_promise_can_be_checked_offline(store: Store) -> None:
    (recorded,) = log(store, FOUNDED_ON)
    act, promise = verify_promise(recorded.promise_file, PROMISE.verifier)
    assert act == recorded.opening.act
    assert promise.merge_by == FOUNDED_ON + logbook.MERGE_DELAY


def test_every_merged_act_has_a_proof_that_checks_offline(store: Store, settings: Settings) -> None:
    recorded = log(store, FOUNDED_ON, 7) + log(store, FOUNDED_ON + DAY, 5)
    merge(store, settings, FOUNDED_ON + 2 * DAY)
    positions = set()
    for one in recorded:
        text = proof(store, one.opening)
        assert text is not None
        verified = verify_proof(text, checkpoint_key(settings).verifier)
        assert verified.act == one.opening.act
        positions.add(verified.index)
    assert len(positions) == 12
    assert positions <= set(range(13))


def test_within_a_day_the_order_of_the_tree_is_that_of_hashes_not_of_arrival(
    store: Store, settings: Settings
) -> None:
    recorded = log(store, FOUNDED_ON, 40)
    merge(store, settings, FOUNDED_ON + DAY)
    with reading(store) as work:
        placed = select(LogEntry.leaf).order_by(LogEntry.position)
        leaves = list(work.session.execute(placed).scalars())
    assert leaves == sorted(leaves)
    assert [one.leaf for one in recorded] != [leaf for leaf in leaves if leaf != leaves[0]]


def test_each_new_checkpoint_is_consistent_with_every_earlier_one(
    store: Store, settings: Settings
) -> None:
    for night in range(1, 6):
        log(store, FOUNDED_ON + night * DAY, 3 * night)
        merge(store, settings, FOUNDED_ON + (night + 1) * DAY)
    verifier = checkpoint_key(settings).verifier
    with reading(store) as work:
        notes = work.session.execute(
            select(LogCheckpoint.note).order_by(LogCheckpoint.size)
        ).scalars()
        checkpoints = [open_checkpoint(note, verifier)[0] for note in notes]
        tiles = StoredTiles(work.session)
        assert [checkpoint.size for checkpoint in checkpoints] == [0, 4, 10, 19, 31, 46]
        for old in checkpoints:
            for new in checkpoints[checkpoints.index(old) :]:
                path = consistency_proof(tiles, old.size, new.size)
                verify_consistency(old.size, old.root, new.size, new.root, path)


@trials(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6, deadline=None)
@given(batch=st.integers(1, 9), count=st.integers(0, 30))
def test_however_entries_fall_into_batches_the_tree_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    cheap_passwords: None,  # noqa: ARG001
    batch: int,
    count: int,
) -> None:
    settings = Settings.read(home=tmp_path_factory.mktemp("batches") / "home")
    found(settings, plan(), Shown())
    store = open_store(settings)
    recorded = log(store, FOUNDED_ON, count)
    monkeypatch.setattr(sequencer, "BATCH", batch)
    assert merge(store, settings, FOUNDED_ON + DAY) == count + 1
    for one in recorded:
        text = proof(store, one.opening)
        assert text is not None
        verify_proof(text, checkpoint_key(settings).verifier)
    store.engine.dispose()


def test_two_sequencers_at_once_merge_everything_exactly_once(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 3)
    log(store, FOUNDED_ON, 40)
    merged: list[int] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            merged.append(merge(store, settings, FOUNDED_ON + DAY))
        except BaseException as failure:  # noqa: BLE001  (reported below)
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(merged) == 41
    with reading(store) as work:
        positions = work.session.execute(select(LogEntry.position)).scalars().all()
    assert sorted(position for position in positions if position is not None) == list(range(41))


def test_filing_goes_on_while_the_sequencer_works(store: Store, settings: Settings) -> None:
    log(store, FOUNDED_ON, 20)
    filed: list[Recorded] = []
    thread = threading.Thread(target=lambda: filed.extend(log(store, FOUNDED_ON + DAY, 20)))
    thread.start()
    merge(store, settings, FOUNDED_ON + DAY)
    thread.join()
    assert len(filed) == 20
    assert merge(store, settings, FOUNDED_ON + 2 * DAY) == 20


def test_a_tampered_tree_is_noticed_and_nothing_is_signed(store: Store, settings: Settings) -> None:
    log(store, FOUNDED_ON, 5)
    merge(store, settings, FOUNDED_ON + DAY)
    with writing(store) as work:
        tile = work.session.get(LogTile, (0, 0))
        assert tile is not None
        tile.hashes = tile.hashes[:32] + token_bytes(32) + tile.hashes[64:]
    log(store, FOUNDED_ON + DAY, 1)
    with pytest.raises(LogDamaged, match="Nothing was signed"):
        merge(store, settings, FOUNDED_ON + 2 * DAY)
    with reading(store) as work:
        newest = sequencer.latest(work.session)
    assert newest is not None
    assert newest.size == 6


@pytest.mark.parametrize("loss", ["tile", "entry"])
def test_a_lost_row_is_noticed(store: Store, settings: Settings, loss: str) -> None:
    recorded = log(store, FOUNDED_ON, 5)
    merge(store, settings, FOUNDED_ON + DAY)
    text = proof(store, recorded[2].opening)
    assert text is not None
    with writing(store) as work:
        if loss == "tile":
            work.session.delete(work.session.get(LogTile, (0, 0)))
        else:
            last = select(LogEntry).order_by(LogEntry.position.desc()).limit(1)
            work.session.delete(work.session.execute(last).scalar_one())
    # Whatever the operator deletes, the reporter's file goes on proving that it was there.
    verify_proof(text, checkpoint_key(settings).verifier)
    with pytest.raises(LogDamaged):
        merge(store, settings, FOUNDED_ON + 2 * DAY)


def begin_anew(store: Store) -> None:
    """Do what an operator would who wants to lose an act: forget the tree and start over."""
    with writing(store) as work:
        work.session.execute(delete(LogTile))
        victim = select(LogEntry.leaf).where(LogEntry.position == 2)
        work.session.execute(delete(LogEntry).where(LogEntry.leaf.in_(victim)))
        work.session.execute(update(LogEntry).values(position=None))


@pytest.mark.parametrize("kept", ["no checkpoint", "the first", "one put back in time"])
def test_a_log_that_is_begun_anew_is_never_signed(
    store: Store, settings: Settings, kept: str
) -> None:
    log(store, FOUNDED_ON, 5)
    with reading(store) as work:
        first = sequencer.head(work.session)
    merge(store, settings, FOUNDED_ON + DAY)
    begin_anew(store)
    with writing(store) as work:
        if kept == "no checkpoint":
            work.session.execute(delete(LogCheckpoint))
        else:
            work.session.execute(delete(LogCheckpoint).where(LogCheckpoint.size > first.size))
    log(store, FOUNDED_ON, 1)
    with pytest.raises(LogDamaged):
        merge(store, settings, FOUNDED_ON + DAY)


def test_what_was_signed_last_is_needed_to_sign_again(store: Store, settings: Settings) -> None:
    (settings.keys / keyring.LAST_HEAD).unlink()
    with pytest.raises(FolderUnusable, match="restore it from the backup"):
        merge(store, settings, FOUNDED_ON + DAY)


def test_a_crash_between_commit_and_memory_heals(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    log(store, FOUNDED_ON, 2)
    with monkeypatch.context() as patch:
        patch.setattr(keyring, "remember_head", crash)
        with pytest.raises(KeyboardInterrupt):
            merge(store, settings, FOUNDED_ON + DAY)
    log(store, FOUNDED_ON + DAY, 2)
    assert merge(store, settings, FOUNDED_ON + 2 * DAY) == 2
    assert keyring.read_head(settings).size == 5


def test_another_key_never_signs(store: Store, settings: Settings) -> None:
    key = settings.keys / keyring.CHECKPOINT_KEY
    key.write_text(Signer("example.vn/log", NOTE, token_bytes(32)).to_text())
    with pytest.raises(LogDamaged, match="not the one of this instance"):
        merge(store, settings, FOUNDED_ON + DAY)


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2099, 1, 1)])
def test_an_entry_whose_day_cannot_be_true_is_never_merged(
    store: Store, settings: Settings, day: date
) -> None:
    (forged,) = log(store, day)
    merge(store, settings, FOUNDED_ON + DAY)
    assert proof(store, forged.opening) is None
    with reading(store) as work:
        remembered = keyring.read_head(settings)
        assert sequencer.suspicious(work.session, remembered, FOUNDED_ON + DAY) == 1


def test_honest_entries_are_merged_after_the_sequencer_was_away_for_weeks(
    store: Store, settings: Settings
) -> None:
    for late in range(20):
        log(store, FOUNDED_ON + late * DAY)
    assert merge(store, settings, FOUNDED_ON + 20 * DAY) == 21


@pytest.mark.parametrize("column", ["leaf", "day", "commitment"])
def test_a_waiting_entry_that_was_changed_is_noticed(
    store: Store, settings: Settings, column: str
) -> None:
    (recorded,) = log(store, FOUNDED_ON)
    changed = {
        "leaf": token_bytes(32),
        "day": FOUNDED_ON + DAY,
        "commitment": token_bytes(32),
    }[column]
    with writing(store) as work:
        chosen = update(LogEntry).where(LogEntry.leaf == recorded.leaf)
        work.session.execute(chosen.values({column: changed}))
    with pytest.raises(LogDamaged, match="has been changed"):
        merge(store, settings, FOUNDED_ON + 3 * DAY)


@pytest.mark.parametrize("position", [0, 7, 999_999])
def test_a_position_given_by_hand_is_noticed(
    store: Store, settings: Settings, position: int
) -> None:
    merge(store, settings, FOUNDED_ON)
    (recorded,) = log(store, FOUNDED_ON)
    with writing(store) as work:
        chosen = update(LogEntry).where(LogEntry.leaf == recorded.leaf)
        work.session.execute(chosen.values(position=position))
    with pytest.raises(LogDamaged):
        merge(store, settings, FOUNDED_ON + DAY)


def test_a_proof_that_does_not_hold_is_never_handed_out(store: Store, settings: Settings) -> None:
    """A whole tile in the middle is read for proofs only, so nobody else would notice."""
    recorded = log(store, FOUNDED_ON, 300)
    merge(store, settings, FOUNDED_ON + DAY)
    with writing(store) as work:
        tile = work.session.get(LogTile, (0, 0))
        assert tile is not None
        tile.hashes = tile.hashes[:32] + token_bytes(32) + tile.hashes[64:]
    refused = 0
    for one in recorded:
        try:
            text = proof(store, one.opening)
        except LogDamaged:
            refused += 1
        else:
            assert text is not None
            verify_proof(text, checkpoint_key(settings).verifier)
    assert refused > 200


def test_auditors_can_open_what_was_logged_and_nobody_else(store: Store, shown: Shown) -> None:
    (recorded,) = log(store, FOUNDED_ON)
    escrow = KeyPair(Seed(shares.join(shown.words[:2])))
    with reading(store) as work:
        entry = work.session.get(LogEntry, recorded.leaf)
        key = work.session.get(UnitKey, (publickeys.AUDITORS, 1))
    assert entry is not None
    assert key is not None
    scope = (publickeys.AUDITORS.encode(), (1).to_bytes(4))
    sealed = box.Box(key.escrow_box)
    seed = box.unseal(escrow, Context(Purpose.UNIT_SEED_FOR_ESCROW, scope), sealed)
    context = Context(Purpose.ACT_OPENING_FOR_AUDITOR, (Hash(entry.leaf),))
    opened = box.unseal(KeyPair(Seed(seed)), context, box.Box(entry.opening))
    assert Opening.from_bytes(opened) == recorded.opening
    assert b"ho-so-0" not in entry.opening


def test_what_is_public_tells_nothing_but_the_day(store: Store) -> None:
    """Two acts that differ only in their salt have unrelated leaves."""
    one, two = (log(store, FOUNDED_ON)[0] for _ in range(2))
    assert one.opening.act == two.opening.act
    assert one.leaf != two.leaf
    public = one.opening.leaf_data()
    assert public[:11] == b"\x01" + FOUNDED_ON.isoformat().encode()
    assert b"ho-so" not in public
