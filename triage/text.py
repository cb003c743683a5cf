"""The border for text: whatever people paste leaves here as plain text, in one spelling.

bleach reduces markup to its text. It is at the end of its life and leaves the bodies of scripts as
text, so it is never the only barrier: Jinja escapes all that is shown. This is the one place that
calls it; `nh3.clean(text, tags=set())` would take its place in one line.
"""

import html
import re
import unicodedata

import bleach
from bleach.html5lib_shim import HTML_TAGS

#: Characters that a text may have; more is refused where it is typed.
LONGEST = 50_000
#: Turn the order of what is shown around, so that a name or an amount reads as another.
_BIDI = "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"
#: Seen by nobody, and kept out of words so that what is searched for is found. The joiners that
#: some scripts and pictures need (U+200C, U+200D) stay.
_UNSEEN = "\u200b\u2060\ufeff\u00ad\U000e0000-\U000e007f"
_LINES = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n\n", "\x85": "\n"}
#: Control characters but for new lines and tabs, and halves of surrogate pairs.
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
_LEFT_OUT = re.compile(f"[{_BIDI}{_UNSEEN}{_CONTROL}]")
#: Possessive: both parts take letters, and giving them back one by one would cost the square.
_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9]*+)(?P<attributes>[^<>]*+)>|<")
#: The diacritics of letters in Latin script, once they stand by themselves.
_MARKS = re.compile("[\u0300-\u036f]+")


def plain(text: str) -> str:
    """Return the text without markup, control and direction characters, in normal form NFC.

    At most LONGEST characters are looked at: a longer text has been refused before.
    """
    text = text[:LONGEST]
    for line_end, newline in _LINES.items():
        text = text.replace(line_end, newline)
    text = _LEFT_OUT.sub("", text)
    if "<" in text:
        text = _without_markup(text)
    return unicodedata.normalize("NFC", text).strip()


def _without_markup(text: str) -> str:
    """Reduce the tags of HTML to the text between them, and lose nothing that only looks like one.

    A parser takes "dưới <hai mươi triệu" for a tag that never ends, and the rest of the report
    with it; so whatever is no whole tag of HTML is made text before the parser sees it.
    """
    if not any(_is_tag(match) for match in _TAG.finditer(text)):
        return text
    guarded = _TAG.sub(_tag_or_text, text.replace("&", "&amp;"))
    return html.unescape(bleach.clean(guarded, tags=set(), strip=True))


def _is_tag(match: re.Match[str]) -> bool:
    name, attributes = match["name"], match["attributes"]
    if name is None or name.lower() not in HTML_TAGS:
        return False
    return not attributes.strip(" /\n\t") or "=" in attributes


def _tag_or_text(match: re.Match[str]) -> str:
    whole = match[0]
    return whole if _is_tag(match) else whole.replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    """Return the text as `plain` does, with every run of white space as one space."""
    return " ".join(plain(text).split())


def folded(text: str) -> str:
    """Return the text for comparing: lower case, without diacritics, đ as d."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(_MARKS.split(decomposed))
