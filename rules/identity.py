"""Rows about the release of an identity: its grounds, its times, and when the reporter is told."""

from rules.rows import Count, Named


class IdentityGround(Named):
    """A legal ground on which the identity of a reporter may be asked for."""


class AnswerTime(Named):
    """How many calendar days the custodians have for their answers."""

    days: Count


class ReadingTime(Named):
    """How many calendar days an identity may be read once it is released."""

    days: Count


class IdentityException(Named):
    """A ground for telling the reporter later than at once, and after how many days at the latest.

    The model is EU 2019/1937 art. 16(3).
    """

    days: Count
