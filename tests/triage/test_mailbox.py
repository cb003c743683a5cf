"""What a receipt code opens, and what can be done with it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from ledger.note import Verifier
from ledger.proof import verify_proof
from records.case import Case, CaseEvent
from records.clock import CaseClock
from records.errors import BlobMissing
from records.identity import Identity as IdentityRow
from records.identity import IdentityShare
from records.instance import Instance
from records.log import LogEntry
from records.settings import Settings
from records.staff import Role
from records.work import reading, writing
from tests.conftest import FOUNDED_ON
from tests.triage.conftest import TODAY, House
from tests.triage.test_admission import REPORT, WHO, held
from triage import casefile, mailbox, sequencer, staffing, tracker
from triage.admission import Admitted, Empty
from triage.casefile import OpenCase
from triage.identity import NoCustodians
from triage.mailbox import Author, Mailbox, MailboxFull, Told
from triage.staffing import Person
from triage.standing import Tracker
from triage.submission import Origin, StoredFile
from vault.receipt import Receipt


def look(house: House, case: OpenCase) -> Mailbox:
    return mailbox.look(house.store, house.rules, case, TODAY)


def inspector(house: House) -> UUID:
    """Appoint somebody who works on the cases of the Inspectorate."""
    with writing(house.store) as work:
        who = Person("tra_loi", "Người Trả Lời", "thanh_tra", Role.INSPECTOR, "mật khẩu dài!")
        return staffing.appoint(work, who, house.key, FOUNDED_ON)


def answer(house: House, case: OpenCase, by: UUID, text: str) -> None:
    """Let staff write to the reporter."""
    with writing(house.store) as work:
        acting = Tracker(work, house.rules, house.key, TODAY)
        tracker.take(acting, case, by, "message.sent", {"text": text})


def test_a_code_opens_its_own_case_and_an_unknown_one_nothing(house: House) -> None:
    filed, other = house.file(REPORT), house.file(replace(REPORT, narrative="Việc khác"))
    with reading(house.store) as work:
        assert mailbox.find(work, filed.receipt) == filed.case
        assert mailbox.find(work, other.receipt) == other.case
        assert mailbox.find(work, Receipt.draw()) is None


def test_an_unknown_code_costs_the_same_work_as_a_known_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = house.file(REPORT)
    done: list[str] = []
    unseal = mailbox.item.unseal
    monkeypatch.setattr(
        mailbox.item, "unseal", lambda *given: (done.append("unsealed"), unseal(*given))[1]
    )
    counts = []
    for code in (filed.receipt, Receipt.draw()):
        done.clear()
        with reading(house.store) as work:
            execute = work.session.execute
            monkeypatch.setattr(
                work.session,
                "execute",
                lambda *given, execute=execute, **named: (
                    done.append("asked"),
                    execute(*given, **named),
                )[1],
            )
            mailbox.find(work, code)
        counts.append(list(done))
    assert counts[0] == counts[1] == ["asked", "unsealed"]


def test_the_mailbox_shows_state_terms_messages_files_and_steps(house: House) -> None:
    case = house.file(REPORT).case
    with writing(house.store) as work:
        mailbox.write(work, case, "Xin <b>hỏi</b>", house.key, TODAY)
    answer(house, case, inspector(house), "Xin bổ sung")
    with writing(house.store) as work:
        mailbox.write(work, case, "Vâng", house.key, TODAY + timedelta(days=1))
    seen = look(house, case)
    assert (seen.state, seen.unit, seen.received_on) == ("received", "thanh_tra", TODAY)
    assert [(m.author, m.text) for m in seen.messages] == [
        (Author.REPORTER, "Xin hỏi"),
        (Author.STAFF, "Xin bổ sung"),
        (Author.REPORTER, "Vâng"),
    ]
    assert [step.kind for step in seen.steps] == [
        "case.filed",
        "message.received",
        "message.sent",
        "message.received",
    ]
    assert seen.due[0].rule.id == "NB-01"
    assert (seen.identity_given, seen.withdrawal_asked, seen.proved) == (False, False, False)


def test_the_mailbox_keeps_quiet_about_what_was_done_and_about_clocks_of_the_house(
    house: House,
) -> None:
    case = house.file(REPORT).case
    before = {each.rule.id for each in look(house, case).due}
    assert "NB-01" in before
    with writing(house.store) as work:
        clocks = work.session.scalars(select(CaseClock).where(CaseClock.case_id == case.id)).all()
        assert before < {clock.rule for clock in clocks}
        for clock in clocks:
            if clock.rule == "NB-01":
                clock.met_on = TODAY
    assert {each.rule.id for each in look(house, case).due} == before - {"NB-01"}


def test_every_act_has_its_entry_in_the_log(guarded: House) -> None:
    case = guarded.file(REPORT).case
    with writing(guarded.store) as work:
        mailbox.disclose(work, case, WHO, guarded.key, TODAY)
        mailbox.raise_alarm(work, guarded.rules, case, ("threat",), "Bị dọa", guarded.key, TODAY)
        mailbox.ask_withdrawal(work, case, "", guarded.key, TODAY)
    with reading(guarded.store) as work:
        leaves = list(work.session.execute(select(CaseEvent.leaf)).scalars())
        assert len(set(leaves)) == 5  # the alarm asks for protection, too
        assert all(work.session.get(LogEntry, leaf) for leaf in leaves)


def test_files_can_be_added_once_they_are_sealed(house: House) -> None:
    case = house.file(REPORT).case
    file = held(house.store, case)
    with writing(house.store) as work:
        mailbox.add_files(work, case, (file,), house.key, TODAY)
    assert look(house, case).files == (file,)
    unknown = StoredFile(uuid4(), "a", "b", 1, "c")
    with pytest.raises(BlobMissing), writing(house.store) as work:
        mailbox.add_files(work, case, (unknown,), house.key, TODAY)
    assert [step.kind for step in look(house, case).steps] == ["case.filed", "files.added"]


def test_files_of_staff_are_neither_shown_nor_counted_unless_they_are_for_the_reporter(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_FILES", 1)
    case = house.file(REPORT).case
    own, inside, shown = (held(house.store, case) for _ in range(3))
    shown = replace(shown, origin=Origin.SHOWN)
    with writing(house.store) as work:
        casefile.add_files(work, case, (replace(inside, origin=Origin.INSIDE), shown), TODAY)
    with writing(house.store) as work:
        mailbox.add_files(work, case, (own,), house.key, TODAY)
    seen = look(house, case)
    assert (seen.files, seen.sent) == ((own,), (shown,))
    assert mailbox.sent_file(house.store, case, shown.id) == shown
    for hidden in (own.id, inside.id, uuid4()):
        assert mailbox.sent_file(house.store, case, hidden) is None


def test_the_card_of_an_earlier_release_is_that_of_a_file_of_the_reporter() -> None:
    card = StoredFile(uuid4(), "a", "b", 1, "c").to_json()
    del card["origin"]
    assert StoredFile.from_json(card).origin is Origin.REPORTER


def test_a_name_given_later_replaces_an_earlier_one(guarded: House) -> None:
    case = guarded.file(replace(REPORT, identity=WHO)).case
    with writing(guarded.store) as work:
        mailbox.disclose(work, case, replace(WHO, name="Lê Thị B"), guarded.key, TODAY)
    with reading(guarded.store) as work:
        row = work.session.get(IdentityRow, case.id)
        epochs = list(work.session.execute(select(IdentityShare.epoch)).scalars())
    assert row is not None
    assert row.epoch == 2
    assert sorted(epochs) == [1, 1, 1, 2, 2, 2]
    assert look(guarded, case).identity_given


def test_a_name_is_refused_without_custodians_or_without_letters(house: House) -> None:
    case = house.file(REPORT).case
    with pytest.raises(NoCustodians), writing(house.store) as work:
        mailbox.disclose(work, case, WHO, house.key, TODAY)
    with pytest.raises(Empty), writing(house.store) as work:
        mailbox.disclose(work, case, replace(WHO, name=" "), house.key, TODAY)
    assert [step.kind for step in look(house, case).steps] == ["case.filed"]


def test_a_withdrawal_is_asked_for_once_and_the_case_stays(house: House) -> None:
    case = house.file(REPORT).case
    for _ in range(2):
        with writing(house.store) as work:
            mailbox.ask_withdrawal(work, case, "Bị ép", house.key, TODAY)
    seen = look(house, case)
    assert seen.withdrawal_asked
    assert [step.kind for step in seen.steps] == ["case.filed", "withdrawal.asked"]
    assert seen.state == "received"


def test_an_alarm_makes_the_case_urgent_and_needs_a_word(house: House) -> None:
    case = house.file(REPORT).case
    with pytest.raises(Empty), writing(house.store) as work:
        mailbox.raise_alarm(work, house.rules, case, (), " ", house.key, TODAY)
    with reading(house.store) as work:
        assert work.session.execute(select(Case.urgent)).scalar_one() is False
    with writing(house.store) as work:
        mailbox.raise_alarm(work, house.rules, case, ("threat",), "", house.key, TODAY)
    with reading(house.store) as work:
        assert work.session.execute(select(Case.urgent)).scalar_one() is True


def test_a_mailbox_cannot_be_filled_without_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_STEPS", 2)
    monkeypatch.setattr(mailbox, "MOST_FILES", 1)
    case = house.file(REPORT).case
    for _ in range(2):
        with writing(house.store) as work:
            mailbox.write(work, case, "một", house.key, TODAY)
    with pytest.raises(MailboxFull), writing(house.store) as work:
        mailbox.write(work, case, "ba", house.key, TODAY)
    files = (held(house.store, case), held(house.store, case))
    with pytest.raises(MailboxFull), writing(house.store) as work:
        mailbox.add_files(work, case, files, house.key, TODAY)
    assert len(look(house, case).steps) == 3
    with reading(house.store) as work:
        logged = work.session.execute(select(func.count()).select_from(CaseEvent)).scalar_one()
    assert logged == 3


def test_the_proof_becomes_that_of_the_public_log(house: House, settings: Settings) -> None:
    case = house.file(REPORT).case
    promise = mailbox.proof(house.store, case, house.key)
    assert promise.startswith("dangvan-promise@v1")
    assert promise == mailbox.proof(house.store, case, house.key)
    list(sequencer.sequence(house.store, settings, TODAY + timedelta(days=1)))
    with reading(house.store) as work:
        key = work.session.execute(select(Instance.checkpoint_key)).scalar_one()
    proved = verify_proof(mailbox.proof(house.store, case, house.key), Verifier.from_text(key))
    assert (proved.act.kind, proved.act.subject) == ("case.filed", str(case.id))
    assert look(house, case).proved


@pytest.mark.parametrize("typed", ["194m", " 1 9-4 M ", "I94M", "l94m"])
def test_a_group_is_read_as_leniently_as_a_code(typed: str) -> None:
    assert mailbox.same_characters(typed, "194M")
    assert not mailbox.same_characters(typed, "194N")


def test_what_staff_write_never_closes_the_mailbox_to_an_alarm(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_STEPS", 2)
    case = house.file(REPORT).case
    by = inspector(house)
    for _ in range(4):
        answer(house, case, by, "nhắn")
    with writing(house.store) as work:
        mailbox.raise_alarm(work, house.rules, case, ("threat",), "Bị dọa", house.key, TODAY)
    assert "retaliation.reported" in {step.kind for step in look(house, case).steps}


def with_the_police(house: House, filed: Admitted, *last: tuple[str, dict[str, str]]) -> list[Told]:
    """Take steps of the police, and return what the reporter is told of the outcomes."""
    day = TODAY.isoformat()
    with writing(house.store) as work:
        for name, terms in (("police.handed_over", {}), ("police.received", {}), *last):
            given = {"decided_on": day, **terms}
            casefile.add_event(work, filed.case, name, TODAY, house.key, terms=given)
    return [step.means for step in look(house, filed.case).steps if step.means is not None]


@pytest.mark.parametrize(
    ("step", "outcome", "vi", "en"),
    [
        ("police.decided", "khoi_to", "đã được khởi tố để điều tra", "investigation has been"),
        ("police.decided", "khong_khoi_to", "không có nghĩa là nội dung đã báo là sai", "untrue"),
        ("police.decided", "forwarded", "cơ quan điều tra khác", "another investigating body"),
        ("police.decided", "taken_over", "Viện kiểm sát trực tiếp", "handles the matter itself"),
        ("police.suspended", "", "tiếp tục khi lý do tạm dừng không còn", "goes on when"),
        ("police.returned", "", "có thể chuyển lại", "hand it over again"),
    ],
)
def test_the_reporter_is_told_in_plain_words_what_an_outcome_means(
    house: House, step: str, outcome: str, vi: str, en: str
) -> None:
    terms = {"police_outcome": outcome} if outcome else {}
    [told] = with_the_police(house, house.file(REPORT), (step, terms))
    assert vi in told.vi
    assert en in told.en
    assert told.vi.endswith(".")


def test_how_a_non_prosecution_may_be_disputed_is_told_until_the_final_decision(
    house: House,
) -> None:
    terms = {"police_outcome": "khong_khoi_to"}
    first, final = with_the_police(
        house, house.file(REPORT), ("police.decided", terms), ("dispute.decided", terms)
    )
    assert "quyền khiếu nại" in first.vi
    assert "Article 158 of the Criminal Procedure Code" in first.en
    assert "quyền khiếu nại" not in final.vi
    assert final.vi in first.vi
