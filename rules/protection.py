"""Rows about the protection of who reports, commendation, malice, and the duty of heads."""

from typing import Annotated

from pydantic import Field

from rules.rows import Count, Named, Slug

#: What likelihood and severity count; their product is a risk's.
Points = Annotated[int, Field(ge=1, le=10)]


class ProtectedPerson(Named):
    """Somebody whom the law protects together with the denouncer."""


class ProtectedGood(Named):
    """What the law protects: secrecy, job, life, property, honour."""


class Retaliation(Named):
    """A form of retaliation to tick."""


class Reward(Named):
    """A reward, in multiples of the base salary or as a share of what was recovered."""

    base_salaries: Count | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    above_base_salaries: Count | None = None
    at_most_base_salaries: Count | None = None


class Likelihood(Named):
    """How likely retaliation is."""

    points: Points


class Severity(Named):
    """How grave retaliation would be."""

    points: Points


class Measure(Named):
    """A measure of protection: of which good, and who carries it out (an actor)."""

    good: Slug
    responsible: Slug


class Review(Named):
    """What a review of measures comes to. `anew`: other measures are chosen with it."""

    anew: bool = False


class ProtectionEnd(Named):
    """A ground on which protection ends. `settled`: only once the matter itself is settled."""

    settled: bool = False


class BaseSalary(Named):
    """The base salary in VND a month, from its day on."""

    vnd: Count


class HandingOver(Named):
    """A way to hand a reward over. `named`: only to somebody who has agreed to be named."""

    named: bool = False


class Malice(Named):
    """A way to abuse the right to denounce, which is more than being wrong or nameless."""


class Liability(Named):
    """What a head is held responsible with."""
