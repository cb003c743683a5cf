"""Where a case may go: never to whom it accuses, whatever it is called or joined to by then."""

from sqlalchemy.exc import NoResultFound

from records.case import Case
from triage import admission, casebook, casefile, casekeys, publickeys, routing
from triage.casefile import OpenCase
from triage.inputs import BadInputs, Fault
from triage.routing import Matter, Refusal
from triage.standing import Standing, Tracker
from triage.submission import Facts
from vault.context import Purpose

_REFUSALS = {
    Refusal.ACCUSED: (
        "Không được chuyển đến cơ quan bị phản ánh, tố cáo hoặc cơ quan dưới quyền (TC 12(1)).",
        "It may not go to the unit that is accused, nor to one below it (TC 12(1)).",
    ),
    Refusal.OUTSIDE_ONLY: (
        "Phản ánh về lãnh đạo thành phố phải chuyển ra ngoài thành phố.",
        "A report on the heads of the City must leave the city.",
    ),
    Refusal.GROUP: (
        "Đây là một nhóm đơn vị, không nhận được hồ sơ.",
        "This is a group of units, which takes no cases.",
    ),
}


def check_unit(tracker: Tracker, case: OpenCase, to: str) -> None:
    """Refuse a unit by what the case is now, by what it was filed as, and by what it holds.

    So that nobody reclassifies a case first in order to send it to whom it accuses, or joins it to
    a harmless one and sends that.
    """
    for matter in _matters(tracker, case):
        refusal = routing.may_transfer(tracker.rules, matter, to, tracker.today)
        if refusal is not None:
            raise BadInputs([Fault("unit", *_REFUSALS[refusal])])


def open_to(tracker: Tracker, case: OpenCase, found: Standing) -> tuple[str, ...]:
    """Return the units that the case may be sent to: open ones that it does not keep away from."""
    matters, here = _matters(tracker, case), publickeys.open_units(tracker.work)
    return tuple(
        unit.id
        for unit in tracker.rules.units.all_on(tracker.today)
        if unit.id in here - {found.row.unit_code}
        and all(
            routing.may_transfer(tracker.rules, matter, unit.id, tracker.today) is None
            for matter in matters
        )
    )


def _matters(tracker: Tracker, case: OpenCase) -> list[Matter]:
    """Return a case and those joined to it for the guards of routing."""
    return [
        matter
        for each in casekeys.family(tracker.work, case)
        for matter in _matters_of(tracker, each)
    ]


def _matters_of(tracker: Tracker, case: OpenCase) -> list[Matter]:
    """Return one case as it is now, and as it was filed."""
    work = tracker.work
    row = work.session.get_one(Case, case.id)
    now = casebook.course(work, tracker.rules, case.id, row.channel)
    told = Facts.from_json(casefile.newest(work, case, Purpose.CASE_FACTS))
    try:
        suspected = bool(casefile.newest(work, case, Purpose.CASE_SIGNS)["suspected"])
    except NoResultFound:  # filed under an earlier release
        suspected = True
    filed = casebook.filing(work, case.id).terms
    kinds = {(now.kind, now.category), (str(filed["kind"]), str(filed["category"]))}
    return [
        admission.matter_of(kind, category, row.channel, row.ward, told, suspected=suspected)
        for kind, category in sorted(kinds)
    ]
