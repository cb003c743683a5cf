"""Reads a table of records, such as the Front's monthly list, row by row. Pure."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from rules.book import Rules
from triage import entry
from triage.catalogue import Catalogue, Option
from triage.inputs import Fault
from triage.submission import Disclosure, Entry, Facts, Identity, Submission
from triage.text import LONGEST, folded, one_line

MOST_ROWS = 500
#: Headings by the name of what stands under them; the first is required.
HEADINGS = {
    "story": "Nội dung",
    "intent": "Loại đơn",
    "category": "Lĩnh vực",
    "ward": "Phường, xã",
    "organisation": "Cơ quan, đơn vị bị phản ánh",
    "accused": "Người bị phản ánh",
    "when": "Thời gian xảy ra",
    "money": "Số tiền, tài sản",
    "reference": "Số văn bản",
    "name": "Họ tên người gửi",
    "address": "Địa chỉ người gửi",
    "contact": "Cách liên lạc",
    "agreed": "Đồng ý nêu tên",
}
#: What counts as agreement, folded; anything else keeps the name secret.
_AGREED = {"co", "x", "dong y", "yes"}
#: For a row that names none: a person classifies it later.
_ANY_INTENT, _ANY_CATEGORY = "khac", "other"
_DELIMITERS = ";,\t"
_SHORT = 500
#: Bytes that are no UTF-8 come out as these (PEP 383), so that the rows around them can be read.
_STRAY = range(0xDC80, 0xDD00)


class Unreadable(Exception):
    """The whole table cannot be read."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


@dataclass(frozen=True)
class Row:
    """A row by its number in a spreadsheet: what it would be filed as, and what is against it."""

    number: int
    cells: tuple[str, ...]
    told: Submission
    how: Entry
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Table:
    """A table that was read: its headings as they stand, those that mean nothing, its rows."""

    headings: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def good(self) -> tuple[Row, ...]:
        """The rows that can be filed."""
        return tuple(row for row in self.rows if not row.faults)

    @property
    def refused(self) -> tuple[Row, ...]:
        """The rows that cannot."""
        return tuple(row for row in self.rows if row.faults)


def read(  # noqa: PLR0913, PLR0917  (a file, and what holds for all that stands in it)
    data: bytes, rules: Rules, channel: str, how: Entry, today: date, unguard: Callable[[str], str]
) -> Table:
    """Return the table in a CSV file.

    `channel` and `how` hold for all rows; `unguard` takes off what keeps cells from being
    formulas. Raises Unreadable.
    """
    text = _text(data)
    delimiter = max(_DELIMITERS, key=lambda each: len(_places(_first(text, each))))
    headings = _first(text, delimiter)
    places = _places(headings)
    if "story" not in places:
        raise Unreadable(
            f"Thiếu cột “{HEADINGS['story']}”: hãy dùng bảng mẫu và giữ nguyên dòng tiêu đề.",
            "The column of what happened is missing: use the template with its headings.",
        )
    reader = _Reader(rules, channel, how, today, places, len(headings))
    rows = tuple(reader.rows(_records(text, delimiter), unguard))
    if not rows:
        raise Unreadable("Bảng không có dòng nào.", "The table has no rows.")
    known = set(places.values())
    unknown = tuple(one_line(each) for at, each in enumerate(headings) if at not in known and each)
    return Table(tuple(headings), unknown, rows)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(
            "Tệp này không phải CSV UTF-8. Trong Excel, chọn Lưu thành, kiểu “CSV UTF-8”.",
            "This is no CSV in UTF-8. In Excel choose Save as, “CSV UTF-8”.",
        )
    return data.decode("utf-8-sig", "surrogateescape")


def _first(text: str, delimiter: str) -> list[str]:
    try:
        return [
            one_line(each) for each in next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
        ]
    except csv.Error:
        return []


def _places(headings: list[str]) -> dict[str, int]:
    """Return the column of each known heading, the first of several."""
    names = {folded(heading): name for name, heading in HEADINGS.items()}
    places: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name = names.get(folded(heading).strip(" *"))
        if name is not None:
            places.setdefault(name, at)
    return places


def _records(text: str, delimiter: str) -> Iterator[list[str] | None]:
    """Yield the records after the headings; None for one that cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first = True
    while True:
        try:
            record: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error:
            record = None
        if not first:
            yield record
        first = False


@dataclass(frozen=True)
class _Reader:
    rules: Rules
    channel: str
    how: Entry
    today: date
    places: dict[str, int]
    width: int

    def rows(
        self, records: Iterable[list[str] | None], unguard: Callable[[str], str]
    ) -> Iterator[Row]:
        """Yield the rows that hold anything. Raises Unreadable for too many."""
        seen: dict[tuple[str, str], int] = {}
        names = _names(self.rules, self.today)
        count = 0
        for number, record in enumerate(records, 2):
            if record is not None and not any(cell.strip() for cell in record):
                continue
            count += 1
            if count > MOST_ROWS:
                raise Unreadable(
                    f"Bảng có quá {MOST_ROWS} dòng: hãy chia thành nhiều tệp.",
                    f"The table has more than {MOST_ROWS} rows: split it.",
                )
            yield self._row(number, record, unguard, names, seen)

    def _row(
        self,
        number: int,
        record: list[str] | None,
        unguard: Callable[[str], str],
        names: dict[str, dict[str, str]],
        seen: dict[tuple[str, str], int],
    ) -> Row:
        cells = tuple(unguard(cell) for cell in record or ())
        damage = _damage(record, self.width)
        if damage is not None:
            told = Submission("", "", "", self.channel)
            return Row(number, (), told, self.how, (damage,))
        said = {name: cells[at] for name, at in self.places.items() if at < len(cells)}
        found = [*_unknown(said, names), *_too_long(said)]
        told = self._told(said, names)
        how = replace(self.how, reference=said.get("reference", ""))
        found += entry.faults(self.rules, told, how, self.today)
        same = (folded(one_line(told.narrative)), told.ward or "")
        if told.narrative and same in seen:
            found.append(
                Fault("story", f"Trùng với dòng {seen[same]}.", f"The same as row {seen[same]}.")
            )
        seen.setdefault(same, number)
        return Row(number, cells, told, how, tuple(found))

    def _told(self, said: dict[str, str], names: dict[str, dict[str, str]]) -> Submission:
        def code(name: str, otherwise: str) -> str:
            return names[name].get(_key(said.get(name, "")), otherwise)

        name = said.get("name", "")
        agreed = _key(said.get("agreed", "")) in _AGREED
        stand = Disclosure.NAMED if agreed else Disclosure.CONFIDENTIAL
        identity = Identity(stand, name, said.get("address", ""), said.get("contact", ""))
        return Submission(
            intent=code("intent", _ANY_INTENT),
            category=code("category", _ANY_CATEGORY),
            narrative=said.get("story", ""),
            channel=self.channel,
            ward=code("ward", "") or None,
            facts=Facts(
                organisation=said.get("organisation", ""),
                accused=said.get("accused", ""),
                when=said.get("when", ""),
                money=said.get("money", ""),
            ),
            identity=identity if one_line(name) else None,
        )


def _key(text: str) -> str:
    return folded(one_line(text))


def _names(rules: Rules, today: date) -> dict[str, dict[str, str]]:
    """Return the codes by everything that they may be called in a table."""
    catalogue = Catalogue(rules, today)
    names: dict[str, dict[str, str]] = {
        "intent": _called(catalogue.intents()),
        "category": _called(catalogue.categories()),
        "ward": _called(catalogue.wards()),
    }
    for option in catalogue.wards():
        name, _, kind = option.vi.rstrip(")").partition(" (")
        names["ward"] |= {_key(name): option.id, _key(f"{kind} {name}"): option.id}
    return names


def _called(options: tuple[Option, ...]) -> dict[str, str]:
    return {
        _key(words): each.id
        for each in options
        for words in (each.en, each.hint_en, each.hint_vi, each.vi, each.id)
        if words
    }


def _damage(record: list[str] | None, width: int) -> Fault | None:
    if record is None:
        return Fault(
            "row", "Dòng hỏng: dấu ngoặc kép không khớp.", "A damaged row: quotes do not match."
        )
    text = "".join(record)
    if any(ord(each) in _STRAY or each == "\x00" for each in text):
        return Fault("row", "Dòng có ký tự hỏng, không phải UTF-8.", "The row is not in UTF-8.")
    if len(record) != width and any(cell.strip() for cell in record[width:]):
        return Fault("row", "Dòng có nhiều ô hơn số cột.", "The row has more cells than columns.")
    return None


def _unknown(said: dict[str, str], names: dict[str, dict[str, str]]) -> Iterator[Fault]:
    for name, codes in names.items():
        given = one_line(said.get(name, ""))
        if given and _key(given) not in codes:
            heading = HEADINGS[name]
            yield Fault(
                name,
                f"{heading}: không có “{given[:60]}”.",
                f"{heading}: there is no {given[:60]}.",
            )


def _too_long(said: dict[str, str]) -> Iterator[Fault]:
    for name, text in said.items():
        if len(text) > (LONGEST if name == "story" else _SHORT * 4):
            heading = HEADINGS[name]
            yield Fault(name, f"{heading}: dài quá.", f"{heading}: too long.")
