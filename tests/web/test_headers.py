"""Every answer carries the headers, and only pages with a form set a cookie."""

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

EXPECTED = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


#: Pages with a form, which begin a session.
FORMS = {
    *("/gui-nhanh", "/hop-thu", "/en/gui-nhanh", "/en/hop-thu"),
    *("/dang-nhap", "/en/dang-nhap"),
}


def check(answer: TestResponse, cache: str = "no-store", *, cookie: bool = False) -> None:
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert answer.headers["Cache-Control"] == cache
    policies = answer.headers["Permissions-Policy"].split(", ")
    assert "camera=()" in policies
    assert all(policy.endswith("=()") for policy in policies)
    assert ("Set-Cookie" in answer.headers) is cookie


def addresses(app: Flask) -> list[str]:
    return [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments]


@pytest.mark.parametrize("side", ["citizens", "staff"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_every_address_of_both_sides_answers_with_the_headers_and_only_forms_with_a_cookie(
    side: str, method: str, request: pytest.FixtureRequest
) -> None:
    app: Flask = request.getfixturevalue(side)
    assert addresses(app)
    for path in addresses(app):
        answer = app.test_client().open(path, method=method)
        check(answer, cookie=path in FORMS and method in {"GET", "HEAD"})


@pytest.mark.parametrize("client", ["citizen", "inspector"])
def test_an_unknown_address_answers_with_the_headers(
    client: str, request: pytest.FixtureRequest
) -> None:
    answer = request.getfixturevalue(client).get("/khong-co")
    assert answer.status_code == 404
    check(answer)


def test_a_method_that_is_not_allowed_is_told_which_are(citizen: FlaskClient) -> None:
    answer = citizen.post("/thoi-han")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    check(answer)


def test_a_failure_answers_with_the_headers(citizens: Flask) -> None:
    citizens.add_url_rule("/loi", view_func=lambda: str(1 // 0))
    answer = citizens.test_client().get("/loi")
    assert answer.status_code == 500
    check(answer)


@pytest.mark.parametrize("file", ["site.css", "mark.svg", "leave.js"])
def test_a_file_may_be_cached_but_a_missing_one_not(citizen: FlaskClient, file: str) -> None:
    answer = citizen.get(f"/static/{file}")
    assert answer.status_code == 200
    check(answer, "public, max-age=3600")
    answer.close()
    check(citizen.get("/static/khong-co"))


@pytest.mark.parametrize("file", ["../wsgi.py", "%2e%2e/wsgi.py", "..%2fwsgi.py"])
def test_nothing_outside_the_folder_of_files_is_served(citizen: FlaskClient, file: str) -> None:
    assert citizen.get(f"/static/{file}").status_code == 404


def test_no_view_can_put_anything_into_a_session(citizens: Flask) -> None:
    citizens.add_url_rule("/nho", view_func=lambda: session.setdefault("a", "b"))
    answer = citizens.test_client().get("/nho")
    assert answer.status_code == 500
    check(answer)
