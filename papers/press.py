"""Sets a document in type: a template of this room and values go in, a PDF file comes out.

Values reach a template as JSON and are placed as text, never read as typst's markup. What comes out
is PDF/A-2a (it can be kept) and PDF/UA-1 (it can be read aloud), and depends on nothing else: no
typeface of the machine, no network, no clock.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

from papers.printable import printable

_ROOM = Path(__file__).parent


@cache
def _typefaces() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_ROOM / "fonts"])


def press(template: str, values: Mapping[str, object]) -> bytes:
    """Return the PDF file of `papers/<template>.typ` with these values (anything JSON can hold)."""
    pdf = typst.compile(
        _ROOM / f"{template}.typ",
        root=_ROOM,
        font_paths=_typefaces(),
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(_printable(values))},
        pdf_standards=["a-2a", "ua-1"],
        format="pdf",
    )
    return bytes(pdf)


def _printable(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value
