"""What of the demo's cases is handed to other offices, and what their liaisons do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from demo.people import Employee
from ledger.note import Signer
from papers.signature import Certificate
from records.case import CaseFile
from records.work import Store, Work, reading, writing
from rules.book import Rules
from rules.lifecycle import Track
from triage import (
    access,
    casefile,
    dossieracts,
    dossierkeys,
    dossiers,
    escalation,
    handover,
    handover_papers,
)
from triage.access import Insider
from triage.caseacts import Act, Desk
from triage.casefile import OpenCase
from triage.dossieracts import DossierAct
from triage.escalation import Referral
from triage.handover_papers import Composed
from triage.inputs import Entered
from triage.submission import StoredFile
from vault.context import Purpose
from vault.keys import Seed

_ASKED = "Về việc đề nghị bảo vệ người tố cáo"
_TOLD = (
    "Qua xem xét đơn, tin và tài liệu kèm theo, nội dung nêu cụ thể người, thời gian, số tiền; "
    "bước đầu thấy có dấu hiệu tội phạm, cần điều tra làm rõ."
)
_FORMS, _GOODS = ("pressure", "isolation"), ("job",)


@dataclass(frozen=True)
class Hands:
    """Whoever hands over and receives works with the keys in their own hands."""

    store: Store
    rules: Rules
    promise_key: Signer
    people: Mapping[str, UUID]
    seeds: Mapping[str, Seed] = field(repr=False)
    own: Certificate = field(repr=False)

    def hand(self, case: OpenCase, step: str, by: Employee, entered: Entered, today: date) -> None:
        """Hand a dossier of a case over, with those of its files that could be cleaned."""
        desk = self._desk(by, today)
        with reading(self.store) as work:
            position = casefile.last_position(work, case.id)
            told = str(casefile.newest(work, case, Purpose.CASE_NARRATIVE)["text"])
            files = [each.id for each in _cards(work, case) if not each.not_cleaned]
        if step == dossierkeys.HANDED_OVER:
            written = self._written(desk, case, entered, files)
            with (
                handover.packed(self.store, desk, case.id, written, self.own) as ready,
                writing(self.store) as work,
            ):
                handover.hand_over(work, desk, ready, position)
            return
        act = Act(case.id, step, entered, position)
        with (
            escalation.packed(self.store, desk, case.id, (), files) as package,
            writing(self.store) as work,
        ):
            escalation.refer(work, desk, act, Referral(package, _ASKED, told, _FORMS, _GOODS))

    def _written(
        self, desk: Desk, case: OpenCase, entered: Entered, files: Sequence[UUID]
    ) -> Composed:
        """Return the hand-over as a careful head would write it."""
        found = handover.sheet(self.store, desk, case.id).suggested
        crimes = tuple(entered["crimes"])
        written = replace(
            found,
            template=str(entered["template"]),
            crimes=crimes,
            grounds=tuple(entered["ground"]),
            reasons={each: found.reasons.get(each) or _TOLD for each in crimes},
            decision_number=str(entered["decision_number"]),
            decided_on=str(entered["decided_on"]),
            summary=_TOLD,
            files=tuple(files),
            items=tuple(each.id for each in handover_papers.by_hand(self.rules, desk.today)),
        )
        taken_out = [each.text for each in handover_papers.proposed(written)]
        return replace(
            written,
            story=handover_papers.struck(written.story, taken_out),
            told=handover_papers.struck(written.told, taken_out),
        )

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
