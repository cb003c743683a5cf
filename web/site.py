"""How an instance meets the world: addresses, limits, helpers. Read from the environment."""

from typing import Annotated

from limits import parse_many
from pydantic import AfterValidator, Field

from cleaning import Group
from records.settings import Environment
from web.limits import Budgets


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("must begin with https:// or http://")
    return value.rstrip("/")


def _onion(value: str) -> str:
    if not (value.startswith("http://") and value.rstrip("/").endswith(".onion")):
        raise ValueError("must be of the form http://….onion")
    return value.rstrip("/")


def _scanner(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not (value.startswith("unix:/") or (host and port.isdigit())):
        raise ValueError("must be of the form unix:/path or host:port")
    return value


def _redis(value: str) -> str:
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis:// or rediss://")
    return value


def _groups(value: str) -> str:
    for name in value.split(","):
        if name.strip() not in set(Group):
            raise ValueError(f"knows only {', '.join(Group)}")
    return value


def _budget(value: str) -> str:
    try:
        parse_many(value)
    except ValueError:
        raise ValueError('must be of the form "30 per 10 minutes"') from None
    return value


class Site(Environment):
    """The environment variables that only the web side needs; see docs/operating.md."""

    #: The address that people type, and the one for Tor; both are shown, neither is trusted.
    address: Annotated[str, AfterValidator(_web_address)] | None = None
    onion: Annotated[str, AfterValidator(_onion)] | None = None
    #: How many proxies of our own stand in front and tell the client's address.
    proxies: int = Field(default=0, ge=0, le=8)
    #: Where "Thoát nhanh" leads: a site that anybody in Việt Nam may have been reading.
    neutral_site: Annotated[str, AfterValidator(_web_address)] = "https://vnexpress.net"
    #: Where weaknesses are reported: mailto: or https: (RFC 9116).
    security_contact: str | None = Field(default=None, pattern=r"^(mailto:|https://)\S+$")
    redis_url: Annotated[str, AfterValidator(_redis)] | None = None
    clamd: Annotated[str, AfterValidator(_scanner)] | None = None
    #: Digests go out by this server; here it only matters whether there is one.
    smtp_host: str | None = None
    files_most: int = Field(default=20, ge=1, le=100)
    #: MiB of one file.
    file_most_mib: int = Field(default=200, ge=1, le=4096)
    #: Groups of kinds of files that are taken, such as "image,document".
    file_groups: Annotated[str, AfterValidator(_groups)] = "image,document,audio,video,text,message"

    #: How often one part of the network may do what before it has to wait, such as "30 per minute".
    limit_page: Annotated[str, AfterValidator(_budget)] = "3000 per minute"
    limit_filing: Annotated[str, AfterValidator(_budget)] = "30 per 10 minutes"
    limit_receipt: Annotated[str, AfterValidator(_budget)] = "30 per 10 minutes"
    limit_upload: Annotated[str, AfterValidator(_budget)] = "120 per 10 minutes"

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of kinds of files that are taken."""
        return tuple(name.strip() for name in self.file_groups.split(","))

    @property
    def budgets(self) -> Budgets:
        """The limits, for Flask-Limiter."""
        return Budgets(self.limit_page, self.limit_filing, self.limit_receipt, self.limit_upload)
