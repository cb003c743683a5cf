"""The server's time for the queue and the page of a case, among many cases.

One request at a time through the WSGI callable, answered whole: no network, no browser.

Every case is filed as citizens file theirs, so titles are sealed and must be opened for the page.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import select

import desk.app
from bench import instances
from bench.instances import Instance
from bench.scale import Scale
from bench.table import Row
from bench.timing import best, elapsed
from desk.session import STAFF
from records.signin import StaffSession
from records.staff import Role, Staff
from records.work import writing
from rules import load
from rules.book import Rules
from triage import access, admission, membership, staffing
from triage.staffing import Person
from triage.submission import Facts, Submission
from vault import password
from vault.context import Context, Purpose
from vault.keys import Seed, new_secret_key
from web import clock
from web.app import Parts
from web.sealed import SealedSession
from web.site import Site

_STORY = "Cán bộ yêu cầu đưa thêm hai triệu đồng mới nhận hồ sơ tách thửa. " * 12
_UNIT = "thanh_tra"
_PASSWORD = "một mật khẩu đủ dài"  # noqa: S105  (of an instance that lives for seconds)
_BATCH = 250
#: Milliseconds, and KB of the queue's page.
_QUEUE_GOAL, _CASE_GOAL, _SIZE_GOAL = 25, 10, 100
_KB = 1_000
#: Said beside each figure, because goals are easily read as what somebody at a screen waits.
_MEASURED = "server time of one request by WSGI, no network"


def pages(scale: Scale) -> Iterator[Row]:
    """Yield the milliseconds of the queue, its next page, and a case; and the queue's size."""
    rules = load()
    for name, made in (("SQLite", instances.on_sqlite), ("PostgreSQL", instances.on_postgres)):
        with made() as instance:
            person = _employed(instance)
            case_id = _fill(instance, rules, scale.desk_cases)
            browser = _at_work(instance, rules, *person)
            among = f"among {scale.desk_cases:,} cases, {name}"
            front = _get(browser, "/")
            kilobytes = len(front) / _KB
            goal = f"≤ {_SIZE_GOAL}"
            yield Row(
                f"queue page, its size {among}", kilobytes, "KB", "", goal, kilobytes <= _SIZE_GOAL
            )
            for what, address, most in (
                ("queue page", "/", _QUEUE_GOAL),
                ("queue, one bucket", "/?bucket=later", _QUEUE_GOAL),
                ("case page", f"/ho-so/{case_id}", _CASE_GOAL),
            ):
                took = _milliseconds(partial(_get, browser, address), scale)
                yield Row(f"{what} {among}", took, "ms", _MEASURED, f"≤ {most}", took <= most)


def _milliseconds(action: Callable[[], object], scale: Scale) -> float:
    action()  # what is made once, such as templates
    calls = 10 if scale.rounds > 1 else 1
    return best(lambda: elapsed(action, calls) / calls, scale.rounds) * 1_000


def _get(browser: FlaskClient, address: str) -> bytes:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return answer.get_data()


def _fill(instance: Instance, rules: Rules, count: int) -> UUID:
    """File so many reports of the last weeks with one unit, and return one of them."""
    report = Submission(
        "phan_anh_tham_nhung",
        "bribery",
        _STORY,
        ward="19900",
        facts=Facts(subject="land_registration_office"),
    )
    for start in range(0, count, _BATCH):
        with writing(instance.store) as work:
            for number in range(start, min(start + _BATCH, count)):
                day = clock.today() - timedelta(days=number % 20)
                case = admission.new_case()
                admission.admit(work, rules, instance.promise_key, case, report, day)
    return case.id


def _employed(instance: Instance) -> tuple[UUID, Seed]:
    """Appoint a head of the unit who holds its key, and return who that is and their key."""
    today = clock.today()
    with writing(instance.store) as work:
        person = Person("bench", "Cán bộ đo", _UNIT, Role.HEAD, _PASSWORD)
        staff_id = staffing.appoint(work, person, instance.promise_key, today)
        work.session.flush()
        membership.begin_epoch(work, _UNIT, [staff_id], today)
        locked = work.session.scalars(select(Staff.locked_seed).where(Staff.id == staff_id)).one()
    context = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (staff_id.bytes,))
    # A flag for the second factor stands behind the key.
    return staff_id, Seed(password.unlock(_PASSWORD, context, password.Locked(locked))[:32])


def _at_work(instance: Instance, rules: Rules, staff_id: UUID, seed: Seed) -> FlaskClient:
    """Return a browser in which they have signed in."""
    session_id, today, ends = uuid4(), clock.today(), clock.now() + timedelta(hours=1)
    sealed = SealedSession(instance.store, uuid4(), new_secret_key(), known=True)
    with sealed.changing() as (drawers, work):
        drawers.put(STAFF, access.to_hold(session_id, staff_id, seed, ends), ends)
        row = {
            "id": session_id,
            "staff_id": staff_id,
            "since": today,
            "until": today + timedelta(days=1),
            "sealed": b"",
        }
        work.insert(StaffSession, row)
    site = Site(limit_page="100000000 per minute")
    app = desk.app.create(Parts(instance.store, rules, instance.promise_key, site))
    browser = app.test_client()
    browser.set_cookie("dangvan_desk", sealed.cookie, path="/")
    return browser
