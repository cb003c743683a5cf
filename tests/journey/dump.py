"""Everything that whoever takes a server finds on it, and a quick search in that for what was said.

A piece of twelve characters is looked for in every spelling in which programs write text. All
spellings of all pieces are found in one pass: their first twelve bytes are looked up in one set.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy import Engine, select

from records.tables import METADATA

#: Characters of a piece; and bytes that all its spellings have at least.
PIECE = 12

SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-16, little end first": lambda text: text.encode("utf-16-le"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "percent-encoded": lambda text: quote(text).encode(),
    "percent-encoded, small letters": lambda text: quote(text).lower().encode(),
    "percent-encoded, as a form": lambda text: quote_plus(text).encode(),
    "escaped as JSON": lambda text: json.dumps(text)[1:-1].encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
}


class Needles:
    """What must not be found: every piece of every text, in every spelling."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_head: dict[bytes, set[bytes]] = defaultdict(set)
        pieces = {
            text[start : start + PIECE] for text in texts for start in range(len(text) - PIECE + 1)
        }
        for piece in pieces:
            for spelled in SPELLINGS.values():
                whole = spelled(piece)
                self._by_head[whole[:PIECE]].add(whole)
        self.pieces = len(pieces)

    def found_in(self, content: bytes) -> bytes | None:
        """Return the first piece that is there, None if there is none."""
        heads = self._by_head
        for start in range(len(content) - PIECE + 1):
            head = content[start : start + PIECE]
            if head in heads:
                for whole in heads[head]:
                    if content.startswith(whole, start):
                        return whole
        return None


def rows(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Yield every value of every row of every table, and what it is called."""
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                for name, value in row._mapping.items():
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table.name}.{name}", raw


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of every file in a folder and below."""
    for path in sorted(folder.rglob("*")):
        yield f"name of {path}", path.name.encode()
        if path.is_file():
            yield str(path), path.read_bytes()
