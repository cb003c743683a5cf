"""The page of a case: whole for those who may read it, not there for anybody else."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import desk.app
from ledger.note import Signer
from records.staff import Role
from records.work import Store
from tests.desk.case_kit import REPORT, file, page_of, words
from tests.desk.desk_kit import Colleague, at_work, employ
from triage.admission import Admitted
from triage.submission import Submission
from web.app import Parts


@dataclass(frozen=True)
class Office:
    """The desk, somebody at work at it, and reports that come in."""

    parts: Parts
    browser: FlaskClient

    def file(self, submission: Submission = REPORT) -> Admitted:
        return file(self.parts.store, self.parts.rules, self.parts.promise_key, submission)

    def read(self, filed: Admitted) -> TestResponse:
        return self.browser.get(page_of(filed.case.id))


@pytest.fixture(scope="module")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, "lan_trang", "thanh_tra", Role.INSPECTOR)


@pytest.fixture
def office(parts: Parts, lan: Colleague) -> Office:
    return Office(parts, at_work(desk.app.create(parts), parts.store, lan))


def test_whoever_works_at_the_unit_reads_the_case_whole(office: Office) -> None:
    answer = office.read(office.file())
    assert answer.status_code == 200
    page = words(answer.text)
    for told in ("Trần Văn A", "20 triệu đồng", "Bà C. ngồi cạnh", "Có lo ngại", "Chưa giao"):
        assert told in page
