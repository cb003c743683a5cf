"""Steps taken at the desk as people take them: the form is read from its page and sent back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import desk.app
from records.case import Case, CaseEvent
from records.log import LogEntry
from records.staff import Role
from records.work import reading, writing
from tests.desk.case_kit import REPORT, file
from tests.desk.desk_kit import at_work, employ
from triage import tracker
from triage.casefile import OpenCase
from triage.standing import Tracker
from triage.submission import Submission
from web.app import Parts

Fields = dict[str, str | list[str]]


class Form(HTMLParser):
    """The fields of the forms of a page, with what they hold, and what they offer."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: Fields = {}
        self.names: set[str] = set()
        self.options: dict[str, list[str]] = {}
        self._area = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "textarea":
            self._area = name
            self._keep(name, "")
        elif tag == "select":
            self._select = name
            self._keep(name, "")
        elif tag == "option":
            self.options.setdefault(self._select, []).append(value)
            if "selected" in given:
                self.values[self._select] = value
        elif tag == "input" and name:
            self._input(given, name, value)

    def _input(self, given: dict[str, str], name: str, value: str) -> None:
        self.names.add(name)
        if given.get("type") in {"radio", "checkbox"}:
            self.options.setdefault(name, []).append(value)
            if "checked" in given:
                held = self.values.get(name)
                several = [*held, value] if isinstance(held, list) else [value]
                self.values[name] = value if given["type"] == "radio" else several
        else:
            self._keep(name, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            held = self.values[self._area]
            assert isinstance(held, str)
            self.values[self._area] = held.removeprefix("\n").removeprefix("\r\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] = f"{self.values[self._area]}{data}"

    def _keep(self, name: str, value: str) -> None:
        self.names.add(name)
        self.values[name] = value


@dataclass
class Worker:
    """Somebody at the desk, with their browser; every form is read before it is sent."""

    browser: FlaskClient
    id: UUID
    #: Where what they work on lies: cases, or dossiers.
    place: str = "/ho-so"
    last: TestResponse | None = field(default=None, repr=False)

    def get(self, address: str) -> TestResponse:
        self.last = self.browser.get(address)
        return self.last

    def form(self, case_id: UUID, step: str) -> Form:
        answer = self.get(address(case_id, step, self.place))
        assert answer.status_code == 200, answer.text
        return Form(answer.text)

    def send(self, case_id: UUID, step: str, values: Fields) -> TestResponse:
        self.last = self.browser.post(address(case_id, step, self.place), data=values)
        return self.last

    def fill(self, case_id: UUID, step: str, **values: str | list[str]) -> TestResponse:
        """Fill in the form of a step and send it; where it is asked once more, say yes."""
        sent = {**self.form(case_id, step).values, **values}
        answer = self.send(case_id, step, sent)
        if answer.status_code == 200:
            answer = self.send(case_id, step, {**Form(answer.text).values, "confirmed": "1"})
        return answer

    def take(self, case_id: UUID, step: str, **values: str | list[str]) -> str:
        """Take a step, and return where it leads."""
        answer = self.fill(case_id, step, **values)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]


def address(case_id: UUID, step: str, place: str = "/ho-so") -> str:
    """Return the address at which a step is taken."""
    own = {"message.sent": "tin-nhan", "note.added": "ghi-chu"}
    return f"{place}/{case_id}/{own.get(step) or f'buoc/{step}'}"


@dataclass(frozen=True)
class Unit:
    """The Inspectorate at work: a head and two inspectors, and the head of another unit."""

    parts: Parts
    head: Worker
    inspector: Worker
    colleague: Worker
    elsewhere: Worker

    def file(self, submission: Submission = REPORT, day: date | None = None) -> OpenCase:
        """File a report that goes to the Inspectorate."""
        here = self.parts
        return file(here.store, here.rules, here.promise_key, submission, day).case

    @contextmanager
    def on(self, day: date) -> Iterator[Tracker]:
        """Act on a day, without a browser."""
        with writing(self.parts.store) as work:
            yield Tracker(work, self.parts.rules, self.parts.promise_key, day)

    def past(self, case: OpenCase, day: date, step: str, **entered: str | list[str]) -> None:
        """Let the head have taken a step on a day of the past."""
        with self.on(day) as acting:
            tracker.take(acting, case, self.head.id, step, entered)

    def state(self, case: OpenCase) -> str:
        with reading(self.parts.store) as work:
            asked = select(Case.state).where(Case.id == case.id)
            return work.session.execute(asked).scalar_one()

    def events(self, case: OpenCase) -> list[str]:
        """Return the kinds of the steps of a case; each has its entry in the log."""
        with reading(self.parts.store) as work:
            rows = work.session.execute(
                select(CaseEvent.kind, CaseEvent.leaf)
                .where(CaseEvent.case_id == case.id)
                .order_by(CaseEvent.position)
            ).all()
            assert all(work.session.get(LogEntry, row.leaf) for row in rows)
            return [row.kind for row in rows]


def staffed(parts: Parts, prefix: str) -> Unit:
    """Employ people whose logins begin alike, and let them sign in."""
    desk_app = desk.app.create(parts)

    def worker(name: str, unit: str, role: Role) -> Worker:
        who = employ(parts.store, parts.promise_key, f"{prefix}_{name}", unit, role)
        return Worker(at_work(desk_app, parts.store, who), who.id)

    return Unit(
        parts,
        worker("truong", "thanh_tra", Role.HEAD),
        worker("vien", "thanh_tra", Role.INSPECTOR),
        worker("ban", "thanh_tra", Role.INSPECTOR),
        worker("khac", "so_xay_dung", Role.HEAD),
    )
