"""How an instance meets the world: addresses, limits, helpers. Read from the environment."""

from typing import Annotated

from limits import parse_many
from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from cleaning import Group
from records.settings import Environment
from web.limits import Budgets
from web.oidc import Provider, is_protected


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


def _issuer(value: str) -> str:
    if not is_protected(value):
        raise ValueError("must begin with https:// (http:// only for localhost)")
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

    #: The city's own sign-in, which may name who comes to the desk: all three, or none.
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = None
    oidc_client_id: str | None = Field(default=None, pattern=r"^[!-~]{1,255}$")
    oidc_client_secret: SecretStr | None = Field(default=None, validate_default=True)

    @field_validator("oidc_client_secret")
    @classmethod
    def _whole(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        others = [info.data.get("oidc_issuer"), info.data.get("oidc_client_id")]
        if any(each is None for each in (value, *others)):
            if value is not None or any(others):
                raise ValueError(
                    "goes with DANGVAN_OIDC_ISSUER and DANGVAN_OIDC_CLIENT_ID: set all, or none"
                )
            return None
        if value is not None and not value.get_secret_value().isascii():
            raise ValueError("has letters that are not ASCII")
        if not is_protected(info.data.get("address") or ""):
            raise ValueError("needs DANGVAN_ADDRESS, https://…, for the provider to lead back to")
        return value

    @property
    def provider(self) -> Provider | None:
        """The city's own sign-in, if one is set."""
        if not (self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret):
            return None
        secret = self.oidc_client_secret.get_secret_value()
        return Provider(self.oidc_issuer, self.oidc_client_id, secret)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of kinds of files that are taken."""
        return tuple(name.strip() for name in self.file_groups.split(","))

    @property
    def budgets(self) -> Budgets:
        """The limits, for Flask-Limiter."""
        return Budgets(self.limit_page, self.limit_filing, self.limit_receipt, self.limit_upload)
