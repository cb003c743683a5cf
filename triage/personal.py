"""Finds what looks personal in a text, whoever's it is: proposals of what to strike out. Pure.

The identity is under another key when a dossier is put together, so nothing can be compared with
it; these patterns are proposed to whoever hands over, who adds to them or undoes them. The text is
read without diacritics; every pattern has a bound, so that the work grows with its length alone.
"""

import re
from collections.abc import Iterator

from rules import phrases
from triage.spans import Kind, Span, joined
from triage.words import folded_with_places, place_in

#: A sum of money is no number of a person.
_NO_SUM = r"(?![.,]?\d)(?!\s{0,2}(?:d|dong|vnd|tr|trieu|ty|ti|nghin|ngan|usd|m2)\b)"
_DIGITS = r"\d(?:[ .\-]?\d)"
#: A call number: +84 or 0, the first digit of a network or an area, and what follows.
_PHONE = re.compile(
    r"(?<![\d.,])\(?(?:\+ ?84|0084|84|0)\)?[ .\-]{0,2}(?:\(0\)|0)?[ .\-]{0,2}"
    r"[235789](?:[ .\-()]{0,2}\d){8,9}" + _NO_SUM
)
_EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}")
_CARD = re.compile(
    rf"(?:(?:cccd|cmnd|cmt|can cuoc|chung minh)[^\d\n]{{0,40}}(?P<labelled>{_DIGITS}{{8,11}})"
    r"|(?<![\d.,])(?:0\d{11}|\d{9}))" + _NO_SUM
)
_BANK = re.compile(
    r"\b(?:stk|tk|so tai khoan|tai khoan)\b[^\d\n]{0,40}(?P<labelled>"
    + _DIGITS
    + r"{5,18})"
    + _NO_SUM
)
_SELF = re.compile(
    r"\b(?:(?:toi|em|chau|con|minh) ten(?: la)?|ten (?:toi|em|chau) la|(?:toi|em|chau) la)[ :]{1,3}"
)
_LABEL = re.compile(
    r"\b(?:nguoi (?:to cao|to giac|phan anh|khieu nai|gui|viet|lam|dung) ?(?:don)?"
    r"|ho va ten|ho ten|ho, ten)\s{0,3}:\s{0,3}(?P<labelled>[^\n;,.]{1,80})"
)
_ADDRESS = re.compile(
    r"\b(?:(?:thuong tru|tam tru|cu tru|tru|sinh song|hien o)(?: tai|:)"
    r"|(?:dia chi|cho o|noi o)(?: thuong tru| hien tai)?(?: tai| o| la)?\s{0,2}:?"
    # "Làm hộ khẩu" is a matter, "hộ khẩu phường An Cựu" a place.
    r"|ho khau(?: thuong tru(?: tai| o| la)?\s{0,2}:?| tai| o| la|\s{0,2}:"
    r"|(?=\s{1,3}(?:phuong|xa|thon|to|so|duong|kiet)\b))"
    r"|nha (?:toi|em|chau)(?: o)? so)"
    r"\s{1,3}(?P<labelled>[^\n;]{1,160})"
)
#: Behind a full stop something else begins; "P. Thuận Hóa", "TP. Huế" go on.
_FULL_STOP = re.compile(r"(?<=\w\w\w)\.(?:\s|$)|[.!?]\s*$")
#: A block at the end of a letter: who signs, on lines of their own.
_SIGNATURE = re.compile(
    r"^[ \t(]{0,8}(?:nguoi [^\n]{1,30})?[ \t\n(]{0,8}"
    r"(?:da ky|ky(?:,| va)? ?(?:ghi ro ho ?)?,? ?ten|ky)"
    r"[^\n]{0,30}(?P<names>(?:\n[^\n]{0,50}){0,3})$",
    re.MULTILINE,
)
#: Words of a name, with and without capital letters.
_MOST_WORDS, _MOST_SMALL = 6, 4
_NAME_WORD = re.compile(r"[^\W\d_]+")


def personal(text: str) -> tuple[Span, ...]:
    """Return what looks personal, in order, with its kind and reason; no two overlap."""
    folded, places = folded_with_places(text)
    spans = _found(folded, phrases.plain(folded))
    return joined(
        Span(*place_in(places, each.start, each.end), each.kind)
        for each in spans
        if each.start < each.end
    )


#: What somebody who hands a text over is asked to strike out.
proposals = personal


def _found(text: str, flat: str) -> Iterator[Span]:
    for kind, pattern in (
        (Kind.PHONE, _PHONE),
        (Kind.EMAIL, _EMAIL),
        (Kind.IDENTITY_CARD, _CARD),
        (Kind.BANK_ACCOUNT, _BANK),
        (Kind.INTRODUCED, _LABEL),
    ):
        for match in pattern.finditer(flat):
            named = "labelled" in pattern.groupindex and match["labelled"] is not None
            yield _trimmed(flat, *match.span("labelled" if named else 0), kind)
    for match in _ADDRESS.finditer(flat):
        start, end = match.span("labelled")
        stop = _FULL_STOP.search(flat, start, end)
        yield _trimmed(
            flat,
            start,
            stop.start() if stop and stop.start() > start else end,
            Kind.LABELLED_ADDRESS,
        )
    for match in _SELF.finditer(flat):
        # "Tôi là giáo viên" names nobody; after "tên" a name follows in whatever letters.
        end = _end_of_name(text, match.end(), must_be_capital="ten" not in match[0])
        if end > match.end():
            yield Span(match.end(), end, Kind.INTRODUCED)
    for match in _SIGNATURE.finditer(flat):
        if match["names"].strip():
            yield _trimmed(flat, *match.span("names"), Kind.SIGNATURE)


def _trimmed(text: str, start: int, end: int, kind: Kind) -> Span:
    """Return the place without white space around it."""
    part = text[start:end]
    return Span(start + len(part) - len(part.lstrip()), start + len(part.rstrip()), kind)


def _end_of_name(text: str, start: int, *, must_be_capital: bool) -> int:
    """Return where the name that begins here ends; `start` if none does."""
    end, capitals = start, 0
    for count, word in enumerate(_NAME_WORD.finditer(text, start, start + 80)):
        between = text[end : word.start()]
        if count == _MOST_WORDS or (count and between.strip(" ")) or "\n" in between:
            break
        if not word[0][0].isupper() and (capitals or must_be_capital or count >= _MOST_SMALL):
            break
        capitals += word[0][0].isupper()
        end = word.end()
    return end
