"""A report is filed whole, sealed, once, with its entry in the log; or not at all."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from ledger.note import Verifier
from ledger.proof import verify_promise
from records.case import Case, CaseEvent, CaseFile, CaseItem, CaseKey
from records.clock import CaseClock
from records.errors import BlobMissing
from records.held import HeldBlob
from records.identity import Identity as IdentityRow
from records.identity import IdentityShare
from records.instance import Instance
from records.log import LogEntry
from records.staff import Staff
from records.unit import UnitKey
from records.work import Store, hold_blob, reading, writing
from rules.errors import UnknownRule
from tests.conftest import Shown
from tests.triage.conftest import TODAY, House
from triage import admission, casebook, mailbox
from triage.admission import Empty
from triage.casefile import OpenCase
from triage.identity import NEEDED, NoCustodians
from triage.publickeys import UnitNotOpen
from triage.submission import (
    Disclosure,
    Entry,
    Facts,
    Fear,
    Identity,
    Minutes,
    StoredFile,
    Submission,
)
from vault import box, item, shares, stream
from vault.box import Box
from vault.context import Context, Purpose
from vault.keys import KeyPair, SecretKey, Seed
from vault.receipt import Receipt

REPORT = Submission(
    intent="phan_anh_tham_nhung",
    category="bribery",
    narrative="Quầy số 3 <b>đóng cửa</b> cả buổi sáng, không có ai trực.",
    ward="19900",
    facts=Facts(subject="land_registration_office", accused="Trần Văn A", fear=Fear.SOME),
)
WHO = Identity(Disclosure.CONFIDENTIAL, "Lê Thị Can Đảm", "12 Lê Lợi", "0905 123 456")


def count(store: Store, table: type) -> int:
    with reading(store) as work:
        return work.session.execute(select(func.count()).select_from(table)).scalar_one()


def items(store: Store, case: OpenCase) -> dict[str, dict[str, object]]:
    with reading(store) as work:
        rows = work.session.execute(select(CaseItem).where(CaseItem.case_id == case.id)).scalars()
        return {row.purpose: case.unseal(Purpose(row.purpose), row.id, row.sealed) for row in rows}


def test_a_report_is_stored_with_all_that_was_told(house: House) -> None:
    filed = house.file(REPORT)
    with reading(house.store) as work:
        row = work.session.execute(select(Case)).scalar_one()
    assert (row.kind, row.category, row.ward) == ("phan_anh_tham_nhung", "bribery", "19900")
    assert (row.state, row.unit_code, row.channel) == ("received", "thanh_tra", "web")
    assert (row.arrived_on, row.urgent) == (TODAY, False)
    told = items(house.store, filed.case)
    assert told[Purpose.CASE_NARRATIVE] == {
        "text": "Quầy số 3 đóng cửa cả buổi sáng, không có ai trực."
    }
    assert told[Purpose.CASE_FACTS]["accused"] == "Trần Văn A"
    assert told[Purpose.CASE_FACTS]["intent"] == "phan_anh_tham_nhung"


def test_the_receipt_the_escrow_key_and_the_unit_open_it_and_nobody_else(
    house: House, shown: Shown
) -> None:
    filed = house.file(REPORT)
    escrow = KeyPair(Seed(shares.join(shown.words[:2])))
    with reading(house.store) as work:
        case = work.session.execute(select(Case)).scalar_one()
        wrap = work.session.execute(select(CaseKey)).scalar_one()
        unit = work.session.get(UnitKey, (wrap.unit_code, wrap.epoch))
        assert unit is not None
        scope = (b"thanh_tra", (1).to_bytes(4))
        of_unit = Context(Purpose.UNIT_SEED_FOR_ESCROW, scope)
        keys = KeyPair(Seed(box.unseal(escrow, of_unit, Box(unit.escrow_box))))
        found = mailbox.find(work, Receipt.parse(filed.receipt.grouped))
    assert found == filed.case
    for_escrow = filed.case.context(Purpose.CASE_KEY_FOR_ESCROW)
    assert box.unseal(escrow, for_escrow, Box(case.escrow_wrap)) == filed.case.key
    for_unit = filed.case.context(Purpose.CASE_KEY_FOR_UNIT, *scope)
    assert box.unseal(keys, for_unit, Box(wrap.box)) == filed.case.key


def test_its_filing_is_logged_and_promised(house: House) -> None:
    filed = house.file(REPORT)
    with reading(house.store) as work:
        event = work.session.execute(select(CaseEvent)).scalar_one()
        key = work.session.execute(select(Instance.promise_key)).scalar_one()
        assert work.session.get(LogEntry, event.leaf) is not None
    assert (event.kind, event.position, event.happened_on) == ("case.filed", 1, TODAY)
    text = mailbox.proof(house.store, filed.case, house.key)
    act, promise = verify_promise(text, Verifier.from_text(key))
    assert (act.kind, act.subject, act.day) == ("case.filed", str(filed.case.id), TODAY)
    assert promise.leaf == event.leaf
    assert act.detail == (
        ("category", "bribery"),
        ("channel", "web"),
        ("kind", "phan_anh_tham_nhung"),
        ("state", "received"),
        ("unit", "thanh_tra"),
    )


@pytest.mark.parametrize(
    "channel",
    ["hotline", "portal", "post", "reception", "front", "press", "self_check", "inspection"],
)
def test_what_staff_enter_for_others_goes_the_same_way(house: House, channel: str) -> None:
    by = uuid4()
    filed = house.file(
        replace(REPORT, channel=channel, entry=Entry(by, "thanh_tra", reference="12/CV-MTTQ"))
    )
    with reading(house.store) as work:
        row = work.session.execute(select(Case)).scalar_one()
        event = work.session.execute(select(CaseEvent)).scalar_one()
        assert mailbox.find(work, filed.receipt) == filed.case
    assert row.channel == channel
    assert event.detail is not None
    detail = filed.case.unseal(Purpose.CASE_EVENT, event.id, event.detail)
    assert (detail["entered_by"], detail["reference"]) == (by.hex, "12/CV-MTTQ")


def test_terms_of_what_came_earlier_run_from_the_day_of_receipt(house: House) -> None:
    came = TODAY - timedelta(days=4)
    entry = Entry(uuid4(), "thanh_tra", came, "Thư đến trong kỳ nghỉ.")
    filed = house.file(replace(REPORT, channel="post", entry=entry))
    with reading(house.store) as work:
        row = work.session.execute(select(Case)).scalar_one()
        clocks = work.session.execute(select(CaseClock.rule, CaseClock.started_on)).all()
        event = work.session.execute(select(CaseEvent)).scalar_one()
        course = casebook.course(work, house.rules, filed.case.id, "post")
    assert row.arrived_on == came
    assert ("TCD-01", came) in clocks
    assert json.loads(event.terms)["received_on"] == came.isoformat()
    assert event.happened_on == TODAY  # nobody can make the log say that it was entered in time
    act, _ = verify_promise(mailbox.proof(house.store, filed.case, house.key), house.key.verifier)
    assert ("received_on", came.isoformat()) in act.detail
    assert ("TCD-01", came) in {(each.clock.rule, each.clock.started_on) for each in course.clocks}


def test_a_signed_denunciation_with_a_name_waits_for_no_signature(guarded: House) -> None:
    entry = Entry(uuid4(), "thanh_tra", minutes=Minutes.SIGNED, signed=True)
    signed = replace(REPORT, intent="to_cao", channel="reception", entry=entry)
    filed = guarded.file(replace(signed, identity=WHO))
    assert (filed.kind, filed.state) == ("to_cao", "received")
    unnamed = guarded.file(signed)
    assert unnamed.state == "awaiting_signature"


def test_a_denunciation_by_form_waits_for_its_signature(house: House) -> None:
    filed = house.file(replace(REPORT, intent="to_cao"))
    assert (filed.kind, filed.state) == ("tt_to_cao", "awaiting_signature")


@pytest.mark.parametrize("intent", ["tra_thu", "phan_anh_tham_nhung"])
def test_danger_makes_a_case_urgent(house: House, intent: str) -> None:
    fear = Fear.NONE if intent == "tra_thu" else Fear.DANGER
    house.file(replace(REPORT, intent=intent, facts=Facts(fear=fear)))
    with reading(house.store) as work:
        assert work.session.execute(select(Case.urgent)).scalar_one() is True


def test_two_custodians_together_open_an_identity_and_one_alone_does_not(
    guarded: House, shown: Shown
) -> None:
    filed = guarded.file(replace(REPORT, identity=WHO))
    escrow = KeyPair(Seed(shares.join(shown.words[:2])))
    words = []
    with reading(guarded.store) as work:
        row = work.session.get(IdentityRow, filed.case.id)
        assert row is not None
        for share in work.session.execute(select(IdentityShare)).scalars():
            holder = work.session.get(Staff, share.staff_id)
            assert holder is not None
            lost = Context(Purpose.STAFF_SEED_FOR_ESCROW, (holder.id.bytes,))
            keys = KeyPair(Seed(box.unseal(escrow, lost, Box(holder.escrow_box))))
            scope = (holder.id.bytes, (1).to_bytes(4))
            context = filed.case.context(Purpose.IDENTITY_SHARE_FOR_CUSTODIAN, *scope)
            words.append(box.unseal(keys, context, Box(share.box)).decode())
    assert len(words) == 3
    context = filed.case.context(Purpose.IDENTITY, (1).to_bytes(4))
    for pair in (words[:2], words[1:]):
        key = SecretKey(shares.join(pair))
        opened = json.loads(item.unseal(key, context, item.Item(row.sealed)))
        assert opened["name"] == "Lê Thị Can Đảm"
    with pytest.raises(shares.NotEnoughShares):
        shares.join(words[:1])
    with pytest.raises(Exception, match="another key"):
        item.unseal(filed.case.key, context, item.Item(row.sealed))
    assert NEEDED == row.needed == 2


def test_without_custodians_a_name_is_refused_and_nothing_is_kept(house: House) -> None:
    with pytest.raises(NoCustodians):
        house.file(replace(REPORT, identity=WHO))
    assert not count(house.store, Case)
    assert not count(house.store, CaseItem)


@pytest.mark.parametrize(
    "who", [replace(WHO, name="  "), replace(WHO, disclosure=Disclosure.ANONYMOUS)]
)
def test_a_name_that_is_none_is_not_kept(guarded: House, who: Identity) -> None:
    guarded.file(replace(REPORT, identity=who))
    assert not count(guarded.store, IdentityRow)


def held(store: Store, case: OpenCase, size: int = 5000) -> StoredFile:
    file = StoredFile(uuid4(), "anh.jpg", "image/jpeg", size, "00")
    context = case.context(Purpose.CASE_FILE, file.id.bytes)
    hold_blob(store, file.id, stream.seal(case.key, context, [b"x" * size]), TODAY)
    return file


def test_files_that_were_sealed_before_go_along(house: House) -> None:
    case = admission.new_case()
    file = held(house.store, case)
    with writing(house.store) as work:
        admission.admit(work, house.rules, house.key, case, replace(REPORT, files=(file,)), TODAY)
    assert not count(house.store, HeldBlob)
    with reading(house.store) as work:
        row = work.session.execute(select(CaseFile)).scalar_one()
    assert StoredFile.from_json(case.unseal(Purpose.CASE_FILE_CARD, row.id, row.card)) == file
    assert (row.id, row.original) == (file.id, False)


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (replace(REPORT, narrative=" <b></b> "), Empty),
        (replace(REPORT, intent="khong_co"), UnknownRule),
        (replace(REPORT, category="khong_co"), UnknownRule),
        (replace(REPORT, channel="khong_co"), UnknownRule),
        (replace(REPORT, facts=Facts(unit="khong_co")), UnknownRule),
        (replace(REPORT, files=(StoredFile(uuid4(), "a", "b", 1, "c"),)), BlobMissing),
        (replace(REPORT, facts=Facts(subject="inspectorate")), UnitNotOpen),
    ],
)
def test_a_report_that_fails_leaves_nothing(
    house: House, broken: Submission, error: type[Exception]
) -> None:
    entries = count(house.store, LogEntry)
    with pytest.raises(error):
        house.file(broken)
    for table in (Case, CaseItem, CaseKey, CaseEvent, CaseFile):
        assert not count(house.store, table)
    assert count(house.store, LogEntry) == entries


def test_what_stands_in_the_open_tells_nothing_of_the_accused(house: House) -> None:
    house.file(REPORT)
    with reading(house.store) as work:
        row = work.session.execute(select(Case)).scalar_one()
    shown = {name: value for name, value in vars(row).items() if isinstance(value, str)}
    assert "land_registration_office" not in str(shown)
