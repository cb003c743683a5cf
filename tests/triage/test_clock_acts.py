"""Pausing, extending, prolonging and ending clocks: what the law allows, and what it refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from rules import load
from triage.clock import Clock, Extension, Pause, Refused
from triage.deadlines import due, extend, meet, pause, prolong, resume, start, void

RULES = load()
#: To 1 July 2026, a Wednesday.
CLOCK = start(RULES, "TC-05", date(2026, 6, 1))
ONE = ("several_places",)
TWO = ("several_places", "foreign_element")


def june(first: int, last: int, ground: str = "another_body") -> Pause:
    return Pause(date(2026, 6, first), date(2026, 6, last), ground)


def decision(
    rule: str = "TC-06",
    on: date = date(2026, 6, 30),
    number: str = "12/QĐ-UBND",
    criteria: tuple[str, ...] = ONE,
) -> Extension:
    return Extension(rule, on, number, criteria)


def refusal(act: Callable[[], Clock]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.vi
    assert caught.value.en
    return caught.value


@pytest.mark.parametrize("ground", ["no_such", "another_body "])
def test_a_pause_needs_a_ground_of_the_law(ground: str) -> None:
    assert refusal(lambda: pause(RULES, CLOCK, june(10, 12, ground))).key == "suspension"


def test_a_ground_stops_only_the_terms_that_it_names() -> None:
    clock = start(RULES, "KN-02", date(2026, 6, 1))
    refused = refusal(lambda: pause(RULES, clock, june(10, 12)))
    assert (refused.key, refused.article) == ("suspension", "TC 34(1)a")


def test_a_pause_ends_after_it_begins_and_begins_in_the_term() -> None:
    assert refusal(lambda: pause(RULES, CLOCK, june(12, 11))).key == "until"
    before = Pause(date(2026, 5, 31), date(2026, 6, 2), "another_body")
    assert refusal(lambda: pause(RULES, CLOCK, before)).key == "until"
    after = Pause(date(2026, 7, 2), date(2026, 7, 3), "another_body")
    assert refusal(lambda: pause(RULES, CLOCK, after)).article == "TC 34(1)a"
    last_moment = Pause(date(2026, 7, 1), date(2026, 7, 1), "another_body")
    assert due(RULES, pause(RULES, CLOCK, last_moment)) == date(2026, 7, 2)


@pytest.mark.parametrize(("first", "last"), [(8, 10), (12, 20), (10, 12), (11, 11), (9, 13)])
def test_pauses_do_not_overlap(first: int, last: int) -> None:
    once = pause(RULES, CLOCK, june(10, 12))
    assert refusal(lambda: pause(RULES, once, june(first, last))).key == "until"


def test_pauses_may_follow_one_another_day_by_day() -> None:
    clock = pause(RULES, pause(RULES, CLOCK, june(10, 12)), june(13, 14))
    assert due(RULES, clock) == due(RULES, pause(RULES, CLOCK, june(10, 14)))


def test_going_on_earlier_gives_back_the_days_that_were_left() -> None:
    clock = pause(RULES, CLOCK, june(10, 20))
    assert resume(clock, date(2026, 6, 15)) == pause(RULES, CLOCK, june(10, 14))
    assert resume(clock, date(2026, 6, 10)) == CLOCK


def test_going_on_changes_nothing_of_pauses_that_are_over_or_to_come() -> None:
    clock = pause(RULES, pause(RULES, CLOCK, june(10, 12)), june(20, 22))
    assert resume(clock, date(2026, 6, 15)) == clock
    assert resume(clock, date(2026, 6, 11)).pauses == (june(10, 10), june(20, 22))


def test_a_complex_case_is_extended_once_and_a_very_complex_one_twice() -> None:
    once = extend(RULES, CLOCK, decision())
    assert due(RULES, once) == date(2026, 7, 31)
    assert refusal(lambda: extend(RULES, once, decision())).article == "TC 30(2)"
    twice = extend(RULES, once, decision("TC-07", date(2026, 7, 31), criteria=TWO))
    assert due(RULES, twice) == date(2026, 9, 3)
    third = decision("TC-07", date(2026, 8, 20), criteria=TWO)
    refused = refusal(lambda: extend(RULES, twice, third))
    assert refused.article == "TC 30(3)"
    assert "2" in refused.vi


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (decision(number=""), "decision_number"),
        (decision(number=" \t"), "decision_number"),
        (decision(criteria=()), "criteria"),
        (decision(criteria=("pretty_hard",)), "criteria"),
        (decision("TC-07", criteria=ONE), "criteria"),
        (decision("TC-07", criteria=ONE + ONE), "criteria"),
        (decision(on=date(2026, 7, 2)), "decided_on"),
        (decision(on=date(2026, 5, 31)), "decided_on"),
        (decision("HS-08"), "decided_on"),
        (decision("TC-01"), "decided_on"),
        (decision("TC-99"), "decided_on"),
    ],
)
def test_an_extension_that_the_law_does_not_give_is_refused_with_its_article(
    wanted: Extension, key: str
) -> None:
    refused = refusal(lambda: extend(RULES, CLOCK, wanted))
    assert refused.key == key
    assert refused.article
    assert refused.article in str(refused)


def test_the_last_day_for_a_decision_is_the_last_day_of_the_term() -> None:
    assert due(RULES, extend(RULES, CLOCK, decision(on=date(2026, 7, 1)))) == date(2026, 7, 31)


def test_the_procuracy_is_asked_five_days_before_expiry() -> None:
    clock = start(RULES, "HS-07", date(2026, 1, 5))  # to 5 March
    decided = decision("HS-08", date(2026, 3, 5), criteria=())
    for asked in (None, date(2026, 3, 1)):
        late = refusal(lambda: extend(RULES, clock, replace(decided, asked_on=asked)))  # noqa: B023
        assert (late.key, late.article) == ("asked_on", "BLTTHS 147(2)")
    in_time = replace(decided, asked_on=date(2026, 2, 28))
    extended = extend(RULES, clock, in_time)
    assert due(RULES, extended) == date(2026, 5, 5)
    backwards = replace(in_time, decided_on=date(2026, 2, 27))
    assert refusal(lambda: extend(RULES, clock, backwards)).key == "asked_on"
    too_late = replace(in_time, decided_on=date(2026, 3, 6))
    assert refusal(lambda: extend(RULES, clock, too_late)).key == "decided_on"


def test_the_procuracy_extends_once() -> None:
    clock = start(RULES, "HS-07", date(2026, 1, 5))
    once = replace(decision("HS-08", date(2026, 2, 28), criteria=()), asked_on=date(2026, 2, 20))
    extended = extend(RULES, clock, once)
    again = replace(once, decided_on=date(2026, 4, 1), asked_on=date(2026, 4, 1))
    refused = refusal(lambda: extend(RULES, extended, again))
    assert refused.key == "decided_on"
    assert "1" in refused.vi


def test_the_procuracy_does_not_extend_a_term_that_was_not_lengthened_before() -> None:
    clock = start(RULES, "HS-06", date(2026, 1, 5))
    once = decision("HS-08", date(2026, 1, 6), criteria=())
    assert refusal(lambda: extend(RULES, clock, once)).article == "BLTTHS 147(2)"


def test_the_longer_term_counts_from_the_same_start() -> None:
    clock = start(RULES, "KN-02", date(2026, 6, 1))
    assert due(RULES, prolong(RULES, clock, ONE, date(2026, 6, 20))) == date(2026, 7, 16)


def test_the_longer_term_needs_a_criterion_and_comes_in_time() -> None:
    clock = start(RULES, "KN-02", date(2026, 6, 1))
    assert refusal(lambda: prolong(RULES, clock, (), date(2026, 6, 20))).key == "criteria"
    late = refusal(lambda: prolong(RULES, clock, ONE, date(2026, 7, 2)))
    assert (late.key, late.article) == ("decided_on", "KN 28")
    assert refusal(lambda: prolong(RULES, CLOCK, ONE, date(2026, 6, 20))).article == "TC 30(1)"


@pytest.mark.parametrize("end", [meet, void])
def test_a_clock_ends_once_and_not_before_its_start(end: Callable[[Clock, date], Clock]) -> None:
    refusal(lambda: end(CLOCK, date(2026, 5, 31)))
    ended = end(CLOCK, date(2026, 6, 20))
    refusal(lambda: end(ended, date(2026, 6, 21)))
    refusal(lambda: pause(RULES, ended, june(25, 26)))
    refusal(lambda: extend(RULES, ended, decision()))
    assert end(CLOCK, CLOCK.started_on) != CLOCK


def test_what_is_open_of_a_clock_without_numbers_ends_on_the_same_day() -> None:
    clock = extend(RULES, CLOCK, decision())
    bare = replace(clock, extensions=(replace(clock.extensions[0], number=""),))
    assert due(RULES, bare) == due(RULES, clock)
