"""Lets the demo's people act: each act through the function that the product's pages call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select

from cleaning import Limits
from demo import citizens, papers
from demo.handing import Hands
from demo.people import CASEWORKERS, POLICE, PROCURACY, PROTECTION, Employee
from demo.timetable import REPORTERS, Plan
from demo.words import About, Pen
from ledger.note import Signer
from papers.signature import Certificate
from records.case import Case
from records.staff import Role
from records.work import Store, Work, writing
from rules.book import Rules
from rules.lifecycle import Step, Track, Who
from triage import admission, dossierkeys, evidence, mailbox, tracker
from triage.casefile import OpenCase
from triage.standing import Tracker
from triage.submission import Disclosure, StoredFile
from vault.keys import Seed
from vault.receipt import Receipt

#: Ids of rules/protection.toml.
_RETALIATION = ("pressure", "isolation")
#: Units that send a case on to another one than the City's Chairman.
_SENDS_DOWN = ("chu_tich_ubnd", "van_phong_ubnd")


@dataclass
class Played:
    """A case as it has become."""

    plan: Plan
    case: OpenCase
    receipt: Receipt
    unit: str
    urgent: bool
    inspector: Employee


@dataclass
class Stage:
    """The open instance, its people by login, and the cases that have been filed."""

    store: Store
    rules: Rules
    promise_key: Signer
    people: Mapping[str, UUID]
    seeds: Mapping[str, Seed] = field(repr=False)
    own: Certificate = field(repr=False)
    pen: Pen = field(init=False)
    hands: Hands = field(init=False)
    cases: dict[Plan, Played] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pen = Pen(self.rules)
        self.hands = Hands(
            self.store, self.rules, self.promise_key, self.people, self.seeds, self.own
        )

    def file(self, plan: Plan, today: date) -> None:
        """File the report of a case."""
        case = admission.new_case()
        taken = [self._take(case, *paper, today) for paper in papers.of_case(plan.number)]
        files = tuple(stored for several in taken for stored in several)
        typist = self.people[CASEWORKERS[1].login]
        told = citizens.submission(self.rules, plan, files, typist)
        with writing(self.store) as work:
            filed = admission.admit(work, self.rules, self.promise_key, case, told, today)
            unit, urgent = _row(work, case)
        inspector = _inspector(unit, plan.number)
        self.cases[plan] = Played(plan, case, filed.receipt, unit, urgent, inspector)

    def act(self, plan: Plan, step: str, today: date) -> None:
        """Take a step of a case that has been filed."""
        played = self.cases[plan]
        if step == "urgent.reviewed" and not played.urgent:
            return
        if step in dossierkeys.KINDS:
            entered = self.pen.entered(step, self._about(played, step), today)
            head = _at(played.unit, Role.HEAD)[0]
            self.hands.hand(played.case, step, head, entered, today)
            return
        files: tuple[StoredFile, ...] = ()
        if step == "files.added":
            files = self._take(played.case, *papers.added_later(plan.number), today)
        with writing(self.store) as work:
            if step in REPORTERS:
                self._reporter(work, played, step, files, today)
            else:
                self._staff(Tracker(work, self.rules, self.promise_key, today), played, step)
            unit, played.urgent = _row(work, played.case)
        if unit != played.unit:
            played.unit, played.inspector = unit, _inspector(unit, plan.number)

    def _reporter(
        self, work: Work, played: Played, step: str, files: tuple[StoredFile, ...], today: date
    ) -> None:
        case, key = played.case, self.promise_key
        if step == "files.added":
            mailbox.add_files(work, case, files, key, today)
        elif step == "identity.given":
            who = citizens.person(played.plan.number, Disclosure.CONFIDENTIAL)
            mailbox.disclose(work, case, who, key, today)
        elif step == "withdrawal.asked":
            reason = self._words(played, step, "reason")
            mailbox.ask_withdrawal(work, case, reason, key, today)
        elif step == "retaliation.reported":
            text = self._words(played, step, "text")
            mailbox.raise_alarm(work, self.rules, case, _RETALIATION, text, key, today)
        else:
            text = self._words(played, step, "text")
            mailbox.write(work, case, text, key, today)

    def _staff(self, acting: Tracker, played: Played, step: str) -> None:
        case, today = played.case, acting.today
        row = self.rules.steps.on(step, today)
        outside = self._outside(row) if self.hands.is_handed(acting.work, case, row.track) else None
        if outside is not None:
            entered = self.pen.entered(step, self._about(played, step), today)
            self.hands.deal(acting.work, case, step, outside, entered, today)
            return
        actor = self.people[self._actor(played, row, today).login]
        if step == "case.merged" and played.plan.into is not None:
            into = self.cases[played.plan.into].case
            tracker.merge(acting, case, into, actor, self._words(played, step, "reason"))
            return
        entered = self.pen.entered(step, self._about(played, step), today)
        tracker.take(acting, case, actor, step, entered)

    @staticmethod
    def _outside(step: Step) -> Employee | None:
        """Return the liaison whose step it is, once a dossier is in their hands."""
        if step.tells:
            return None
        if Who.PROTECTION_OFFICER in step.who:
            return PROTECTION
        if Who.POLICE in step.who and step.track is Track.POLICE:
            return POLICE
        return PROCURACY if Who.PROCURACY in step.who else None

    def _actor(self, played: Played, step: Step, today: date) -> Employee:
        """Return who takes a step: the lowest who may."""
        if Who.INSPECTOR in step.who and step.id != "person.recused":
            return played.inspector
        if Who.HEAD in step.who:
            return _at(played.unit, Role.HEAD)[0]
        above = self.rules.superiors(played.unit, on=today)
        return next(head for unit in above for head in _at(unit.id, Role.HEAD))

    def _words(self, played: Played, step: str, key: str) -> str:
        return self.pen.words(step, key, self._about(played, step))

    def _about(self, played: Played, step: str) -> About:
        report = played.plan.report
        person = played.inspector
        if step == "person.recused":
            inspectors = _at(played.unit, Role.INSPECTOR)
            person = next(each for each in inspectors if each != played.inspector)
        return About(
            kind=report.kind,
            category=report.category,
            language=report.language,
            unit=played.unit,
            urgent=played.urgent,
            assignee=self.people[person.login].hex,
            outcome=played.plan.outcome(self.rules),
            to="so_xay_dung" if played.unit in _SENDS_DOWN else "chu_tich_ubnd",
        )

    def _take(
        self, case: OpenCase, name: str, content: bytes, today: date
    ) -> tuple[StoredFile, ...]:
        return evidence.take(
            self.store, case, name, [content], Limits(), None, today, keep_original=False
        )


def _row(work: Work, case: OpenCase) -> tuple[str, bool]:
    row = work.session.execute(select(Case.unit_code, Case.urgent).where(Case.id == case.id)).one()
    return row.unit_code, row.urgent


def _at(unit: str, role: Role) -> list[Employee]:
    return [each for each in CASEWORKERS if each.unit == unit and each.role is role]


def _inspector(unit: str, number: int) -> Employee:
    inspectors = _at(unit, Role.INSPECTOR)
    return inspectors[number % len(inspectors)]
