"""Office files in zip containers: told apart from any other zip, and handed to their cleaner."""

from cleaning import odf, ooxml
from cleaning.kinds import Kind
from cleaning.package import Package
from cleaning.refusal import FileRefused, Refusal


def clean(content: bytes, _: Kind | None) -> tuple[Kind, bytes]:
    """Return what the container holds and the clean copy. Raises FileRefused."""
    package = Package(content)
    for cleaner in (ooxml, odf):
        kind = cleaner.kind_of(package)
        if kind is not None:
            return kind, cleaner.clean(package)
    raise FileRefused(Refusal.KIND)
