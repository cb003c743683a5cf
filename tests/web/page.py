"""What a page says and refers to, read from its HTML."""

from html.parser import HTMLParser
from typing import Self

VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """A page taken apart: its elements, its links in order, its text without markup."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.open: list[str] = []

    @classmethod
    def of(cls, html: str) -> Self:
        page = cls()
        page.feed(html)
        page.close()
        assert not page.open, f"never closed: {page.open}"
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"nothing is open at </{tag}>"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text = " ".join(f"{self.text} {data}".split())

    def addresses(self) -> list[str]:
        return [
            value
            for _, attributes in self.elements
            for name, value in attributes.items()
            if name in {"href", "src", "srcset", "action", "data", "poster", "formaction"}
        ]

    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]
