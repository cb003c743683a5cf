"""Requests for identities, one in each state that a single day can bring."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from demo.people import STAFF
from demo.stage import Played, Stage
from records.identity import Identity
from records.staff import Role
from records.work import reading, writing
from triage import access, identity_release, identity_requests, membership, tracker
from triage.caseacts import Desk
from triage.standing import Tracker
from vault.keys import Seed

_UNIT = "thanh_tra"
_CUSTODIANS = tuple(each.login for each in STAFF if each.role is Role.CUSTODIAN)
#: What the custodians answer to one request after the other; fewer answers than custodians: it
#: waits for the others.
_ANSWERS = ((), (True,), (True, True), (False,))
_ASKED = {
    "identity_ground": "working_with_reporter",
    "necessity": "Cần gặp người gửi để xem bản gốc giấy tờ; đã hỏi qua hộp thư mà chưa đủ.",
    "answer_time": "answer_7",
    "reading_time": "reading_10",
    "told_text": (
        "Kính gửi ông, bà. Đơn vị cần gặp trực tiếp để xem bản gốc giấy tờ. Chỉ một cán bộ được "
        "biết danh tính, trong thời gian có hạn."
    ),
}
_DECLINED = "Có thể đề nghị gửi bản chụp qua hộp thư trước."


def play(stage: Stage, seeds: Mapping[str, Seed], today: date) -> None:
    """Let inspectors ask for identities today, and custodians answer; `seeds`: by login."""
    for played, answers in zip(_cases(stage), _ANSWERS, strict=False):
        _ask(stage, played, today)
        for login, agreed in zip(_CUSTODIANS, answers, strict=False):
            _answer(stage, played, login, seeds[login], today, agreed=agreed)


def _cases(stage: Stage) -> list[Played]:
    """Return cases of the Inspectorate that go on, whose reporters gave their identity."""
    with reading(stage.store) as work:
        given = set(work.session.scalars(select(Identity.case_id)))
    return [
        played
        for played in stage.cases.values()
        if played.case.id in given
        and played.unit == _UNIT
        and played.plan.life.id in {"classified", "accepted", "handling", "verifying", "concluded"}
    ]


def _ask(stage: Stage, played: Played, today: date) -> None:
    asker = stage.people[played.inspector.login]
    with writing(stage.store) as work:
        acting = Tracker(work, stage.rules, stage.promise_key, today)
        tracker.take(acting, played.case, asker, identity_requests.REQUESTED, _ASKED)


def _answer(  # noqa: PLR0913
    stage: Stage, played: Played, login: str, seed: Seed, today: date, *, agreed: bool
) -> None:
    with writing(stage.store) as work:
        person = access.insider(work, stage.people[login], seed, today)
        desk = Desk(stage.rules, stage.promise_key, person, today)
        request = identity_requests.open_request(work, played.case.id)
        if request is None:
            return
        if agreed:
            compared = membership.fingerprint(request.requester_key)
            identity_release.release(work, desk, request.id, compared)
        else:
            identity_release.decline(work, desk, request.id, _DECLINED)
