"""A reporter at a real browser: files what people wrote, comes back with the receipt code."""

import json
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import FilePayload

from tests.browser.test_journey import answer_the_rest, begin, send
from tests.browser.visit import Visit
from triage.submission import Identity

_DEV = Path(__file__).parents[1] / "data" / "reports-dev.jsonl"


def dev_report(name: str) -> str:
    lines = map(json.loads, _DEV.read_text(encoding="utf-8").splitlines())
    return str(next(each["text"] for each in lines if each["id"] == name))


def file(
    citizen: Visit,
    report: str,
    intent: str,
    who: Identity | None = None,
    files: Sequence[FilePayload] = (),
) -> str:
    """File a report, anonymously or with a name, which the text tells, too; return the code."""
    begin(citizen, intent)
    story = dev_report(report)
    if who is not None:
        story += f"\n\nTôi là {who.name}, ở {who.address}, điện thoại {who.contact}."
    answer_the_rest(citizen, story, who, files)
    return send(citizen)


def open_mailbox(citizen: Visit, code: str) -> str:
    """Open the mailbox by its receipt code, and return what it says."""
    citizen.page.context.clear_cookies()
    citizen.go("/hop-thu")
    citizen.page.fill("#code", code)
    citizen.click(citizen.page.locator('form[action$="/hop-thu"] button[type="submit"]').last)
    return citizen.page.locator("main").inner_text()
