"""The certificate of an instance, and its key: what the manifests of dossiers are signed with.

The certificate stands in the database, for everybody to read; the key is a file beside the keys of
the log, on every machine of the desk. An older instance gets both when it first signs.
"""

from datetime import date
from pathlib import Path

from sqlalchemy import select

from papers import signature
from papers.signature import Certificate
from records import home
from records.errors import FolderUnusable
from records.instance import Instance
from records.work import Store, Work, reading, writing

KEY = "signature.key"
_NAME = "Đăng Văn "
_LONGEST_NAME = 64


class NoCertificate(Exception):
    """The instance has signed nothing yet, and was founded before it could."""


def make(work: Work, keys: Path, instance: Instance, today: date) -> Certificate:
    """Draw a key and certify it, in the transaction that keeps the certificate.

    A key that an interrupted attempt has left behind signed nothing, and is replaced.
    Raises FolderUnusable.
    """
    made = signature.make_certificate((_NAME + instance.origin)[:_LONGEST_NAME], today)
    try:
        (keys / KEY).unlink(missing_ok=True)
    except OSError:
        raise _unusable(keys / KEY) from None
    home.write_private(keys / KEY, made.key.decode())
    instance.signing_certificate_pem = made.certificate.decode()
    work.session.flush()
    return made


def own(store: Store, keys: Path, today: date) -> Certificate:
    """Return the certificate with its key, made now if the instance has none.

    Raises FolderUnusable if the key is not on this machine, or is not the certificate's.
    """
    with reading(store) as work:
        known = work.session.execute(select(Instance.signing_certificate_pem)).scalar_one()
    if known is None:
        with writing(store) as work:
            instance = work.session.execute(select(Instance).with_for_update()).scalar_one()
            if instance.signing_certificate_pem is None:
                return make(work, keys, instance, today)
            known = instance.signing_certificate_pem
    try:
        key = (keys / KEY).read_bytes()
        return signature.paired(key, known.encode())
    except (OSError, ValueError):
        raise _unusable(keys / KEY) from None


def public(store: Store) -> bytes:
    """Return the certificate for everybody, as PEM. Raises NoCertificate."""
    with reading(store) as work:
        known = work.session.execute(select(Instance.signing_certificate_pem)).scalar_one()
    if known is None:
        raise NoCertificate
    return known.encode()


def _unusable(path: Path) -> FolderUnusable:
    return FolderUnusable(
        f"The file {path} is missing, damaged or not the key of this instance's certificate: "
        "restore it from the backup, or copy it from another machine of the desk."
    )
