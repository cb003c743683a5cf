"""A case at the desk: a report filed as citizens file theirs, and its page."""

import re
from datetime import date
from html import unescape
from uuid import UUID

from cleaning import Limits
from ledger.note import Signer
from records.work import Store, writing
from rules.book import Rules
from triage import admission, evidence
from triage.admission import Admitted
from triage.casefile import OpenCase
from triage.submission import Facts, Fear, StoredFile, Submission
from web import clock

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


def words(html: str) -> str:
    """Return what a reader sees of a page, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
