"""How a text begins, for lists: whole words, on one line. Pure."""

from triage.text import one_line

_LONGEST = 90


def heading(text: str) -> str:
    """Return the text, or as much of it as lists have room for."""
    line = one_line(text)
    if len(line) <= _LONGEST:
        return line
    begun = line[: _LONGEST + 1].rpartition(" ")[0] or line[:_LONGEST]
    return f"{begun.rstrip(' ,;:.–-')}…"
