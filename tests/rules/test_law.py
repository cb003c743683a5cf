"""The facts that the packaged rules must hold, row by row."""

from datetime import date
from pathlib import Path

import pytest

from rules import BrokenRules, Mark, NotInForce, Rules, UnknownRule, load
from rules.procedure import DayKind, LengthUnit
from rules.rows import Named

DAY = date(2026, 11, 24)

WD, D, M, H = (
    LengthUnit.WORKING_DAYS,
    LengthUnit.DAYS,
    LengthUnit.MONTHS,
    LengthUnit.HOURS,
)
AT_ONCE, NONE, ENTERED = LengthUnit.AT_ONCE, LengthUnit.NONE, LengthUnit.ENTERED

DEADLINES = [
    ("TC-01", "received", 7, WD, "TC 24(1)"),
    ("TC-02", "refusal_decided", None, AT_ONCE, "TC 24(1)"),
    ("TC-03", "received", 5, WD, "TC 24(2)"),
    ("TC-04", "accepted", 5, WD, "TC 29(3)"),
    ("TC-05", "accepted", 30, D, "TC 30(1)"),
    ("TC-06", "expiry", 30, D, "TC 30(2)"),
    ("TC-07", "expiry", 30, D, "TC 30(3)"),
    ("TC-08", "suspension_decided", 5, WD, "TC 34(2),(4)"),
    ("TC-08B", "termination_decided", 5, WD, "TC 34(2),(4)"),
    ("TC-09", "concluded", 5, WD, "TC 35(3)"),
    ("TC-10", "concluded", 7, WD, "TC 36(1)"),
    ("TC-11", "result_decided", 5, WD, "TC 36(3)"),
    ("TC-12", "concluded_or_decided", 7, WD, "TC 40; 31/2019 Art. 6(2)"),
    ("TC-13", "repeat_received", 20, D, "TC 37(2)"),
    ("TC-14", "overdue_reported", 5, WD, "TC 38(2)"),
    ("TC-14B", "demand_received", 5, WD, "TC 38(3)"),
    ("TC-15", "received", 20, D, "TC 26(2)"),
    ("TCD-01", "received", 10, WD, "TCD 28(1)"),
    ("TCD-02", "settled", 7, WD, "TCD 27(2)"),
    ("TCD-05", "received", 45, D, "154/2026 Art. 41(3)b"),
    ("PC-01", "received", 15, D, "PCTN 66(2)"),
    ("PC-02", "grounds_found", 5, WD, "59/2019 Art. 46(1)"),
    ("BV-01", "protection_requested", 3, WD, "TT 145/2020/TT-BCA 5(3)"),
    ("BV-02", "protection_refused", 3, WD, "TT 145/2020/TT-BCA 5(4)"),
    ("BV-03", "protection_requested", None, AT_ONCE, "TC 50(3), 51(1); 31/2019 Art. 7"),
    ("KN-01", "received", 7, WD, "155/2026 Art. 10; KN 27"),
    ("KN-02", "accepted", 30, D, "KN 28"),
    ("KN-03", "accepted_second", 45, D, "KN 37"),
    ("NB-01", "received", 7, D, "noi_bo"),
    ("NB-02", "received", 20, WD, "noi_bo"),
    ("NB-03", "acknowledged", 3, M, "noi_bo"),
    ("NB-04", "urgent_found", 1, WD, "noi_bo"),
    ("NB-05", "retaliation_reported", None, AT_ONCE, "noi_bo"),
    ("NB-06", "review_set", None, ENTERED, "noi_bo"),
    ("HS-00", "signs_confirmed", None, AT_ONCE, "TC 27(1); PCTN 62(1)"),
    ("HS-02", "inspection_concluded", 5, WD, "TTLT 03 5(2)"),
    ("HS-03", "police_received", 24, H, "TTLT 01 8(1)"),
    ("HS-04", "police_received", 3, D, "TTLT 01 9(1); BLTTHS 146(5)"),
    ("HS-05", "police_received", 3, WD, "TTLT 01 14(1)"),
    ("HS-06", "police_received", 20, D, "BLTTHS 147(1)"),
    ("HS-07", "police_received", 2, M, "BLTTHS 147(2)"),
    ("HS-08", "expiry", 2, M, "BLTTHS 147(2)"),
    ("HS-09", "police_suspended", 24, H, "BLTTHS 148(2)"),
    ("HS-10", "police_resumed", 1, M, "BLTTHS 149(1)"),
    ("HS-11", "police_decided", 3, D, "TTLT 01 14(3)"),
    ("HS-12", "expiry", None, NONE, "TTLT 03 7(3)"),
    ("HS-13", "non_prosecution_disputed", 20, D, "TTLT 03 8"),
    ("HS-14", "periodic", None, NONE, "TTLT 03 11(1)"),
    ("HS-15", "violation_found", 3, D, "TTLT 01 16(1)"),
]

LONGER = [("TC-01", 10), ("PC-01", 30), ("BV-01", 5), ("KN-02", 45), ("KN-03", 60)]

CRIMES = [
    "133",
    "166",
    "174",
    "175",
    "179",
    "219",
    "220",
    "221",
    "222",
    "223",
    "224",
    "228",
    "229",
    "230",
    "341",
    "353",
    "354",
    "355",
    "356",
    "357",
    "358",
    "359",
    "360",
    "361",
    "362",
    "364",
    "365",
    "366",
]

WARDS = {
    "Thuận An": "19900", "Hóa Châu": "20014", "Mỹ Thượng": "19930", "Vỹ Dạ": "19777",
    "Thuận Hóa": "19789", "An Cựu": "19815", "Thủy Xuân": "19813", "Kim Long": "19774",
    "Hương An": "19804", "Phú Xuân": "19753", "Hương Trà": "19996", "Kim Trà": "20017",
    "Thanh Thủy": "19969", "Hương Thủy": "19975", "Phú Bài": "19960", "Phong Điền": "19819",
    "Phong Thái": "19858", "Phong Dinh": "19831", "Phong Phú": "19828", "Phong Quảng": "19873",
    "Dương Nỗ": "19909",
}  # fmt: skip
COMMUNES = {
    "Đan Điền": "19885", "Quảng Điền": "19867", "Phú Vinh": "19945", "Phú Hồ": "19918",
    "Phú Vang": "19942", "Vinh Lộc": "20122", "Hưng Lộc": "20131", "Lộc An": "20140",
    "Phú Lộc": "20107", "Chân Mây - Lăng Cô": "20137", "Long Quảng": "20182",
    "Nam Đông": "20179", "Khe Tre": "20161", "Bình Điền": "20035", "A Lưới 1": "20056",
    "A Lưới 2": "20044", "A Lưới 3": "20071", "A Lưới 4": "20101", "A Lưới 5": "20050",
}  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


@pytest.mark.parametrize("expected", DEADLINES, ids=lambda row: row[0])
def test_every_deadline_has_its_start_length_and_article(
    rules: Rules, expected: tuple[str, str, int | None, LengthUnit, str]
) -> None:
    row = rules.deadline(expected[0], on=DAY)
    assert (row.id, row.start, row.term.length, row.term.unit, row.article) == expected


def test_no_deadline_stands_in_the_data_that_the_table_does_not_name(rules: Rules) -> None:
    assert set(rules.deadlines.by_id) == {row[0] for row in DEADLINES}


def test_only_the_old_complaint_term_and_the_internal_targets_are_not_confirmed(
    rules: Rules,
) -> None:
    others = {
        (row.id, row.mark.value, row.basis.value, row.effective_from)
        for row in rules.deadlines
        if row.mark is not Mark.CONFIRMED
    }
    assert others == {
        ("KN-01", "K", "luat", date(2012, 7, 1)),
        ("NB-01", "K", "noi_bo", date(2025, 7, 1)),
        ("NB-02", "K", "noi_bo", date(2025, 7, 1)),
        ("NB-03", "K", "noi_bo", date(2025, 7, 1)),
        ("NB-04", "K", "noi_bo", date(2025, 7, 1)),
        ("NB-05", "K", "noi_bo", date(2025, 7, 1)),
        ("NB-06", "K", "noi_bo", date(2025, 7, 1)),
    }


@pytest.mark.parametrize(("deadline_id", "length"), LONGER)
def test_special_cases_have_their_longer_term(rules: Rules, deadline_id: str, length: int) -> None:
    row = rules.deadline(deadline_id, on=DAY)
    assert row.longer is not None
    assert (row.longer.length, row.longer.unit) == (length, row.term.unit)


def test_extensions_are_capped_and_need_their_level_of_complexity(rules: Rules) -> None:
    found = {
        row.id: (row.extension.of, row.extension.times, row.extension.level)
        for row in rules.deadlines
        if row.extension is not None
    }
    assert found == {
        "TC-06": (("TC-05",), 1, "complex"),
        "TC-07": (("TC-05",), 2, "very_complex"),
        "HS-08": (("HS-07",), 1, None),
    }
    ask_before = rules.deadline("HS-08", on=DAY).extension
    assert ask_before is not None
    assert ask_before.ask_before is not None
    assert (ask_before.ask_before.length, ask_before.ask_before.unit) == (5, D)


def test_the_particulars_of_single_deadlines_are_kept(rules: Rules) -> None:
    assert rules.deadline("TC-08", on=DAY).stops == ("TC-05",)
    assert rules.deadline("TC-12", on=DAY).posting_days == 15
    assert rules.deadline("HS-14", on=DAY).recurs_months == (6, 12)
    alarm = rules.deadline("HS-00", on=DAY).alarm
    assert alarm is not None
    assert (alarm.length, alarm.unit) == (24, H)
    ambiguous = rules.deadline("HS-07", on=DAY)
    assert (ambiguous.at_most, ambiguous.replaces, ambiguous.counting) == (True, "HS-06", "total")
    assert ambiguous.verify
    assert tuple(row.percent for row in rules.warnings) == (50, 75, 90)


def test_a_complaint_is_accepted_by_the_law_of_the_day(rules: Rules) -> None:
    before = rules.deadline("KN-01", on=date(2026, 6, 30))
    after = rules.deadline("KN-01", on=date(2026, 7, 1))
    assert (before.term.length, before.term.unit, before.mark) == (10, D, Mark.KNOWN)
    assert (after.term.length, after.term.unit, after.mark) == (7, WD, Mark.CONFIRMED)


def test_asking_for_an_unknown_deadline_says_so(rules: Rules) -> None:
    with pytest.raises(UnknownRule, match="there is no deadline 'TC-99'"):
        rules.deadline("TC-99", on=DAY)


def test_asking_for_a_day_before_the_law_says_so(rules: Rules) -> None:
    with pytest.raises(NotInForce, match="'TC-05' has no row in force on 2018-12-31"):
        rules.deadline("TC-05", on=date(2018, 12, 31))


def test_the_deadlines_of_a_kind_are_its_own_and_those_of_any_kind(rules: Rules) -> None:
    ids = {row.id for row in rules.deadlines_on(DAY, "khieu_nai")}
    assert {"KN-01", "KN-02", "KN-03", "NB-01", "HS-00"} <= ids
    assert not ids & {"TC-01", "TC-05", "NB-02", "PC-01"}
    assert {row.id for row in rules.deadlines_on(date(2018, 6, 1))} < set(rules.deadlines.by_id)
    with pytest.raises(UnknownRule):
        rules.deadlines_on(DAY, "no_such_kind")


def test_every_kind_has_a_deadline_towards_its_reporter(rules: Rules) -> None:
    for kind in rules.kinds.all_on(DAY):
        assert "NB-01" in {row.id for row in rules.deadlines_on(DAY, kind.id)}


def test_all_forty_wards_and_communes_are_there_with_their_codes(rules: Rules) -> None:
    wards = {u.place: u.code for u in rules.units if u.type == "ward"}
    communes = {u.place: u.code for u in rules.units if u.type == "commune"}
    assert wards == {f"Phường {name}": code for name, code in WARDS.items()}
    assert communes == {f"Xã {name}": code for name, code in COMMUNES.items()}
    assert (len(wards), len(communes)) == (21, 19)


def test_the_units_of_the_city_are_there_and_the_unsure_ones_are_flagged(rules: Rules) -> None:
    departments = [unit for unit in rules.units if unit.type == "department"]
    assert len(departments) == 14
    unsure = {unit.id for unit in departments if unit.mark is Mark.UNSURE}
    assert unsure == {
        "so_du_lich",
        "so_ngoai_vu",
        "so_dan_toc_va_ton_giao",
        "ban_quan_ly_khu_kinh_te",
    }
    for unit_type in [
        "chairman",
        "inspectorate",
        "city_office",
        "police",
        "procuracy",
        "court",
        "enforcement",
        "front",
        "party",
        "association",
        "public_service",
        "enterprise",
        "outside",
    ]:
        assert any(unit.type == unit_type for unit in rules.units), unit_type


def test_a_report_on_a_ward_s_head_climbs_to_the_chairman_and_then_outside(rules: Rules) -> None:
    chain = rules.superiors("phuong_phu_bai", on=DAY)
    assert [unit.id for unit in chain] == ["chu_tich_ubnd", "thanh_tra_chinh_phu"]
    assert chain[-1].outside
    assert next(unit.id for unit in rules.superiors("thanh_tra", on=DAY)) == "chu_tich_ubnd"


def test_every_crime_to_tick_is_there_and_every_unsure_amount_is_flagged(rules: Rules) -> None:
    assert sorted(rules.crimes.by_id) == CRIMES
    assert rules.crimes.on("353", DAY).minimum_vnd == 2_000_000
    assert rules.crimes.on("175", DAY).minimum_vnd == 4_000_000
    assert rules.crimes.on("356", DAY).minimum_vnd == 10_000_000
    assert rules.crimes.on("222", DAY).minimum_vnd == 100_000_000
    assert rules.crimes.on("359", DAY).minimum_vnd is None
    assert all(row.verify for row in rules.crimes if row.minimum_mark is Mark.UNSURE)


def test_every_crime_to_tick_is_suggested_by_some_pattern(rules: Rules) -> None:
    suggested = {each.crime for row in rules.patterns for each in row.weights}
    assert suggested == set(rules.crimes.by_id)


def test_seven_criteria_make_a_case_complex_at_one_and_very_complex_at_two(rules: Rules) -> None:
    assert len(rules.criteria) == 7
    assert {row.level.value: row.at_least for row in rules.thresholds} == {
        "complex": 1,
        "very_complex": 2,
    }


def test_the_calendar_of_2026_holds_each_corrected_day(rules: Rules) -> None:
    days = {
        day: row.kind
        for row in rules.corrections
        if row.enabled
        for day in row.days()
        if day.year == 2026
    }
    assert [day for day, kind in days.items() if kind is DayKind.WORKING_SATURDAY] == [
        date(2026, 1, 10),
        date(2026, 8, 22),
    ]
    assert all(days[date(2026, 2, day)] is DayKind.HOLIDAY for day in range(14, 23))
    assert days[date(2026, 4, 27)] is DayKind.COMP_OFF
    assert {date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)} <= set(days)


def test_the_culture_day_is_present_and_disabled(rules: Rules) -> None:
    row = rules.corrections.on("culture_day_2026", DAY)
    assert (row.first, row.enabled, row.mark) == (date(2026, 11, 24), False, Mark.UNSURE)


def test_the_periods_forms_and_weights_of_the_reports_are_there(rules: Rules) -> None:
    assert {(p.id, p.first, p.last, p.begins_year_before) for p in rules.periods} == {
        ("q1", "12-15", "03-14", True),
        ("q2", "03-15", "06-14", False),
        ("q3", "06-15", "09-14", False),
        ("q4", "09-15", "12-14", False),
        ("m6", "12-15", "06-14", True),
        ("m9", "12-15", "09-14", True),
        ("year", "12-15", "12-14", True),
    }
    assert len(rules.forms) == 9
    assert [row.weight for row in rules.assessments] == [20, 30, 40, 10]


def test_retaliation_rewards_and_outcomes_are_there(rules: Rules) -> None:
    assert len(rules.retaliations) == 11
    assert [row.base_salaries for row in rules.rewards if row.base_salaries] == [60, 40, 20]
    share = rules.rewards.on("share_of_recovery", DAY)
    assert (share.percent, share.above_base_salaries, share.at_most_base_salaries) == (
        10,
        600,
        3000,
    )
    assert len([row for row in rules.outcomes if row.stage == "police"]) == 6
    assert {row.id for row in rules.outcomes if row.stage == "conclusion"} == {
        "true",
        "partly_true",
        "false",
    }


def test_all_nine_kinds_of_the_law_and_one_for_questions_are_there(rules: Rules) -> None:
    assert set(rules.kinds.by_id) == {
        "to_cao",
        "tt_to_cao",
        "kien_nghi_phan_anh",
        "phan_anh_tham_nhung",
        "bao_cao_tham_nhung",
        "khieu_nai",
        "tin_bao",
        "quy_tac_ung_xu",
        "bao_ve",
        "khac",
    }
    denunciation = rules.kinds.on("to_cao", DAY)
    assert denunciation.until_signed == "tt_to_cao"
    assert "signature" in denunciation.fields


@pytest.mark.parametrize(
    "intent", ["tra_thu", "phan_anh", "tin_bao", "to_cao", "khac", "khieu_nai", "kien_nghi"]
)
def test_every_kind_that_reporters_name_is_an_intent(rules: Rules, intent: str) -> None:
    assert rules.intents.on(intent, DAY).kind in rules.kinds


@pytest.mark.parametrize(
    "category",
    [
        "retaliation",
        "service_quality",
        "land",
        "conduct",
        "other",
        "bribery",
        "infrastructure",
        "procurement",
        "false_documents",
        "embezzlement",
        "public_assets",
        "asset_declaration",
        "conflict_of_interest",
        "appointments",
        "harassment",
    ],
)
def test_every_category_that_reporters_name_is_there(rules: Rules, category: str) -> None:
    assert rules.categories.on(category, DAY)


@pytest.mark.parametrize(
    "subject",
    [
        "other",
        "land_registration_office",
        "commune_peoples_committee",
        "police",
        "soe",
        "school",
        "hospital",
        "department_construction",
        "project_management_board",
        "department_health",
        "department_finance",
        "department_education",
        "inspectorate",
        "department_home_affairs",
    ],
)
def test_every_body_that_reporters_name_is_a_subject(rules: Rules, subject: str) -> None:
    assert rules.subjects.on(subject, DAY)


def test_a_year_of_past_cases_finds_its_units_kinds_and_channels(rules: Rules) -> None:
    a_year_ago = date(2025, 11, 24)
    for table in (rules.units, rules.kinds, rules.categories, rules.subjects, rules.channels):
        assert len(table.all_on(a_year_ago)) == len(table)


def test_vietnamese_names_are_written_with_diacritics(rules: Rules) -> None:
    # A few names are plain letters by nature ("thanh tra"); a whole table of them is a mistake.
    for table in rules.tables():
        plain = [row.id for row in table if isinstance(row, Named) and row.vi.isascii()]
        assert len(plain) <= len(table) // 4, (table.name, plain)


def test_a_legal_basis_is_read_as_laws_and_places(rules: Rules) -> None:
    cited = rules.citations("TC 50(3), 51(1); 31/2019 Art. 7")
    assert [(each.law, each.place) for each in cited] == [
        ("TC", "50(3), 51(1)"),
        ("31/2019", "Art. 7"),
    ]
    for wrong in ("Luật Tố cáo 24", "TC 24(1);", "TC 24(1), PCTN 62(1)"):
        with pytest.raises(ValueError, match="law"):
            rules.citations(wrong)


def test_rules_that_are_not_a_folder_are_refused() -> None:
    with pytest.raises(BrokenRules, match="is not a folder of rules"):
        load(Path(__file__))
