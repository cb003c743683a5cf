"""Fingerprints tell how alike two texts are, and nothing to whom does not hold both keys."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.work import reading
from tests.triage.test_tracker import REPORT, Office, office  # noqa: F401  (a fixture)
from triage import likeness, similar, tracker
from triage.casefile import OpenCase
from triage.submission import Facts
from vault.errors import VaultError
from vault.keys import new_secret_key

REPORTS = [
    json.loads(line)["text"]
    for line in (Path(__file__).parents[1] / "data" / "reports-dev.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
STORY = (
    "Sáng thứ hai tôi lên phường nộp hồ sơ xin phép sửa nhà, anh cán bộ giữ lại ba tuần rồi nói "
    "muốn nhanh thì gửi năm triệu đồng, tôi đưa ở quán nước trước cổng và hôm sau có giấy phép."
)


def test_different_reports_are_not_alike() -> None:
    prints = [likeness.fingerprint(text) for text in REPORTS]
    for number, one in enumerate(prints):
        for other in prints[number + 1 :]:
            assert likeness.likeness(one, other) < likeness.ALIKE


@pytest.mark.parametrize(
    "again",
    [
        STORY.upper(),
        "Kính gửi Thanh tra. " + STORY + " Mong được xem xét sớm.",
        STORY.replace("năm triệu đồng", "5 triệu"),
        STORY.translate(str.maketrans("áàảãạăâ", "aaaaaaa")),
    ],
)
def test_the_same_story_told_again_is_alike(again: str) -> None:
    share = likeness.likeness(likeness.fingerprint(STORY), likeness.fingerprint(again))
    assert share >= likeness.ALIKE


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_mutual_and_whole_with_oneself(one: str, other: str) -> None:
    first, second = likeness.fingerprint(one), likeness.fingerprint(other)
    assert likeness.likeness(first, second) == likeness.likeness(second, first)
    assert likeness.likeness(first, first) in (0.0, 1.0)  # 0: a text without a word


@pytest.mark.parametrize("text", ["AAA=", "A" * 1024, "không phải"])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)fingerprint|base64|ascii|padding"):
        likeness.likeness(text, likeness.fingerprint(STORY))


def test_alike_cases_are_suggested_to_whom_may_read_both(office: Office) -> None:  # noqa: F811
    report = replace(REPORT, intent="phan_anh_tham_nhung", facts=Facts(), narrative=STORY)
    one = office.house.file(report).case
    same = office.house.file(replace(report, narrative=STORY + " Xin giúp.")).case
    other = office.house.file(replace(report, narrative=REPORTS[20])).case
    with reading(office.house.store) as work:
        found = similar.suggest(work, one, [one, same, other], office.inspector)
    assert [each.case_id for each in found] == [same.id]
    with reading(office.house.store) as work, pytest.raises(VaultError):
        similar.suggest(work, one, [OpenCase(same.id, new_secret_key())], office.inspector)
    recused = {"assignee": office.inspector.hex, "reason": "Là người thân"}
    with office.acting() as acting:
        tracker.take(acting, same, office.head, "person.recused", recused)
    with reading(office.house.store) as work:
        assert not similar.suggest(work, one, [same, other], office.inspector)
