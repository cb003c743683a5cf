"""Signs of crime: facts in combination are suggested with their phrases; mere words are not."""

import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import learn
from rules import load
from triage import lexicon, signs
from triage.lexicon import Lexicon
from triage.signs import Signs

RULES = load()
DAY = date(2026, 11, 25)
DATA = Path(__file__).parents[1] / "data"
BRIBE = "Cán bộ địa chính đòi tôi đưa 5 triệu, không đưa thì không ký hồ sơ."


def find(text: str) -> Signs:
    return signs.find(RULES, text, DAY)


def reports(name: str) -> list[dict[str, Any]]:
    lines = (DATA / f"reports-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("name", "precision", "recall", "first"),
    [
        ("dev", 0.95, 0.95, 0.85),
        ("variants-1", 0.95, 0.95, 0.75),
        ("variants-2", 0.95, 0.95, 0.85),
        ("variants-3", 0.95, 0.95, 0.65),
    ],
)
def test_labelled_reports_are_told_apart(
    name: str, precision: float, recall: float, first: float
) -> None:
    found = [(report, find(report["text"])) for report in reports(name)]
    true = [(report, told) for report, told in found if report["crime"]]
    suspected = [report["crime"] for report, told in found if told.suspected]
    hits = [(report, told) for report, told in true if told.suspected]
    assert sum(suspected) / len(suspected) >= precision
    assert len(hits) / len(true) >= recall
    right = [told.articles[0].article in report["articles"] for report, told in hits]
    assert sum(right) / len(true) >= first


def test_wording_learned_from_other_reports_tells_unseen_ones_apart() -> None:
    """The weights that ship have seen these reports; here they come from the other sets alone."""
    sets = learn.read_all(RULES)
    figures = learn.judged_by_the_others(RULES, sets, "variants-3")
    assert figures.precision >= 0.8
    assert figures.recall >= 0.85
    assert figures.first_article >= 0.45


def test_articles_come_best_first_with_the_phrases_that_made_them() -> None:
    found = find(BRIBE)
    assert found.suspected
    assert found.articles[0].article == "354"
    scores = [each.score for each in found.articles]
    assert scores == sorted(scores, reverse=True)
    assert {"official", "demand", "sum"} <= {each.concept for each in found.phrases}
    assert all(set(each.articles) <= {a.article for a in found.articles} for each in found.phrases)


@pytest.mark.parametrize(
    ("text", "article"),
    [
        (
            "can bo dia chinh doi toi dua 5 trieu, khong dua thi khong ky ho so",
            "354",
        ),
        ("a cb p. kte ns dua 3tr thi ky lien, k dua thi bao thieu giay, ae dan e ghi am r", "354"),
        (
            "Ôn trưởng thôn ký nhận thay, mệ tui mất từ năm 2022 mà vẫn có tên lãnh trợ cấp.",
            ("353", "359"),
        ),
        (
            "The officer demanded five million dong in cash without a receipt, then signed.",
            "354",
        ),
        ("Hắn nhắn sẽ giết cả nhà tôi nếu tôi không rút đơn tố cáo.", "133"),
        ("Bằng đại học của ông trưởng phòng là bằng giả, mua trên mạng.", "341"),
    ],
)
def test_the_same_facts_are_found_however_they_are_told(
    text: str, article: str | tuple[str, ...]
) -> None:
    expected = (article,) if isinstance(article, str) else article
    assert find(text).articles[0].article in expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n ",
        "Cán bộ không đòi tiền, cũng không gợi ý phong bì, tôi rất hài lòng.",
        "Mỗi cán bộ, đảng viên quyết tâm không nhận hối lộ, không tham ô dưới mọi hình thức.",
        "Nghe đồn ở phòng đó ai muốn nhanh phải đưa 5 triệu, tôi cũng không biết có hay không.",
        "Báo đăng một tỉnh khác vừa khởi tố giám đốc nhận hối lộ 3 tỷ đồng.",
        "Tôi gửi chị cán bộ phong bì 500 ngàn nhưng chị kiên quyết không nhận, xin khen chị.",
        "Tôi nộp 1.200.000đ lệ phí tại kho bạc, có biên lai đầy đủ, hỏi khi nào có kết quả?",
        "Cho em hỏi nhận quà 500 ngàn của doanh nghiệp thì có phải nộp lại không ạ?",
        "Xin đính chính: anh cán bộ không hề đòi tiền như tôi viết hôm trước, tôi hiểu nhầm.",
        "Tham nhũng là quốc nạn, nói chung ai cũng ghét.",
        "Lớp bồi dưỡng nghiệp vụ cho cán bộ phường khi nào khai giảng?",
    ],
)
def test_words_without_facts_suggest_nothing(text: str) -> None:
    assert find(text) == Signs(suspected=False)


def test_a_tone_tells_a_demand_from_a_preposition() -> None:
    with_tone, without = Lexicon.of(RULES, DAY).read("anh ấy vòi")[1], find("anh ấy đi với tôi")
    assert "bribe" in {hit.concept for hit in with_tone}
    assert not without.suspected


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_phrases_stand_where_they_say_in_the_text_as_it_was_given(form: str) -> None:
    text = "👩‍👧‍👦 e\u0301e\u0301 — " + unicodedata.normalize(form, BRIBE)  # type: ignore[arg-type]
    found = find(text)
    assert found.suspected
    for phrase in found.phrases:
        assert text[phrase.start : phrase.end] == phrase.text
    told = {unicodedata.normalize("NFC", phrase.text) for phrase in found.phrases}
    assert {"Cán bộ", "5 triệu"} <= told


@given(st.text(max_size=300) | st.text("aàđ 05tr,.\n\u0301củkhông~#@", max_size=300))
def test_any_text_is_read_and_every_phrase_lies_in_it(text: str) -> None:
    for phrase in find(text).phrases:
        assert text[phrase.start : phrase.end] == phrase.text


@given(st.sampled_from([report["text"] for report in reports("dev")]))
def test_capitals_and_decomposed_letters_change_nothing(text: str) -> None:
    found = find(text)
    assert find(unicodedata.normalize("NFD", text)).articles == found.articles


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("They asked for half a million dong to stamp it.", 500_000),
        ("Anh ấy vòi 2 củ, sau đó đòi thêm hai mươi triệu.", 20_000_000),
        ("Đèn đường hỏng đã ba tuần.", None),
    ],
)
def test_the_largest_sum_is_told_for_routing(text: str, amount: int | None) -> None:
    assert find(text).amount == amount


def test_the_work_grows_with_the_length_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0
    plain_runs = lexicon._runs

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal steps
        for run in plain_runs(*arguments, **named):
            steps += 1
            yield run

    monkeypatch.setattr(lexicon, "_runs", counted)
    counts = []
    for times in (100, 200, 400):
        steps = 0
        find("không đưa tiền thì không ký hồ sơ cho tôi 5 triệu " * times)
        counts.append(steps)
    assert counts[1] <= 2.2 * counts[0]
    assert counts[2] <= 2.2 * counts[1]


@pytest.mark.parametrize(
    "piece", ["không ", "a", "5 ", "đưa ~ ", "hai mươi ", "\u0301", ".", "((("]
)
def test_fifty_thousand_characters_of_anything_are_read(piece: str) -> None:
    assert find((piece * 50_000)[:50_000]) == Signs(suspected=False)


def test_rules_of_another_day_suggest_what_that_day_knew() -> None:
    assert find(BRIBE).suspected
    assert not signs.find(RULES, BRIBE, date(2020, 1, 1)).suspected


def test_signs_are_written_as_json() -> None:
    told = json.loads(json.dumps(find(BRIBE).to_json(), ensure_ascii=False))
    assert told["suspected"] is True
    assert told["articles"][0]["article"] == "354"
    assert {"text", "start", "end", "concept", "vi", "en", "articles"} <= set(told["phrases"][0])


def test_a_new_day_alone_makes_nothing_anew() -> None:
    made = signs.engine(RULES, DAY)
    assert signs.engine(RULES, date(2026, 11, 26)) is made
    assert signs.engine(RULES, date(2020, 1, 1)) is not made
