"""XML inside office files: parsed without reaching out, searched and pruned, written anew."""

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from cleaning.refusal import FileRefused, Refusal

#: lxml has no types; an element is what `parse` returns.
Element = Any

#: A tree takes ten times the memory of its text.
_MOST_BYTES = 64 * 1024 * 1024


def parse(content: bytes) -> Element:
    """Return the root, without comments and instructions. Raises FileRefused: DAMAGED or BOMB."""
    if len(content) > _MOST_BYTES:
        raise FileRefused(Refusal.BOMB)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise FileRefused(Refusal.DAMAGED) from None
    if root.getroottree().docinfo.doctype:  # neither standard allows one, and entities need one
        raise FileRefused(Refusal.DAMAGED)
    return root


def written(root: Element) -> bytes:
    """Return the tree as a document in UTF-8."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def made(tag: str, attributes: dict[str, str], namespace: str) -> Element:
    """Return a new element whose namespace is the default one."""
    return etree.Element(f"{{{namespace}}}{tag}", attributes, nsmap={None: namespace})


def split(name: str) -> tuple[str, str]:
    """Return the namespace and the local name of an element or attribute."""
    namespace, brace, local = name.rpartition("}")
    return (namespace[1:], local) if brace else ("", name)


def elements(root: Element) -> Iterator[Element]:
    """Yield every element; those that are removed on the way are passed over with all in them."""
    stack = [root]
    while stack:
        element = stack.pop()
        yield element
        if element is root or element.getparent() is not None:
            stack.extend(child for child in reversed(element) if isinstance(child.tag, str))


def remove(element: Element) -> None:
    """Take an element out, but leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        raise FileRefused(Refusal.DAMAGED)
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
