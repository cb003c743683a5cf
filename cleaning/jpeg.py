"""JPEG data inside PDF files, rid of metadata without decoding: colours stay as the PDF wants."""

import re

from cleaning.refusal import FileRefused, Refusal

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _ADOBE, _COMMENT = 0xE0, 0xEE, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
#: In a scan, FF 00 is data and FF D0 to FF D7 restart it: any other marker ends it.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
#: JFIF without its thumbnail: version, unit, densities, a thumbnail of 0 by 0.
_JFIF_SEGMENT = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
#: JPEG 2000 boxes that hold the picture; all others describe it.
_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}


def strip(data: bytes) -> bytes:
    """Return the picture without application segments, comments and trailing bytes.

    Adobe's segment stays, which says how colours are coded. Raises FileRefused(DAMAGED).
    """
    if not data.startswith(b"\xff\xd8"):
        raise FileRefused(Refusal.DAMAGED)
    kept = [b"\xff\xd8"]
    at = 2
    while True:
        if data[at : at + 1] != b"\xff" or at + 4 > len(data):
            break
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  (filling)
            at += 1
            continue
        if marker == _END:
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        segment = data[at:end]
        if marker == _SCAN:
            found = _AFTER_SCAN.search(data, end)
            end = found.start() if found else len(data)
            kept.append(data[at:end])
        elif marker == _JFIF and segment[4:9] == b"JFIF\0":
            kept.append(_JFIF_SEGMENT)
        elif marker == _ADOBE and segment[4:9] == b"Adobe":
            kept.append(b"\xff\xee\x00\x0e" + segment[4:16])
        elif marker not in _APPLICATIONS and marker != _COMMENT:
            kept.append(segment)
        at = end
    kept.append(b"\xff\xd9")
    return b"".join(kept)


def strip_2000(data: bytes) -> bytes:
    """Return a JPEG 2000 file with the boxes that hold the picture only."""
    if data.startswith(b"\xff\x4f\xff\x51"):  # a bare codestream
        return data
    kept: list[bytes] = []
    at = 0
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16])
        end = len(data) if length == 0 else at + length
        if end < at + 8:
            raise FileRefused(Refusal.DAMAGED)
        if name in _BOXES:
            kept.append(data[at:end])
        at = end
    if not kept:
        raise FileRefused(Refusal.DAMAGED)
    return b"".join(kept)
