"""Where reports go: the directions of the rules, and the guards that nothing overrides."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import NotInForce, Rules, Table, UnknownRule, load
from rules.organisation import Settler, Unit
from triage.routing import Flag, Matter, Refusal, forbidden, may_transfer, named, route

DAY = date(2026, 11, 24)
RULES = load()
TIP = Matter("tt_to_cao", "bribery", "web")
LAMP = Matter("kien_nghi_phan_anh", "infrastructure", "portal")


@pytest.mark.parametrize(
    ("matter", "unit", "reason"),
    [
        (TIP, "thanh_tra", "inspectorate"),
        (replace(TIP, subject="inspectorate"), "chu_tich_ubnd", "accused"),
        (replace(TIP, unit="so_y_te", position="head"), "chu_tich_ubnd", "head"),
        (replace(TIP, unit="so_y_te", position="staff"), "thanh_tra", "inspectorate"),
        (replace(TIP, subject="school", position="head"), "so_giao_duc_va_dao_tao", "head"),
        (replace(TIP, ward="19900", position="commune_head"), "chu_tich_ubnd", "head"),
        (replace(TIP, subject="police", position="head"), "bo_cong_an", "head"),
        (replace(TIP, unit="uy_ban_kiem_tra"), "thanh_uy", "accused"),
        (replace(TIP, unit="thanh_tra_chinh_phu"), "bo_cong_an", "other_body"),
        (replace(TIP, subject="party_body"), "uy_ban_kiem_tra", "party_body"),
        (replace(TIP, kind="tin_bao"), "cong_an", "crime_tip"),
        (replace(TIP, kind="tin_bao", subject="police"), "vien_kiem_sat", "crime_tip_on_police"),
        (replace(TIP, kind="bao_ve", unit="thanh_tra"), "chu_tich_ubnd", "accused"),
        (replace(TIP, kind="khieu_nai", unit="so_y_te"), "so_y_te", "complaint"),
        (
            replace(TIP, kind="khieu_nai", unit="so_y_te", suspected=True),
            "thanh_tra",
            "inspectorate",
        ),
        (replace(TIP, kind="khieu_nai", unit="don_vi_su_nghiep"), "chu_tich_ubnd", "complaint"),
        (replace(LAMP, ward="19900"), "phuong_thuan_an", "feedback_in_ward"),
        (replace(LAMP, unit="so_y_te"), "so_y_te", "feedback"),
        (replace(LAMP, unit="so_y_te", position="staff"), "thanh_tra", "inspectorate"),
        (LAMP, "so_xay_dung", "feedback_on_infrastructure"),
        (replace(LAMP, kind="khac"), "van_phong_ubnd", "guidance"),
        (replace(TIP, kind="khac", unit="thanh_tra"), "chu_tich_ubnd", "accused"),
    ],
)
def test_a_report_goes_where_the_rules_say(matter: Matter, unit: str, reason: str) -> None:
    found = route(RULES, matter, DAY)
    assert found.unit == unit
    assert reason in [each.id for each in found.reasons]


@pytest.mark.parametrize(
    "matter",
    [
        replace(TIP, position="city_head"),
        replace(TIP, position="city_deputy_head", unit="so_y_te"),
        replace(TIP, subject="city_leadership"),
        replace(TIP, kind="tin_bao", position="city_head", channel="press", amount=10**10),
        replace(TIP, kind="bao_ve", subject="city_leadership"),
    ],
)
def test_a_report_on_the_heads_of_the_city_leaves_it(matter: Matter) -> None:
    found = route(RULES, matter, DAY)
    assert (found.unit, found.holder) == ("thanh_tra_chinh_phu", "ban_noi_chinh")
    assert found.forward
    assert Flag.FORWARDED_OUTSIDE in found.flags
    assert found.informed == ()


def test_an_accused_forwarder_does_not_hold_the_file() -> None:
    found = route(RULES, replace(TIP, unit="ban_noi_chinh", position="city_head"), DAY)
    assert found.holder == "uy_ban_kiem_tra"


def test_an_accused_unit_is_not_kept_informed() -> None:
    press = replace(TIP, channel="press")
    assert route(RULES, press, DAY).informed == ("ban_noi_chinh",)
    assert route(RULES, replace(press, unit="ban_noi_chinh"), DAY).informed == ()


def test_a_large_sum_informs_the_commission_from_one_billion_on() -> None:
    assert route(RULES, replace(TIP, amount=10**9 - 1), DAY).informed == ()
    assert route(RULES, replace(TIP, amount=10**9), DAY).informed == ("ban_noi_chinh",)


def test_an_accusation_without_a_known_body_is_flagged() -> None:
    assert Flag.ACCUSED_UNKNOWN in route(RULES, replace(TIP, subject="other"), DAY).flags
    assert route(RULES, replace(TIP, subject="school"), DAY).flags == ()


@pytest.mark.parametrize(
    ("typed", "unit", "manager"),
    [
        ("cán bộ SỞ Y TẾ thành phố", "so_y_te", "chu_tich_ubnd"),
        ("Phường Thuận An", "phuong_thuan_an", "chu_tich_ubnd"),
        ("Văn phòng đăng ký đất đai", "", "so_nong_nghiep_va_moi_truong"),
    ],
)
def test_a_typed_body_is_recognised(typed: str, unit: str, manager: str) -> None:
    found = named(RULES, typed, DAY)
    assert found is not None
    assert (found.unit, found.manager) == (unit, manager)
    assert named(RULES, "", DAY) is None


def test_only_ordinary_staff_may_be_judged_by_their_own_unit_after_a_transfer() -> None:
    staff = replace(TIP, unit="so_y_te", position="staff")
    assert may_transfer(RULES, staff, "so_y_te", DAY) is None
    assert "so_y_te" in forbidden(RULES, staff, DAY)
    for position in ("head", "deputy_head", "unknown", ""):
        matter = replace(staff, position=position)
        assert may_transfer(RULES, matter, "so_y_te", DAY) is Refusal.ACCUSED
        assert may_transfer(RULES, matter, "thanh_tra", DAY) is None


def test_a_case_on_the_city_head_is_not_transferred_back_inside() -> None:
    matter = replace(TIP, position="city_head")
    assert may_transfer(RULES, matter, "thanh_tra", DAY) is Refusal.ACCUSED
    assert may_transfer(RULES, matter, "cong_an", DAY) is Refusal.OUTSIDE_ONLY
    assert may_transfer(RULES, matter, "uy_ban_kiem_tra", DAY) is None
    assert may_transfer(RULES, matter, "bo_cong_an", DAY) is None
    assert may_transfer(RULES, TIP, "don_vi_su_nghiep", DAY) is Refusal.GROUP


@pytest.mark.parametrize("key", ["kind", "category", "channel", "ward", "subject", "unit"])
def test_an_unknown_code_is_refused(key: str) -> None:
    with pytest.raises(UnknownRule, match="khong_co"):
        route(RULES, replace(TIP, **{key: "khong_co"}), DAY)


def test_no_report_is_routed_on_a_day_before_the_rules() -> None:
    with pytest.raises(NotInForce):
        route(RULES, TIP, date(2010, 1, 1))


def test_a_route_is_told_in_both_languages_and_as_json() -> None:
    found = route(RULES, replace(TIP, position="city_head"), DAY)
    assert "Thanh tra Chính phủ" in found.text(RULES, "vi", DAY)
    assert "Government Inspectorate" in found.text(RULES, "en", DAY)
    assert json.loads(json.dumps(found.to_json()))["forward"] is True


def _ids(table: Table) -> st.SearchStrategy[str]:  # type: ignore[type-arg]
    return st.sampled_from(sorted(row.id for row in table))


@st.composite
def trees(draw: st.DrawFn) -> Rules:
    """The rules over another tree of units: random parents, groups, depths and extra units."""
    template = RULES.units.on("so_y_te", DAY)
    outside = [unit for unit in RULES.units if unit.outside]
    forwarders = [f"f{number}" for number in range(3)]
    units = [
        unit.model_copy(update={"forwarded_by": tuple(draw(st.permutations(forwarders)))})
        for unit in outside
    ]
    for number, name in enumerate(forwarders):
        units.append(
            template.model_copy(update={"id": name, "parent": outside[number].id}),
        )
    inside = [unit for unit in RULES.units if not unit.outside]
    extra = [
        template.model_copy(update={"id": f"u{number}", "collective": draw(st.booleans())})
        for number in range(draw(st.integers(0, 40)))
    ]
    for unit in draw(st.permutations([*inside, *extra])):
        parent = draw(st.sampled_from(units))
        units.append(unit.model_copy(update={"parent": parent.id}))
    return replace(RULES, units=Table.of("unit", tuple(units)))


matters = st.builds(
    Matter,
    kind=_ids(RULES.kinds),
    category=_ids(RULES.categories),
    channel=_ids(RULES.channels),
    ward=st.sampled_from(["", *(unit.code for unit in RULES.units if unit.code)]),
    subject=st.just("") | _ids(RULES.subjects),
    unit=st.just("") | _ids(RULES.units),
    position=st.just("") | _ids(RULES.positions),
    amount=st.none() | st.integers(0, 10**13),
    suspected=st.booleans(),
)


def _with_those_above(units: dict[str, Unit], unit: str) -> set[str]:
    above = {unit}
    while (parent := units[unit].parent) is not None:
        unit = parent
        above.add(unit)
    return above


def _holds_every_guard(rules: Rules, matter: Matter) -> None:
    units = {unit.id: unit for unit in rules.units}
    found = route(rules, matter, DAY)
    assert not units[found.unit].collective
    assert not units[found.holder].outside
    assert found.forward is units[found.unit].outside
    assert found.reasons
    assert len({found.unit, *found.informed}) == 1 + len(found.informed)
    kind = rules.kinds.on(matter.kind, DAY)
    if kind.accuses != "always" and not matter.suspected:
        return
    guilty = {matter.unit} - {""}
    if not guilty and matter.subject:
        subject = rules.subjects.on(matter.subject, DAY)
        guilty |= {subject.unit or ""} - {""}
        if subject.by_ward:
            guilty |= {unit.id for unit in rules.units if unit.code and unit.code == matter.ward}
    if matter.position and rules.positions.on(matter.position, DAY).settled_by is Settler.OUTSIDE:
        guilty.add("chu_tich_ubnd")
    for seeing in (found.unit, found.holder, *found.informed):
        assert not guilty & _with_those_above(units, seeing), (matter, found)
    if "chu_tich_ubnd" in guilty:
        assert units[found.unit].outside
        assert Flag.FORWARDED_OUTSIDE in found.flags


@settings(max_examples=2000)
@given(matters)
def test_no_report_breaks_a_guard_and_each_ends_in_one_unit(matter: Matter) -> None:
    _holds_every_guard(RULES, matter)


@settings(max_examples=300)
@given(trees(), st.lists(matters, min_size=8, max_size=8), st.data())
def test_no_tree_of_units_lets_a_report_break_a_guard(
    rules: Rules, reports: list[Matter], data: st.DataObject
) -> None:
    ids = sorted(unit.id for unit in rules.units)
    for matter in reports:
        _holds_every_guard(rules, matter)
        _holds_every_guard(rules, replace(matter, unit=data.draw(st.sampled_from(ids))))
