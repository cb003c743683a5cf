"""What must hold between the inputs of one step, and what follows from them. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from rules.book import Rules
from triage import rewards
from triage.course import Course
from triage.inputs import BadInputs, Fault, Terms
from triage.rewards import NothingDue

#: The conclusion, or its like for matters without one, that lets protection end (TC 54(2)a).
_SETTLED = ("case.concluded", "case.terminated", "case.settled")
#: What the reporter said last about being named counts; without a word they are not.
_AGREED, _DECLINED = "naming.agreed", "naming.declined"
#: What was recovered, of which a share is given, and the reward itself, in VND.
_SUMS = ("reward_basis", "reward_amount")

_Read = Callable[[Rules, Course, Terms, date], Terms]


def read(rules: Rules, course: Course, step_id: str, given: Terms, today: date) -> Terms:
    """Return what follows from the inputs of a step, each sound by itself. Raises BadInputs.

    What follows is sealed with the step, under the ids of inputs that say the same.
    """
    together = _TOGETHER.get(step_id)
    return {} if together is None else together(rules, course, given, today)


def risk(rules: Rules, likelihood: str, severity: str, on: date) -> str:
    """Return how great a risk is. Raises UnknownRule, NotInForce."""
    points = rules.likelihoods.on(likelihood, on).points * rules.severities.on(severity, on).points
    reached = [row for row in rules.risks.all_on(on) if row.at_least <= points]
    return max(reached, key=lambda row: row.at_least).id


def _assessed(rules: Rules, _course: Course, given: Terms, today: date) -> Terms:
    found = risk(rules, str(given["likelihood"]), str(given["severity"]), today)
    least = min(rules.risks.all_on(today), key=lambda row: row.at_least).id
    if (found != least or "at_once" in given) and "review_on" not in given:
        raise BadInputs(
            [
                Fault(
                    "review_on",
                    "Nguy cơ không phải là thấp nhất: phải hẹn ngày xem lại.",
                    "The risk is not the lowest: a day of review must be set.",
                )
            ]
        )
    return {"risk": found}


def _applied(rules: Rules, _course: Course, given: Terms, today: date) -> Terms:
    faults = tuple(_of_other_goods(rules, given, today))
    if faults:
        raise BadInputs(faults)
    return {}


def _of_other_goods(rules: Rules, given: Terms, today: date) -> Iterator[Fault]:
    for each in given.get("safeguards", ()):
        row = rules.measures.on(each, today)
        if row.good not in given.get("goods", ()):
            good = rules.protected_goods.on(row.good, today)
            yield Fault(
                "safeguards",
                f"“{row.vi}” bảo vệ {good.vi.lower()}, là điều chưa được chọn.",
                f"“{row.en}” is for another good, which was not chosen: {good.en.lower()}.",
            )


def _reviewed(rules: Rules, course: Course, given: Terms, today: date) -> Terms:
    anew = rules.reviews.on(str(given["review"]), today).anew
    if anew and not given.get("safeguards"):
        fault = Fault("safeguards", "Phải chọn lại biện pháp.", "Measures must be chosen anew.")
        raise BadInputs([fault])
    if not anew and (given.get("safeguards") or given.get("goods")):
        fault = Fault(
            "review",
            "Có chọn biện pháp mới thì kết quả phải là thay đổi, bổ sung.",
            "Where measures are chosen, the outcome is that they are changed.",
        )
        raise BadInputs([fault])
    return _applied(rules, course, given, today)


def _ended(rules: Rules, course: Course, given: Terms, today: date) -> Terms:
    ground = rules.protection_ends.on(str(given["protection_end"]), today)
    if ground.settled and not any(each in course.taken for each in _SETTLED):
        raise BadInputs(
            [
                Fault(
                    "protection_end",
                    "Vụ việc chưa có kết luận, chưa đình chỉ.",
                    "The matter is neither concluded nor terminated.",
                )
            ]
        )
    return {}


def _rewarded(rules: Rules, _course: Course, given: Terms, today: date) -> Terms:
    """Return the amount, where none was entered and only one is possible."""
    entered = {key: int(str(given[key])) for key in _SUMS if key in given}
    return _within(rules, str(given["reward"]), entered, today)


def _within(rules: Rules, reward: str, entered: Mapping[str, int], today: date) -> Terms:
    row, wanted = rules.rewards.on(reward, today), entered.get("reward_amount")
    if row.percent is not None and len(entered) < len(_SUMS):
        text = "Thưởng theo giá trị thu hồi: cần giá trị đã thu hồi và mức thưởng."
        missing = "reward_amount" if "reward_basis" in entered else "reward_basis"
        raise BadInputs([Fault(missing, text, "A share needs what was recovered, and the amount.")])
    try:
        most = rewards.ceiling(rules, reward, entered.get("reward_basis", 0), today)
    except NothingDue as error:
        vi = f"Chỉ thưởng theo giá trị thu hồi khi đã thu hồi trên {_vnd(error.above)} đồng."
        en = f"There is a share only of more than {error.above} VND."
        raise BadInputs([Fault("reward_basis", vi, en)]) from None
    if most is None:
        if wanted is None:
            return {}
        text = "Hình thức này không kèm tiền thưởng."
        raise BadInputs([Fault("reward_amount", text, "This kind comes without money.")])
    if wanted is not None and wanted > most.most:
        vi = f"Mức thưởng tối đa là {_vnd(most.most)} đồng (lương cơ sở {_vnd(most.base_salary)})."
        en = f"The most is {most.most} VND (base salary {most.base_salary})."
        raise BadInputs([Fault("reward_amount", vi, en)])
    return {"reward_amount": str(most.most if wanted is None else wanted)}


def _vnd(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _handed_over(rules: Rules, course: Course, given: Terms, today: date) -> Terms:
    way = rules.ways_over.on(str(given["handing_over"]), today)
    agreed, declined = (course.taken.get(each, date.min) for each in (_AGREED, _DECLINED))
    if way.named and agreed <= declined:
        raise BadInputs(
            [
                Fault(
                    "handing_over",
                    "Người gửi chưa đồng ý được nêu tên.",
                    "The reporter has not agreed to be named.",
                )
            ]
        )
    return {}


_TOGETHER: Mapping[str, _Read] = {
    "protection.assessed": _assessed,
    "protection.applied": _applied,
    "protection.reviewed": _reviewed,
    "protection.ended": _ended,
    "commendation.proposed": _rewarded,
    "commendation.handed_over": _handed_over,
}
