"""What a visit with a real browser leaves behind: every request, every complaint of the browser."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request

#: What the browser says of pages that we answer with an error on purpose.
_OWN_ERRORS = "Failed to load resource: the server responded with a status of 4"
#: What it says of features that only other browsers have, and that our headers deny to all.
_OTHERS_FEATURES = "Error with Permissions-Policy header: Unrecognized feature"


@dataclass
class Visit:
    """A window with a memory. `address` is the server's, without a slash at the end."""

    page: Page
    address: str
    #: Where the quick exit leads.
    neutral: str = ""
    #: Every address that was asked for, wherever it led, in order.
    asked: list[str] = field(default_factory=list)
    #: What the browser wrote to its console, refusals of the Content-Security-Policy among it.
    complaints: list[str] = field(default_factory=list)
    #: Every page that was come to, whole, also what the eye does not see of it.
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", self._note_error)

    def _note_request(self, request: Request) -> None:
        self.asked.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        serious = message.type in {"error", "warning"}
        if serious and not message.text.startswith((_OWN_ERRORS, _OTHERS_FEATURES)):
            self.complaints.append(message.text)

    def _note_error(self, error: Error) -> None:
        self.complaints.append(error.message)

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(self.address + path)
        self._remember()

    def _remember(self) -> None:
        try:
            self.seen.append(self.page.content())
        except Error:  # a page that leads on by itself
            self.page.wait_for_load_state()
            self.seen.append(self.page.content())

    @property
    def path(self) -> str:
        """The address of the page that is shown, without the server."""
        return self.page.url.removeprefix(self.address)

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def press(self, words: str) -> None:
        """Press a button."""
        self.click(self.page.get_by_role("button", name=words, exact=True))

    def follow(self, words: str) -> None:
        """Follow a link."""
        self.click(self.page.get_by_role("link", name=words, exact=True))

    def click(self, on: Locator) -> None:
        """Click on something, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            on.click()
        self._remember()

    def asked_elsewhere(self) -> list[str]:
        """Return the requests that left the server."""
        here = urlsplit(self.address).netloc
        return [url for url in self.asked if urlsplit(url).netloc != here]
