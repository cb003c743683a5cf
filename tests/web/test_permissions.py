"""The desk is closed: a view is reached only if it says who may."""

import pytest
from flask import Flask

import intake.app
from desk import permissions
from desk.app import unguarded
from desk.permissions import Undeclared, guard, needs, open_to_all, undeclared
from triage.access import Permission
from web.app import Parts


@pytest.fixture
def bare(parts: Parts) -> Flask:
    return unguarded(parts)


def test_every_view_of_the_desk_declares_who_may(staff: Flask) -> None:
    assert undeclared(staff) == ()


def test_the_two_sides_share_no_address_but_the_first_the_sign_of_life_and_the_files(
    staff: Flask, parts: Parts
) -> None:
    sides = (intake.app.create(parts), staff)
    ours, theirs = ({rule.rule for rule in app.url_map.iter_rules()} for app in sides)
    assert ours & theirs == {"/", "/en/", "/healthz", "/static/<path:filename>"}


def test_a_desk_with_an_undeclared_view_does_not_start(bare: Flask) -> None:
    bare.add_url_rule("/quen", "quen", lambda: "lộ")
    with pytest.raises(Undeclared, match="quen"):
        guard(bare)


def test_a_view_added_after_the_start_is_denied(bare: Flask) -> None:
    guard(bare)
    bare.add_url_rule("/quen", "quen", lambda: "lộ")
    assert bare.test_client().get("/quen").status_code == 404


@pytest.mark.parametrize("permission", Permission)
def test_a_view_that_needs_a_permission_leads_whoever_has_not_come_to_the_sign_in(
    bare: Flask, permission: Permission
) -> None:
    def view() -> str:
        return "lộ"

    bare.add_url_rule("/hang-doi", "hang_doi", needs(permission)(view))
    guard(bare)
    answer = bare.test_client().get("/hang-doi?tim=bi+mat")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/dang-nhap?den=/hang-doi"


def test_a_view_that_is_open_to_all_answers(bare: Flask) -> None:
    bare.add_url_rule("/mo", "mo", open_to_all(lambda: "mở"))
    guard(bare)
    assert bare.test_client().get("/mo").text == "mở"


def test_permissions_are_told_apart_by_subject_and_act() -> None:
    assert all(str(one).count(":") == 1 for one in permissions.Permission)
