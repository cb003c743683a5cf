"""A receipt code as it is read out over the phone: a word for each character."""

from collections.abc import Mapping

from web.i18n import VIETNAMESE, language

_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _words(text: str) -> Mapping[str, str]:
    return dict(zip(_CHARACTERS, text.split(", "), strict=True))


_VIETNAMESE = _words(
    "không, một, hai, ba, bốn, năm, sáu, bảy, tám, chín, An, Bình, Cường, Dũng, Em, ép (Pháp), Gà, "
    "Huế, gi dài (Jun), Kim, Minh, Nam, Phú, Quảng, Rồng, Sông, Thuận, Vinh, vê kép, Xuân, "
    "Yến (y dài), dét"
)
_ENGLISH = _words(
    "zero, one, two, three, four, five, six, seven, eight, nine, Alfa, Bravo, Charlie, Delta, "
    "Echo, Foxtrot, Golf, Hotel, Juliett, Kilo, Mike, November, Papa, Quebec, Romeo, Sierra, "
    "Tango, Victor, Whiskey, X-ray, Yankee, Zulu"
)


def spelled(code: str) -> list[tuple[str, list[str]]]:
    """Return the groups of a code, each with a word for every character."""
    names = _VIETNAMESE if language() == VIETNAMESE else _ENGLISH
    return [(group, [names[each] for each in group]) for group in code.split("-")]
