"""PDF files: a fresh file of the pages, without what tells of people or acts by itself."""

import base64
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Object, ObjectStreamMode, Stream

from cleaning import jpeg
from cleaning.kinds import PDF, Kind
from cleaning.refusal import FileRefused, Refusal

#: What the catalogue may keep: pages, bookmarks, labels, layers, forms.
_CATALOGUE = {"/Type", "/Pages", "/Outlines", "/PageLabels", "/Dests", "/Names", "/OCProperties"}
_CATALOGUE |= {"/AcroForm", "/Lang", "/PageMode", "/PageLayout"}
_PAGE = {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox"}
_PAGE |= {"/ArtBox", "/Contents", "/Rotate", "/Group", "/Annots", "/UserUnit", "/Tabs"}
_NAMES, _FORM = {"/Dests"}, {"/Fields", "/DR", "/DA", "/Q", "/NeedAppearances"}
#: Never wanted, in whatever object they stand.
_REMOVED = (
    *("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA", "/AF", "/OpenAction", "/JS"),
    *("/JavaScript", "/EmbeddedFiles", "/XFA", "/VP", "/Measure", "/PtData", "/LGIDict", "/OPI"),
    *("/Usage", "/SeparationInfo", "/StructParent", "/StructParents", "/StructTreeRoot", "/ID"),
    *("/PresSteps", "/EF", "/FS"),
    *("/PTEX.FileName", "/PTEX.InfoDict"),  # pdfTeX: path and author of an included figure
)
#: Of comments: author, times, name, subject, and a second text.
_REMOVED_OF_ANNOTATIONS = ("/M", "/CreationDate", "/NM", "/Subj", "/RC", "/ExData")
_ANNOTATIONS = frozenset(
    (
        *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Popup"),
        *("/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Stamp", "/Ink"),
        *("/Link", "/Widget"),
    )
)
_LINKS = ("http://", "https://", "mailto:", "tel:")
_END = b"%%EOF"
_TAIL = 2048
_MOST_UNPACKED = 256 * 1024 * 1024


def _open_random_numbers() -> None:
    """Have qpdf open its source of random numbers now: the worker cannot open it later."""
    with pikepdf.new() as pdf:
        pdf.save(BytesIO(), encryption=pikepdf.Encryption(owner="1", user="1"))


_open_random_numbers()


def clean(content: bytes, _: Kind | None) -> tuple[Kind, bytes]:
    """Return the clean file. Raises FileRefused: ENCRYPTED or DAMAGED."""
    if _END not in content[-_TAIL:]:  # qpdf would mend it, and pages would be missing
        raise FileRefused(Refusal.DAMAGED)
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if len(pdf.pages) == 0:
                raise FileRefused(Refusal.DAMAGED)
            _prune_trailer(pdf)
            for item in list(pdf.objects):
                for part in _within(item):
                    _scrub(part)
            for page in pdf.pages:
                _prune_page(page.obj)
            target = BytesIO()
            pdf.save(
                target,
                object_stream_mode=ObjectStreamMode.generate,
                preserve_pdfa=False,
                fix_metadata_version=False,
                deterministic_id=True,
                encryption=False,
            )
    except pikepdf.PasswordError:
        raise FileRefused(Refusal.ENCRYPTED) from None
    return PDF, target.getvalue()


def _prune_trailer(pdf: pikepdf.Pdf) -> None:
    trailer = pdf.trailer
    for key in list(trailer.keys()):
        if key in {"/Info", "/ID"}:
            del trailer[key]
    _keep(pdf.Root, _CATALOGUE)
    for key, kept in (("/Names", _NAMES), ("/AcroForm", _FORM)):
        if key in pdf.Root:
            _keep(pdf.Root[key], kept)


def _keep(holder: Object, keys: set[str]) -> None:
    for key in list(holder.keys()):
        if key not in keys:
            del holder[key]


def _within(item: Object) -> Iterator[Any]:
    """Yield an object's dictionaries, with those that stand directly in it."""
    waiting: list[Any] = [item]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Dictionary | Stream):
            yield part
            children = part.values() if isinstance(part, Dictionary) else _values(part)
        elif isinstance(part, pikepdf.Array):
            children = part
        else:
            continue
        waiting.extend(
            child
            for child in children
            if isinstance(child, Dictionary | pikepdf.Array) and not child.is_indirect
        )


def _values(stream: Stream) -> list[Any]:
    return [stream[key] for key in stream.keys()]  # noqa: SIM118


def _scrub(part: Any) -> None:  # noqa: ANN401
    for key in _REMOVED:
        _drop(part, key)
    for key in ("/A", "/PA", "/Next"):
        if _acts(part.get(key)):
            del part[key]
    if "/Rect" in part and "/Subtype" in part:
        for key in _REMOVED_OF_ANNOTATIONS:
            _drop(part, key)
        if part.get("/Subtype") != Name.Widget:  # whose /T names the field of a form
            _drop(part, "/T")
    if "/FT" in part:
        for key in ("/Lock", "/SV", *(("/V",) if part.get("/FT") == Name.Sig else ())):
            _drop(part, key)
    if isinstance(part, Stream):
        _scrub_stream(part)


def _drop(part: Any, key: str) -> None:  # noqa: ANN401
    if key in part:
        del part[key]


def _acts(action: Any) -> bool:  # noqa: ANN401
    """Tell whether this is an action other than going to a page or a web address."""
    if isinstance(action, pikepdf.Array):
        return True
    if not isinstance(action, Dictionary) or "/S" not in action:
        return False  # the next bookmark, for one
    if action.get("/S") == Name.URI:
        return not str(action.get("/URI", "")).lower().startswith(_LINKS)
    return bool(action.get("/S") != Name.GoTo)


def _prune_page(page: Any) -> None:  # noqa: ANN401
    _keep(page, _PAGE)
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        _drop(page, "/Annots")
        return
    page.Annots = pikepdf.Array(
        [
            item
            for item in annotations
            if isinstance(item, Dictionary) and str(item.get("/Subtype")) in _ANNOTATIONS
        ]
    )


def _scrub_stream(stream: Stream) -> None:
    for key in ("/F", "/FFilter", "/FDecodeParms"):  # the data of another file
        _drop(stream, key)
    if stream.get("/Subtype") == Name.PS:  # a program for printers of the past
        stream.write(b"")
        return
    filters, settings = _chain(stream.get("/Filter")), _chain(stream.get("/DecodeParms"))
    if filters and filters[-1] in {Name.DCTDecode, Name.JPXDecode}:
        data = stream.read_raw_bytes()
        for name in filters[:-1]:
            data = _decoded(data, str(name))
        clean_data = (jpeg.strip if filters[-1] == Name.DCTDecode else jpeg.strip_2000)(data)
        own = settings[-1] if len(settings) == len(filters) else None
        parameters = own if isinstance(own, Dictionary) else None
        stream.write(clean_data, filter=filters[-1], decode_parms=parameters)


def _chain(value: Any) -> list[Any]:  # noqa: ANN401
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _decoded(data: bytes, name: str) -> bytes:
    """Undo one of the packings that a picture may have on top. Raises FileRefused."""
    if name == "/FlateDecode":
        return zlib.decompressobj().decompress(data, _MOST_UNPACKED)
    if name == "/ASCII85Decode":
        return base64.a85decode(data.strip().removesuffix(b"~>"))
    if name == "/ASCIIHexDecode":
        return bytes.fromhex(data.decode("ascii").strip().removesuffix(">"))
    raise FileRefused(Refusal.DAMAGED)
