"""Rows about the recovery of money and land: at which stage, in which way."""

from rules.rows import Named, Slug


class Way(Named):
    """How something is recovered: by an administrative decision, or through the courts."""


class Stage(Named):
    """A stage that establishes what is to be recovered, and the `way` in which that is done."""

    way: Slug
