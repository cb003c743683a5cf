"""Search in the texts of cases: in the session, logged, and in no address."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import desk.app
from ledger.entry import Opening
from ledger.note import Signer
from records.log import LogEntry
from records.staff import Role
from records.work import Store, reading
from tests.desk.case_kit import words
from tests.desk.desk_kit import Colleague, at_work, employ
from tests.desk.queue_kit import put, send
from triage import search
from triage.publickeys import AUDITORS
from vault import box
from vault.box import Box
from vault.context import Context, Purpose
from web.app import Parts

UNIT = "so_nong_nghiep_va_moi_truong"


@pytest.fixture(scope="module")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan_tim", UNIT, Role.INSPECTOR)


@pytest.fixture
def browser(parts: Parts, instance: Store, lan: Colleague) -> FlaskClient:
    return at_work(desk.app.create(parts), instance, lan)


def ask(browser: FlaskClient, typed: str, **more: str) -> str:
    answer = send(browser, "/tim", {"words": typed, **more})
    assert answer.status_code == 200
    assert typed not in answer.request.url
    return answer.text


def test_a_case_is_found_by_its_narrative_without_diacritics(
    browser: FlaskClient, instance: Store
) -> None:
    put(instance, unit=UNIT, title="Vụ bến cá", narrative="Đòi tiền để cấp phép khai thác cát")
    page = words(ask(browser, "khai thac cat"))
    assert "Tìm thấy 1 hồ sơ" in page
    assert "Vụ bến cá" in page
    assert "khai thác cát" in page


def test_a_case_of_another_unit_or_with_a_recusal_is_not_found(
    browser: FlaskClient, instance: Store, lan: Colleague
) -> None:
    put(instance, unit="so_y_te", narrative="từ khóa lạ lùng")
    put(instance, unit=UNIT, narrative="từ khóa lạ lùng", recused=lan)
    assert "Tìm thấy 0 hồ sơ" in words(ask(browser, "lạ lùng"))


def test_a_case_that_cannot_be_read_is_counted_and_breaks_nothing(
    browser: FlaskClient, instance: Store
) -> None:
    put(instance, unit=UNIT, narrative="kín đáo", key=False)
    assert "Không đọc được 1 hồ sơ." in words(ask(browser, "kín đáo"))


def test_nothing_typed_is_an_error_that_says_so(browser: FlaskClient) -> None:
    for typed in ("", " … "):
        answer = send(browser, "/tim", {"words": typed})
        assert answer.status_code == 422
        assert "<title>Lỗi:" in answer.text


def test_older_cases_are_searched_from_where_the_last_request_stopped(
    browser: FlaskClient, instance: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST", 4)
    monkeypatch.setattr(search, "_BATCH", 2)
    for number in range(9):
        put(instance, unit=UNIT, title=f"Trang {number}.", narrative="cũ mới lẫn lộn")
    seen, more = "", {"after": ""}
    while more["after"] is not None:
        page = ask(browser, "lẫn lộn", **more)
        seen += words(page)
        found = page.split('name="after" value="')
        if len(found) < 2 or "Tìm tiếp" not in page:
            break
        more = {"after": found[-1].split('"')[0]}
    assert all(seen.count(f"Trang {number}.") == 1 for number in range(9))


def test_the_log_is_told_of_the_search_and_never_of_the_words(
    browser: FlaskClient, instance: Store, promise_key: Signer, lan: Colleague
) -> None:
    auditor = employ(instance, promise_key, "kiem_toan_tim", AUDITORS, Role.AUDITOR)
    before = set(log(instance))
    ask(browser, "bí mật")
    [(leaf, sealed)] = [row for row in log(instance).items() if row[0] not in before]
    keys = auditor.insider(instance).unit_keys
    context = Context(Purpose.ACT_OPENING_FOR_AUDITOR, (leaf,))
    opened = box.unseal(keys[max(keys)], context, Box(sealed))
    act = Opening.from_bytes(opened).act
    assert (act.kind, act.subject) == ("cases.searched", str(lan.id))
    assert {key for key, _ in act.detail} == {"found", "searched"}


def log(store: Store) -> dict[bytes, bytes]:
    with reading(store) as work:
        rows = work.session.execute(select(LogEntry.leaf, LogEntry.opening))
        return {row.leaf: row.opening for row in rows}
