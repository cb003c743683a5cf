"""The desk with somebody at work: reports filed as citizens file theirs, and what is logged."""

import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cleaning import Limits
from ledger.note import Signer
from records.log import LogEntry
from records.work import Store, reading, writing
from rules.book import Rules
from triage import admission, evidence
from triage.admission import Admitted
from triage.casefile import OpenCase
from triage.submission import Facts, Fear, StoredFile, Submission
from web import clock
from web.app import Parts

REPORT = Submission(
    intent="phan_anh_tham_nhung",
    category="bribery",
    narrative="Anh Trần Văn A ở quầy số 3 đòi tôi phong bì 20 triệu đồng mới ký hồ sơ đất.",
    ward="19900",
    facts=Facts(
        subject="land_registration_office",
        accused="Trần Văn A",
        when="sáng 12/10/2026",
        money="20 triệu đồng",
        known_by=("seen", "papers"),
        known_note="Bà C. ngồi cạnh",
        fear=Fear.SOME,
    ),
)


def file(  # noqa: PLR0913, PLR0917
    store: Store,
    rules: Rules,
    key: Signer,
    submission: Submission = REPORT,
    today: date | None = None,
    case: OpenCase | None = None,
) -> Admitted:
    """File a report in the real way."""
    case = case or admission.new_case()
    with writing(store) as work:
        return admission.admit(work, rules, key, case, submission, today or clock.today())


def stored(
    store: Store, case: OpenCase, name: str, content: bytes, *, keep_original: bool = False
) -> tuple[StoredFile, ...]:
    """Take a file in as the intake does: recognised, cleaned, sealed."""
    return evidence.take(
        store, case, name, [content], Limits(), None, clock.today(), keep_original=keep_original
    )


def page_of(case_id: UUID) -> str:
    return f"/ho-so/{case_id}"


@dataclass(frozen=True)
class Office:
    """The desk, the browser of somebody at work, and reports that come in."""

    parts: Parts
    browser: FlaskClient

    def file(self, submission: Submission = REPORT, case: OpenCase | None = None) -> Admitted:
        """File a report."""
        parts = self.parts
        return file(parts.store, parts.rules, parts.promise_key, submission, case=case)

    def stored(
        self, case: OpenCase, name: str, content: bytes, *, keep_original: bool = False
    ) -> tuple[StoredFile, ...]:
        """Take a file in."""
        return stored(self.parts.store, case, name, content, keep_original=keep_original)

    def read(self, case: OpenCase) -> TestResponse:
        """Open the page of a case."""
        return self.browser.get(page_of(case.id))


def logged(store: Store) -> int:
    """Return how many acts have been logged."""
    with reading(store) as work:
        return work.session.execute(select(func.count()).select_from(LogEntry)).scalar_one()


def untimed(html: str) -> str:
    """Return a page without the tokens of its forms, which change from second to second."""
    return re.sub(r'(name="csrf_token"[^>]* value=)"[^"]*"', r"\1", html)


def words(html: str) -> str:
    """Return what a reader sees of a page, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
