"""Makes any text fit for printing: what the typeface cannot show is written as its code."""

import re
import unicodedata

#: What papers/fonts shows in all four styles, in capitals too: Latin with every Vietnamese letter,
#: Greek, Cyrillic, punctuation, currencies, arrows, signs of mathematics. A test prints them all.
SHOWN = (
    "\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u01a0-\u01a1\u01af-\u01b0\u01cd-\u01dc"
    "\u01de-\u01e3\u01e6-\u01ef\u01f4-\u01f5\u01f8-\u021b\u021e-\u021f\u0226-\u0233"
    "\u02c6-\u02c7\u02d8-\u02dd\u0300-\u036f\u0384-\u038a\u0391-\u03a1\u03a3-\u03ce\u0400-\u0481"
    "\u048a-\u0513\u1e00-\u1e9b\u1ea0-\u1ef9\u2000-\u200a\u2010\u2012-\u2022\u2026\u2030"
    "\u2032-\u2034\u2039-\u203a\u2044\u20a0-\u20b5\u2116\u2122\u2190-\u2195\u2212\u2215"
    "\u221a\u221e\u2248\u2260-\u2261\u2264-\u2265\u25a0-\u25a1\u25aa-\u25ac\u25b2\u25ba"
    "\u25bc\u25c4\u25cb\u25cf\u25e6"
)
_NOT_SHOWN = re.compile(f"[^\n{SHOWN}]")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ALIKE = str.maketrans({"\t": " ", "\u2011": "-", "\u202f": "\u00a0"})
#: A longer run without a space may be broken at any place, or it would run out of the page.
_LONG_RUN = re.compile(r"[^\s\u2000-\u200a]{25,}")
_BREAK = "\u200b"


def printable(text: str) -> str:
    """Return the text in composed letters, with nothing that the typeface lacks.

    Invisible characters are dropped: among them are those that would turn the order of what is
    read. Any other that cannot be shown stands as its code, such as ``[U+1F600]``, so that nothing
    of a piece of evidence goes missing unnoticed.
    """
    composed = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).translate(_ALIKE)
    return _LONG_RUN.sub(_breakable, _NOT_SHOWN.sub(_code, composed))


def _code(match: re.Match[str]) -> str:
    character = match[0]
    if unicodedata.category(character) in {"Cc", "Cf"} or "\ufe00" <= character <= "\ufe0f":
        return ""
    return f"[U+{ord(character):04X}]"


def _breakable(match: re.Match[str]) -> str:
    return "".join(
        character if unicodedata.combining(character) else _BREAK + character
        for character in match[0]
    ).removeprefix(_BREAK)
