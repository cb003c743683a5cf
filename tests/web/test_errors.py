"""Errors: plain Vietnamese words on the page, and only kind and place in the log."""

import logging

import pytest
from flask import Flask, request

from records.errors import DatabaseUnreachable
from tests.web.page import Page
from web import logs
from web.app import Parts

SECRET = "bi-mat-41-le-loi"
ADDRESS = "203.0.113.77"
BROWSER = "TrinhDuyetRieng/9.9"


def fail_with_request_data() -> str:
    raise ValueError(f"{request.full_path} {request.remote_addr} {request.user_agent}")


def fail_for_the_operator() -> str:
    raise DatabaseUnreachable(f"The database cannot be used for {request.full_path}")


@pytest.fixture
def failing(citizens: Flask) -> Flask:
    citizens.add_url_rule("/loi", view_func=fail_with_request_data)
    citizens.add_url_rule("/kho", view_func=fail_for_the_operator)
    return citizens


@pytest.mark.parametrize(
    ("path", "method", "code", "heading"),
    [
        ("/khong-co", "GET", 404, "Không tìm thấy trang"),
        ("/", "POST", 405, "Không thực hiện được thao tác này"),
        ("/loi", "GET", 500, "Hệ thống gặp lỗi"),
        ("/kho", "GET", 503, "Hệ thống tạm thời không hoạt động"),
    ],
)
def test_an_error_page_says_in_vietnamese_what_happened(
    failing: Flask, path: str, method: str, code: int, heading: str
) -> None:
    answer = failing.test_client().open(f"{path}?q={SECRET}", method=method)
    page = Page.of(answer.text)
    assert answer.status_code == code
    assert f"Lỗi: {heading} – Đăng Văn" in page.text
    assert f"Mã lỗi: {code}." in page.text
    assert SECRET not in answer.text


def test_the_staffs_side_has_error_pages_of_its_own(staff: Flask) -> None:
    answer = staff.test_client().get("/khong-co")
    page = Page.of(answer.text)
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in page.text
    assert "/thoat" not in page.links()


def test_nothing_of_a_request_gets_into_any_log(
    failing: Flask, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    client = failing.test_client()
    addresses = [rule.rule for rule in failing.url_map.iter_rules() if not rule.arguments]
    for path in [*addresses, f"/{SECRET}", f"/static/{SECRET}"]:
        for method in ("GET", "POST"):
            client.open(
                f"{path}?ma={SECRET}",
                method=method,
                headers={"User-Agent": BROWSER, "Referer": f"https://{SECRET}/"},
                environ_base={"REMOTE_ADDR": ADDRESS},
                data=SECRET if method == "POST" else None,
            ).close()
    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    written += "".join(capfd.readouterr())
    for planted in (SECRET, ADDRESS, BROWSER):
        assert planted not in written


def test_a_failure_is_logged_with_its_kind_and_place_and_only_with_the_day(
    failing: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    failing.test_client().get("/loi")
    (record,) = caplog.records
    assert record.getMessage().startswith("ValueError at flask.app:")
    assert f"{__name__}:{fail_with_request_data.__code__.co_firstlineno + 1}" in record.getMessage()
    assert record.exc_info is None
    (handler,) = logs.LOG.handlers
    assert handler.format(record)[10:].startswith(" ERROR ValueError at ")


def test_setting_up_the_log_twice_does_not_write_twice(parts: Parts) -> None:
    assert parts is not None
    logs.set_up()
    logs.set_up()
    assert len(logs.LOG.handlers) == 1
