"""What can go wrong in the vault: one error for each thing a caller can act on.

No message carries a key, a password or a piece of plaintext.
"""


class VaultError(Exception):
    """Base of everything the vault raises on purpose."""


class WrongKey(VaultError):
    """The bytes were sealed under another key: fetch the right one."""

    def __init__(self) -> None:
        super().__init__("sealed under another key")


class WrongPassword(WrongKey):
    """The password does not unlock this key: ask again."""

    def __init__(self) -> None:
        VaultError.__init__(self, "the password does not unlock this key")


class WrongContext(VaultError):
    """The right key, but sealed for another purpose, case or item: somebody moved it."""

    def __init__(self) -> None:
        super().__init__("sealed for another purpose, case or item")


class Damaged(VaultError):
    """The bytes are not what was sealed: restore them from a backup."""

    def __init__(self) -> None:
        super().__init__("damaged, cut or foreign bytes")


class MistypedReceipt(VaultError):
    """The text cannot be a receipt code; `reason` is "length", "character" or "check"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not a receipt code: {reason}")
        self.reason = reason


class MistypedShare(VaultError):
    """A share has a wrong word or is incomplete; `position` counts from 1."""

    def __init__(self, position: int) -> None:
        super().__init__(f"share {position} is mistyped or incomplete")
        self.position = position


class MismatchedShares(VaultError):
    """The shares are each in order, but were not cut from one secret."""

    def __init__(self) -> None:
        super().__init__("the shares belong to different secrets")


class NotEnoughShares(VaultError):
    """Fewer different shares than the secret needs."""

    def __init__(self, have: int, need: int) -> None:
        super().__init__(f"{have} of {need} needed shares")
        self.have = have
        self.need = need
