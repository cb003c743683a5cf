"""The list for the meeting of inspectorate, police and procuracy: on screen, on paper, as a file.

Figures only: units, days, states and terms. It leads to no case.
"""

from collections.abc import Iterator

from flask import Response, render_template, request
from flask_babel import gettext as _

from desk import words
from desk.permissions import needs
from desk.session import insider
from triage import meeting
from triage.access import Permission
from triage.deadlines import Status
from triage.meeting import Agenda, HandOver, Timed
from triage.periods import Span
from web import clock, csv_file
from web.app import parts
from web.i18n import Pages, day, word

pages = Pages("meeting", __name__)


def _chosen(offered: tuple[Span, ...]) -> Span:
    """Return the period that the address names, the one that was last to end or begin without."""
    asked = request.args.get("ky", "")
    named = {_code(each): each for each in offered}
    return named.get(asked) or meeting.due(parts().rules, clock.today()) or offered[0]


def _code(span: Span) -> str:
    return f"{span.period.id}-{span.year}"


def name(span: Span) -> str:
    """Return a period and its year in words."""
    return f"{word(span.period)} {span.year}"


@pages.get("/hop-lien-nganh", endpoint="list")
@needs(Permission.MEETING_READ)
def show() -> str:
    """Show the hand-overs of a period."""
    rules, today = parts().rules, clock.today()
    offered = meeting.spans(rules, today)
    chosen = _chosen(offered)
    return render_template(
        "desk/meeting.html",
        agenda=meeting.look(parts().store, rules, insider(), chosen, today),
        offered=offered,
        chosen=_code(chosen),
        code=_code,
        name=name,
        due=meeting.due(rules, today),
        outcomes=[row for row in rules.outcomes.all_on(today) if row.steps],
        term=_term,
        done=Status.DONE,
        void=Status.VOID,
        words=words,
    )


@pages.get("/hop-lien-nganh.csv")
@needs(Permission.MEETING_READ)
def table() -> Response:
    """Give the same list as a file for a spreadsheet."""
    rules, today = parts().rules, clock.today()
    chosen = _chosen(meeting.spans(rules, today))
    found = meeting.export(parts().store, rules, parts().promise_key, insider(), chosen, today)
    answer = Response(csv_file.written(_rows(found)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=hop-lien-nganh-{_code(chosen)}.csv"
    )
    return answer


def _rows(agenda: Agenda) -> Iterator[tuple[str, ...]]:
    yield (
        _("Số thứ tự"),
        _("Đơn vị chuyển"),
        _("Ngày chuyển"),
        _("Hình thức"),
        _("Kỳ trước chuyển sang"),
        _("Tình trạng"),
        _("Kết quả"),
        _("Ngày có kết quả"),
        _("Ngày đề nghị xem xét lại"),
        _("Ngày Viện kiểm sát cấp trên quyết định"),
        _("Số lần nhắc quá hạn"),
        _("Thời hạn"),
    )
    for number, line in enumerate(agenda.lines, start=1):
        yield (str(number), *_cells(line))


def _cells(line: HandOver) -> Iterator[str]:
    yield word(line.unit)
    yield day(line.handed_on)
    yield "" if line.template is None else word(line.template)
    yield _("Có") if line.carried_over else ""
    yield word(line.state)
    yield "" if line.outcome is None else word(line.outcome)
    for each in (line.decided_on, line.disputed_on, line.settled_on):
        yield "" if each is None else day(each)
    yield str(line.reminded)
    yield "; ".join(_term(each) for each in line.terms)


def _term(each: Timed) -> str:
    """Return a term in words: its name, how it stands, its last day."""
    said = f"{word(each.rule)}: {words.STATUS[each.status]}"
    if each.due_on is None:
        return said
    return _("%(said)s, hạn %(day)s", said=said, day=day(each.due_on))
