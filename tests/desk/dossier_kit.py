"""Dossiers handed over by a head, and liaisons at work on them in browsers of their own."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import pytest

from records.staff import Role
from records.work import reading, writing
from tests.desk.acts_kit import Worker
from tests.desk.case_kit import REPORT, file, stored
from tests.desk.desk_kit import Colleague
from tests.desk.office_kit import City, city
from triage import (
    access,
    admission,
    caseacts,
    casefile,
    dossieracts,
    dossierkeys,
    dossiers,
    escalation,
    sweep,
)
from triage.caseacts import Act, Desk
from triage.casefile import OpenCase
from triage.dossieracts import DossierAct
from triage.escalation import Document, HandOver, Referral
from triage.submission import Disclosure, Identity
from web import clock

__all__ = ["city", "table"]
PLACE = "/ho-so-chuyen"
LETTER = Document("01-cong-van.txt", "Kính gửi Cơ quan điều tra".encode(), "text/plain")
FILE_NAME, IN_FILE = "cua-chi-can-dam.txt", "Trong tệp có số tiền."
IDENTITY = Identity(Disclosure.CONFIDENTIAL, "Lê Thị Can Đảm", "77 kiệt Kín", "0900 111 222")


@dataclass(frozen=True)
class Table:
    """A head who hands over, two of the investigators, one of each other circle."""

    city: City
    head: Colleague
    officers: tuple[Colleague, Colleague]
    police: Worker
    partner: Worker
    procuracy: Worker
    protector: Worker

    def desk(self, today: date | None = None, who: Colleague | None = None) -> Desk:
        """Return the head, or somebody else, at work on a day."""
        today, parts, who = today or clock.today(), self.city.parts, who or self.head
        with reading(parts.store) as work:
            person = access.insider(work, who.id, who.seed, today)
        return Desk(parts.rules, parts.promise_key, person, today)

    def take(
        self, case: OpenCase, step: str, today: date | None = None, **entered: str | list[str]
    ) -> None:
        """Let the head take a step of a case."""
        with writing(self.city.store) as work:
            position = casefile.last_position(work, case.id)
            caseacts.take(work, self.desk(today), Act(case.id, step, entered, position))

    def case(self, today: date | None = None) -> tuple[OpenCase, UUID]:
        """File a report of somebody who gives their name, with a file; its signs are confirmed."""
        parts, case = self.city.parts, admission.new_case()
        files = stored(parts.store, case, FILE_NAME, IN_FILE.encode())
        report = replace(REPORT, files=files, identity=IDENTITY)
        file(parts.store, parts.rules, parts.promise_key, report, today, case)
        self.take(case, "signs.confirmed", today, crimes=["354"], ground=["settler_duty"])
        return case, files[0].id

    def hand(
        self,
        title: str = "Dấu hiệu nhận hối lộ",
        today: date | None = None,
        case: OpenCase | None = None,
    ) -> UUID:
        """Hand a case over to the investigators, a new one without `case`."""
        files: tuple[UUID, ...] = ()
        if case is None:
            case, file_id = self.case(today)
            files = (file_id,)
        desk, store = self.desk(today), self.city.store
        entered = {
            "crimes": ["354"],
            "ground": ["settler_duty"],
            "template": "tin_bao",
            "decision_number": "12/CV-TTr",
            "decided_on": desk.today.isoformat(),
        }
        with (
            escalation.packed(store, desk, case.id, [LETTER], files) as package,
            writing(store) as work,
        ):
            act = Act(case.id, "police.handed_over", entered, casefile.last_position(work, case.id))
            what = HandOver(package, title, "Cán bộ đòi tiền ở quầy số 3.", "Tóm tắt vụ việc.")
            return escalation.hand_over(work, desk, act, what)

    def refer(self) -> UUID:
        """Ask the protectors to protect a reporter."""
        case, _ = self.case()
        self.take(case, "protection.requested")
        desk, store = self.desk(), self.city.store
        with escalation.packed(store, desk, case.id) as package, writing(store) as work:
            entered = {"text": "Đề nghị bảo vệ nơi ở"}
            act = Act(
                case.id, "protection.referred", entered, casefile.last_position(work, case.id)
            )
            what = Referral(package, "Đề nghị bảo vệ", "Bị đe dọa", ("pressure",), ("job",))
            return escalation.refer(work, desk, act, what)

    def receive(self, dossier: UUID, today: date) -> None:
        """Let an investigator have received a dossier on a day of the past."""
        entered = {"receipt_number": "5/TB-ĐT", "decided_on": today.isoformat()}
        desk, rules = self.desk(today, self.officers[0]), self.city.parts.rules
        with writing(self.city.store) as work:
            held = dossierkeys.open_one(work, desk.person, dossier)
            position = dossiers.stand(work, rules, held).position
            dossieracts.take(work, desk, DossierAct(dossier, "police.received", entered, position))

    def sweep(self) -> None:
        """Let the clocks tell what has become overdue."""
        parts = self.city.parts
        for _ in sweep.sweep(parts.store, parts.rules, parts.promise_key, clock.today()):
            pass


@pytest.fixture
def table(city: City) -> Table:
    """Everybody appointed and signed in, before anything is filed."""

    def liaison(who: Colleague) -> Worker:
        return Worker(city.browser(who), who.id, PLACE)

    keepers = (city.employ(f"giu_khoa_{n}", "thanh_tra", Role.CUSTODIAN) for n in range(2))
    city.confirm(*keepers)
    head = city.employ("truong", "thanh_tra", Role.HEAD)
    officers = (
        city.employ("dieu_tra_1", "", Role.POLICE_LIAISON),
        city.employ("dieu_tra_2", "", Role.POLICE_LIAISON),
    )
    police, partner = (liaison(each) for each in officers)
    return Table(
        city,
        head,
        officers,
        police,
        partner,
        liaison(city.employ("kiem_sat", "", Role.PROCURACY_LIAISON)),
        liaison(city.employ("bao_ve", "", Role.PROTECTION_OFFICER)),
    )
