"""How the parts of an OOXML file point to each other (ECMA-376 part 2), and which arrows stay."""

import posixpath
import re
from dataclasses import dataclass

from cleaning import markup
from cleaning.package import Package

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_TYPES = f"{_PACKAGE}content-types"
_RELATIONSHIPS = f"{_PACKAGE}relationships"

#: A part is kept only if one of these leads to it. All else stays behind: properties, people,
#: macros, printers, data sources, previews, embedded files, caches, and what is yet to come.
_FOLLOWED = frozenset(
    (
        *("officeDocument", "styles", "settings", "fontTable", "numbering", "theme", "header"),
        *("footer", "footnotes", "endnotes", "comments", "image", "chart", "chartUserShapes"),
        *("diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "hyperlink"),
        *("worksheet", "chartsheet", "sharedStrings", "table", "drawing", "vmlDrawing"),
        *("slide", "slideMaster", "slideLayout", "notesMaster", "notesSlide", "handoutMaster"),
        *("presProps", "tableStyles", "themeOverride", "commentAuthors", "authors"),
    )
)
#: Links that readers see and click. Paths of the author's own machine are none.
_LINK = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)


@dataclass(frozen=True)
class Relation:
    """An arrow to another part, or out of the file."""

    identifier: str
    type: str
    target: str
    external: bool

    @property
    def name(self) -> str:
        """The last word of the type, which is the same in both editions of the standard."""
        return self.type.rsplit("/", 1)[-1]


def relations_path(part: str) -> str:
    """Return where the relations of a part stand; those of the whole file for ''."""
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def read(package: Package, part: str) -> list[Relation]:
    """Return the relations of a part that may stay. Targets inside are names of parts."""
    path = relations_path(part)
    if path not in package.names:
        return []
    found = []
    for element in markup.parse(package.read(path)):
        if not isinstance(element.tag, str):
            continue
        target = element.get("Target", "")
        external = element.get("TargetMode") == "External"
        relation = Relation(element.get("Id", ""), element.get("Type", ""), target, external)
        if relation.name not in _FOLLOWED:
            continue
        if external or relation.name == "hyperlink":
            if relation.name == "hyperlink" and _LINK.match(target):
                found.append(relation)
            continue
        path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
        if path in package.names:
            found.append(Relation(relation.identifier, relation.type, path, external=False))
    return found


def write(part: str, relations: list[Relation]) -> bytes:
    """Return the relations of a part as a document."""
    root = markup.made("Relationships", {}, _RELATIONSHIPS)
    folder = posixpath.dirname(part)
    for relation in relations:
        inside = not (relation.external or relation.target.startswith("#"))
        target = posixpath.relpath(relation.target, folder or ".") if inside else relation.target
        attributes = {"Id": relation.identifier, "Type": relation.type, "Target": target}
        if relation.external:
            attributes["TargetMode"] = "External"
        root.append(markup.made("Relationship", attributes, _RELATIONSHIPS))
    return markup.written(root)


def content_types(package: Package) -> dict[str, str]:
    """Return the content type of each part that has one of its own, by name in lower case."""
    root = markup.parse(package.read("[Content_Types].xml"))
    return {
        element.get("PartName", "").lstrip("/").lower(): element.get("ContentType", "")
        for element in root
        if isinstance(element.tag, str) and markup.split(element.tag)[1] == "Override"
    }


def write_content_types(defaults: dict[str, str], overrides: dict[str, str]) -> bytes:
    """Return the table of content types: by ending without dot, and by name of part."""
    root = markup.made("Types", {}, _TYPES)
    for ending, mime in sorted(defaults.items()):
        attributes = {"Extension": ending, "ContentType": mime}
        root.append(markup.made("Default", attributes, _TYPES))
    for part, mime in sorted(overrides.items()):
        attributes = {"PartName": f"/{part}", "ContentType": mime}
        root.append(markup.made("Override", attributes, _TYPES))
    return markup.written(root)
