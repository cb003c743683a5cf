"""Which unit a report goes to. Pure."""

from datetime import date

from rules.book import Rules

#: Receives what nobody else must.
DEFAULT = "thanh_tra"


def responsible(rules: Rules, accused_unit: str, day: date) -> str:
    """Return the unit that is responsible, given the unit that is reported on ("" if unknown).

    The Inspectorate receives, except a report on itself: that goes to its direct superior, for
    nobody settles a report on themselves (TC 12(1)).
    """
    if accused_unit == DEFAULT:
        return rules.superiors(DEFAULT, on=day)[0].id
    return DEFAULT
