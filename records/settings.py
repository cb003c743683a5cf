"""Where an instance lives: folder, database, blobs. Read once, from the environment."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from records.errors import BadConfiguration

PREFIX = "DANGVAN_"


class Environment(BaseSettings):
    """Environment variables `DANGVAN_…` of one purpose."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    @classmethod
    def read(cls, **given: object) -> Self:
        """Read the environment; `given` overrides it. Raises BadConfiguration."""
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
            reason = first["msg"].removeprefix("Value error, ")
            raise BadConfiguration(f"{name}: {reason}.") from None


class Settings(Environment):
    """The environment variables `DANGVAN_…`; see docs/operating.md."""

    home: Path = Field(default=Path("instance"))
    #: SQLite in the home folder unless set.
    database_url: SecretStr | None = None
    #: A folder in the home folder unless set to s3://bucket/prefix.
    blobs_url: str | None = None
    s3_endpoint: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key_id: str | None = None
    s3_secret_access_key: SecretStr | None = None

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        try:
            return home.expanduser().absolute()
        except RuntimeError:
            raise ValueError("begins with ~ and a user who is not known here") from None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            url = make_url(value.get_secret_value())
        except (ArgumentError, ValueError):
            raise ValueError("is no database address") from None
        if "@" in (url.host or ""):
            raise ValueError("has a stray @: write those of the password as %40")
        if url.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
            raise ValueError("names a database in memory, which would forget every report")
        return value

    @field_validator("blobs_url")
    @classmethod
    def _known_store(cls, value: str | None) -> str | None:
        if value is None or (value.startswith("s3://") and value.removeprefix("s3://").strip("/")):
            return value
        raise ValueError("must be of the form s3://bucket/prefix (leave it out for a folder)")

    @field_validator("s3_endpoint")
    @classmethod
    def _plain_endpoint(cls, value: str | None) -> str | None:
        if value is None or (value.startswith(("https://", "http://")) and "@" not in value):
            return value
        raise ValueError("must begin with https:// or http://, without a name and password in it")

    @property
    def database(self) -> URL:
        """The database's address."""
        if self.database_url is None:
            return URL.create("sqlite", database=str(self.home / "dangvan.db"))
        return make_url(self.database_url.get_secret_value())

    @property
    def keys(self) -> Path:
        """The folder of the signing keys."""
        return self.home / "keys"

    @property
    def blobs(self) -> Path:
        """The folder of sealed blobs, when no other store is set."""
        return self.home / "blobs"
