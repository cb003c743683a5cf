"""Word, Excel and PowerPoint files: rebuilt from the parts that carry what readers see."""

from cleaning import embedded, relations
from cleaning.kinds import DOCX, PPTX, XLSX, Kind
from cleaning.markup import parse, written
from cleaning.ooxml_parts import Scrubber
from cleaning.package import Package, packed
from cleaning.refusal import FileRefused, Refusal
from cleaning.relations import Relation

_OPEN = "application/vnd.openxmlformats-officedocument"
_TABLE = "[Content_Types].xml"
#: By content type of the main part: with macros, as a template or as a show, it becomes plain.
_WORD = f"{_OPEN}.wordprocessingml.document.main+xml"
_EXCEL = f"{_OPEN}.spreadsheetml.sheet.main+xml"
_POINT = f"{_OPEN}.presentationml.presentation.main+xml"
_MAINS = {
    _WORD: (DOCX, _WORD),
    f"{_OPEN}.wordprocessingml.template.main+xml": (DOCX, _WORD),
    "application/vnd.ms-word.document.macroEnabled.main+xml": (DOCX, _WORD),
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": (DOCX, _WORD),
    _EXCEL: (XLSX, _EXCEL),
    f"{_OPEN}.spreadsheetml.template.main+xml": (XLSX, _EXCEL),
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": (XLSX, _EXCEL),
    "application/vnd.ms-excel.template.macroEnabled.main+xml": (XLSX, _EXCEL),
    _POINT: (PPTX, _POINT),
    f"{_OPEN}.presentationml.slideshow.main+xml": (PPTX, _POINT),
    f"{_OPEN}.presentationml.template.main+xml": (PPTX, _POINT),
    "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": (PPTX, _POINT),
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": (PPTX, _POINT),
}
_DEFAULTS = {"rels": "application/vnd.openxmlformats-package.relationships+xml"}
_VML = f"{_OPEN}.vmlDrawing"


def kind_of(package: Package) -> Kind | None:
    """Return which of the three this is, or None for another kind of zip file."""
    main = _main(package)
    return None if main is None else main[1]


def clean(package: Package) -> bytes:
    """Return the document rebuilt. Raises FileRefused."""
    main = _main(package)
    if main is None:
        raise FileRefused(Refusal.KIND)
    return _Rebuilt(package, main[0]).content()


def _main(package: Package) -> tuple[Relation, Kind] | None:
    if _TABLE not in package.names:
        return None
    types = relations.content_types(package)
    for relation in relations.read(package, ""):
        known = _MAINS.get(types.get(relation.target.lower(), ""))
        if relation.name == "officeDocument" and known is not None:
            return relation, known[0]
    return None


class _Rebuilt:
    """The new parts, found by following relations from the main part."""

    def __init__(self, package: Package, main: Relation) -> None:
        self._package = package
        self._types = relations.content_types(package)
        self._main = main
        self._folder = main.target.rpartition("/")[0]
        self._scrubber = Scrubber()
        self._parts: dict[str, bytes] = {}
        self._overrides: dict[str, str] = {}
        self._defaults = dict(_DEFAULTS)
        self._pictures: dict[str, str] = {}

    def content(self) -> bytes:
        waiting, seen = [self._main.target], {self._main.target}
        while waiting:
            part = waiting.pop()
            for relation in self._take(part):
                inside = not (relation.external or relation.name in {"image", "hyperlink"})
                if inside and relation.target not in seen:
                    seen.add(relation.target)
                    waiting.append(relation.target)
        table = relations.write_content_types(self._defaults, self._overrides)
        root = relations.write("", [self._main])
        return packed({_TABLE: table, relations.relations_path(""): root} | self._parts)

    def _take(self, part: str) -> list[Relation]:
        """Add a part of XML, its relations and its pictures; return the relations."""
        root = parse(self._package.read(part))
        kept = [self._with_picture(relation) for relation in relations.read(self._package, part)]
        self._scrubber.scrub(root, frozenset(relation.identifier for relation in kept))
        self._parts[part] = written(root)
        self._overrides[part] = self._type_of(part)
        if kept:
            self._parts[relations.relations_path(part)] = relations.write(part, kept)
        return kept

    def _type_of(self, part: str) -> str:
        mime = self._types.get(part.lower(), "")
        if mime in _MAINS:
            return _MAINS[mime][1]
        if mime.startswith(_OPEN):
            return mime
        if part.endswith(".vml"):
            return _VML
        # Authors of comments and a few more have types of Microsoft's own.
        return mime if mime.endswith("+xml") else "application/xml"

    def _with_picture(self, relation: Relation) -> Relation:
        if relation.name != "image":
            return relation
        if relation.target not in self._pictures:
            kind, content = embedded.redrawn(self._package.read(relation.target))
            name = f"{self._folder}/media/image{len(self._pictures) + 1}{kind.suffix}"
            self._pictures[relation.target] = name
            self._parts[name] = content
            self._defaults[kind.suffix.removeprefix(".")] = kind.mime
        target = self._pictures[relation.target]
        return Relation(relation.identifier, relation.type, target, external=False)
