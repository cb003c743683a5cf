"""How a text begins, for lists: whole words, on one line. Pure."""

from triage.text import one_line

_LONGEST = 90
#: Characters that are looked at: the rest of a long report has no part in how it begins.
_LOOKED_AT = 10 * _LONGEST


def heading(text: str) -> str:
    """Return the text, or as much of it as lists have room for."""
    line = one_line(text[:_LOOKED_AT])
    if len(line) <= _LONGEST and len(text) <= _LOOKED_AT:
        return line
    begun = line[: _LONGEST + 1].rpartition(" ")[0] or line[:_LONGEST]
    return f"{begun.rstrip(' ,;:.–-')}…"
