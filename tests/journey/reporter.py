"""A reporter who goes from page to page as a browser would: reads a form, fills it, sends it.

It knows addresses and fields, and nothing of the product's code: it drives a test client as well as
a server that runs somewhere (`Flasked`, `Wired`, or whatever else has `get` and `post`).
"""

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Protocol, Self
from urllib.parse import urlencode, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict


class Headers(Protocol):
    """The headers of an answer; small and capital letters are the same in their names."""

    def __getitem__(self, name: str, /) -> str: ...
    def __contains__(self, name: str, /) -> bool: ...
    def get(self, name: str, /) -> str | None: ...


Pairs = Sequence[tuple[str, str]]
#: Answers by the name of their field; several for boxes of which more than one may be ticked.
Answers = Mapping[str, str | Sequence[str]]
_VOID = {"meta", "link", "img", "br", "hr", "input"}
_BOUNDARY = "ranh-gioi-cua-nguoi-gui"


@dataclass(frozen=True)
class File:
    """A file to send, and the name of the field that takes it."""

    name: str
    content: bytes
    field: str = "files"


@dataclass(frozen=True)
class Answer:
    """What came back for one request. `path` is what was asked for."""

    status: int
    path: str
    headers: Headers
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def location(self) -> str | None:
        return self.headers.get("Location")


class Http(Protocol):
    """One request, one answer; cookies are kept, redirects are not followed."""

    def get(self, path: str) -> Answer: ...
    def post(self, path: str, data: Pairs, files: Sequence[File] = ()) -> Answer: ...


class Flasked:
    """A client in this process."""

    def __init__(self, client: FlaskClient, headers: Mapping[str, str] | None = None) -> None:
        self.client, self.headers = client, dict(headers or {})

    def get(self, path: str) -> Answer:
        return self._answer(path, self.client.get(path, headers=self.headers))

    def post(self, path: str, data: Pairs, files: Sequence[File] = ()) -> Answer:
        if not files:
            sent = self.client.post(
                path,
                data=urlencode(data, errors="surrogatepass"),
                content_type="application/x-www-form-urlencoded",
                headers=self.headers,
            )
            return self._answer(path, sent)
        form: MultiDict[str, object] = MultiDict(data)
        for file in files:
            form.add(file.field, (BytesIO(file.content), file.name))
        sent = self.client.post(
            path, data=form, content_type="multipart/form-data", headers=self.headers
        )
        return self._answer(path, sent)

    @staticmethod
    def _answer(path: str, sent: object) -> Answer:
        with sent as answer:  # type: ignore[attr-defined]
            return Answer(answer.status_code, path, answer.headers, answer.data)


class Wired:
    """A client of a server, on one connection, with a browser's memory for cookies."""

    def __init__(
        self,
        host: str,
        port: int,
        headers: Mapping[str, str] | None = None,
        source: tuple[str, int] | None = None,
    ) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60, source_address=source)
        self._headers = dict(headers or {})
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._asked("GET", path, None, {})

    def post(self, path: str, data: Pairs, files: Sequence[File] = ()) -> Answer:
        if files:
            kind, body = f"multipart/form-data; boundary={_BOUNDARY}", multipart(data, files)
        else:
            kind, body = "application/x-www-form-urlencoded", urlencode(data).encode()
        return self._asked("POST", path, body, {"Content-Type": kind})

    def close(self) -> None:
        self._connection.close()

    def _asked(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        more = {"Cookie": cookie} if cookie else {}
        self._connection.request(method, path, body, {**self._headers, **headers, **more})
        answer = self._connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel.value:
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
        return Answer(answer.status, path, answer.headers, content)


def multipart(data: Pairs, files: Sequence[File], boundary: str = _BOUNDARY) -> bytes:
    """Return the body that a browser sends for a form with files."""
    body = b""
    for name, value in data:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        body += head.encode() + value.encode() + b"\r\n"
    for file in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{file.field}"; '
            f'filename="{file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        body += head.encode() + file.content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


@dataclass
class Form:
    """A form as a page shows it: what it would send untouched, and what it offers."""

    action: str
    #: Name and value of what is sent if nothing is touched, in order.
    filled: list[tuple[str, str]] = field(default_factory=list)
    #: The values of radio buttons, boxes and lists, by their name.
    offered: dict[str, list[str]] = field(default_factory=dict)
    #: All names, typed, hidden and offered; those of files apart.
    names: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    takes_files: bool = False

    @property
    def asks(self) -> list[str]:
        """The names of what a person sees and can answer."""
        return [name for name in self.names if name not in self.hidden]

    def with_answers(self, answers: Answers) -> list[tuple[str, str]]:
        """Return what is sent once the fields of these names have been filled in."""
        for name, given in answers.items():
            assert name in self.names, f"{self.action} does not ask for {name}"
            for each in [given] if isinstance(given, str) else given:
                offered = self.offered.get(name)
                assert offered is None or each in offered, f"{name} does not offer {each}"
        sent = [pair for pair in self.filled if pair[0] not in answers]
        for name, given in answers.items():
            sent += [(name, each) for each in ([given] if isinstance(given, str) else given)]
        return sent


class Page(HTMLParser):
    """A page: its text, its links, its forms."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
        self.text, self.language = "", ""
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.code = ""
        self.heading = ""
        #: What the list of errors at the top says.
        self.errors: list[str] = []
        self._inside: list[tuple[str, str]] = []
        self._area: tuple[str, str] | None = None
        self._select = ""
        self._picked: str | None = None
        self.feed(answer.text)
        self.close()

    @property
    def path(self) -> str:
        """The address without what follows the question mark."""
        return urlsplit(self.answer.path).path

    def form_with(self, name: str) -> Form:
        """Return the first form that has a field of that name."""
        for form in self.forms:
            if name in form.names:
                return form
        raise AssertionError(f"no form of {self.answer.path} has {name}: {self.text[:400]}")

    def form_to(self, end: str) -> Form:
        """Return the first form whose address ends so."""
        for form in self.forms:
            if urlsplit(form.action).path.endswith(end):
                return form
        raise AssertionError(f"no form of {self.answer.path} leads to {end}: {self.text[:400]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._inside.append((tag, given.get("class", "")))
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            action = urljoin(self.answer.path, given.get("action") or self.answer.path)
            self.forms.append(Form(action))
        if tag == "button" and "formaction" in given:  # sends the same form elsewhere
            self.forms.append(replace(self.forms[-1], action=given["formaction"]))
        if not self.forms or ("name" not in given and tag != "option"):
            return
        if tag in {"input", "textarea", "select", "button"}:
            self._field(tag, given)
        elif tag == "option":
            value = given.get("value", "")
            self.forms[-1].offered[self._select].append(value)
            if self._picked is None or "selected" in given:
                self._picked = value

    def _field(self, tag: str, given: Mapping[str, str]) -> None:
        form, name = self.forms[-1], given["name"]
        kind = given.get("type", "text") if tag == "input" else tag
        value = given.get("value", "")
        if kind == "button":
            return  # sent only by who presses it
        if kind == "file":
            form.takes_files = True
            return
        if name not in form.names:
            form.names.append(name)
        if kind == "textarea":
            self._area = (name, "")
        elif kind == "select":
            form.offered[name], self._select, self._picked = [], name, None
        elif kind in {"radio", "checkbox"}:
            form.offered.setdefault(name, []).append(value)
            if "checked" in given:
                form.filled.append((name, value))
        else:
            form.filled.append((name, value))
            if kind == "hidden":
                form.hidden.add(name)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1][0] == tag:
            self._inside.pop()
        if tag == "textarea" and self._area is not None:
            name, value = self._area
            self.forms[-1].filled.append((name, value.removeprefix("\r").removeprefix("\n")))
            self._area = None
        if tag == "select":
            self.forms[-1].filled.append((self._select, self._picked or ""))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area = (self._area[0], self._area[1] + data)
            return
        words = " ".join(data.split())
        if not words:
            return
        self.text = f"{self.text} {words}"
        if any("receipt" in classes.split() for _, classes in self._inside):
            self.code += words
        if any(tag == "h1" for tag, _ in self._inside):
            self.heading = f"{self.heading} {words}".strip()
        if any("govuk-error-summary__body" in classes for _, classes in self._inside):
            self.errors.append(words)


class Lost(AssertionError):
    """The journey led somewhere else than to a receipt."""


class Reporter:
    """Somebody with a browser. `prefix` is "/en" for the English pages."""

    def __init__(self, http: Http, prefix: str = "") -> None:
        self.http, self.prefix = http, prefix
        #: Every address that was shown, in order.
        self.seen: list[str] = []
        self.page: Page

    def visit(self, path: str) -> Page:
        """Open a page."""
        return self._shown(self.http.get(self.prefix + path))

    def send(self, form: Form, answers: Answers | None = None, files: Sequence[File] = ()) -> Page:
        """Fill a form in and send it."""
        if form.takes_files and not files:
            files = [File("", b"")]  # as browsers send a field of files that was left empty
        return self._shown(self.http.post(form.action, form.with_answers(answers or {}), files))

    def begin(self) -> Page:
        """Read the page before the first question, and go to that one by its link."""
        before = self.visit("/gui")
        (first,) = [link for link in before.links if link.endswith("/gui/loai")]
        return self._shown(self.http.get(first))

    def walk(self, answers: Answers, files: Sequence[File] = ()) -> Page:
        """Answer every question that is asked, up to the check before sending.

        Questions without an answer are passed by; of those that must have one, only whether to give
        a name is answered unasked (no).
        """
        page = self.begin()
        for _ in range(40):
            if page.path.endswith("/gui/kiem-tra"):
                return page
            if page.path.endswith("/gui/tep"):
                page = self._with_files(files)
            else:
                form = page.form_with("csrf_token")
                known = {name: answers[name] for name in form.asks if name in answers}
                if "disclosure" in form.asks:
                    known.setdefault("disclosure", "anonymous")
                page = self.send(form, known)
            if page.errors:
                raise Lost(f"{page.answer.path}: {page.errors}")
        raise Lost(f"no end of questions: {self.seen[-5:]}")

    def _with_files(self, files: Sequence[File]) -> Page:
        for file in files:
            form = next(form for form in self.page.forms if form.takes_files)
            self.send(form, files=[file])
            if self.page.errors:
                raise Lost(f"{file.name}: {self.page.errors}")
            assert file.name.rpartition(".")[0] in self.page.text
        return self.send(self.page.form_to("/gui/tep/tiep"))

    def press(self, times: int = 1) -> str:
        """Send what has been checked, pressing so many times, and return the receipt code."""
        form = self.page.form_to("/gui/kiem-tra")
        for _ in range(times):
            answer = self.http.post(form.action, form.with_answers({}))
        self._shown(answer)
        if not self.page.code:
            raise Lost(f"{self.page.answer.path}: {self.page.text[:400]}")
        return self.page.code

    def keep(self, code: str) -> Page:
        """Show that the code was written down."""
        form = self.page.form_with("group")
        page = self.send(form, {"group": code.split("-")[2]})
        assert not page.errors, page.errors
        assert code not in page.answer.text
        return page

    def file(self, answers: Answers, files: Sequence[File] = (), times: int = 1) -> str:
        """Go the whole way, and return the receipt code, kept."""
        self.walk(answers, files)
        code = self.press(times)
        self.keep(code)
        return code

    def open(self, code: str) -> Page:
        """Open the mailbox with a code."""
        door = self.visit("/hop-thu")
        return self.send(door.form_with("code"), {"code": code})

    def write(self, text: str) -> Page:
        """Write a message in the open mailbox."""
        return self.send(self.page.form_to("/hop-thu/loi-nhan"), {"text": text})

    def leave(self) -> Page:
        """Close the mailbox."""
        return self.send(self.page.form_to("/hop-thu/dong"))

    def _shown(self, answer: Answer) -> Page:
        """Follow where an answer leads, and look at the page there."""
        for _ in range(5):
            if answer.location is None or answer.status not in {301, 302, 303}:
                break
            answer = self.http.get(urljoin(answer.path, answer.location).partition("#")[0])
        self.page = Page(answer)
        self.seen.append(answer.path)
        return self.page

    @classmethod
    def of(cls, client: FlaskClient, prefix: str = "") -> Self:
        """Return a reporter at a client in this process."""
        return cls(Flasked(client), prefix)
