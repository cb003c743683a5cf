"""Sealed files in an S3-compatible store (the extra "s3")."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from obstore.exceptions import BaseError
from obstore.store import S3Store

from records.errors import (
    BadConfiguration,
    BlobExists,
    BlobMissing,
    BlobStoreFailed,
)
from records.settings import Settings

if TYPE_CHECKING:
    from obstore import GetResult

_PART = 5 * 1024 * 1024  # the least S3 allows for a part
_READ = 256 * 1024


class S3Blobs:
    """Blobs in a bucket, below the prefix of the settings."""

    def __init__(self, settings: Settings) -> None:
        """Contact nothing yet. Raises BadConfiguration if the key is missing."""
        key_id, secret = settings.s3_access_key_id, settings.s3_secret_access_key
        if key_id is None or secret is None:
            raise BadConfiguration(
                "DANGVAN_BLOBS_URL names an S3 store: set DANGVAN_S3_ACCESS_KEY_ID and "
                "DANGVAN_S3_SECRET_ACCESS_KEY too."
            )
        bucket, _, prefix = (settings.blobs_url or "").removeprefix("s3://").partition("/")
        endpoint = settings.s3_endpoint or ""
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            endpoint=endpoint or None,
            region=settings.s3_region,
            access_key_id=key_id,
            secret_access_key=secret.get_secret_value(),
            virtual_hosted_style_request=False,
            client_options={"allow_http": endpoint.startswith("http://")},
            retry_config={"max_retries": 3},
        )

    def check(self) -> None:
        """Ask the store something, so that a wrong address or key stops the start."""
        try:
            self._exists(UUID(int=0))
        except BaseError as error:
            raise _refused(error) from None

    def put(self, name: UUID, pieces: Iterable[bytes]) -> None:
        """Upload in parts of 5 MiB; the object appears whole or, if `pieces` raises, not at all."""
        try:
            if self._exists(name):
                raise BlobExists(f"The blob {name} exists already.")
            self._store.put(
                name.hex, iter(pieces), use_multipart=True, chunk_size=_PART, max_concurrency=2
            )
        except BaseError as error:
            raise _refused(error) from None

    def _exists(self, name: UUID) -> bool:
        # Not every S3 store knows conditional writes; names are random, so this is enough.
        try:
            self._store.head(name.hex)
        except FileNotFoundError:
            return False
        return True

    def get(self, name: UUID) -> Iterator[bytes]:
        """Stream in pieces of about 256 KiB."""
        try:
            answer = self._store.get(name.hex)
        except FileNotFoundError:
            raise BlobMissing(f"The blob {name} is missing.") from None
        except BaseError as error:
            raise _refused(error) from None
        return _read(answer)

    def delete(self, name: UUID) -> None:
        """Delete the object."""
        try:
            self._store.delete(name.hex)
        except FileNotFoundError:
            return
        except BaseError as error:
            raise _refused(error) from None

    def names(self) -> Iterator[UUID]:
        """List the bucket below the prefix."""
        try:
            for batch in self._store.list():
                for entry in batch:
                    with suppress(ValueError):  # somebody else's object
                        yield UUID(hex=entry["path"])
        except BaseError as error:
            raise _refused(error) from None

    def clean_up(self, before: date) -> None:
        """Leave it to the bucket's own rule for incomplete uploads (docs/operating.md)."""

    def room(self) -> int | None:
        """Ask the store something; how much it takes is between it and its owner."""
        self.check()
        return None


def _read(answer: "GetResult") -> Iterator[bytes]:
    try:
        for piece in answer.stream(min_chunk_size=_READ):
            yield bytes(piece)
    except BaseError as error:
        raise _refused(error) from None


def _refused(error: BaseError) -> BlobStoreFailed:
    # The first line says what happened; the rest repeats requests.
    reason = str(error).split("\n", 1)[0]
    return BlobStoreFailed(
        f"The S3 store refused or is away: {reason} Check DANGVAN_S3_ENDPOINT and the key."
    )
