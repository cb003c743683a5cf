"""Two thousand made-up requests: none breaks a page, none comes back as markup of its own."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.journey.reporter import Page, Reporter
from tests.journey.test_bad_input import PICKED, PLACES, REPORT, TYPED, URLENCODED, Visit, visit
from vault.receipt import ALPHABET, canonical
from web.uploads import _FIELD_MOST

TestT = TypeVar("TestT", bound=Callable[..., Any])
PLANTED = "<script>alert"
HEADERS = {
    "Content-Security-Policy": "script-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "",
}
FIELDS = sorted({name for names in (*TYPED.values(), *PICKED.values()) for name in names})
PATHS = sorted({place[1] for place in PLACES} | {"/gui/tep", "/gui/tep/tiep", "/hop-thu/them-tep"})


def made_up(count: int) -> Callable[[TestT], TestT]:
    """Run a test with so many inputs, the same ones in every run."""
    return settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


anything = st.text(max_size=60) | st.builds(
    lambda before, planted, after: before + planted + after,
    st.text(max_size=8),
    st.sampled_from(
        [f'">{PLANTED}(1)</script>', f"</textarea>{PLANTED}(1)", "' onload=x", "{{7*7}}"]
    ),
    st.text(max_size=8),
)
long = st.just("x" * 60_000) | st.text(min_size=1, max_size=4).map(lambda text: text * 3_000)
values = anything | long | st.sampled_from(["", "\0", "none", "other", "to_cao", "anonymous", "1"])
names = st.sampled_from([*FIELDS, "search", "waiting_ticket", "lang", "csrf_token"]) | anything
binary = st.binary(max_size=80)


@pytest.fixture(scope="module")
def visits(citizens: Flask) -> dict[str, Visit]:
    return {prefix: visit(citizens, prefix) for prefix in ("", "/en")}


def client_of(visitor: Visit) -> FlaskClient:
    return visitor.reporter.http.client  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(scope="module")
def tokens(visits: dict[str, Visit]) -> dict[str, str]:
    place = ("/gui/noi-dung", "/gui/noi-dung")
    return {
        prefix: dict(visitor.form(place).filled)["csrf_token"] for prefix, visitor in visits.items()
    }


def check(answer: TestResponse) -> None:
    """Check what holds for every answer of the citizens' side."""
    with answer:
        assert answer.status_code < 500
        for header, part in HEADERS.items():
            assert part in answer.headers[header]
        text = answer.get_data(as_text=True)
        assert PLANTED not in text
        assert text != "49"


prefixes = st.sampled_from(["", "/en"])


@made_up(500)
@given(
    path=binary | anything.map(str.encode),
    query=binary | anything.map(str.encode),
    cookie=binary,
    known=st.none() | st.sampled_from(PATHS),
    prefix=prefixes,
    method=st.sampled_from(["GET", "GET", "HEAD", "POST", "OPTIONS"]),
)
@example(path=b"\0", query=b"", cookie=b"\xff", known=None, prefix="", method="GET")
@example(path=b"", query=b"x=\xff", cookie=b"", known="/gui/tep", prefix="", method="POST")
@example(path=b"static/..\0", query=b"", cookie=b"", known=None, prefix="", method="GET")
def test_any_path_query_and_cookie_is_answered(  # noqa: PLR0913, PLR0917  (what is made up)
    citizens: Flask,
    path: bytes,
    query: bytes,
    cookie: bytes,
    known: str | None,
    prefix: str,
    method: str,
) -> None:
    where = f"{prefix}/{path.decode('latin-1')}" if known is None else prefix + known
    environ = {
        "PATH_INFO": where,
        "QUERY_STRING": query.decode("latin-1"),
        "HTTP_COOKIE": f"dangvan_intake={cookie.decode('latin-1')}; {cookie.decode('latin-1')}=1",
    }
    client = citizens.test_client(use_cookies=False)
    check(client.open("/", method=method, environ_overrides=environ))


@made_up(600)
@given(
    path=st.sampled_from(PATHS),
    pairs=st.lists(st.tuples(names, values), max_size=6),
    with_token=st.sampled_from([True, True, True, False]),
    prefix=prefixes,
    query=st.sampled_from(["", "?sua=1", "?het_han=1", "?da_dong=1"]),
)
def test_any_fields_with_any_values_are_answered(  # noqa: PLR0913, PLR0917  (what is made up)
    visits: dict[str, Visit],
    tokens: dict[str, str],
    path: str,
    pairs: list[tuple[str, str]],
    with_token: bool,  # noqa: FBT001  (hypothesis gives it by name)
    prefix: str,
    query: str,
) -> None:
    first = [("csrf_token", tokens[prefix])] if with_token else []
    client = client_of(visits[prefix])
    body = urlencode(first + pairs)
    answer = client.post(prefix + path + query, data=body, content_type=URLENCODED)
    check(answer)
    if answer.status_code == 303:  # then it may be kept, and shown there
        check(client.get(prefix + "/gui/kiem-tra"))


@made_up(200)
@given(
    path=st.sampled_from(PATHS),
    body=st.binary(max_size=400),
    kind=st.sampled_from(
        [URLENCODED, f"{URLENCODED}; charset=utf-7", "multipart/form-data", "text/xml"]
    )
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    prefix=prefixes,
)
def test_any_body_of_any_type_is_answered(  # noqa: PLR0913, PLR0917  (what is made up)
    visits: dict[str, Visit],
    tokens: dict[str, str],
    path: str,
    body: bytes,
    kind: str,
    prefix: str,
) -> None:
    sent = urlencode({"csrf_token": tokens[prefix]}).encode() + b"&" + body
    client = client_of(visits[prefix])
    check(client.post(prefix + path, data=sent, content_type=kind))
    check(client.post(prefix + path, data=body, content_type=kind))


header_lines = st.lists(
    st.sampled_from(
        [
            b'Content-Disposition: form-data; name="files"; filename="a.txt"',
            b'Content-Disposition: form-data; name="files"; filename="\xe2\x80\xaegpj.exe"',
            b"Content-Disposition: form-data; name=files; filename*=UTF-8''%f0%9f%92%a5.txt",
            b"Content-Disposition: form-data; name=files; filename*=bogus''%ff",
            b'Content-Disposition: form-data; name="files"; filename="\xff\xfe"',
            b'Content-Disposition: form-data; name="files"; filename=""><script>alert(1).txt"',
            b'Content-Disposition: form-data; name="keep_original"',
            b"Content-Disposition: form-data",
            b"Content-Disposition:",
            b"Content-Type: text/plain; charset=\xff",
            b"Content-Transfer-Encoding: base64",
            b" continued",
        ]
    )
    | binary,
    max_size=3,
)
contents = (
    st.sampled_from([b"", b"chu thuong", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"PK\3\4"]) | binary
)
parts = st.lists(st.tuples(header_lines, contents), max_size=3)


@made_up(400)
@given(
    path=st.sampled_from(["/gui/tep", "/hop-thu/them-tep"]),
    parts=parts,
    with_token=st.sampled_from([True, True, True, False]),
    boundary=st.sampled_from([b"b", b"----x", b"a b", b"'\"", b"x" * 300]) | st.binary(max_size=20),
    end=st.sampled_from([b"--", b"", b"-", b"\r\n", b"--\r\n--"]),
    cut=st.integers(0, 60) | st.just(0),
    line=st.sampled_from([b"\r\n", b"\n", b"\r"]),
    prefix=prefixes,
)
def test_any_form_with_files_is_answered(  # noqa: PLR0913, PLR0917  (what is made up)
    visits: dict[str, Visit],
    tokens: dict[str, str],
    path: str,
    parts: list[tuple[list[bytes], bytes]],
    with_token: bool,  # noqa: FBT001
    boundary: bytes,
    end: bytes,
    cut: int,
    line: bytes,
    prefix: str,
) -> None:
    token = (b'Content-Disposition: form-data; name="csrf_token"', tokens[prefix].encode())
    body = b""
    for head, content in ([([token[0]], token[1])] if with_token else []) + parts:
        body += b"--" + boundary + line + line.join(head) + line + line + content + line
    body += b"--" + boundary + end
    kind = f'multipart/form-data; boundary="{boundary.decode("latin-1")}"'
    kind = kind.replace("\r", "").replace("\n", "")
    client = client_of(visits[prefix])
    sent = client.post(
        prefix + path,
        data=body[: len(body) - cut],
        environ_overrides={"CONTENT_TYPE": kind},
    )
    check(sent)


@made_up(50)
@given(size=st.integers(_FIELD_MOST - 2, _FIELD_MOST + 2), prefix=prefixes)
def test_a_field_beside_the_files_has_an_end(
    visits: dict[str, Visit], tokens: dict[str, str], size: int, prefix: str
) -> None:
    fields = {"csrf_token": tokens[prefix], "keep_original": "x" * size}
    answer = client_of(visits[prefix]).post(
        prefix + "/gui/tep", data=fields, content_type="multipart/form-data"
    )
    assert (answer.status_code == 413) == (size > _FIELD_MOST)
    check(answer)


@pytest.fixture(scope="module")
def code(citizens: Flask) -> str:
    return Reporter.of(citizens.test_client()).file(REPORT)


near = st.lists(
    st.tuples(
        st.integers(0, 28),
        st.sampled_from(["replace", "insert", "delete", "swap"]),
        st.sampled_from(ALPHABET) | st.sampled_from(" -–\u200b.oOiIlLuUÔ０\0\u202e"),
    ),
    max_size=3,
)


def mistyped(code: str, changes: list[tuple[int, str, str]]) -> str:
    letters = list(code)
    for place, how, letter in changes:
        at = min(place, len(letters) - 1)
        if how == "replace":
            letters[at] = letter
        elif how == "insert":
            letters.insert(at, letter)
        elif how == "delete":
            del letters[at]
        else:
            letters[at : at + 2] = letters[at : at + 2][::-1]
    return "".join(letters)


@made_up(250)
@given(changes=near, small=st.booleans(), prefix=prefixes)
@example(changes=[], small=True, prefix="")
def test_only_the_code_itself_opens_a_mailbox(
    citizens: Flask,
    code: str,
    changes: list[tuple[int, str, str]],
    small: bool,  # noqa: FBT001
    prefix: str,
) -> None:
    typed = mistyped(code, changes)
    reporter = Reporter.of(citizens.test_client(), prefix)
    page = reporter.open(typed.lower() if small else typed)
    is_right = canonical(typed) == code.replace("-", "")
    assert page.answer.status == (200 if is_right else 422)
    assert opened(page) == is_right


def opened(page: Page) -> bool:
    return any(form.action.endswith("/hop-thu/dong") for form in page.forms)
