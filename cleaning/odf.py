"""OpenDocument files: rebuilt from content, styles and pictures."""

import re

from cleaning import embedded
from cleaning.kinds import KINDS, ODP, ODS, ODT, Kind
from cleaning.markup import Element, elements, made, parse, remove, split, written
from cleaning.package import Package, packed
from cleaning.refusal import FileRefused, Refusal

_MANIFEST = "META-INF/manifest.xml"
_MANIFEST_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_XML = ("content.xml", "styles.xml")
_OBJECT = re.compile(r"(Object \d+)/content\.xml")
_LINK = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)
_REACHING = re.compile(r"file:|['\"]\s*#|\b(?:WEBSERVICE|DDE)\s*\(", re.IGNORECASE)

#: Elements that tell of people, times and machines, run by themselves or load something.
_REMOVED = frozenset(
    (
        *("meta", "settings", "scripts", "event-listeners", "plugin", "applet", "floating-frame"),
        *("object-ole", "dde-source", "dde-links", "dde-connection-decls", "table-source"),
        *("cell-range-source", "section-source", "database-source", "desc", "sound", "ole"),
    )
)
_METADATA = ("urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "http://purl.org/dc/elements/1.1/")
_OPENOFFICE = "http://openoffice.org/20"
_XLINK = "http://www.w3.org/1999/xlink"
_SVG = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
_NAMED = {"frame", "custom-shape", "object", "image"}


def kind_of(package: Package) -> Kind | None:
    """Return which kind of document this is, or None for another kind of zip file."""
    if not {"mimetype", "content.xml", _MANIFEST} <= package.names:
        return None
    kind = KINDS.get(package.read("mimetype")[:100].decode("ascii", "replace").strip())
    return kind if kind in {ODT, ODS, ODP} else None


def clean(package: Package) -> bytes:
    """Return the document rebuilt. Raises FileRefused."""
    kind = kind_of(package)
    if kind is None:
        raise FileRefused(Refusal.KIND)
    if b"encryption-data" in package.read(_MANIFEST):
        raise FileRefused(Refusal.ENCRYPTED)
    return _Rebuilt(package, kind).content()


class _Rebuilt:
    """The new parts: those at the top, and those of the charts and formulas within."""

    def __init__(self, package: Package, kind: Kind) -> None:
        self._package = package
        self._kind = kind
        self._authors: dict[str, str] = {}
        self._pictures: dict[str, tuple[str, Kind, bytes]] = {}
        names = sorted(package.names)
        self._objects = {f"{found[1]}" for name in names if (found := _OBJECT.fullmatch(name))}

    def content(self) -> bytes:
        parts: dict[str, bytes] = {}
        types = {"/": self._kind.mime}
        for folder in ("", *(f"{name}/" for name in sorted(self._objects))):
            if folder:
                types[folder] = "application/vnd.oasis.opendocument.chart"
            for name in _XML:
                if folder + name in self._package.names:
                    root = parse(self._package.read(folder + name))
                    self._scrub(root, top=not folder)
                    parts[folder + name] = written(root)
                    types[folder + name] = "text/xml"
        for path, kind, content in self._pictures.values():
            parts[path] = content
            types[path] = kind.mime
        first = {"mimetype": self._kind.mime.encode()}
        return packed(first | parts | {_MANIFEST: _manifest(types)}, stored=frozenset(first))

    def _scrub(self, root: Element, *, top: bool) -> None:
        for element in elements(root):
            namespace, name = split(element.tag)
            if (name in _REMOVED or (name == "title" and namespace == _SVG)) and (
                element is not root
            ):
                remove(element)
            elif namespace in _METADATA and name != "creator":
                remove(element)  # dates and initials of comments and changes
            elif namespace in _METADATA:
                element.text = self._author(element.text or "")
            elif element.attrib:
                self._attributes(element, name, top=top)

    def _author(self, name: str) -> str:
        return self._authors.setdefault(name, f"Author {len(self._authors) + 1}")

    def _attributes(self, element: Element, name: str, *, top: bool) -> None:
        for key, value in element.items():
            space, attribute = split(key)
            if space == _XLINK and attribute == "href":
                target = self._target(value, top=top)
                if target is None:
                    del element.attrib[key]
                else:
                    element.set(key, target)
            elif (
                space.startswith(_OPENOFFICE)  # numbers of editing sessions, among others
                or (attribute in {"formula", "condition"} and _REACHING.search(value))
                or (attribute == "name" and name in _NAMED and "drawing" in space)
            ):
                del element.attrib[key]

    def _target(self, target: str, *, top: bool) -> str | None:
        """Return where a link may lead: out to the web, within, to a picture or an object."""
        path = target.removeprefix("./")
        if _LINK.match(target) or (top and path in self._objects):
            return target
        if not top or path not in self._package.names or not path.startswith("Pictures/"):
            return None
        if path not in self._pictures:
            kind, content = embedded.redrawn(self._package.read(path))
            name = f"Pictures/{len(self._pictures) + 1}{kind.suffix}"
            self._pictures[path] = name, kind, content
        return self._pictures[path][0]


def _manifest(types: dict[str, str]) -> bytes:
    namespace = _MANIFEST_NAMESPACE
    root = made("manifest", {f"{{{namespace}}}version": "1.2"}, namespace)
    for path, mime in types.items():
        attributes = {f"{{{namespace}}}full-path": path, f"{{{namespace}}}media-type": mime}
        root.append(made("file-entry", attributes, namespace))
    return written(root)
