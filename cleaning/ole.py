"""Old office files (OLE compound files): which application wrote them, from their directory."""

from cleaning.kinds import DOC, PPT, XLS, Kind
from cleaning.refusal import FileRefused, Refusal

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = {
    "WordDocument": DOC,
    "Workbook": XLS,
    "Book": XLS,
    "PowerPoint Document": PPT,
}
_LARGEST_REGULAR = 0xFFFFFFFA  # [MS-CFB] 2.1: the numbers above mark ends and holes
_ENTRY = 128
_NAME_BYTES = 64
_LISTED_IN_HEADER = 109
_SHIFTS = (9, 12)  # sectors have 512 or 4096 bytes


def judge(content: bytes, _: Kind | None) -> tuple[Kind, None]:
    """Return what a compound file is. Raises FileRefused: KIND, DAMAGED or ENCRYPTED."""
    names = _names(content)
    if "EncryptedPackage" in names:  # a .docx with a password ([MS-OFFCRYPTO] 2.3)
        raise FileRefused(Refusal.ENCRYPTED)
    for name, kind in _KINDS.items():
        if name in names:
            return kind, None
    raise FileRefused(Refusal.KIND)  # installers and Outlook messages are compound files too


def _names(content: bytes) -> set[str]:
    """Return the names of all streams and storages."""
    shift = int.from_bytes(content[30:32], "little")
    if shift not in _SHIFTS:
        raise FileRefused(Refusal.DAMAGED)
    size = 1 << shift
    table_sectors = [_number(content, 76 + 4 * index) for index in range(_LISTED_IN_HEADER)]
    names: set[str] = set()
    seen: set[int] = set()
    sector = _number(content, 48)
    while sector < _LARGEST_REGULAR and sector not in seen:
        seen.add(sector)
        start = (sector + 1) << shift
        for at in range(start, min(start + size, len(content)), _ENTRY):
            length = int.from_bytes(content[at + 64 : at + 66], "little")
            raw = content[at : at + min(max(length - 2, 0), _NAME_BYTES)]
            names.add(raw.decode("utf-16-le", "replace"))
        # Past 109 sectors of table (7 MiB of file, or 436 MiB) the list goes on elsewhere.
        # The directory is then read as far as the list in the header leads.
        row, column = divmod(sector, size // 4)
        if row >= _LISTED_IN_HEADER or table_sectors[row] >= _LARGEST_REGULAR:
            break
        sector = _number(content, ((table_sectors[row] + 1) << shift) + 4 * column)
    return names


def _number(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 4].ljust(4, b"\xff"), "little")
