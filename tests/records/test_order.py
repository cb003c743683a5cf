"""Row order and identifiers give away no order of arrival."""

from itertools import pairwise
from secrets import token_bytes
from uuid import UUID

import pytest

from records.case import Case, CaseItem
from records.errors import DatabaseUnreachable
from records.log import LogEntry
from records.rearrange import rearrange
from records.work import Store, writing
from tests.conftest import FOUNDED_ON, UNITS

ARRIVALS = 200


def arrive(store: Store) -> list[UUID]:
    """Store cases one after the other, each in its own transaction."""
    order = []
    for _ in range(ARRIVALS):
        with writing(store) as work:
            case = Case(
                unit_code=UNITS[0],
                kind="kien_nghi_phan_anh",
                category="khac",
                channel="web",
                state="received",
                state_since=FOUNDED_ON,
                police_state="police_none",
                protection_state="protection_none",
                urgent=False,
                arrived_on=FOUNDED_ON,
                lookup_id=token_bytes(32),
                receipt_wrap=token_bytes(400),
                escrow_wrap=token_bytes(1500),
            )
            work.session.add(case)
            work.session.flush()
            work.session.add(
                CaseItem(
                    case_id=case.id,
                    purpose="case.narrative",
                    added_on=FOUNDED_ON,
                    sealed=token_bytes(3000),
                )
            )
            order.append(case.id)
    return order


def night(store: Store) -> None:
    assert list(rearrange(store.engine, store.blobs))


def as_uuid(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def seen(store: Store, query: str) -> list[UUID]:
    with store.engine.connect() as connection:
        return [as_uuid(row[0]) for row in connection.exec_driver_sql(query)]


def correlation(arrived: list[UUID], found: list[UUID]) -> float:
    """Spearman's rank correlation: 1 in the same order, 0 without any."""
    places = {name: place for place, name in enumerate(found)}
    n = len(arrived)
    squares = sum((place - places[name]) ** 2 for place, name in enumerate(arrived))
    return 1 - 6 * squares / (n * (n * n - 1))


#: Five standard deviations of the correlation of two unrelated orders (1 / sqrt(n - 1)).
CHANCE = 5 / (ARRIVALS - 1) ** 0.5


def test_the_measure_would_notice_an_order() -> None:
    order = [UUID(int=i) for i in range(ARRIVALS)]
    assert correlation(order, order) == 1
    assert correlation(order, order[::-1]) < -0.99


def test_identifiers_do_not_sort_by_arrival(store: Store) -> None:
    arrived = arrive(store)
    assert abs(correlation(arrived, sorted(arrived))) < CHANCE


def test_rows_do_not_lie_in_order_of_arrival_after_the_night(store: Store) -> None:
    arrived = arrive(store)
    night(store)
    assert abs(correlation(arrived, seen(store, "SELECT id FROM cases"))) < CHANCE
    assert abs(correlation(arrived, seen(store, "SELECT case_id FROM case_item"))) < CHANCE


def test_transaction_numbers_do_not_tell_the_order_after_the_night(store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        return
    arrive(store)
    with store.engine.connect() as connection:
        query = "SELECT count(DISTINCT xmin::text) FROM cases"
        before = connection.exec_driver_sql(query).scalar_one()
    night(store)
    with store.engine.connect() as connection:
        after = connection.exec_driver_sql(query).scalar_one()
    assert (before, after) == (ARRIVALS, 1)


def test_a_log_file_that_keeps_the_order_is_not_called_done(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        return
    with store.reader.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM cases").all()
        with pytest.raises(DatabaseUnreachable, match="again"):
            night(store)
    night(store)


def test_pages_of_a_sqlite_file_do_not_tell_the_order_after_the_night(store: Store) -> None:
    """Long rows spill into pages that are handed out in order of arrival, until the night."""
    if store.engine.dialect.name != "sqlite":
        return
    marks = []
    for _ in range(60):
        mark = token_bytes(16)
        marks.append(mark)
        with writing(store) as work:
            leaf = token_bytes(32)
            work.session.add(
                LogEntry(
                    leaf=leaf,
                    day=FOUNDED_ON,
                    commitment=token_bytes(32),
                    opening=token_bytes(9000) + mark,
                )
            )
    night(store)
    file = store.engine.url.database
    assert file is not None
    with open(file, "rb") as opened:  # noqa: PTH123  (a plain path string)
        content = opened.read()
    places = [content.index(mark) for mark in marks]
    ups = sum(a < b for a, b in pairwise(places))
    assert 12 < ups < 47  # 29.5 expected by chance, standard deviation 2.3


def test_numbers_of_long_values_do_not_tell_the_order_after_the_night(store: Store) -> None:
    """PostgreSQL stores long values apart (TOAST), and numbers them as they come."""
    if store.engine.dialect.name != "postgresql":
        return
    arrived = arrive(store)
    query = "SELECT case_id FROM case_item ORDER BY pg_column_toast_chunk_id(sealed)"
    assert correlation(arrived, seen(store, query)) > 0.99
    night(store)
    assert abs(correlation(arrived, seen(store, query))) < CHANCE


def test_a_night_twice_changes_nothing_that_is_stored(store: Store) -> None:
    arrived = arrive(store)
    with store.engine.connect() as connection:
        before = sorted(connection.exec_driver_sql("SELECT id, sealed FROM case_item").all())
    night(store)
    night(store)
    with store.engine.connect() as connection:
        after = sorted(connection.exec_driver_sql("SELECT id, sealed FROM case_item").all())
    assert after == before
    assert set(seen(store, "SELECT id FROM cases")) == set(arrived)
