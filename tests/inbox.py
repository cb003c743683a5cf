"""A mail server of its own for a test: it takes what comes by SMTP, or refuses it."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Inbox:
    """What was delivered, and to whom nothing can be."""

    def __init__(self) -> None:
        self.port = 0
        self.bad = set[str]()
        self.raw: list[tuple[str, bytes]] = []

    @property
    def mails(self) -> dict[str, EmailMessage]:
        """The newest e-mail of each mailbox."""
        return {to: message_from_bytes(raw, policy=default) for to, raw in self.raw}

    async def handle_RCPT(  # noqa: N802  (as aiosmtpd wants it)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.bad:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.raw += [(to, envelope.content) for to in envelope.rcpt_tos]
        return "250 OK"


def _authenticated(_server: Any, _session: Any, _envelope: Any, _kind: str, given: Any) -> Any:
    known = LoginPassword(b"dangvan", b"s3cret")
    return AuthResult(success=given == known, handled=False)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """Run a server; with `tls`, one that asks for STARTTLS and the password s3cret."""
    inbox = Inbox()
    inbox.port = free_port()
    secured = {
        "tls_context": tls,
        "require_starttls": True,
        "authenticator": _authenticated,
        "auth_required": True,
    }
    controller = Controller(
        inbox, hostname="127.0.0.1", port=inbox.port, **(secured if tls else {})
    )
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()
