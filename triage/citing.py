"""A legal basis in words, as legal texts of each language write it. Pure."""

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


def in_full(rules: Rules, article: str) -> tuple[str, ...]:
    """Return each law of a basis as Vietnamese letters cite it, with its number."""
    return tuple(
        said if ground.law.number in said else f"{said} số {ground.law.number}"
        for ground in grounds(rules, article)
        for said in (basis(ground, "vi"),)
    )


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
