"""What must hold between tables: references, citations, the tree of units, replies."""

from collections.abc import Iterator
from datetime import date, timedelta
from operator import attrgetter
from string import Formatter

from rules import lifecycle_checks, route_checks, sign_checks
from rules.book import Rules
from rules.errors import Finding, NotInForce, UnknownRule
from rules.layout import FILE_OF
from rules.organisation import Unit, UnitType
from rules.rows import ANY_KIND, Dated, Fact
from rules.table import Table

#: (table, key, table it refers to); a key of several parts goes into an inner table.
_REFERENCES = (
    ("kind", "fields", "detail"),
    ("kind", "until_signed", "kind"),
    ("intent", "kind", "kind"),
    ("subject", "unit", "unit"),
    ("subject", "managed_by", "unit"),
    ("unit", "parent", "unit"),
    ("unit", "forwarded_by", "unit"),
    ("route", "unit", "unit"),
    ("route", "when.kinds", "kind"),
    ("route", "when.categories", "category"),
    ("route", "when.channels", "channel"),
    ("route", "when.subjects", "subject"),
    ("route", "when.positions", "position"),
    ("inform", "unit", "unit"),
    ("inform", "when.kinds", "kind"),
    ("inform", "when.categories", "category"),
    ("inform", "when.channels", "channel"),
    ("inform", "when.subjects", "subject"),
    ("inform", "when.positions", "position"),
    ("deadline", "kinds", "kind"),
    ("deadline", "start", "event"),
    ("deadline", "actor", "actor"),
    ("deadline", "extension.of", "deadline"),
    ("deadline", "replaces", "deadline"),
    ("deadline", "stops", "deadline"),
    ("deadline", "channels", "channel"),
    ("deadline", "until", "input"),
    ("wording", "crime", "crime"),
    ("suspension", "pauses", "deadline"),
    ("step", "kinds", "kind"),
    ("step", "needs", "input"),
    ("step", "may", "input"),
    ("step", "requires", "step"),
    ("step", "requires_any", "step"),
    ("step", "upon_findings", "outcome"),
    ("step", "becomes", "kind"),
    ("step", "upon_outcome", "outcome"),
    ("step", "starts", "event"),
    ("step", "meets", "deadline"),
    ("step", "voids", "deadline"),
    ("step", "on_breach", "deadline"),
    ("step", "extends", "deadline"),
    ("step", "prolongs", "deadline"),
    ("step", "replaces", "deadline"),
    ("step", "posting", "deadline"),
    ("pattern", "unless", "concept"),
    ("brake", "unless", "concept"),
    ("brake", "crimes", "crime"),
    ("dossier_item", "template", "template"),
    ("outcome", "steps", "step"),
    ("stage", "way", "way"),
    ("measure", "good", "protected_good"),
    ("measure", "responsible", "actor"),
    ("figure", "group", "assessment"),
    ("reply", "kinds", "kind"),
)

#: Tables whose articles name a body or a way in that was there before the text naming it.
_OLDER_THAN_THEIR_SOURCE = ("unit", "channel")

_WHOLE = 100


def findings(rules: Rules) -> Iterator[Finding]:
    """Yield everything wrong between the tables; the rows by themselves are sound."""
    tables = {table.name: table for table in rules.tables()}
    broken_paths = [*_references(tables), *_units(rules)]
    yield from broken_paths
    if not broken_paths:  # the life of a case is followed along its references
        yield from lifecycle_checks.findings(rules, tables)
    yield from _articles(rules)
    yield from _replies(rules)
    yield from sign_checks.findings(rules)
    yield from _assessments(rules)
    if not broken_paths:
        yield from route_checks.findings(rules)


def _at(table: str, row: Dated, key: str, reason: str) -> Finding:
    return Finding(FILE_OF[table], f"{table}[{row.id}].{key}", reason)


def _references(tables: dict[str, Table[Dated]]) -> Iterator[Finding]:
    for name, key, target in _REFERENCES:
        for row in tables[name]:
            ids = _ids(row, key)
            if key == "kinds" and ids == (ANY_KIND,):
                continue
            if key == "kinds" and ANY_KIND in ids:
                yield _at(name, row, key, f"{ANY_KIND!r} stands alone, without other kinds")
                continue
            for unknown in (each for each in ids if each not in tables[target]):
                yield _at(name, row, key, f"there is no {target} {unknown!r}")


def _ids(row: Dated, key: str) -> tuple[str, ...]:
    """Return the ids that a key refers to: none, one or several."""
    first, _, rest = key.partition(".")
    value = attrgetter(first)(row)
    if rest and value is not None:
        value = attrgetter(rest)(value)
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _articles(rules: Rules) -> Iterator[Finding]:
    """Every article begins with known laws, and no fact is older than all of them."""
    for table in rules.tables():
        for row in table:
            if not isinstance(row, Fact):
                continue
            try:
                cited = rules.citations(row.article)
            except ValueError as error:
                yield _at(table.name, row, "article", str(error))
                continue
            if table.name in _OLDER_THAN_THEIR_SOURCE:
                continue
            begins = min(rules.laws.by_id[each.law][0].effective_from for each in cited)
            if row.effective_from < begins:
                reason = f"is before {begins.isoformat()}, when the law it cites took effect"
                yield _at(table.name, row, "effective_from", reason)


def _units(rules: Rules) -> Iterator[Finding]:
    codes: dict[str, str] = {}
    for unit in rules.units:
        if unit.root and unit.parent is not None:
            yield _at("unit", unit, "root", "a root has no parent")
        if unit.code is not None and codes.setdefault(unit.code, unit.id) != unit.id:
            reason = f"the code {unit.code} is also that of {codes[unit.code]!r}"
            yield _at("unit", unit, "code", reason)
        if unit.type in (UnitType.WARD, UnitType.COMMUNE):
            for key in ("code", "place"):
                if getattr(unit, key) is None:
                    yield _at("unit", unit, key, "the key is missing: a ward or commune has it")
    broken = set()
    for day in _days_of_change(rules.units):
        for unit in rules.units.all_on(day):
            finding = _path_finding(rules.units, unit, day)
            if finding is not None and unit.id not in broken:
                broken.add(unit.id)
                yield finding


def _days_of_change(table: Table[Unit]) -> tuple[date, ...]:
    """Return the days on which some row begins to hold or no longer holds."""
    begins = {row.effective_from for row in table}
    # The last day that a date can name means "without end": there is no day after it.
    ends = {
        row.effective_to + timedelta(days=1)
        for row in table
        if row.effective_to is not None and row.effective_to < date.max
    }
    return tuple(sorted(begins | ends))


def _path_finding(units: Table[Unit], unit: Unit, day: date) -> Finding | None:
    """Follow the parents up to a root in force on that day."""
    seen = {unit.id}
    current = unit
    while current.parent is not None:
        if current.parent in seen:
            return _at("unit", unit, "parent", "the parents go round in a circle")
        seen.add(current.parent)
        try:
            current = units.on(current.parent, day)
        except UnknownRule:
            return None  # a broken reference, reported as such
        except NotInForce:
            reason = f"{current.parent!r} above it is not in force on {day.isoformat()}"
            return _at("unit", unit, "parent", f"no path to a root: {reason}")
    if not current.root:
        reason = f"{current.id!r} has neither a parent nor root = true"
        return _at("unit", unit, "parent", f"no path to a root: {reason}")
    return None


def _replies(rules: Rules) -> Iterator[Finding]:
    """Only known placeholders stand in braces, and the same ones in both languages."""
    for reply in rules.replies:
        used: dict[str, set[str] | None] = {}
        for key, body in (("body_vi", reply.body_vi), ("body_en", reply.body_en)):
            try:
                names = _placeholders(body)
            except ValueError as error:
                yield _at("reply", reply, key, f"the braces are broken: {error}")
                used[key] = None
                continue
            used[key] = names
            for unknown in sorted(names - set(rules.placeholders.by_id)):
                yield _at("reply", reply, key, f"there is no placeholder {unknown!r}")
        vietnamese, english = used["body_vi"], used["body_en"]
        if vietnamese is not None and english is not None and vietnamese != english:
            differing = ", ".join(sorted(vietnamese ^ english))
            yield _at("reply", reply, "body_en", f"the two languages differ in: {differing}")


def _placeholders(body: str) -> set[str]:
    """Return the names in braces. Raises `ValueError` where braces do not match or do more."""
    names = set()
    for _, name, layout, conversion in Formatter().parse(body):
        if name is None:
            continue
        if layout or conversion:
            raise ValueError(f"a placeholder is a bare name, unlike {name!r} here")
        names.add(name)
    return names


def _assessments(rules: Rules) -> Iterator[Finding]:
    for day in sorted({row.effective_from for row in rules.assessments}):
        in_force = rules.assessments.all_on(day)
        total = sum(row.weight for row in in_force)
        if total != _WHOLE:
            reason = f"the weights in force on {day.isoformat()} are {total} together, not 100"
            yield _at("assessment", in_force[0], "weight", reason)
