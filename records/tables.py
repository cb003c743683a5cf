"""Every table there is: importing this fills the metadata for migrations and tests."""

from records import (
    case,
    clock,
    dossier,
    held,
    identity,
    instance,
    log,
    office,
    session,
    signin,
    staff,
    unit,
)
from records.base import Base

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "case",
    "clock",
    "dossier",
    "held",
    "identity",
    "instance",
    "log",
    "office",
    "session",
    "signin",
    "staff",
    "unit",
]
