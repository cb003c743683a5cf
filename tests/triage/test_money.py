"""Money and land: records add up by stage, corrections replace, nobody recovers too much."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.lifecycle import Who
from tests.triage.lives import RULES, Life, filed
from triage import lifecycle, money, stepform
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.money import Balance, Sums

STAGES = tuple(RULES.stages.by_id)


def handed() -> Life:
    return filed("phan_anh_tham_nhung").take("signs.confirmed").take("police.handed_over")


def record(life: Life, stage: str = "inspection", **figures: str) -> Life:
    return life.take("recovery.recorded", {"stage": stage, **figures})


def correct(life: Life, number: int, stage: str = "inspection", **figures: str) -> Life:
    entered = {"replaces": str(number), "reason": "Ghi nhầm", "stage": stage, **figures}
    return life.take("recovery.corrected", entered)


def balance(life: Life) -> Balance:
    return money.balance(RULES, life.course.booked)


def sums(damage: int = 0, to_recover: int = 0, recovered: int = 0) -> Sums:
    return Sums(Decimal(damage), Decimal(to_recover), Decimal(recovered))


def test_records_of_a_stage_add_up_and_the_rest_is_what_remains() -> None:
    life = record(handed(), damage="15 triệu", to_recover="12.500.000", decision_number="5/QĐ")
    life = record(record(life, recovered="5.000.000"), recovered="2.500.000")
    [row] = balance(life).rows
    assert (row.stage.id, row.money) == ("inspection", sums(15_000_000, 12_500_000, 7_500_000))
    assert row.money.remaining == 5_000_000
    assert not row.land


def test_stages_stand_apart_in_the_order_of_the_rules_and_are_totalled_by_way() -> None:
    life = record(handed(), "trial", to_recover="40")
    life = record(life, "inspection", to_recover="100", recovered="30", land_to_recover="1,5")
    life = record(life, "denunciation", to_recover="7", land_to_recover="0,5")
    found = balance(life)
    assert [row.stage.id for row in found.rows] == ["inspection", "denunciation", "trial"]
    assert found.money == sums(0, 147, 30)
    assert found.land.to_recover == 2
    parts = {
        part.way.id: (part.money.to_recover, part.land.to_recover) for part in found.by_way(RULES)
    }
    assert parts == {"administrative": (107, 2), "judicial": (40, 0)}


def test_nothing_is_recorded_before_a_conclusion_or_a_hand_over() -> None:
    early = filed("phan_anh_tham_nhung").take("signs.confirmed")
    with pytest.raises(NotAllowed, match="one of these steps before it: Conclu") as refused:
        record(early, to_recover="1")
    assert "Chuyển Cơ quan điều tra" in refused.value.vi
    assert "recovery.recorded" not in early.legal()


@pytest.mark.parametrize("step", ["police.handed_over", "inspection.concluded"])
def test_a_hand_over_or_a_conclusion_opens_the_books(step: str) -> None:
    life = filed("khac").take("signs.confirmed").take(step)
    assert "recovery.recorded" in life.legal()


def test_recovery_goes_on_after_the_case_has_been_closed() -> None:
    life = filed("quy_tac_ung_xu").take("case.registered").take("case.classified")
    life = life.take("case.taken_up").take("case.settled").take("result.told").take("case.closed")
    assert balance(record(life, to_recover="10")).money.to_recover == 10


def test_a_decision_may_be_older_than_the_last_step_but_not_than_the_case() -> None:
    life = handed()
    assert record(life, to_recover="10", decided_on="2026-10-01")
    with pytest.raises(BadInputs, match="decided_on"):
        record(life, to_recover="10", decided_on="2026-09-30")


def test_more_than_was_to_be_recovered_is_refused_with_the_figures() -> None:
    life = record(handed(), to_recover="10.000.000", recovered="8.000.000")
    with pytest.raises(
        BadInputs, match=r"12,000,000 VND recovered in all .* 10,000,000"
    ) as refused:
        record(life, recovered="4.000.000")
    [fault] = refused.value.faults
    assert fault.key == "recovered"
    assert "12.000.000 đồng nhiều hơn tổng phải thu hồi 10.000.000 đồng" in fault.vi
    assert balance(record(life, recovered="2.000.000")).money.remaining == 0


def test_money_of_another_stage_does_not_make_up_for_it() -> None:
    life = record(handed(), "trial", to_recover="100")
    with pytest.raises(BadInputs, match="Inspection: 1 VND"):
        record(life, "inspection", recovered="1")


def test_more_land_than_was_to_be_recovered_is_refused_too() -> None:
    life = record(handed(), land_to_recover="100,5")
    with pytest.raises(BadInputs, match=r"100\.51 m² recovered in all") as refused:
        record(life, land_recovered="100,51")
    assert [fault.key for fault in refused.value.faults] == ["land_recovered"]


@pytest.mark.parametrize("bad", ["-1", "12,5", "nhiều", "1.000.000.000.000.001"])
def test_what_is_no_sum_is_refused(bad: str) -> None:
    with pytest.raises(BadInputs, match="to_recover"):
        record(handed(), to_recover=bad)


def test_a_record_without_any_figure_is_refused() -> None:
    with pytest.raises(BadInputs, match="At least one"):
        record(handed())


def test_a_correction_takes_the_place_of_one_record_and_both_stay_on_file() -> None:
    life = record(record(handed(), to_recover="10"), to_recover="5")
    life = correct(life, 1, to_recover="100")
    assert balance(life).money.to_recover == 105
    found = money.records(life.course.booked)
    assert [(each.number, each.replaced_by) for each in found] == [(1, 3), (2, None), (3, None)]
    assert found[2].replaces == 1
    assert "recovery.recorded" in life.course.taken


def test_a_correction_to_another_stage_or_to_nothing_empties_the_old_one() -> None:
    life = correct(record(handed(), to_recover="10"), 1, "trial", to_recover="10")
    assert [row.stage.id for row in balance(life).rows] == ["trial"]
    assert not balance(correct(life, 2, "trial", to_recover="0")).money


@pytest.mark.parametrize("number", [0, 2, 9])
def test_a_record_that_does_not_exist_or_was_corrected_is_not_corrected(number: int) -> None:
    life = record(handed(), to_recover="10")
    life = correct(correct(life, 1, to_recover="9"), 2, to_recover="8")
    with pytest.raises(BadInputs, match="no such record"):
        correct(life, number, to_recover="7")
    assert correct(life, 3, to_recover="7")


def test_a_correction_names_its_reason_and_its_record() -> None:
    life = record(handed(), to_recover="10")
    with pytest.raises(BadInputs) as refused:
        life.take("recovery.corrected", {"stage": "inspection", "to_recover": "1"})
    assert {fault.key for fault in refused.value.faults} == {"replaces", "reason"}


def test_a_correction_below_what_was_recovered_is_refused() -> None:
    life = record(record(handed(), to_recover="10"), recovered="8")
    with pytest.raises(BadInputs, match="8 VND recovered in all is more than the 7 VND"):
        correct(life, 1, to_recover="7")
    with pytest.raises(BadInputs, match="8 VND"):
        correct(life, 1, "trial", to_recover="10")


def test_the_form_of_a_correction_offers_the_records_that_stand() -> None:
    life = correct(record(record(handed(), to_recover="10"), land_to_recover="1,5"), 1, damage="3")
    step = RULES.steps.on("recovery.corrected", life.today)
    fields = {each.key: each for each in stepform.asked(RULES, step, life.course, life.today)}
    assert [each.value for each in fields["replaces"].options] == ["2", "3"]
    assert "Thanh tra, kiểm tra: đất phải thu hồi 1,5 m²" in fields["replaces"].options[0].vi
    assert fields["to_recover"].shape is stepform.Shape.AMOUNT
    assert fields["land_recovered"].shape is stepform.Shape.AREA


@pytest.mark.parametrize("who", sorted(set(Who) - {Who.INSPECTOR, Who.HEAD}))
def test_only_the_unit_records_money(who: Who) -> None:
    life = record(handed(), to_recover="10")
    possible = lifecycle.legal(RULES, life.course, frozenset({who}), life.today)
    assert not [step.id for step in possible if step.books]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(STAGES[:3]),
            st.integers(0, 5),
            st.dictionaries(
                st.sampled_from(
                    ["damage", "to_recover", "recovered", "land_to_recover", "land_recovered"]
                ),
                st.integers(0, 20).map(str),
            ),
        ),
        max_size=10,
    )
)
def test_whatever_is_accepted_no_row_recovers_too_much_and_totals_add_up(
    acts: list[tuple[str, int, dict[str, str]]],
) -> None:
    life = handed()
    for stage, number, figures in acts:
        try:
            if number:
                life = correct(life, number, stage, **figures)
            else:
                life = record(life, stage, **figures)
        except (BadInputs, NotAllowed):
            continue
        found = balance(life)
        for row in found.rows:
            assert row.money.recovered <= row.money.to_recover
            assert row.land.recovered <= row.land.to_recover
        valid = money.standing(life.course.booked)
        assert found.money == money.total(each.money for each in valid)
        assert found.land == money.total(each.land for each in valid)
        parts = found.by_way(RULES)
        assert money.total(each.money for each in parts) == found.money
        assert money.total(each.land for each in parts) == found.land
