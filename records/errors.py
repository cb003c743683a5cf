"""What can be wrong with the place where records are kept: each message names the mend."""


class RecordsError(Exception):
    """Base; the text is a sentence for the operator and never holds a secret."""


class BadConfiguration(RecordsError):
    """A setting is missing or cannot be used."""


class DatabaseUnreachable(RecordsError):
    """No connection to the database."""


class SchemaMismatch(RecordsError):
    """The database has another schema than this release: newer, older, or none."""


class FolderUnusable(RecordsError):
    """A folder of the instance is missing, or without the rights that are needed."""


class AlreadyInitialised(RecordsError):
    """There is an instance here: a second one would shut out the first."""


class NotInitialised(RecordsError):
    """There is no instance here yet."""


class BlobMissing(RecordsError):
    """A sealed blob that a row speaks of is not in the store."""


class BlobExists(RecordsError):
    """A blob of that name is there already; blobs are never overwritten."""


class BlobStoreFailed(RecordsError):
    """The blob store refused or broke off."""
