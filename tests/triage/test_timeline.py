"""The steps of a case in words: by whom, on what basis, with what was sealed."""

from datetime import date
from uuid import uuid4

from rules.book import Rules
from triage import timeline
from triage.explanation import Line
from triage.timeline import Event, Told

DAY = date(2026, 11, 25)
LAN, MAI = uuid4(), uuid4()
NAMES = {LAN: "Nguyễn Thị Lan", MAI: "Trần Mai"}


def told(law: Rules, kind: str, position: int = 2, /, **given: object) -> Event:
    terms = {key: given.pop(key) for key in ("decided_on", "category") if key in given}
    return timeline.event(law, Told(position, kind, DAY, terms, given), NAMES)  # type: ignore[arg-type]


def entries(event: Event) -> dict[str, list[object]]:
    return {
        each.name.vi: [v.vi if isinstance(v, Line) else v for v in each.values]
        for each in event.entries
    }


def test_a_decision_shows_its_number_its_day_and_its_law(law: Rules) -> None:
    event = told(
        law, "case.accepted", by=LAN.hex, decision_number="12/QĐ-TTr", decided_on="2026-11-24"
    )
    assert (event.vi, event.article) == ("Thụ lý", "TC 29; KN 27")
    assert event.by.vi == "Nguyễn Thị Lan"
    assert entries(event) == {
        "Số quyết định, văn bản": ["12/QĐ-TTr"],
        "Ngày quyết định, văn bản": [date(2026, 11, 24)],
    }


def test_codes_are_told_by_their_names(law: Rules) -> None:
    event = told(law, "signs.confirmed", by=LAN.hex, crimes=["354"], ground=[])
    assert entries(event) == {"Điều luật có dấu hiệu": [law.crimes.by_id["354"][-1].vi]}


def test_people_are_told_by_their_names(law: Rules) -> None:
    event = told(law, "case.assigned", by=LAN.hex, assignee=MAI.hex)
    assert entries(event) == {"Người được giao": ["Trần Mai"]}
    steps = [Told(2, "case.assigned", DAY, {}, {"by": LAN.hex, "assignee": MAI.hex})]
    assert timeline.people(steps) == {LAN, MAI}


def test_the_key_of_a_joined_case_is_never_told(law: Rules) -> None:
    event = told(law, "case.joined", by=LAN.hex, into=uuid4().hex, key="00" * 32)
    assert event.entries == ()


def test_an_alarm_names_the_forms_of_retaliation(law: Rules) -> None:
    form = next(iter(law.retaliations))
    event = told(law, "retaliation.reported", forms=[form.id], text="Bị chuyển việc")
    assert event.by == timeline.REPORTER
    assert entries(event) == {
        "Nội dung": ["Bị chuyển việc"],
        "Hình thức trù dập, trả thù": [form.vi],
    }


def test_notes_and_messages_are_not_told_twice(law: Rules) -> None:
    assert told(law, "note.added", by=LAN.hex, text="Ghi chú").entries == ()
    assert told(law, "result.told", by=LAN.hex, text="Kết quả").entries == ()


def test_nobody_is_named_where_the_rules_or_a_stranger_acted(law: Rules) -> None:
    assert told(law, "case.filed", 1).by == timeline.REPORTER
    assert told(law, "urgent.found").by == timeline.ITSELF
    assert told(law, "case.accepted", by=uuid4().hex).by.vi == ""


def test_who_entered_a_report_for_somebody_is_named(law: Rules) -> None:
    assert told(law, "case.filed", 1, entered_by=MAI.hex).by.vi == "Trần Mai"
