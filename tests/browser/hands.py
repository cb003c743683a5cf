"""Somebody at a real browser who has only a keyboard, and must see where they are at every key."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

#: Keys after which whoever looks for something gives up.
_PATIENCE = 150
#: Milliseconds that a mark may take to appear.
_MOMENT = 50
#: Where the focus is, and what is wrong with how it is shown. Boxes to tick have their mark drawn
#: by their label.
_LOOK = """() => {
  const on = document.activeElement;
  if (!on || on === document.body || on === document.documentElement) return null;
  const ring = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    || style.boxShadow !== "none";
  const label = on.matches("[type=radio], [type=checkbox]") && on.nextElementSibling;
  const seen = on.matches(":focus-visible") && (ring(getComputedStyle(on))
    || Boolean(label) && ring(getComputedStyle(label, "::before")));
  const box = on.getBoundingClientRect();
  const within = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
    && box.top < innerHeight && box.left < innerWidth;
  const faults = [];
  if (!seen) faults.push("not marked");
  if (!within) faults.push("not on the screen");
  return [on.outerHTML.slice(0, 200), faults.join(", ")];
}"""


@dataclass
class Hands:
    """A keyboard, and eyes that follow the focus."""

    page: Page

    def press(self, key: str) -> None:
        """Press a key that moves the focus, if at all, to where it can be seen."""
        self.page.keyboard.press(key)
        found = self._focus()
        for _ in range(5):
            if found is None or not found[1]:
                return
            self.page.wait_for_timeout(_MOMENT)
            found = self._focus()
        raise AssertionError(f"the focus after {key} at {self.page.url}: {found}")

    def _focus(self) -> Any:
        return self.page.evaluate(_LOOK)

    def is_on(self, selector: str) -> bool:
        """Tell whether the focus is on what a selector names."""
        return bool(
            self.page.evaluate("s => Boolean(document.activeElement?.matches(s))", selector)
        )

    def reach(self, selector: str, key: str = "Tab") -> None:
        """Press one key until the focus is there."""
        for _ in range(_PATIENCE):
            if self.is_on(selector):
                return
            self.press(key)
        raise AssertionError(f"{key} never reaches {selector} at {self.page.url}")

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)

    def go(self, key: str = "Enter") -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
