"""What the demo's reporters send: their report with facts, sometimes a name, by several ways."""

from uuid import UUID

from demo.people import CITIZENS, WARD
from demo.timetable import Plan
from rules.book import Rules
from triage.submission import Disclosure, Entry, Facts, Fear, Identity, StoredFile, Submission

#: Ways in which a report comes, in turn; all but the first are typed by staff.
_CHANNELS = ("web", "web", "web", "hotline", "web", "post", "web", "web", "reception")
#: Wards that denunciations are about; other reports that need one are about WARD.
_WARDS = (WARD, "phuong_vy_da", "xa_phu_vang", "phuong_kim_long", "xa_a_luoi_2")
_ACCUSING = ("to_cao", "tt_to_cao", "phan_anh_tham_nhung", "bao_cao_tham_nhung")
_COMMITTEE = "commune_peoples_committee"
_KNOWN_BY: tuple[tuple[str, ...], ...] = (("seen",), ("papers", "seen"), ("told",), ())
#: One in eight trusts the custodians with a name, another one agrees to be named.
_DISCLOSED = {2: Disclosure.CONFIDENTIAL, 5: Disclosure.NAMED}


def submission(rules: Rules, plan: Plan, files: tuple[StoredFile, ...], typist: UUID) -> Submission:
    """Return the report of a plan as it is sent, or typed for its sender."""
    report, number = plan.report, plan.number
    channel = _CHANNELS[number % len(_CHANNELS)]
    accuses = report.kind in _ACCUSING
    ward = None
    if report.subject == _COMMITTEE:
        ward = rules.units.by_id[_WARDS[number % len(_WARDS)] if accuses else WARD][-1].code
    disclosed = _DISCLOSED.get(number % 8)
    return Submission(
        intent=report.intent,
        category=report.category,
        narrative=report.text,
        channel=channel,
        ward=ward,
        facts=Facts(
            subject=report.subject,
            known_by=_KNOWN_BY[number % len(_KNOWN_BY)],
            fear=Fear.SOME if accuses else Fear.NONE,
        ),
        identity=None if disclosed is None else person(number, disclosed),
        files=files,
        language=report.language,
        entry=None if channel == "web" else Entry(typist, "thanh_tra"),
    )


def person(number: int, disclosed: Disclosure) -> Identity:
    """Return who sends the report of a case."""
    return Identity(disclosed, *CITIZENS[number % len(CITIZENS)])
