"""What must hold of directions and units so that every report ends in exactly one unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from rules.book import Rules
from rules.errors import Finding, NotInForce, UnknownRule
from rules.layout import FILE_OF
from rules.organisation import Unit, UnitType
from rules.routes import CONCERNS_OF_TARGET, Concern, Direction, GuardId, Target, When
from rules.rows import Dated

#: A report accuses the unit it concerns and, by the position named, the head of the City: two
#: subtrees at most. With a choice out of three trees one is always left.
_TREES = 3

#: Name of a question -> the answers still possible. A condition is a box in the space of these.
_Box = Mapping[str, frozenset[object]]


def findings(rules: Rules) -> Iterator[Finding]:
    """Yield what is wrong; every reference and every path to a root is sound."""
    for table in (rules.routes, rules.informs):
        for row in table:
            for key, reason in _target_faults(rules, row):
                yield _at(table.name, row, key, reason)
    days = _days(rules)
    for day in days:
        yield from _unit_findings(rules, day)
        yield from _last_findings(rules, day)
    for row, earlier in _unreachable(rules, days):
        reason = f"no report can reach it: {earlier} before it take everything"
        yield _at("route", row, "when", reason)


def _at(table: str, row: Dated, key: str, reason: str) -> Finding:
    return Finding(FILE_OF[table], f"{table}[{row.id}].{key}", reason)


def _days(rules: Rules) -> tuple[date, ...]:
    """Return the days from the first direction on, on which something it rests on changes."""
    tables = (rules.routes, rules.units, rules.kinds, rules.categories, rules.positions)
    rows: list[Dated] = [row for table in (*tables, rules.guards) for row in table]
    begins = {row.effective_from for row in rows}
    ends = {
        row.effective_to + timedelta(days=1)
        for row in rows
        if row.effective_to is not None and row.effective_to < date.max
    }
    first = min(row.effective_from for row in rules.routes)
    return tuple(sorted(day for day in begins | ends if day >= first))


def _target_faults(rules: Rules, row: Direction) -> Iterator[tuple[str, str]]:
    if (row.to is None) == (row.unit is None):
        yield "to", "a direction has either to or unit, not both"
    if row.unit is not None and any(unit.collective for unit in rules.units.by_id[row.unit]):
        yield "unit", f"{row.unit!r} is a group, not a unit"
    if row.to is Target.WARD:
        if row.when.ward is not True:
            yield "when.ward", "must be true: without a ward the report would go nowhere"
    elif row.to is not None:
        known = CONCERNS_OF_TARGET[row.to]
        if not row.when.concerns or not known.issuperset(row.when.concerns):
            allowed = " and ".join(sorted(known))
            yield "when.concerns", f"must be among {allowed}: else the report would go nowhere"


def _unit_findings(rules: Rules, day: date) -> Iterator[Finding]:
    units = rules.units.all_on(day)
    heads = [unit for unit in units if unit.type is UnitType.CHAIRMAN]
    if len(heads) != 1:
        names = ", ".join(unit.id for unit in heads) or "none"
        reason = f"the City has one head on {day.isoformat()}, but there is: {names}"
        yield Finding(FILE_OF["unit"], "unit.type", reason)
    outside = [unit for unit in units if unit.outside]
    if len(_trees(rules, outside, day)) < _TREES:
        reason = f"there must be bodies under {_TREES} roots on {day.isoformat()}"
        yield Finding(FILE_OF["unit"], "unit.outside", reason)
    for unit in units:
        if unit.collective and unit.root:
            yield _at("unit", unit, "collective", "a root is a single body")
        if not unit.outside:
            if unit.root:
                yield _at("unit", unit, "outside", "a root is outside: there a report can end")
            if unit.forwarded_by:
                yield _at("unit", unit, "forwarded_by", "only an outside unit is forwarded to")
            continue
        forwarders = [each for each in units if each.id in unit.forwarded_by]
        if any(each.outside or each.collective for each in forwarders):
            yield _at("unit", unit, "forwarded_by", "names an outside unit or a group")
        elif len(_trees(rules, forwarders, day)) < _TREES:
            reason = f"must name units under {_TREES} different roots on {day.isoformat()}"
            yield _at("unit", unit, "forwarded_by", reason)


def _trees(rules: Rules, units: list[Unit], day: date) -> set[str]:
    return {(unit, *rules.superiors(unit.id, on=day))[-1].id for unit in units}


def _last_findings(rules: Rules, day: date) -> Iterator[Finding]:
    in_force = rules.routes.all_on(day)
    if not in_force:
        reason = f"no direction is in force on {day.isoformat()}"
        yield Finding(FILE_OF["route"], "route", reason)
    elif in_force[-1].when != When():
        reason = f"the last direction on {day.isoformat()} must hold for every report"
        yield _at("route", in_force[-1], "when", reason)
    for guard in GuardId:
        try:
            rules.guards.on(guard, day)
        except (UnknownRule, NotInForce):
            reason = f"the guard is missing on {day.isoformat()}"
            yield Finding(FILE_OF["guard"], f"guard[{guard}]", reason)
    for row in (*in_force, *rules.informs.all_on(day)):
        if row.unit is not None:
            try:
                rules.units.on(row.unit, day)
            except NotInForce:
                table = "route" if row in in_force else "inform"
                yield _at(table, row, "unit", f"{row.unit!r} is not in force on {day.isoformat()}")


def _unreachable(rules: Rules, days: tuple[date, ...]) -> Iterator[tuple[Direction, str]]:
    """Yield directions that are reached on none of their days, with those that stand before."""
    reached: set[int] = set()
    taken_by: dict[int, str] = {}
    for day in days:
        space = _Space.on(rules, day)
        before: list[Direction] = []
        for row in rules.routes.all_on(day):
            if id(row) not in reached and space.reaches(row.when, [each.when for each in before]):
                reached.add(id(row))
            taken_by[id(row)] = ", ".join(each.id for each in before)
            before.append(row)
    for row in rules.routes:
        if id(row) in taken_by and id(row) not in reached:
            yield row, taken_by[id(row)]


@dataclass(frozen=True)
class _Space:
    """Every situation that a report can be in on one day."""

    rules: Rules
    day: date
    whole: _Box

    @classmethod
    def on(cls, rules: Rules, day: date) -> "_Space":
        """Return the space of that day; amounts count by the thresholds that they reach."""
        whole: dict[str, frozenset[object]] = {
            "kinds": frozenset(row.id for row in rules.kinds.all_on(day)),
            "categories": frozenset(row.id for row in rules.categories.all_on(day)),
            "channels": frozenset(row.id for row in rules.channels.all_on(day)),
            "subjects": frozenset({"", *(row.id for row in rules.subjects.all_on(day))}),
            "positions": frozenset({"", *(row.id for row in rules.positions.all_on(day))}),
            # The unit's type says whether a unit is concerned at all: the two are one question.
            "concern": frozenset(
                {
                    *product((Concern.UNIT, Concern.TOP), UnitType),
                    (Concern.BODY, None),
                    (Concern.NONE, None),
                }
            ),
            "accusing": frozenset({True, False}),
            "suspected": frozenset({True, False}),
            "ward": frozenset({True, False}),
            "amounts": frozenset({0, *(row.when.amount_at_least or 0 for row in rules.routes)}),
        }
        return cls(rules, day, whole)

    def reaches(self, when: When, before: list[When]) -> bool:
        """Tell whether some possible situation meets `when` and none of the ones before it."""
        left = [self._box(when)]
        for other in before:
            taken = self._box(other)
            left = [rest for box in left for rest in _difference(box, taken)]
        return any(self._is_possible(box) for box in left)

    def _box(self, when: When) -> _Box:
        box = dict(self.whole)
        for key in ("kinds", "categories", "channels", "subjects", "positions"):
            if allowed := getattr(when, key):
                box[key] &= frozenset(allowed)
        for key in ("accusing", "suspected", "ward"):
            if (wanted := getattr(when, key)) is not None:
                box[key] = frozenset({wanted})
        if when.settled_by:
            box["positions"] = frozenset(
                each
                for each in box["positions"]
                if self.rules.settler(str(each), on=self.day) in when.settled_by
            )
        box["concern"] = frozenset(
            (concern, unit_type)
            for concern, unit_type in (
                *product((Concern.UNIT, Concern.TOP), UnitType),
                (Concern.BODY, None),
                (Concern.NONE, None),
            )
            if (not when.concerns or concern in when.concerns)
            and (not when.unit_types or unit_type in when.unit_types)
        )
        least = when.amount_at_least or 0
        box["amounts"] = frozenset(
            each for each in box["amounts"] if isinstance(each, int) and each >= least
        )
        return box

    def _is_possible(self, box: _Box) -> bool:
        """Tell whether a box holds a situation in which `accusing` is what follows of the rest."""
        if not all(box.values()):
            return False
        if True in box["suspected"] and True in box["accusing"]:
            return True
        return False in box["suspected"] and any(
            self.rules.accuses(str(kind), str(category), str(position), on=self.day)
            in box["accusing"]
            for kind, category, position in product(
                box["kinds"], box["categories"], box["positions"]
            )
        )


def _difference(box: _Box, taken: _Box) -> Iterator[_Box]:
    """Yield boxes that together hold what is in `box` and not in `taken`."""
    inside = dict(box)
    for key in box:
        outside = inside[key] - taken[key]
        if outside:
            yield {**inside, key: outside}
        inside[key] &= taken[key]
        if not inside[key]:
            return
