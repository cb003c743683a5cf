"""What the ledger refuses: one class for each thing a caller can act on."""


class LedgerError(Exception):
    """Base of all refusals of this package; its text is a sentence fit to be shown."""


class Malformed(LedgerError):
    """`what` is not in the written format: fetch an unedited copy."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"The {what} is not well-formed: {why}.")


class NotSigned(LedgerError):
    """No signature by a key the caller trusts: get the right public key, or the right file."""


class SignatureRefused(LedgerError):
    """A signature in the name of a trusted key is false: the text was altered or forged."""


class QuorumMissed(LedgerError):
    """Fewer witnesses than asked for have cosigned: fetch a newer proof, or ask for fewer."""


class ProofRefused(LedgerError):
    """The hashes prove no such thing: keep the file, it is evidence of an error or a forgery."""


class TileMissing(LedgerError):
    """The storage lost or shortened a tile: restore it before anything is appended."""
