"""What of the demo's cases is handed to other offices, and what their liaisons do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select

from demo.people import Employee
from ledger.note import Signer
from records.case import CaseFile
from records.work import Store, Work, reading, writing
from rules.book import Rules
from rules.lifecycle import Track
from triage import access, casefile, dossieracts, dossierkeys, dossiers, escalation
from triage.access import Insider
from triage.caseacts import Act, Desk
from triage.casefile import OpenCase
from triage.dossieracts import DossierAct
from triage.escalation import HandOver, Referral
from triage.inputs import Entered
from triage.submission import StoredFile
from vault.context import Purpose
from vault.keys import Seed

_TITLES = {
    dossierkeys.HANDED_OVER: "Về việc có dấu hiệu tội phạm qua phản ánh của công dân",
    dossierkeys.REFERRED: "Về việc đề nghị bảo vệ người tố cáo",
}
_FORMS, _GOODS = ("pressure", "isolation"), ("job",)


@dataclass(frozen=True)
class Hands:
    """Whoever hands over and receives works with the keys in their own hands."""

    store: Store
    rules: Rules
    promise_key: Signer
    people: Mapping[str, UUID]
    seeds: Mapping[str, Seed] = field(repr=False)

    def hand(self, case: OpenCase, step: str, by: Employee, entered: Entered, today: date) -> None:
        """Hand a dossier of a case over, with those of its files that could be cleaned."""
        desk = self._desk(by, today)
        with reading(self.store) as work:
            position = casefile.last_position(work, case.id)
            told = str(casefile.newest(work, case, Purpose.CASE_NARRATIVE)["text"])
            files = [each.id for each in _cards(work, case) if not each.not_cleaned]
        act = Act(case.id, step, entered, position)
        with (
            escalation.packed(self.store, desk, case.id, (), files) as package,
            writing(self.store) as work,
        ):
            if step == dossierkeys.REFERRED:
                asked = Referral(package, _TITLES[step], told, _FORMS, _GOODS)
                escalation.refer(work, desk, act, asked)
            else:
                handed = HandOver(package, _TITLES[step], told, "")
                escalation.hand_over(work, desk, act, handed)

    def is_handed(self, work: Work, case: OpenCase, track: Track) -> bool:
        """Tell whether a dossier of a case is with its circle."""
        return dossierkeys.current(work, case.id, track) is not None

    def deal(  # noqa: PLR0913, PLR0917
        self, work: Work, case: OpenCase, step: str, by: Employee, entered: Entered, today: date
    ) -> None:
        """Let a liaison take a step of the dossier in their hands."""
        desk = self._desk(by, today)
        track = self.rules.steps.on(step, today).track
        now = dossierkeys.current(work, case.id, track)
        dossier = dossierkeys.open_one(work, desk.person, now or case.id)
        position = dossiers.stand(work, self.rules, dossier).position
        dossieracts.take(work, desk, DossierAct(dossier.id, step, entered, position))

    def _desk(self, who: Employee, today: date) -> Desk:
        return Desk(self.rules, self.promise_key, self._insider(who, today), today)

    def _insider(self, who: Employee, today: date) -> Insider:
        with reading(self.store) as work:
            return access.insider(work, self.people[who.login], self.seeds[who.login], today)


def _cards(work: Work, case: OpenCase) -> list[StoredFile]:
    rows = work.session.execute(
        select(CaseFile.id, CaseFile.card).where(
            CaseFile.case_id == case.id, CaseFile.original.is_(False)
        )
    )
    return [
        StoredFile.from_json(case.unseal(Purpose.CASE_FILE_CARD, row.id, row.card)) for row in rows
    ]
