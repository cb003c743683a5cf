"""Budgets for guessing passwords and codes, counted where the limits of `web.limits` are.

A stranger's guesses use up the budget of their own part of the network, for the login that they
try. A browser that somebody has signed in with has a budget of its own, so that nobody outside can
lock it out. Unlike other limits nothing is carried through a waiting page: a password is not
written into one.
"""

import time
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil

from flask import current_app
from flask_limiter import Limiter
from limits import RateLimitItem, parse

from web.limits import EXTENSION, Secret, address_class

#: Of one login from one part of the network, or from one browser that is known.
PASSWORD = parse("10 per 10 minutes")
#: Of all logins from one part of the network: each guess costs the server a quarter of a second.
NETWORK = parse("100 per 10 minutes")
#: Of all walks to the city's own sign-in from one part of the network: each waits for answers.
ERRAND = parse("100 per 10 minutes")
#: Of one person's second factor; a wrong password is not among these.
FACTOR = parse("10 per hour")


@dataclass(frozen=True)
class Guesses:
    """Counts guesses under keyed hashes, like the limits."""

    limiter: Limiter
    salt: Secret

    def password(self, login: str, known: bytes | None) -> int:
        """Count a guess at a password; return the seconds to wait, 0 if it may be made.

        `known`: the mark of the browser, if it is known for this login.
        """
        if known is not None:
            return self._count(("password", known.hex()), PASSWORD)
        here = address_class(self.salt())
        return self._count(("network", here), NETWORK) or self._count(
            ("password", here, login), PASSWORD
        )

    def forget_password(self, login: str, known: bytes | None) -> None:
        """Forget the guesses before the right password."""
        here = (address_class(self.salt()), login) if known is None else (known.hex(),)
        self.limiter.limiter.clear(PASSWORD, self._hashed(("password", *here)))

    def errand(self) -> int:
        """Count a walk to the city's own sign-in; return the seconds to wait, 0 if none."""
        return self._count(("errand", address_class(self.salt())), ERRAND)

    def factor(self, person: str, known: bytes | None) -> int:
        """Count a guess at a second factor; return the seconds to wait, 0 if it may be made."""
        return self._count(("factor", person, known.hex() if known else ""), FACTOR)

    def forget_factor(self, person: str, known: bytes | None) -> None:
        """Forget the guesses before the right code."""
        what = ("factor", person, known.hex() if known else "")
        self.limiter.limiter.clear(FACTOR, self._hashed(what))

    def _count(self, what: tuple[str, ...], budget: RateLimitItem) -> int:
        key, strategy = self._hashed(what), self.limiter.limiter
        if strategy.hit(budget, key):
            return 0
        return max(1, ceil(strategy.get_window_stats(budget, key).reset_time - time.time()))

    def _hashed(self, what: tuple[str, ...]) -> str:
        text = "\0".join(what).encode("utf-8", "replace")
        return "guess:" + blake2b(text, key=self.salt(), digest_size=16).hexdigest()


def current() -> Guesses:
    """Return the budgets of the application that answers the current request."""
    limiter, salt = current_app.extensions[EXTENSION]
    return Guesses(limiter, salt)
