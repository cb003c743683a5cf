"""Words of an identity are nowhere in its case, and come back with the identity alone."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from records.case import CaseEvent, CaseFile, CaseItem
from records.work import Store, reading, writing
from tests.triage.conftest import TODAY, House
from tests.triage.test_admission import REPORT, WHO, held
from triage import admission, covering, identity, likeness, mailbox
from triage.casefile import OpenCase
from triage.spans import COVERED
from triage.submission import Facts, Identity, StoredFile, Submission
from triage.text import folded
from vault.context import Purpose

STORY = (
    "Tôi là Lê Thị Can Đảm, ở 12 Lê Lợi. Trưởng phòng Trần Văn A ép tôi đưa 20 triệu đồng mới ký "
    "hồ sơ đất, gọi vào số 0905.123.456 của tôi nhiều lần. Ai cũng biết đường Lê Lợi ngập."
)
TOLD = replace(
    REPORT,
    narrative=STORY,
    facts=Facts(
        subject="land_registration_office",
        accused="Trần Văn A, người đe dọa chị Đảm ở 12 Lê Lợi",
        money="20 triệu, chuyển từ máy +84 905 123 456",
        fear_note="Họ biết nhà LE THI CAN DAM",
    ),
    identity=WHO,
)
PLANTED = ("can dam", "chi dam", "12 le loi", "123.456", "123 456", "le_thi_can")


def everything(store: Store, case: OpenCase) -> str:
    """Return all that the case key opens, as one text without diacritics."""
    with reading(store) as work:
        opened = [
            case.unseal(Purpose(row.purpose), row.id, row.sealed)
            for row in work.session.execute(select(CaseItem)).scalars()
        ]
        opened += [
            case.unseal(Purpose.CASE_FILE_CARD, row.id, row.card)
            for row in work.session.execute(select(CaseFile)).scalars()
        ]
        opened += [
            case.unseal(Purpose.CASE_EVENT, row.id, row.detail)
            for row in work.session.execute(select(CaseEvent)).scalars()
            if row.detail is not None
        ]
    return folded(json.dumps(opened, ensure_ascii=False))


def newest(store: Store, case: OpenCase, purpose: Purpose) -> dict[str, object]:
    with reading(store) as work:
        row = work.session.execute(select(CaseItem).where(CaseItem.purpose == purpose)).scalar_one()
        return case.unseal(purpose, row.id, row.sealed)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Identity]:
    """What was given to be sealed under the identity key."""
    given: list[Identity] = []
    keep = identity.keep

    def watched(*of_act: object) -> None:
        given.append(of_act[2])  # type: ignore[arg-type]
        keep(*of_act)  # type: ignore[arg-type]

    monkeypatch.setattr(identity, "keep", watched)
    return given


def file_with_a_name(house: House, told: Submission) -> OpenCase:
    case = admission.new_case()
    file = replace(held(house.store, case), name="le_thi_can_dam 12 Lê Lợi.jpg")
    with writing(house.store) as work:
        admission.admit(work, house.rules, house.key, case, replace(told, files=(file,)), TODAY)
    return case


def test_no_word_of_an_identity_is_opened_by_the_case_key(
    guarded: House, kept: list[Identity]
) -> None:
    case = file_with_a_name(guarded, TOLD)
    stored = everything(guarded.store, case)
    assert not [word for word in PLANTED if word in stored]
    narrative = str(newest(guarded.store, case, Purpose.CASE_NARRATIVE)["text"])
    assert narrative.startswith(f"Tôi là {COVERED}, ở {COVERED}. Trưởng phòng Trần Văn A")
    assert narrative.endswith("Ai cũng biết đường Lê Lợi ngập.")
    assert kept[0].originals["narrative"] == STORY
    assert kept[0].originals["facts.fear_note"] == "Họ biết nhà LE THI CAN DAM"


def test_an_identity_given_later_is_covered_in_what_came_before(
    guarded: House, kept: list[Identity]
) -> None:
    case = file_with_a_name(guarded, replace(TOLD, identity=None))
    with writing(guarded.store) as work:
        mailbox.write(work, case, "Chị Đảm đây, gọi 0905 123 456", guarded.key, TODAY)
        alarm = "Họ đến 12 Lê Lợi tìm Lê Thị Can Đảm"
        mailbox.raise_alarm(work, guarded.rules, case, (), alarm, guarded.key, TODAY)
    before = everything(guarded.store, case)
    assert [word for word in PLANTED if word in before]
    with writing(guarded.store) as work:
        mailbox.disclose(work, case, WHO, guarded.key, TODAY)
    stored = everything(guarded.store, case)
    assert not [word for word in PLANTED if word in stored]
    assert kept[0].originals["narrative"] == STORY
    assert alarm in kept[0].originals.values()
    text = str(newest(guarded.store, case, Purpose.CASE_NARRATIVE)["text"])
    printed = newest(guarded.store, case, Purpose.CASE_FINGERPRINT)["text"]
    assert printed == likeness.fingerprint(text)


@pytest.mark.parametrize("later", [False, True])
def test_phrases_of_signs_stand_where_they_stood(guarded: House, *, later: bool) -> None:
    told = replace(TOLD, identity=None if later else WHO)
    with writing(guarded.store) as work:
        case = admission.new_case()
        admission.admit(work, guarded.rules, guarded.key, case, told, TODAY)
    if later:
        with writing(guarded.store) as work:
            mailbox.disclose(work, case, WHO, guarded.key, TODAY)
    facts = newest(guarded.store, case, Purpose.CASE_FACTS)
    text = newest(guarded.store, case, Purpose.CASE_NARRATIVE)["text"]
    searched = f"{text}\n{facts['money']}"
    phrases = newest(guarded.store, case, Purpose.CASE_SIGNS)["phrases"]
    assert isinstance(phrases, list)
    assert phrases
    assert all(searched[each["start"] : each["end"]] == each["text"] for each in phrases)


def test_who_gives_no_name_finds_every_word_as_it_was_written(house: House) -> None:
    case = file_with_a_name(house, replace(TOLD, identity=None))
    assert newest(house.store, case, Purpose.CASE_NARRATIVE)["text"] == STORY


def test_the_last_check_shows_what_will_be_covered() -> None:
    (spans,) = covering.spans_of(TOLD, [STORY])
    assert [STORY[each.start : each.end] for each in spans] == [
        "Lê Thị Can Đảm",
        "12 Lê Lợi",
        "0905.123.456",
    ]
    assert covering.spans_of(replace(TOLD, identity=None), [STORY]) == ((),)


def test_a_file_keeps_its_ending(guarded: House) -> None:
    case = file_with_a_name(guarded, TOLD)
    with reading(guarded.store) as work:
        row = work.session.execute(select(CaseFile)).scalar_one()
    card = StoredFile.from_json(case.unseal(Purpose.CASE_FILE_CARD, row.id, row.card))
    assert card.name == f"{COVERED} {COVERED}.jpg"
