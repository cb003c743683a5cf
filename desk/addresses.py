"""Where the pages around a case lead, and those around a dossier: the same pages serve both."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import url_for

#: Steps of a case whose form is not made from the rules alone.
_OF_THEIR_OWN: Mapping[str, str] = MappingProxyType(
    {"police.handed_over": "handover.compose", "protection.referred": "referral.compose"}
)


@dataclass(frozen=True)
class Addresses:
    """The addresses around one case or dossier: a blueprint, and what its rules need."""

    blueprint: str
    ids: Mapping[str, Any]

    def page(self, **more: Any) -> str:  # noqa: ANN401  (as in Flask)
        """Return the address of the case or dossier itself."""
        return url_for(f"{self.blueprint}.page", **self.ids, **more)

    def step(self, step_id: str) -> str:
        """Return where a step is taken."""
        if step_id in _OF_THEIR_OWN:
            return url_for(_OF_THEIR_OWN[step_id], **self.ids)
        return url_for(f"{self.blueprint}.step", **self.ids, step_id=step_id)

    def file(self, file_id: UUID) -> str:
        """Return where a file is handed out."""
        return url_for(f"{self.blueprint}.file", **self.ids, file_id=file_id)

    def preview(self, file_id: UUID, page: int) -> str:
        """Return where a page of a file is looked at."""
        return url_for(f"{self.blueprint}.preview", **self.ids, file_id=file_id, page=page)

    def picture(self, file_id: UUID, page: int) -> str:
        """Return where the picture of such a page is."""
        return url_for(f"{self.blueprint}.picture", **self.ids, file_id=file_id, page=page)


def of_case(case_id: UUID) -> Addresses:
    """Return the addresses around a case."""
    return Addresses("cases", {"case_id": case_id})


def of_dossier(dossier_id: UUID) -> Addresses:
    """Return the addresses around a dossier."""
    return Addresses("dossiers", {"dossier_id": dossier_id})
