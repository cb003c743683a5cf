"""One part of XML of an OOXML file, rid of who, when, where from, and of what acts by itself."""

import re

from cleaning.markup import Element, elements, remove, split

#: Elements that tell of people, machines and histories, or load something. `extLst` holds what
#: later versions added, of which every reader must be able to do without.
_REMOVED = frozenset(
    (
        *("extLst", "absPath", "revisionPtr", "fileSharing", "fileVersion", "fileRecoveryPr"),
        *("webPublishing", "webPublishItems", "webPublishObjects", "customWorkbookViews"),
        *("customSheetViews", "smartTagPr", "smartTags", "customXmlPr", "dataBinding", "rsids"),
        *("docVars", "docId", "attachedTemplate", "mailMerge", "schemaLibrary", "oleObjects"),
        *("saveThroughXslt", "controls", "externalReferences", "pivotCaches", "custDataLst"),
        *("customProperties", "permStart", "permEnd", "writeProtection", "altChunk", "subDoc"),
        *("movie", "contentPart", "externalData", "sndAc", "legacyDrawingHF", "embeddedFontLst"),
        *(
            "embedRegular",
            "embedBold",
            "embedItalic",
            "embedBoldItalic",
            "OLEObject",
            "docPartList",
        ),
        *(
            "activeWritingStyle",
            "proofState",
            "snd",
            "creationId",
            "modifyVerifier",
            "cellSmartTags",
        ),
    )
)
#: Attributes with names, times and random numbers by which copies of a text can be matched.
_DROPPED = frozenset(
    (
        *("paraId", "textId", "durableId", "dateUtc", "dt", "userId", "providerId", "descr"),
        *("codeName", "cm", "vm", "gfxdata", "refreshedBy", "refreshedDate", "lastEdited"),
    )
)
_WORD = ("/wordprocessingml/", "/office/word/")
#: What a picture was called on its author's machine, and what Office guessed to be on it.
_NAMED = {"docPr", "cNvPr"}
#: Stay without their arrow, since text or a frame hangs on them.
_CONTAINERS = {"hyperlink", "blip", "pageSetup", "imagedata"}
#: Fields that only compute from the text itself. Others tell paths and names or fetch files.
_FIELDS = frozenset(
    (
        *("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "TOC", "TC", "REF", "PAGEREF", "NOTEREF"),
        *("SEQ", "STYLEREF", "HYPERLINK", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "EQ", "="),
        *("SYMBOL", "INDEX", "XE"),
    )
)
_PATH = re.compile(r"\\\\|[A-Za-z]:[\\/]|file:", re.IGNORECASE)
#: Formulas that reach out of the file; their last value stays.
_REACHING = re.compile(
    r"(?<![\w\[\]])\[\d+\]|\[[^\[\]]{0,300}\.xl|\||\b(?:WEBSERVICE|FILTERXML|RTD|CALL|REGISTER\.ID|IMAGE)\s*\(",
    re.IGNORECASE,
)
_SOME_TIME = "2000-01-01T00:00:00"


class Scrubber:
    """Scrubs the parts of one file; the same author has the same number in all of them."""

    def __init__(self) -> None:
        self._authors: dict[str, str] = {}

    def scrub(self, root: Element, relations: frozenset[str]) -> None:
        """Change the tree in place. `relations` are the identifiers that still lead somewhere."""
        commentators: list[str] = []
        fields: list[list[Element]] = []
        shared: set[str] = set()
        for element in elements(root):
            namespace, name = split(element.tag)
            if name in _REMOVED and element is not root:
                _remove_with_choice(element)
                continue
            if element.attrib and not self._attributes(element, namespace, name, relations):
                continue
            if name == "author" and not len(element) and element.text:
                commentators.append(element.text)
                element.text = self._author(element.text)
            elif name in {"f", "definedName"}:
                _formula(element, shared)
            elif name == "t" and commentators and element.text:
                element.text = self._without(element.text, commentators)
            elif name in {"fldChar", "instrText", "fldSimple", "delInstrText"}:
                _field(element, name, fields)

    def _author(self, name: str) -> str:
        return self._authors.setdefault(name, f"Author {len(self._authors) + 1}")

    def _without(self, text: str, names: list[str]) -> str:
        """Excel writes a comment's author into its text, too."""
        for name in names:
            if name.strip():
                text = text.replace(name, self._author(name))
        return text

    def _attributes(
        self, element: Element, namespace: str, name: str, relations: frozenset[str]
    ) -> bool:
        """Scrub the attributes; tell whether the element is still there."""
        for key in element.keys():  # noqa: SIM118  (an element is no dictionary)
            space, attribute = split(key)
            if _is_relation(space, attribute):
                if element.get(key) in relations or not element.get(key):
                    continue
                if name not in _CONTAINERS or (name == "hyperlink" and "spreadsheet" in namespace):
                    _remove_with_parent(element)
                    return False
                del element.attrib[key]
            elif _is_dropped(name, namespace, space, attribute):
                del element.attrib[key]
            elif (value := self._replacement(name, attribute, element.get(key))) is not None:
                element.set(key, value)
        return True

    def _replacement(self, name: str, attribute: str, value: str) -> str | None:
        """Return what an attribute says instead; None if it may stay."""
        if attribute == "name" and name in _NAMED:
            return ""
        if attribute == "author" or (attribute == "name" and name in {"cmAuthor", "author"}):
            return self._author(value)
        if attribute == "initials":
            return "A"
        if attribute == "created" and name in {"cm", "reply"}:
            return _SOME_TIME
        return None


def _is_dropped(name: str, namespace: str, space: str, attribute: str) -> bool:
    return (
        attribute in _DROPPED
        or attribute.startswith("rsid")
        or "/revision" in space
        or (attribute == "title" and (name in _NAMED or ":office:office" in space))
        or (attribute == "alt" and ":vml" in namespace)
        or (attribute in {"date", "ed"} and any(part in space for part in _WORD))
    )


def _is_relation(namespace: str, attribute: str) -> bool:
    return namespace.endswith("/relationships") or (attribute == "relid" and "office" in namespace)


def _remove_with_choice(element: Element) -> None:
    """Remove an element, and the alternative of a compatibility block that it alone filled."""
    parent = element.getparent()
    remove(element)
    while (
        parent is not None
        and not len(parent)
        and split(parent.tag)[1] in {"Choice", "AlternateContent"}
        and parent.getparent() is not None
    ):
        element, parent = parent, parent.getparent()
        remove(element)


def _remove_with_parent(element: Element) -> None:
    """Remove an element whose arrow is gone, and its list when that is empty now."""
    parent = element.getparent()
    remove(element)
    if not len(parent) and split(parent.tag)[1] in {"hyperlinks", "tableParts"}:
        remove(parent)


def _formula(element: Element, shared: set[str]) -> None:
    """Remove a formula that reaches out, and those that repeat it; `shared` holds their numbers."""
    number = element.get("si")
    if _REACHING.search(element.text or ""):
        if number is not None:
            shared.add(number)
        remove(element)
    elif number in shared:
        remove(element)


def _field(element: Element, name: str, fields: list[list[Element]]) -> None:
    """Blank the instruction of a field that is not known to be harmless; its result stays.

    `fields` holds, from the outermost in, the pieces of the instructions that are open.
    """
    kind = next((v for k, v in element.items() if split(k)[1] == "fldCharType"), None)
    if name == "fldSimple":
        for key, value in element.items():
            if split(key)[1] == "instr" and not _is_harmless(value):
                element.set(key, "")
    elif name == "fldChar" and kind == "begin":
        fields.append([])
    elif name == "fldChar" and fields:
        pieces = fields[-1] if kind == "separate" else fields.pop()
        if not _is_harmless("".join(piece.text or "" for piece in pieces)):
            for piece in pieces:
                piece.text = ""
        pieces.clear()
    elif name != "fldChar":
        if fields:
            fields[-1].append(element)
        else:
            element.text = ""


def _is_harmless(instruction: str) -> bool:
    words = instruction.split(None, 1)
    return (
        not words or (words[0].upper() in _FIELDS or words[0].startswith("="))
    ) and not _PATH.search(instruction)
