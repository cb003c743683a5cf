"""The health page: faults are real ones, come first, and say what to do; no secret is told."""

import shutil
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import redis
from sqlalchemy import update

import desk.app
from records.clock import CaseClock
from records.instance import Instance
from records.staff import Role
from records.work import writing
from tests.desk.case_kit import words
from tests.desk.desk_kit import at_work
from tests.desk.office_kit import City, city
from tests.own_redis import serving_redis
from triage import condition, sequencer
from triage.condition import Around, Finding, State, What
from web import clock, counters

__all__ = ["city"]
HEALTH = "/quan-tri/suc-khoe"
ALONE = Around(None, None, mails=False)


def found(city: City, around: Around = ALONE) -> dict[What, Finding]:
    every = condition.examine(
        city.store, city.parts.released, city.parts.promise_key, around, clock.today()
    )
    assert list(every) == sorted(every, key=lambda each: each.state)
    return {each.what: each for each in every}


def mend(city: City) -> None:
    custodians = (city.employ(f"giu_{n}", "thanh_tra", Role.CUSTODIAN) for n in ("mot", "hai"))
    city.confirm(*custodians)
    list(sequencer.sequence(city.store, city.settings, clock.today()))
    condition.remember_sweep(city.store, clock.today())


def test_an_instance_in_order_says_so(city: City) -> None:
    mend(city)
    page = words(city.browser().get(HEALTH).text)
    assert "Không có mục nào đang hỏng." in page
    assert "SQLite" in page


def test_a_missing_folder_of_sealed_files_is_found_and_comes_first(city: City) -> None:
    mend(city)
    shutil.rmtree(city.settings.blobs)
    assert found(city)[What.BLOBS].state is State.WRONG
    page = words(city.browser().get(HEALTH).text)
    assert page.index("không ghi hoặc đọc được") < page.index("Cơ sở dữ liệu")
    assert "khôi phục thư mục blobs" in page


def test_looking_leaves_nothing_in_the_store(city: City) -> None:
    found(city)
    assert list(city.store.blobs.names()) == []


def test_a_redis_that_stops_is_found(city: City, tmp_path: Path) -> None:
    mend(city)
    with serving_redis(tmp_path) as url:
        site = city.parts.site.model_copy(update={"redis_url": url})
        app = desk.app.create(replace(city.parts, site=site))
        assert "Redis ✓ tốt trả lời" in words(at_work(app, city.store, city.admin).get(HEALTH).text)
        redis.from_url(url).close()
    assert not counters.answering(url)
    page = words(at_work(app, city.store, city.admin).get(HEALTH).text)
    assert "Redis ✗ hỏng không trả lời Khởi động lại Redis." in page


def test_a_scanner_that_is_off_is_found(city: City) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: nobody answers
        port = taken.getsockname()[1]
        site = city.parts.site.model_copy(update={"clamd": f"127.0.0.1:{port}"})
        scanner = replace(city.parts, site=site).scanner
        assert found(city, Around(scanner, None, mails=True))[What.SCANNER].state is State.WRONG
    assert found(city)[What.SCANNER].state is State.WARNING


def test_sweeps_that_stopped_and_warnings_that_nobody_got_are_found(city: City) -> None:
    mend(city)
    city.file()
    assert found(city)[What.TERMS].state is State.WELL
    with writing(city.store) as work:
        old = clock.today() - timedelta(days=2)
        work.session.execute(update(Instance).values(swept_on=old))
        work.session.execute(update(CaseClock).values(notice_on=old))
    now = found(city)
    assert now[What.SWEEP].state is State.WRONG
    assert now[What.TERMS].state is State.WRONG
    assert now[What.KEYS].state is State.WRONG  # nobody holds the key of the unit
    assert (now[What.KEYS].number, now[What.SWEEP].day) == (1, old)


def test_too_few_custodians_are_a_fault(city: City) -> None:
    assert found(city)[What.CUSTODIANS].state is State.WRONG


def test_no_secret_stands_on_the_page(city: City) -> None:
    page = city.browser().get(HEALTH).text
    assert str(city.settings.home) not in page
    for file in city.settings.keys.iterdir():
        assert file.read_text().split("+")[-1].strip() not in page
