"""The queue: buckets and their borders, order, paging, who sees what, and that it counts little."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text

from records.case import Case, CaseItem, CaseKey
from records.staff import Role
from records.work import reading, writing
from tests.desk.desk_kit import employ
from tests.desk.queue_kit import put
from tests.triage.conftest import House
from triage import queue, queue_sql
from triage.access import Insider
from triage.queue import Queue
from triage.queue_sql import Bucket, Choice, Frame, Mark
from triage.titles import Unreadable

#: A Wednesday: Thursday, Friday and Monday are the three working days after it.
TODAY = date(2026, 11, 25)
MONDAY = date(2026, 11, 30)
DAY = timedelta(days=1)


@pytest.fixture
def lan(house: House) -> Insider:
    return employ(house.store, house.key, "lan", "thanh_tra", Role.INSPECTOR).insider(house.store)


def look(house: House, person: Insider, **given: str) -> Queue:
    return queue.look(house.store, house.rules, person, given, TODAY)


def bucket_of(house: House, person: Insider, case_id: UUID) -> Bucket:
    rows = {row.id: row.bucket for row in look(house, person).rows}
    return rows[case_id]


@pytest.mark.parametrize(
    ("due_on", "bucket"),
    [
        (TODAY - DAY, Bucket.OVERDUE),
        (TODAY, Bucket.TODAY),
        (TODAY + DAY, Bucket.SOON),
        (MONDAY, Bucket.SOON),
        (MONDAY + DAY, Bucket.LATER),
        (None, Bucket.WITHOUT),
    ],
)
def test_a_last_day_is_today_for_that_day_alone(
    house: House, lan: Insider, due_on: date | None, bucket: Bucket
) -> None:
    case = put(house.store, due_on=due_on)
    assert bucket_of(house, lan, case.id) is bucket
    assert {each: count for each, count in look(house, lan).front.items() if count} == {bucket: 1}
    for each in Bucket:
        found = [row.id for row in look(house, lan, bucket=each).rows]
        assert found == ([case.id] if each is bucket else [])


def test_a_case_whose_clock_stands_still_is_paused_until_the_pause_is_over(
    house: House, lan: Insider
) -> None:
    due_on = MONDAY + 30 * DAY
    standing = put(house.store, due_on=due_on, state="suspended", paused_until=TODAY)
    over = put(house.store, due_on=due_on, state="suspended", paused_until=TODAY - DAY)
    assert bucket_of(house, lan, standing.id) is Bucket.PAUSED
    assert bucket_of(house, lan, over.id) is Bucket.LATER
    assert [row.id for row in look(house, lan, bucket="paused").rows] == [standing.id]
    assert [row.id for row in look(house, lan, bucket="later").rows] == [over.id]


def test_an_ended_case_is_done_unless_something_of_it_is_still_due(
    house: House, lan: Insider
) -> None:
    put(house.store, state="closed")
    due = put(house.store, state="closed", due_on=TODAY)
    assert [row.id for row in look(house, lan).rows] == [due.id]
    assert len(look(house, lan, bucket="done").rows) == 1
    assert len(look(house, lan, state="closed").rows) == 2


def test_the_earliest_last_day_comes_first_and_cases_without_one_come_last(
    house: House, lan: Insider
) -> None:
    without = put(house.store)
    late = put(house.store, due_on=MONDAY)
    younger = put(house.store, due_on=TODAY, arrived_on=TODAY)
    older = put(house.store, due_on=TODAY, arrived_on=TODAY - DAY)
    found = [row.id for row in look(house, lan).rows]
    assert found == [older.id, younger.id, late.id, without.id]


def test_a_case_from_which_somebody_is_recused_is_neither_shown_nor_counted(
    house: House,
) -> None:
    lan = employ(house.store, house.key, "lan", "thanh_tra", Role.INSPECTOR)
    put(house.store, due_on=TODAY, recused=lan)
    found = look(house, lan.insider(house.store))
    assert (found.rows, set(found.front.values())) == ((), {0})


def test_a_case_of_another_unit_is_neither_shown_nor_counted(house: House, lan: Insider) -> None:
    put(house.store, unit="so_y_te", due_on=TODAY)
    found = look(house, lan)
    assert (found.rows, set(found.front.values())) == ((), {0})
    assert look(house, lan, unit="so_y_te").filter.ignored == ("unit",)


def test_somebody_who_reads_two_units_has_one_queue_of_both(house: House) -> None:
    person = employ(house.store, house.key, "lan", "thanh_tra", Role.INSPECTOR)
    at_work = person.insider(house.store)
    both = Insider(
        at_work.id,
        at_work.login,
        at_work.name,
        at_work.posts | {type(next(iter(at_work.posts)))("so_y_te", Role.INSPECTOR)},
        at_work.keys,
        at_work.unit_keys,
    )
    second = put(house.store, unit="so_y_te", due_on=TODAY + DAY)
    first = put(house.store, due_on=TODAY)
    assert [row.id for row in look(house, both).rows] == [first.id, second.id]
    assert [row.id for row in look(house, both, unit="so_y_te").rows] == [second.id]


def test_what_cannot_be_read_is_said_and_breaks_nothing(house: House, lan: Insider) -> None:
    locked = put(house.store, due_on=TODAY, key=False)
    damaged = put(house.store, due_on=TODAY + DAY)
    whole = put(house.store, due_on=MONDAY, title="Vụ cấp phép")
    with writing(house.store) as work:
        work.session.execute(delete(CaseKey).where(CaseKey.case_id == locked.id))
        broken = CaseItem.__table__.update().where(CaseItem.case_id == damaged.id)
        work.session.execute(broken.values(sealed=b"x" * 64))
    rows = {row.id: row.title for row in look(house, lan).rows}
    assert rows[locked.id].unreadable is Unreadable.NO_KEY
    assert rows[damaged.id].unreadable is Unreadable.DAMAGED
    assert rows[whole.id].text == "Vụ cấp phép"


def test_a_case_without_a_title_goes_by_how_its_report_begins(house: House, lan: Insider) -> None:
    put(house.store, due_on=TODAY, narrative="Một hai ba. " * 40)
    title = look(house, lan).rows[0].title.text
    assert title.startswith("Một hai ba.")
    assert title.endswith("…")


def test_a_code_that_the_rules_no_longer_know_stands_for_itself(house: House, lan: Insider) -> None:
    put(house.store, due_on=TODAY, kind="loai_cu")
    assert look(house, lan).rows[0].kind.vi == "loai_cu"


def test_filters_hold_together(house: House, lan: Insider) -> None:
    wanted = put(
        house.store, due_on=TODAY, ward="19804", urgent=True, assigned_to=lan.id, channel="hotline"
    )
    put(house.store, due_on=TODAY)
    for codes in (
        {"assigned": "me"},
        {"urgent": "yes"},
        {"channel": "hotline"},
        {"assigned": "me", "urgent": "yes", "state": "accepted", "kind": "to_cao"},
    ):
        assert [row.id for row in look(house, lan, **codes).rows] == [wanted.id]
    assert wanted.id not in {row.id for row in look(house, lan, assigned="nobody").rows}
    assert look(house, lan, kind="to_cao", state="verifying").rows == ()


def test_codes_that_nobody_offers_are_left_out_and_named(house: House, lan: Insider) -> None:
    put(house.store, due_on=TODAY)
    found = look(house, lan, state="không có", assigned=uuid4().hex, after="x", kind="to_cao")
    assert found.filter.ignored == ("assigned", "state")
    assert len(found.rows) == 1


_DAYS = st.none() | st.dates(TODAY - 3 * DAY, TODAY + 3 * DAY)


def test_paging_shows_every_case_exactly_once(house: House, lan: Insider) -> None:
    @settings(max_examples=25)
    @given(
        st.lists(st.tuples(_DAYS, st.integers(0, 1), st.booleans()), max_size=12), st.integers(1, 5)
    )
    def check(dues: list[tuple[date | None, int, bool]], length: int) -> None:
        rows = [bare(due, TODAY - age * DAY, done=done) for due, age, done in dues]
        with writing(house.store) as work:
            work.session.execute(delete(Case))
            if rows:
                work.session.execute(insert(Case), rows)
        waiting = {row["id"] for row in rows if row["due_on"] or row["state"] != "closed"}
        assert set(paged(house, lan, None, length)) == waiting
        shown = [each for bucket in Bucket for each in paged(house, lan, bucket, length)]
        assert sorted(shown) == sorted(row["id"] for row in rows)

    check()


def paged(house: House, lan: Insider, bucket: Bucket | None, length: int) -> list[UUID]:
    """Turn the pages of a bucket; they must be what one long page is."""
    frame = Frame.of(house.rules, TODAY)
    choice = Choice(("thanh_tra",), bucket=bucket)
    seen: list[Any] = []
    with reading(house.store) as work:
        whole = queue_sql.page(work, lan, frame, choice, None, 100)
        mark = None
        while found := queue_sql.page(work, lan, frame, choice, mark, length):
            seen += found
            last = found[-1]
            mark = Mark.read(str(Mark(last.due_on, last.arrived_on, last.id)))
    assert [row.id for row in seen] == [row.id for row in whole]
    assert bucket is None or {frame.bucket(row) for row in seen} <= {bucket}
    return [row.id for row in seen]


def bare(due_on: date | None, arrived_on: date, *, done: bool) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "unit_code": "thanh_tra",
        "kind": "to_cao",
        "category": "bribery",
        "channel": "web",
        "ward": None,
        "state": "closed" if done else "verifying",
        "state_since": arrived_on,
        "police_state": "police_none",
        "protection_state": "protection_none",
        "urgent": False,
        "due_on": due_on,
        "assigned_to": None,
        "arrived_on": arrived_on,
        "lookup_id": uuid4().bytes,
        "receipt_wrap": b"",
        "escrow_wrap": b"",
    }


def plans(house: House, lan: Insider, choice: Choice, after: Mark | None) -> Iterator[str]:
    """How the database goes about each lane of a page."""
    frame = Frame.of(house.rules, TODAY)
    dialect = house.store.engine.dialect
    word = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
    with reading(house.store) as work:
        if dialect.name != "sqlite":  # so that a small table is no reason to read all of it
            work.session.execute(text("SET LOCAL enable_seqscan = off"))
            work.session.execute(text("SET LOCAL enable_bitmapscan = off"))
        for query in queue_sql.lanes(lan, frame, choice, after):
            made = query.limit(41).compile(
                house.store.engine, compile_kwargs={"literal_binds": True}
            )
            rows = work.session.connection().exec_driver_sql(
                f"{word} {made}".replace("%", "%%"), ()
            )
            yield "\n".join(str(row) for row in rows)


@pytest.mark.parametrize(
    ("choice", "index"),
    [
        (Choice(("thanh_tra",)), "ix_cases_due"),
        (Choice(("thanh_tra",), bucket=Bucket.LATER), "ix_cases_due"),
        (Choice(("thanh_tra",), bucket=Bucket.TODAY), "ix_cases_due"),
        (Choice(("thanh_tra",), state="verifying"), "ix_cases_state"),
        (Choice(("thanh_tra",), bucket=Bucket.DONE), "ix_cases_state"),
    ],
)
def test_a_page_is_read_along_an_index_without_sorting(
    house: House, lan: Insider, choice: Choice, index: str
) -> None:
    for after in (None, Mark(TODAY, TODAY, uuid4())):
        plan = next(plans(house, lan, choice, after if choice.bucket is not Bucket.DONE else None))
        assert index in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan


def test_a_bucket_is_counted_up_to_a_limit(
    house: House, lan: Insider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_sql, "MOST", 2)
    for _ in range(5):
        put(house.store, due_on=TODAY)
    assert look(house, lan).front[Bucket.TODAY] == 3


def test_a_head_sees_what_each_colleague_has_to_do(house: House) -> None:
    head = employ(house.store, house.key, "truong", "thanh_tra", Role.HEAD)
    lan = employ(house.store, house.key, "lan", "thanh_tra", Role.INSPECTOR)
    put(house.store, due_on=TODAY - DAY, assigned_to=lan.id)
    put(house.store, due_on=TODAY, assigned_to=lan.id)
    put(house.store, due_on=TODAY, assigned_to=lan.id, recused=head)
    found = look(house, head.insider(house.store))
    loads = {each.colleague.id: (each.running, each.overdue) for each in found.loads}
    assert loads[lan.id] == (2, 1)
    assert look(house, lan.insider(house.store)).loads == ()
