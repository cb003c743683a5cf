"""Cases for lists: straight into the tables, as admission and steps would have left them."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from records.case import Case
from records.clock import CaseClock, CaseRecusal
from records.work import Store, writing
from tests.desk.desk_kit import Colleague
from triage import admission, casefile, casekeys
from triage.casefile import OpenCase
from vault.context import Purpose

ARRIVED = date(2026, 11, 2)


def put(  # noqa: PLR0913
    store: Store,
    *,
    unit: str = "thanh_tra",
    due_on: date | None = None,
    state: str = "accepted",
    narrative: str = "Cán bộ đòi tiền",
    title: str = "",
    paused_until: date | None = None,
    recused: Colleague | None = None,
    key: bool = True,
    **columns: Any,
) -> OpenCase:
    """Put a case in the hands of a unit."""
    case = admission.new_case()
    row: dict[str, Any] = {
        "id": case.id,
        "unit_code": unit,
        "kind": "to_cao",
        "category": "bribery",
        "channel": "web",
        "ward": None,
        "state": state,
        "state_since": ARRIVED,
        "police_state": "police_none",
        "protection_state": "protection_none",
        "urgent": False,
        "due_on": due_on,
        "assigned_to": None,
        "arrived_on": ARRIVED,
        "lookup_id": uuid4().bytes,
        "receipt_wrap": b"",
        "escrow_wrap": b"",
    }
    texts = [(Purpose.CASE_NARRATIVE, {"text": narrative})]
    if title:
        texts.append((Purpose.CASE_TITLE, {"text": title}))
    with writing(store) as work:
        work.insert(Case, row | columns)
        if key:
            casekeys.wrap_to_unit(work, case, unit)
        casefile.add_items(work, case, row["arrived_on"], *texts)
        if due_on is not None:
            clock = {
                "case_id": case.id,
                "rule": "TC-04",
                "run": 1,
                "unit_code": unit,
                "started_on": ARRIVED,
                "due_on": due_on,
                "paused_until": paused_until,
                "met_on": None,
                "void_on": None,
                "notice_on": None,
            }
            work.insert(CaseClock, clock)
        if recused is not None:
            work.session.add(CaseRecusal(case_id=case.id, staff_id=recused.id, since=ARRIVED))
    return case


def send(browser: FlaskClient, address: str, data: dict[str, Any], **named: Any) -> TestResponse:
    """Send a form as a browser does that has just been shown it."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.get("/phim-tat").text)
    assert found is not None
    return browser.post(address, data={"csrf_token": found[1]} | data, **named)
