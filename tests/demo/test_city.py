"""The demo city shows everything there is to try, and everything in it is sound."""

from collections import Counter, deque
from datetime import UTC, datetime
from functools import partial

import pyotp
import pytest
from sqlalchemy import func, select

from demo import ground
from demo.people import ADMINISTRATOR, CASEWORKERS, STAFF
from demo.timetable import reports
from ledger.note import Verifier
from ledger.proof import verify_promise, verify_proof
from records.base import Base
from records.case import CaseEvent, CaseFile, CaseItem
from records.clock import CaseClock, CaseNotice, CaseRecusal
from records.held import HeldBlob
from records.identity import Identity, IdentityRequest
from records.instance import Instance
from records.staff import Role, Staff, StaffRole
from records.work import reading
from rules.book import Rules
from rules.lifecycle import ALWAYS, FIRST, OPEN, Track
from rules.rows import ANY_KIND
from tests.demo.conftest import TODAY, Town
from triage import (
    access,
    evidence,
    factors,
    identity_requests,
    keyring,
    mailbox,
    queue,
    sequencer,
    signin,
)
from triage.course import FILED, first_state
from triage.factors import How
from triage.identity_requests import End
from triage.queue_sql import Bucket
from triage.submission import StoredFile
from vault.context import Purpose

pytestmark = pytest.mark.xdist_group("demo")


def reachable(law: Rules, track: Track) -> set[tuple[str, str]]:
    """Return every state in which a case of each kind may be found, by the rules alone."""
    found: set[tuple[str, str]] = set()
    waiting = deque[tuple[str, str]]()
    for intent in law.intents.all_on(TODAY):
        kind, state = first_state(law, intent.kind, TODAY)
        waiting.append((kind, state if track is Track.CASE else FIRST[track][0]))
    while waiting:
        kind, state = waiting.popleft()
        if (kind, state) in found:
            continue
        found.add((kind, state))
        final = law.states.on(state, TODAY).final
        for step in law.steps.all_on(TODAY):
            kept = step.to is None or state in step.keeps or step.id == FILED
            fits = step.kinds == (ANY_KIND,) or kind in step.kinds
            after = {state, ALWAYS} | (set() if final else {OPEN})
            if step.track is track and fits and not kept and after & set(step.after):
                waiting.append((step.becomes or kind, step.to or state))
    return found


def count(town: Town, table: type[Base]) -> int:
    with reading(town.store) as work:
        return work.session.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_state_of_every_kind_has_a_case(town: Town) -> None:
    assert reachable(town.law, Track.CASE) <= {(each.kind, each.state) for each in town.cases}


def test_every_state_of_police_and_protection_has_a_case(town: Town) -> None:
    def states(track: Track) -> set[str]:
        return {state for _, state in reachable(town.law, track)}

    assert states(Track.POLICE) == {each.police_state for each in town.cases}
    assert states(Track.PROTECTION) == {each.protection_state for each in town.cases}


def test_every_report_of_the_development_set_is_among_them(town: Town) -> None:
    told = Counter(report.text for report in reports())
    assert max(told.values()) == 1
    assert len(town.cases) > len(told) > 60


def test_every_role_has_somebody_who_gets_in_with_the_printed_password(town: Town) -> None:
    people = (*STAFF, ADMINISTRATOR)
    assert {each.role for each in people} == set(Role)
    for each in people:
        insider = town.at_work(each.login)
        assert {(post.unit, post.role) for post in insider.posts} == {(each.unit, each.role)}
    assert count(town, Staff) == count(town, StaffRole) == len(people)


def test_everybody_opens_exactly_the_cases_of_their_unit(town: Town) -> None:
    with reading(town.store) as work:
        kept = {(each.case_id, each.staff_id) for each in work.session.scalars(select(CaseRecusal))}
        assert kept
        for each in CASEWORKERS:
            insider = town.at_work(each.login)
            everything = [case.id for case in town.cases]
            here = {
                case.id
                for case in town.cases
                if case.unit_code == each.unit and (case.id, insider.id) not in kept
            }
            opened = access.open_cases(work, insider, everything)
            assert opened.keys() == here, each.login
            for case_id, case in opened.items():
                for item in work.session.scalars(
                    select(CaseItem).where(CaseItem.case_id == case_id)
                ):
                    assert case.unseal(Purpose(item.purpose), item.id, item.sealed)


def test_cases_are_assigned_to_members_of_their_unit(town: Town) -> None:
    logins = {town.at_work(each.login).id: each for each in CASEWORKERS}
    assigned = [case for case in town.cases if case.assigned_to is not None]
    assert len(assigned) > len(town.cases) // 2
    assert all(
        logins[case.assigned_to].unit == case.unit_code for case in assigned if case.assigned_to
    )


def test_some_cases_are_overdue_some_due_today_some_later_and_some_paused(town: Town) -> None:
    due = [case.due_on for case in town.cases]
    assert sum(day is not None and day < TODAY for day in due) >= 10
    assert sum(day == TODAY for day in due) >= 3
    assert sum(day is not None and day > TODAY for day in due) >= 30
    assert sum(day is None for day in due) >= 30
    with reading(town.store) as work:
        paused = select(CaseClock).where(CaseClock.paused_until >= TODAY)
        assert work.session.scalars(paused).all()
    assert count(town, CaseNotice) > 100


def test_the_year_is_filled(town: Town) -> None:
    months = {(case.arrived_on.year, case.arrived_on.month) for case in town.cases}
    assert len(months) >= 10
    assert max(case.arrived_on for case in town.cases) == TODAY


def test_what_reporters_do_in_their_mailboxes_is_there(town: Town) -> None:
    with reading(town.store) as work:
        kinds = Counter(work.session.scalars(select(CaseEvent.kind)))
    for kind in (
        "message.received",
        "message.sent",
        "files.added",
        "identity.given",
        "withdrawal.asked",
        "retaliation.reported",
        "note.added",
        "case.extended",
        "case.transferred",
        "case.joined",
        "overdue.reported",
        "settlement.demanded",
    ):
        assert kinds[kind], kind
    assert count(town, Identity) > 10


def test_the_printed_receipt_codes_open_their_mailboxes(town: Town) -> None:
    assert len(town.built.mailboxes) == 6
    said = 0
    for each in town.built.mailboxes:
        with reading(town.store) as work:
            case = mailbox.find(work, mailbox.read_code(each.receipt.grouped))
        assert case is not None
        seen = mailbox.look(town.store, town.law, case, TODAY)
        assert seen.kind == each.plan.report.kind
        assert seen.proved
        said += len(seen.messages)
    assert said > 5


def test_files_open_as_what_they_are_and_none_is_left_over(town: Town) -> None:
    assert count(town, HeldBlob) == 0
    kinds = Counter[str]()
    insiders = {each.unit: town.at_work(each.login) for each in CASEWORKERS}
    units = {case.id: case.unit_code for case in town.cases}
    with reading(town.store) as work:
        for row in work.session.scalars(select(CaseFile)):
            case = access.open_cases(work, insiders[units[row.case_id]], [row.case_id])[row.case_id]
            file = StoredFile.from_json(case.unseal(Purpose.CASE_FILE_CARD, row.id, row.card))
            assert len(b"".join(evidence.read(town.store, case, file))) == file.size > 50
            kinds[file.mime] += 1
    assert set(kinds) == {"image/jpeg", "application/pdf", "text/plain"}


def test_the_log_proves_every_filing_and_nothing_in_it_is_backdated(town: Town) -> None:
    with reading(town.store) as work:
        instance = work.session.scalars(select(Instance)).one()
        head = keyring.read_head(town.settings)
        assert sequencer.suspicious(work.session, head, TODAY) == 0
        assert sequencer.waiting(work.session, TODAY) == 0
    assert head.size > 1000
    for each in town.built.mailboxes:
        text = mailbox.proof(town.store, each.case, town.key)
        proved = verify_proof(text, Verifier.from_text(instance.checkpoint_key))
        assert (proved.act.kind, proved.act.day) == (FILED, each.plan.filed)
    last = max(town.cases, key=lambda case: case.arrived_on)
    insider = next(town.at_work(each.login) for each in CASEWORKERS if each.unit == last.unit_code)
    with reading(town.store) as work:
        newest = access.open_case(work, insider, last.id)
    text = mailbox.proof(town.store, newest, town.key)
    act, _ = verify_promise(text, Verifier.from_text(instance.promise_key))
    assert act.day == TODAY


def test_everybody_gets_in_with_the_printed_password_and_the_code_of_the_half_minute(
    town: Town,
) -> None:
    moment = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    code = pyotp.TOTP(ground.read_secret(town.settings)).at(moment)
    for each in (*STAFF, ADMINISTRATOR):
        person = signin.unlock(town.store, each.login, town.built.door.password)
        assert person.settled
        with reading(town.store) as work:
            proof = partial(factors.spend, typed=code, now=moment)
            assert signin.prove(work, person, proof, moment, town.key) is How.TOTP
            assert signin.prove(work, person, proof, moment, town.key) is None


def test_every_bucket_of_the_queue_has_a_case(town: Town) -> None:
    head = town.at_work("thanhtra.truong")
    seen = queue.look(town.store, town.law, head, {}, TODAY)
    assert all(seen.front.get(bucket) for bucket in set(Bucket) - {Bucket.DONE}), seen.front


def test_identities_are_asked_for_released_and_declined(town: Town) -> None:
    with reading(town.store) as work:
        rows = work.session.scalars(select(IdentityRequest)).all()
        agreed = {
            each.id: sum(bool(answer.released) for answer in identity_requests.answers(work, each))
            for each in rows
        }
    found = {(agreed[row.id], row.read_until is not None, row.ended_because) for row in rows}
    assert found == {
        (0, False, None),
        (1, False, None),
        (2, True, None),
        (0, False, End.DECLINED),
    }
