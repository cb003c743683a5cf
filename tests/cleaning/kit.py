"""Files with planted secrets, made by the libraries that phones and offices use, or by hand."""

import io
import zipfile
from pathlib import Path

import pikepdf
from PIL import Image

from cleaning import Limits, Received, receive

#: Begins every secret that is hidden in a file of these tests.
PLANTED = b"PLANTED"
RED, BLUE = (200, 30, 30), (20, 20, 220)
#: `picture()` with a position, an author and XMP, encoded by x265: our libraries only decode HEIC.
HEIC = (Path(__file__).parent / "planted.heic").read_bytes()
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>PLANTED-XMP</x:xmpmeta>"


def taken(content: bytes, *, keep_original: bool = False) -> Received:
    return receive([content], Limits(), keep_original=keep_original)


def cleaned(content: bytes) -> bytes:
    received = taken(content)
    assert received.not_cleaned is None
    return b"".join(received.content)


def everything_in(content: bytes) -> bytes:
    """Return all that a curious reader could find: packed parts and streams unpacked."""
    found = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found += [archive.comment]
            for entry in archive.infolist():
                found += [entry.filename.encode(), entry.extra, entry.comment]
                found += [everything_in(archive.read(entry))]
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            for item in pdf.objects:
                found.append(item.unparse())
                if isinstance(item, pikepdf.Stream):
                    found.append(item.read_raw_bytes())
                    if not {"/DCTDecode", "/JPXDecode"} & {str(f) for f in filters(item)}:
                        found.append(item.read_bytes())
                found += [bytes(part) for part in strings(item)]
            found.append(pdf.trailer.unparse())
    text = b"\n".join(found)
    return text + text.replace(b"\0", b"")  # UTF-16, too


def filters(stream: pikepdf.Stream) -> list[object]:
    chain = stream.get("/Filter")
    return list(chain) if isinstance(chain, pikepdf.Array) else [chain]


def strings(item: object) -> list[pikepdf.String]:
    """Return the texts that stand directly in an object of a PDF file."""
    if isinstance(item, pikepdf.String):
        return [item]
    if isinstance(item, pikepdf.Array):
        children: list[object] = list(item)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        children = [item[key] for key in item.keys()]  # noqa: SIM118
    else:
        return []
    return [text for child in children if is_within(child) for text in strings(child)]


def is_within(child: object) -> bool:
    return isinstance(child, pikepdf.Object) and not child.is_indirect


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Red, with a blue quarter at the top left."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """A position in Huế, an author, a camera; the position is marked by its processing method."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E], tags[0x0110], tags[0x013B] = "PLANTED-TEXT", "PLANTED-CAMERA", "PLANTED-AUTHOR"
    tags[0x8825] = {
        1: "N",
        2: (16.0, 27.0, 49.0),
        3: "E",
        4: (107.0, 35.0, 43.0),
        27: b"ASCII\0\0\0PLANTED-GPS",
    }
    return tags


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def jpeg(orientation: int = 1) -> bytes:
    return encoded(
        picture(), "JPEG", exif=exif(orientation), comment=b"PLANTED-COMMENT", xmp=XMP, quality=95
    )


def zipped(parts: dict[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"PLANTED-ZIP-COMMENT"
        for name, content in parts.items():
            # OpenDocument wants its type to be readable without unpacking.
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return target.getvalue()
