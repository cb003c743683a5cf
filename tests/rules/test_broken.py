"""Broken rules are refused, with the file, the key and the reason in one sentence."""

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rules
from rules import BrokenRules, load
from tests.rules.toml_files import PACKAGED, read_toml, write_toml

Row = dict[str, Any]
Change = Callable[[Row], object]


def setting(key: str, value: object) -> Change:
    return lambda row: row.__setitem__(key, value)


def dropping(key: str) -> Change:
    return lambda row: row.pop(key)


def replacing(key: str, old: str, new: str) -> Change:
    def change(row: Row) -> None:
        assert old in row[key]
        row[key] = row[key].replace(old, new)

    return change


NFD = unicodedata.normalize("NFD", "Giải quyết tố cáo")
SHORT = {"length": 7, "unit": "WD", "vi": "nhiều nơi", "en": "places"}

# Of the deadline of that id: what is done to it, key of the finding, part of the reason.
BROKEN_DEADLINES = [
    ("TC-05", dropping("article"), "article", "the key is missing"),
    ("TC-05", setting("kindss", []), "kindss", "not a known key; perhaps 'kinds' is meant"),
    ("TC-05", setting("kinds", "to_cao"), "kinds", "tuple"),
    ("TC-05", setting("term", {"length": "30", "unit": "D"}), "term.length", "but it is '30'"),
    ("TC-05", setting("term", {"length": 0, "unit": "D"}), "term.length", "greater than or equal"),
    ("TC-05", setting("term", {"length": 30, "unit": "days"}), "term.unit", "but it is 'days'"),
    ("TC-05", setting("term", {"unit": "D"}), "term.length", "do not go together"),
    ("TC-02", setting("term", {"length": 1, "unit": "at_once"}), "term.length", "do not go"),
    ("TC-01", setting("longer", SHORT), "longer.length", "must be more"),
    ("TC-05", setting("mark", "X"), "mark", "but it is 'X'"),
    ("TC-05", setting("mark", "U"), "verify", "must say verify = true"),
    ("TC-05", setting("effective_from", "2019-01-01"), "effective_from", "valid date"),
    ("TC-05", setting("effective_to", date(2018, 12, 31)), "effective_to", "before effective_from"),
    ("TC-05", setting("effective_from", date(2018, 12, 31)), "effective_from", "before 2019-01-01"),
    ("KN-01", setting("effective_to", date(2026, 7, 1)), "effective_from", "on the same days"),
    ("TC-05", setting("id", "TC-04"), "id", "duplicate id"),
    ("TC-05", setting("kinds", ["to_khai"]), "kinds", "there is no kind 'to_khai'"),
    ("TC-05", setting("kinds", ["any", "to_cao"]), "kinds", "stands alone"),
    ("TC-05", setting("start", "dawn"), "start", "there is no event 'dawn'"),
    ("TC-05", setting("actor", "nobody"), "actor", "there is no actor 'nobody'"),
    ("TC-08", setting("stops", ["TC-99"]), "stops", "there is no deadline 'TC-99'"),
    ("TC-06", setting("extension", {"of": ["TC-99"], "times": 1}), "extension.of", "'TC-99'"),
    ("TC-05", setting("article", "TX 30(1)"), "article", "known abbreviation"),
    ("TC-05", setting("article", "TC 30(1), KN 28"), "article", "second law"),
    ("NB-01", setting("article", "TC 24(1)"), "basis", "noi_bo"),
    ("TC-05", setting("vi", NFD), "vi", "normal form NFC"),
    ("TC-05", setting("vi", ""), "vi", "at least 1 character"),
]

# Table of indicators.toml, id of the row, what is done to it, key, part of the reason.
BROKEN_SIGNS = [
    ("concept", "bribe", setting("phrases", ["Hối lộ"]), "phrases.0", "pattern"),
    ("concept", "bribe", setting("phrases", ["hối (lộ"]), "phrases", "brackets"),
    ("concept", "bribe", setting("phrases", ["tiền-lót"]), "phrases", "cut into words"),
    ("concept", "bribe", setting("phrases", ["hối lộ ~"]), "phrases", "begin or end with nothing"),
    ("concept", "bribe", setting("phrases", ["hối lộ", "hối (lộ)"]), "phrases", "duplicate phrase"),
    ("concept", "sum", dropping("at_least"), "phrases", "neither a phrase nor a sum"),
    (
        "pattern",
        "bribe_sum",
        setting("weights", [{"crime": "9", "percent": 100}]),
        "weights",
        "there is no crime '9'",
    ),
    (
        "pattern",
        "bribe_sum",
        setting("weights", [{"crime": "354", "percent": 0}]),
        "weights.0.percent",
        "greater than",
    ),
    ("pattern", "bribe_sum", setting("needs", [["luck"]]), "needs", "there is no concept 'luck'"),
    ("pattern", "bribe_sum", setting("unless", ["luck"]), "unless", "there is no concept 'luck'"),
    ("pattern", "bribe_sum", setting("unless", ["bribe"]), "needs", "can never hold"),
    ("pattern", "bribe_sum", setting("within", "page"), "within", "but it is 'page'"),
    (
        "pattern",
        "papers_forged",
        setting("weights", [{"crime": "341", "percent": 99}]),
        "weights",
        "never 100",
    ),
    ("brake", "praised", setting("crimes", ["9"]), "crimes", "there is no crime '9'"),
    ("spelling", "spelling_em", setting("short", ["k"]), "short", "stands for another word"),
    ("spelling", "spelling_em", setting("short", ["e m"]), "short", "is not one word"),
]

# File, table, id of the row, what is done to it, key of the finding, part of the reason.
BROKEN_ROWS = [
    *(("deadlines.toml", "deadline", *case) for case in BROKEN_DEADLINES),
    ("kinds.toml", "kind", "khieu_nai", setting("fields", ["age"]), "fields", "no detail 'age'"),
    ("kinds.toml", "intent", "to_cao", setting("kind", "don"), "kind", "no kind 'don'"),
    ("categories.toml", "subject", "police", setting("unit", "x"), "unit", "no unit 'x'"),
    ("crimes.toml", "crime", "353", dropping("verify"), "verify", "minimum marked U"),
    *(("indicators.toml", *case) for case in BROKEN_SIGNS),
    ("handover.toml", "dossier_item", "rec_index", setting("template", "x"), "template", "no temp"),
    ("units.toml", "unit", "thanh_tra", setting("parent", "ubnd"), "parent", "no unit 'ubnd'"),
    ("units.toml", "unit", "thanh_tra", dropping("parent"), "parent", "no path to a root"),
    ("units.toml", "unit", "chu_tich_ubnd", setting("parent", "thanh_tra"), "parent", "circle"),
    ("units.toml", "unit", "bo_cong_an", setting("parent", "cong_an"), "root", "has no parent"),
    (
        "units.toml",
        "unit",
        "cong_an",
        setting("parent", "don_vi_da_giai_the"),
        "parent",
        "no unit 'don_vi_da_giai_the'",
    ),
    ("units.toml", "unit", "xa_phu_loc", setting("code", "19900"), "code", "is also that of"),
    ("units.toml", "unit", "xa_phu_loc", setting("code", "1990"), "code", "pattern"),
    ("units.toml", "unit", "xa_phu_loc", dropping("code"), "code", "the key is missing"),
    ("calendar.toml", "correction", "tet_2026", setting("last", date(2026, 2, 1)), "last", "first"),
    (
        "calendar.toml",
        "correction",
        "tet_2026",
        setting("kind", "working_saturday"),
        "kind",
        "Saturdays only",
    ),
    (
        "calendar.toml",
        "statutory",
        "labour_day",
        setting("month_day", "04-31"),
        "month_day",
        "no s",
    ),
    (
        "lifecycle.toml",
        "step",
        "overdue.reported",
        setting("on_breach", ["TC-99"]),
        "on_breach",
        "no deadline 'TC-99'",
    ),
    (
        "lifecycle.toml",
        "step",
        "unit.urged",
        setting("on_breach", ["TC-05"]),
        "on_breach",
        "nothing to enter",
    ),
    ("deadlines.toml", "warning", "warn_50", setting("id", "warn_60"), "id", "it is 'warn_60'"),
    ("routing.toml", "route", "protection", setting("unit", "x"), "unit", "no unit 'x'"),
    ("routing.toml", "route", "protection", setting("to", "superior"), "to", "either to or unit"),
    (
        "routing.toml",
        "route",
        "protection",
        setting("unit", "don_vi_su_nghiep"),
        "unit",
        "is a group",
    ),
    (
        "routing.toml",
        "route",
        "feedback",
        setting("when", {"kinds": ["khac"]}),
        "when.concerns",
        "would go nowhere",
    ),
    (
        "routing.toml",
        "route",
        "feedback_in_ward",
        setting("when", {}),
        "when.ward",
        "would go nowhere",
    ),
    (
        "routing.toml",
        "route",
        "inspectorate",
        setting("when", {"kinds": ["khac"]}),
        "when",
        "must hold for every report",
    ),
    (
        "routing.toml",
        "route",
        "feedback_elsewhere",
        setting("when", {"kinds": ["tt_to_cao"], "accusing": False}),
        "when",
        "no report can reach it",
    ),
    (
        "units.toml",
        "unit",
        "bo_cong_an",
        setting("forwarded_by", ["thanh_tra"]),
        "forwarded_by",
        "3 different roots",
    ),
    (
        "units.toml",
        "unit",
        "cong_an",
        setting("forwarded_by", ["thanh_tra"]),
        "forwarded_by",
        "only an outside unit",
    ),
    ("periods.toml", "period", "q1", setting("last", "02-30"), "last", "no such day"),
    ("periods.toml", "figure", "recovery", setting("group", "x"), "group", "no assessment 'x'"),
    (
        "replies.toml",
        "reply",
        "closed",
        replacing("body_vi", "{unit}", "{name}"),
        "body_vi",
        "there is no placeholder 'name'",
    ),
    (
        "replies.toml",
        "reply",
        "closed",
        replacing("body_en", "{unit}", "The unit"),
        "body_en",
        "the two languages differ in: unit",
    ),
    (
        "replies.toml",
        "reply",
        "closed",
        replacing("body_vi", "{unit}", "{unit"),
        "body_vi",
        "the braces are broken",
    ),
    (
        "replies.toml",
        "reply",
        "closed",
        replacing("body_vi", "{unit}", "{unit!r}"),
        "body_vi",
        "a placeholder is a bare name",
    ),
]


@pytest.mark.parametrize("case", BROKEN_ROWS, ids=lambda case: f"{case[2]}-{case[4]}-{case[5]}")
def test_a_broken_row_is_refused_naming_file_key_and_reason(
    folder: Path, case: tuple[str, str, str, Change, str, str]
) -> None:
    file, table, row_id, change, key, reason = case
    data = read_toml(folder / file)
    row = next(row for row in data[table] if row["id"] == row_id)
    change(row)
    write_toml(folder / file, data)
    with pytest.raises(BrokenRules) as caught:
        load(folder)
    told = [
        finding
        for finding in caught.value.findings
        if (finding.file, finding.key) == (file, f"{table}[{row['id']}].{key}")
    ]
    assert reason in " ".join(finding.reason for finding in told), str(caught.value)
    assert f"{file}, at {told[0].key}: {told[0].reason}." in str(caught.value)


def test_a_unit_whose_parent_ends_before_it_has_no_path_to_a_root(folder: Path) -> None:
    data = read_toml(folder / "units.toml")
    ministry = next(row for row in data["unit"] if row["id"] == "bo_cong_an")
    ministry["effective_to"] = date(2026, 12, 31)
    write_toml(folder / "units.toml", data)
    file, key, reason = _broken(folder)
    assert (file, key) == ("units.toml", "unit[cong_an].parent")
    assert "'bo_cong_an' above it is not in force on 2027-01-01" in reason


def test_a_direction_behind_one_that_takes_every_report_is_refused(folder: Path) -> None:
    data = read_toml(folder / "routing.toml")
    data["route"][0].pop("when")
    write_toml(folder / "routing.toml", data)
    file, key, reason = _broken(folder)
    assert (file, key) == ("routing.toml", "route[city_leadership].when")
    assert "no report can reach it: city_head" in reason


def test_a_missing_guard_is_refused(folder: Path) -> None:
    data = read_toml(folder / "routing.toml")
    data["guard"] = [row for row in data["guard"] if row["id"] != "accused"]
    write_toml(folder / "routing.toml", data)
    assert _broken(folder)[:2] == ("routing.toml", "guard[accused]")


def test_assessment_weights_that_are_not_a_whole_are_refused(folder: Path) -> None:
    data = read_toml(folder / "periods.toml")
    data["assessment"][-1]["weight"] = 11
    write_toml(folder / "periods.toml", data)
    file, key, reason = _broken(folder)
    assert (file, key) == ("periods.toml", "assessment[prevention].weight")
    assert "101 together, not 100" in reason


def _broken(folder: Path) -> tuple[str, str, str]:
    with pytest.raises(BrokenRules) as caught:
        load(folder)
    return caught.value.file, caught.value.key, caught.value.reason


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert _broken(tmp_path / "none")[2] == "is not a folder of rules"


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "units.toml").unlink()
    assert _broken(folder) == ("units.toml", "", "the file is missing")


def test_a_file_that_cannot_be_read_is_refused(folder: Path) -> None:
    (folder / "units.toml").unlink()
    (folder / "units.toml").mkdir()
    assert _broken(folder)[2].startswith("the file cannot be read")


def test_a_file_of_an_unknown_name_is_refused(folder: Path) -> None:
    (folder / "deadline.toml").write_text("", encoding="utf-8")
    assert _broken(folder) == ("deadline.toml", "", "is not the name of a file of rules")


def test_a_file_that_is_not_utf8_is_refused_with_the_place(folder: Path) -> None:
    (folder / "laws.toml").write_bytes(b"# Lu\xe2t\n")
    assert _broken(folder) == ("laws.toml", "byte 4", "the file is not UTF-8 text")


def test_broken_toml_is_refused_with_its_line(folder: Path) -> None:
    (folder / "laws.toml").write_text('[[law]]\nid = "TC\n', encoding="utf-8")
    file, key, reason = _broken(folder)
    assert (file, key) == ("laws.toml", "line 2")
    assert "the TOML is broken" in reason


def test_toml_that_breaks_off_is_refused(folder: Path) -> None:
    (folder / "laws.toml").write_text("[[law]]\nid = [", encoding="utf-8")
    assert _broken(folder)[:2] == ("laws.toml", "the end of the file")


def test_toml_nested_beyond_reason_is_refused(folder: Path) -> None:
    (folder / "laws.toml").write_text("law = " + "[" * 100_000, encoding="utf-8")
    assert _broken(folder) == ("laws.toml", "", "the TOML is nested too deeply")


def test_the_last_day_of_all_stands_for_no_end(folder: Path) -> None:
    data = read_toml(folder / "units.toml")
    for row in data["unit"]:
        row["effective_to"] = date.max
    write_toml(folder / "units.toml", data)
    assert load(folder).units.on("thanh_tra", date.max)


@pytest.mark.parametrize(
    ("content", "key", "reason"),
    [
        ("", "law", "the table is missing"),
        ("law = 5\n", "law", "must be rows, each under [[law]]"),
        ("law = []\n", "law", "must be rows, each under [[law]]"),
        ("[law]\nid = 5\n", "law", "must be rows, each under [[law]]"),
        ('[[laws]]\nid = "TC"\n', "laws", "is not a table of this file; perhaps 'law' is meant"),
    ],
)
def test_a_file_without_its_tables_is_refused(
    folder: Path, content: str, key: str, reason: str
) -> None:
    (folder / "laws.toml").write_text(content, encoding="utf-8")
    assert _broken(folder) == ("laws.toml", key, reason)


def test_all_findings_are_told_at_once(folder: Path) -> None:
    for file, table in (("kinds.toml", "kind"), ("crimes.toml", "crime")):
        data = read_toml(folder / file)
        del data[table][0]["article"]
        del data[table][1]["mark"]
        write_toml(folder / file, data)
    with pytest.raises(BrokenRules) as caught:
        load(folder)
    files = [finding.file for finding in caught.value.findings]
    assert files == ["kinds.toml", "kinds.toml", "crimes.toml", "crimes.toml"]
    assert len(str(caught.value).splitlines()) == 4


def test_a_row_without_an_id_is_named_by_its_number(folder: Path) -> None:
    data = read_toml(folder / "units.toml")
    del data["unit"][2]["id"]
    write_toml(folder / "units.toml", data)
    assert _broken(folder) == ("units.toml", "unit[#3].id", "the key is missing")


def test_rewritten_but_unchanged_rules_load_as_the_packaged_ones(folder: Path) -> None:
    for name in rules.FILES:
        write_toml(folder / name, read_toml(folder / name))
    rewritten = [table.rows for table in load(folder).tables()]
    assert rewritten == [table.rows for table in load().tables()]


KEYS = [
    (file, table, number, key)
    for file in rules.FILES
    for table, rows in read_toml(PACKAGED / file).items()
    for number, row in enumerate(rows)
    for key in row
]
REQUIRED = [
    place for place in KEYS if rules.FILES[place[0]][place[1]].model_fields[place[3]].is_required()
]

# One folder serves all examples: each rewrites its file whole and then restores it.
few = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _refused_file(folder: Path, file: str, change: Callable[[dict[str, Any]], object]) -> str:
    data = read_toml(folder / file)
    change(data)
    write_toml(folder / file, data)
    try:
        return _broken(folder)[0]
    finally:
        (folder / file).write_bytes((PACKAGED / file).read_bytes())


@few
@given(place=st.sampled_from(REQUIRED))
def test_a_row_without_a_required_key_is_refused_naming_its_file(
    folder: Path, place: tuple[str, str, int, str]
) -> None:
    file, table, number, key = place
    assert _refused_file(folder, file, lambda data: data[table][number].pop(key)) == file


@few
@given(
    place=st.sampled_from(KEYS),
    at=st.integers(min_value=0, max_value=20),
    letter=st.sampled_from("abcxyz_đ"),
)
def test_a_row_with_a_misspelt_key_is_refused_naming_its_file(
    folder: Path, place: tuple[str, str, int, str], at: int, letter: str
) -> None:
    file, table, number, key = place

    def misspell(data: dict[str, Any]) -> None:
        row = data[table][number]
        row[key[:at] + letter + key[at:]] = row.pop(key)

    assert _refused_file(folder, file, misspell) == file
