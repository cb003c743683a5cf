"""Which unit a report goes to, who is kept informed, and why. Pure.

The directions of rules/routing.toml decide, the first that holds; then come guards that none of
them overrides: a report that accuses never reaches the unit accused, nor one below it (TC 12(1)),
and one on the heads of the City leaves the city.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from rules.book import Rules
from rules.errors import UnknownRule
from rules.organisation import Settler, Subject, Unit, UnitType
from rules.routes import Concern, Direction, GuardId, Situation, Target
from rules.rows import Named
from triage.text import folded


class Flag(StrEnum):
    """What a person must know of a route at once."""

    FORWARDED_OUTSIDE = "forwarded_outside"
    #: It accuses, and the rules do not know whom: a person must look before anything moves.
    ACCUSED_UNKNOWN = "accused_unknown"


class Refusal(StrEnum):
    """Why a case may not be transferred to a unit."""

    ACCUSED = "accused"
    OUTSIDE_ONLY = "outside_only"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Matter:
    """What routing looks at. Ids of rules/, "" where unknown.

    `ward`: administrative code of five digits. `unit`: the unit picked from a list;
    `organisation`: as it was typed. `amount`: VND. `suspected`: crime signs were suggested.
    """

    kind: str
    category: str
    channel: str
    ward: str = ""
    subject: str = ""
    unit: str = ""
    organisation: str = ""
    position: str = ""
    amount: int | None = None
    suspected: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A direction or a guard that made the route, with its legal basis."""

    id: str
    vi: str
    en: str
    article: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where a report goes. `unit` settles; `holder` is the inside unit that holds the key.

    The two differ for an outside unit only: the holder forwards the report there.
    """

    unit: str
    holder: str
    informed: tuple[str, ...]
    flags: tuple[Flag, ...]
    reasons: tuple[Reason, ...]

    @property
    def forward(self) -> bool:
        """Tell whether the holder must forward the report to an outside body."""
        return self.unit != self.holder

    def text(self, rules: Rules, language: str, day: date) -> str:
        """Return the route as lines to read, in "vi" or "en"."""
        words = _WORDS[language]
        lines = [f"{words.unit}: {_name(rules, self.unit, language, day)}"]
        if self.forward:
            lines.append(f"{words.holder}: {_name(rules, self.holder, language, day)}")
        lines += [
            f"{words.informed}: {_name(rules, unit, language, day)}" for unit in self.informed
        ]
        lines += [f"{words.flag}: {words.flags[flag]}" for flag in self.flags]
        for each in self.reasons:
            told = each.vi if language == "vi" else each.en
            lines.append(f"{words.reason}: {told} ({each.article}) [{each.id}]")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return the route as JSON can write it."""
        return asdict(self) | {"forward": self.forward}


@dataclass(frozen=True, slots=True)
class _Words:
    unit: str
    holder: str
    informed: str
    flag: str
    reason: str
    flags: Mapping[Flag, str]


_WORDS: Mapping[str, _Words] = MappingProxyType(
    {
        "vi": _Words(
            "Cơ quan giải quyết",
            "Cơ quan giữ và chuyển hồ sơ",
            "Cơ quan được thông báo",
            "Lưu ý",
            "Căn cứ",
            MappingProxyType(
                {
                    Flag.FORWARDED_OUTSIDE: "chuyển cơ quan ngoài thành phố",
                    Flag.ACCUSED_UNKNOWN: "chưa rõ cơ quan bị phản ánh, cần người xem xét",
                }
            ),
        ),
        "en": _Words(
            "Settles",
            "Holds the file and forwards it",
            "Kept informed",
            "Note",
            "Because",
            MappingProxyType(
                {
                    Flag.FORWARDED_OUTSIDE: "goes to a body outside the city",
                    Flag.ACCUSED_UNKNOWN: "whom it accuses is not known: a person must look",
                }
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Concerned:
    """The body that a report concerns: a unit, or a body below the unit `manager`; "" if unknown.

    For a unit, `manager` is its direct superior.
    """

    unit: str = ""
    manager: str = ""


def route(rules: Rules, matter: Matter, day: date) -> Route:
    """Return where a report goes on that day.

    Raises UnknownRule or NotInForce for a code that is not in the rules on that day.
    """
    about = concerned(rules, matter, day)
    seen = _situation(rules, matter, about, day)
    direction = next(row for row in rules.routes.all_on(day) if row.when.holds(seen))
    reasons = [_reason(direction)]
    unit = rules.units.on(_target(rules, direction, matter, about, day), day)
    barred, outside_only = forbidden(rules, matter, day), _leaves_the_city(rules, matter, day)
    if unit.id in barred or (outside_only and not unit.outside):
        unit, guard = _allowed(rules, matter, day)
        first = GuardId.CITY_HEAD if outside_only else GuardId.ACCUSED
        reasons += [_reason(rules.guards.on(each, day)) for each in dict.fromkeys((first, guard))]
    holder, flags = unit.id, []
    if unit.outside:
        holder = next(each for each in unit.forwarded_by if each not in barred)
        reasons.append(_reason(rules.guards.on(GuardId.FORWARDED, day)))
        flags.append(Flag.FORWARDED_OUTSIDE)
    if seen.accusing and not accused(rules, matter, day) and not about.manager:
        flags.append(Flag.ACCUSED_UNKNOWN)
    informed: dict[str, Direction] = {}
    if not outside_only:
        for row in rules.informs.all_on(day):
            if row.when.holds(seen):
                told = rules.units.on(_target(rules, row, matter, about, day), day)
                if told.id not in {*barred, unit.id, holder} and not told.outside:
                    informed.setdefault(told.id, row)
    reasons += [_reason(row) for row in informed.values()]
    return Route(unit.id, holder, tuple(informed), tuple(flags), tuple(reasons))


def accuses(rules: Rules, matter: Matter, day: date) -> bool:
    """Tell whether a report says that somebody did wrong; suspected crime signs always do."""
    return matter.suspected or rules.accuses(matter.kind, matter.category, matter.position, on=day)


def accused(rules: Rules, matter: Matter, day: date) -> tuple[str, ...]:
    """Return the units that a report accuses, the head of the City first; two at most."""
    if not accuses(rules, matter, day):
        return ()
    units = []
    if rules.settler(matter.position, on=day) is Settler.OUTSIDE:
        units += [row.id for row in rules.units.all_on(day) if row.type is UnitType.CHAIRMAN]
    if unit := concerned(rules, matter, day).unit:
        units.append(unit)
    return tuple(dict.fromkeys(units))


def forbidden(rules: Rules, matter: Matter, day: date) -> frozenset[str]:
    """Return the units that must never see a report: those accused and all below them."""
    units = set(accused(rules, matter, day))
    if not units:
        return frozenset()
    return frozenset(
        row.id
        for row in rules.units.all_on(day)
        if row.id in units or any(up.id in units for up in rules.superiors(row.id, on=day))
    )


def may_transfer(rules: Rules, matter: Matter, to_unit: str, day: date) -> Refusal | None:
    """Return why a person may not transfer a case to a unit, None if they may.

    Ordinary staff are the one exception to the guards: the law makes the head of their unit the
    settler (TC 12(1)). Raises UnknownRule, NotInForce.
    """
    unit = rules.units.on(to_unit, day)
    if unit.collective:
        return Refusal.GROUP
    staff = rules.settler(matter.position, on=day) is Settler.UNIT
    own_head_settles = staff and unit.id == concerned(rules, matter, day).unit
    city_head = _leaves_the_city(rules, matter, day)
    if unit.id in forbidden(rules, matter, day) and (city_head or not own_head_settles):
        return Refusal.ACCUSED
    if city_head and not unit.outside:
        forwarders = {each for row in rules.units.all_on(day) for each in row.forwarded_by}
        return None if unit.id in forwarders else Refusal.OUTSIDE_ONLY
    return None


def concerned(rules: Rules, matter: Matter, day: date) -> Concerned:
    """Return the body that a report concerns: picked, else by its subject, else as typed.

    Raises UnknownRule, NotInForce.
    """
    place = _committee_of(rules, matter.ward, day) if matter.ward else ""
    if matter.unit:
        return _as_unit(rules, matter.unit, day)
    subjects = [rules.subjects.on(matter.subject, day)] if matter.subject else []
    position = rules.positions.on(matter.position, day) if matter.position else None
    for row in subjects:
        if row.unit or (row.by_ward and place):
            return _as_unit(rules, row.unit or place, day)
        if row.managed_by:
            return Concerned(manager=row.managed_by)
    if typed := named(rules, matter.organisation, day):
        return typed
    if position is not None and position.by_ward and place:
        return _as_unit(rules, place, day)
    return Concerned()


def named(rules: Rules, organisation: str, day: date) -> Concerned | None:
    """Return the body that a typed text names, the longest name first; None if it names none."""
    if not organisation:
        return None
    text = f" {' '.join(folded(organisation).split())} "
    found: list[tuple[int, Concerned]] = []
    for name, row in _names(rules):
        if name in text and row.in_force(day):
            if isinstance(row, Unit):
                found.append((len(name), _as_unit(rules, row.id, day)))
            elif row.unit:
                found.append((len(name), _as_unit(rules, row.unit, day)))
            else:
                found.append((len(name), Concerned(manager=row.managed_by or "")))
    return max(found, key=lambda each: each[0])[1] if found else None


#: Names of bodies as they are looked for, by the digest of the rules.
_NAMES: dict[str, tuple[tuple[str, Subject | Unit], ...]] = {}


def _names(rules: Rules) -> tuple[tuple[str, Subject | Unit], ...]:
    """Return the folded names of subjects and units, with what they name."""
    if rules.digest not in _NAMES:
        rows: list[tuple[str, Subject | Unit]] = [
            (row.vi, row) for row in rules.subjects if row.unit or row.managed_by
        ]
        rows += [(name, row) for row in rules.units for name in (row.vi, row.place) if name]
        _NAMES[rules.digest] = tuple((f" {folded(name)} ", row) for name, row in rows)
    return _NAMES[rules.digest]


def _as_unit(rules: Rules, unit: str, day: date) -> Concerned:
    return Concerned(unit, rules.units.on(unit, day).parent or "")


def _committee_of(rules: Rules, ward: str, day: date) -> str:
    for unit in rules.units.all_on(day):
        if unit.code == ward:
            return unit.id
    raise UnknownRule("ward", ward)


def _situation(rules: Rules, matter: Matter, about: Concerned, day: date) -> Situation:
    rules.channels.on(matter.channel, day)
    rules.categories.on(matter.category, day)
    unit = rules.units.on(about.unit, day) if about.unit else None
    if unit is not None:
        concern = Concern.UNIT if unit.parent else Concern.TOP
    else:
        concern = Concern.BODY if about.manager else Concern.NONE
    return Situation(
        kind=matter.kind,
        category=matter.category,
        channel=matter.channel,
        subject=matter.subject,
        position=matter.position,
        settled_by=rules.settler(matter.position, on=day),
        concern=concern,
        unit_type=unit.type if unit is not None else None,
        accusing=accuses(rules, matter, day),
        suspected=matter.suspected,
        ward=bool(matter.ward),
        amount=matter.amount,
    )


def _target(rules: Rules, direction: Direction, matter: Matter, about: Concerned, day: date) -> str:
    """Return the unit that a direction names; of a group, the unit above it."""
    match direction.to:
        case Target.CONCERNED:
            named_unit = about.unit
        case Target.SUPERIOR:
            named_unit = about.manager
        case Target.WARD:
            named_unit = _committee_of(rules, matter.ward, day)
        case None:
            named_unit = direction.unit or ""
    chain = (rules.units.on(named_unit, day), *rules.superiors(named_unit, on=day))
    return next(unit.id for unit in chain if not unit.collective)


def _leaves_the_city(rules: Rules, matter: Matter, day: date) -> bool:
    types = (rules.units.on(unit, day).type for unit in accused(rules, matter, day))
    return UnitType.CHAIRMAN in types


def _allowed(rules: Rules, matter: Matter, day: date) -> tuple[Unit, GuardId]:
    """Return the nearest superior that is not accused, else an outside body that is not."""
    barred = forbidden(rules, matter, day)
    outside_only = _leaves_the_city(rules, matter, day)
    for unit in _above(rules, matter, day):
        if unit.id not in barred and not unit.collective and (unit.outside or not outside_only):
            return unit, GuardId.CITY_HEAD if outside_only else GuardId.ACCUSED
    others = (row for row in rules.units.all_on(day) if row.outside and row.id not in barred)
    return next(others), GuardId.OTHER_BODY


def _above(rules: Rules, matter: Matter, day: date) -> Iterator[Unit]:
    for unit in accused(rules, matter, day):
        yield from rules.superiors(unit, on=day)


def _reason(row: Named) -> Reason:
    return Reason(row.id, row.vi, row.en, row.article)


def _name(rules: Rules, unit: str, language: str, day: date) -> str:
    row = rules.units.on(unit, day)
    return row.vi if language == "vi" else row.en
