"""A legal basis in words, as legal texts of each language write it. Pure."""

import re

from rules.book import Rules
from rules.rows import Law
from triage.public import Ground, Place, grounds

#: Kinds of documents that Vietnamese cites by number, the longest name first.
_BY_NUMBER = (
    "Thông tư liên tịch",
    "Thông tư",
    "Nghị định",
    "Nghị quyết",
    "Quyết định",
    "Chỉ thị",
    "Kế hoạch",
)
#: A place in a plan, such as II.4.c.
_PLAN_PLACE = re.compile(r"^(?P<part>[IVX]+)(?:\.(?P<clause>\d+))?(?:\.(?P<point>[a-zđ]))?(?= )")


def in_words(rules: Rules, article: str, language: str) -> str:
    """Return a legal basis of the rules: in Vietnamese for ``vi``, in English for others.

    What names no law of the rules is returned as it is: the basis of a day that was entered here.
    """
    try:
        found = grounds(rules, article)
    except ValueError:
        return article
    return "; ".join(basis(ground, language) for ground in found)


def basis(ground: Ground, language: str) -> str:
    """Return one law and the places in it."""
    name = _name(ground.law, language)
    if not ground.places:
        return name
    places = ", ".join(_place(each, language) for each in ground.places)
    return f"{places} {name}" if language == "vi" else f"{places} of the {name}"


def in_full(rules: Rules, article: str) -> tuple[tuple[str, str], ...]:
    """Return each law of a basis by its id, and how Vietnamese letters cite it: with its number."""
    return tuple((each.law.id, _in_full(each)) for each in grounds(rules, article))


def _in_full(ground: Ground) -> str:
    said = _PLAN_PLACE.sub(_plan_place, basis(ground, "vi"))
    return said if ground.law.number in said else f"{said} số {ground.law.number}"


def _plan_place(match: re.Match[str]) -> str:
    point = f"điểm {match['point']} " if match["point"] else ""
    clause = f"khoản {match['clause']} " if match["clause"] else ""
    return f"{point}{clause}Mục {match['part']}"


def _name(law: Law, language: str) -> str:
    kind = next((each for each in _BY_NUMBER if law.vi.startswith(each)), None)
    if language == "vi":
        return law.vi if kind is None else f"{kind} số {law.number}"
    return law.en if kind is None else f"{law.en} ({law.number})"


def _place(place: Place, language: str) -> str:
    if place.other:
        return place.other
    if language != "vi":
        clauses = ", ".join(f"({each})" for each in place.clauses)
        return f"Article {place.article}{clauses}{place.point}"
    point = f"điểm {place.point} " if place.point else ""
    clauses = ", ".join(f"khoản {each}" for each in place.clauses)
    return f"{point}{clauses}{' ' if clauses else ''}Điều {place.article}"
