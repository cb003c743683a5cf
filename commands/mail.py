"""The mail server that digests go out by: its settings, and the connection."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from records.settings import Environment
from triage.digest import Send, Undeliverable
from triage.staffing import AppointmentRefused, check_email
from web.clock import now

#: Seconds that the server may take for one answer: on SQLite writers wait meanwhile.
_PATIENCE = 10
_HOURS_OF_A_DAY = 24


class MailFailed(Exception):
    """The mail server cannot be used, or did not take an e-mail."""


class Mail(Environment):
    """The environment variables that only digests need; see docs/operating.md."""

    #: No host, no digests.
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_starttls: bool = True
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str | None = Field(default=None, validate_default=True)
    #: Local hours, the earliest first.
    digest_hours: str = "7,13"

    @field_validator("smtp_password")
    @classmethod
    def _only_over_tls(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and not info.data.get("smtp_starttls"):
            raise ValueError("is sent over TLS only: set DANGVAN_SMTP_STARTTLS=true")
        return value

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("smtp_host") is None:
            return None
        try:
            check_email(value or "")
        except AppointmentRefused:
            raise ValueError("must be the address that digests come from") from None
        return value

    @field_validator("digest_hours")
    @classmethod
    def _in_order(cls, value: str) -> str:
        try:
            hours = [int(each) for each in value.split(",")]
        except ValueError:
            hours = []
        within = all(0 <= each < _HOURS_OF_A_DAY for each in hours)
        if not hours or not within or hours != sorted(set(hours)):
            raise ValueError('must be hours of a day in order, such as "7,13"')
        return value

    @property
    def hours(self) -> tuple[int, ...]:
        """The hours at which digests go out."""
        return tuple(int(each) for each in self.digest_hours.split(","))

    @property
    def sender(self) -> Address:
        """What stands in From."""
        return Address("Đăng Văn", addr_spec=self.mail_from)


@contextmanager
def connected(mail: Mail) -> Iterator[Send]:
    """Hold a connection to the server for a block; what it gives raises Undeliverable.

    Raises MailFailed if there is no server that takes us.
    """
    try:
        line = _line(mail)
    except OSError as error:  # smtplib's errors are among them
        raise MailFailed(
            f"The mail server {mail.smtp_host}:{mail.smtp_port} cannot be used "
            f"({type(error).__name__}). Check DANGVAN_SMTP_HOST and the settings beside it."
        ) from None

    def send(message: EmailMessage) -> None:
        message["Date"] = format_datetime(now())
        message["Message-ID"] = make_msgid(domain=mail.sender.domain)
        try:
            line.send_message(message)
        except (OSError, ValueError) as error:
            raise Undeliverable(type(error).__name__) from None

    try:
        yield send
    finally:
        with suppress(OSError):
            line.quit()


def _line(mail: Mail) -> smtplib.SMTP:
    line = smtplib.SMTP(mail.smtp_host or "", mail.smtp_port, timeout=_PATIENCE)
    try:
        if mail.smtp_starttls:
            line.starttls(context=ssl.create_default_context())
        if mail.smtp_user is not None and mail.smtp_password is not None:
            line.login(mail.smtp_user, mail.smtp_password.get_secret_value())
    except BaseException:
        line.close()
        raise
    return line
