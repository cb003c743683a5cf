"""The menu of the desk: the places that somebody's permissions lead to."""

from dataclasses import dataclass

from flask import current_app, g, url_for
from flask_babel import lazy_gettext as _l

from triage.access import Insider, Permission


@dataclass(frozen=True)
class Item:
    """A place: its endpoint, its name, and the permission that it needs."""

    endpoint: str
    name: str
    permission: Permission


#: In the order in which they are shown; each is the door of a blueprint.
ITEMS: tuple[Item, ...] = (
    Item("queue.list", _l("Danh sách hồ sơ"), Permission.QUEUE_READ),
    Item("dossiers.list", _l("Hồ sơ được chuyển"), Permission.DOSSIER_READ),
    Item("entry.new", _l("Nhập hồ sơ"), Permission.CASE_ENTER),
    Item("protection.list", _l("Bảo vệ"), Permission.CASE_READ),
    Item("queue.search", _l("Tìm kiếm"), Permission.QUEUE_READ),
    Item("meeting.list", _l("Họp liên ngành"), Permission.MEETING_READ),
    Item("identity.list", _l("Yêu cầu danh tính"), Permission.IDENTITY_RELEASE),
    Item("custodians.page", _l("Người giữ khóa"), Permission.IDENTITY_RELEASE),
    Item("members.page", _l("Thành viên"), Permission.MEMBERS_ADMIT),
    Item("office.units", _l("Đơn vị và khóa"), Permission.STAFF_MANAGE),
    Item("office.staff", _l("Cán bộ"), Permission.STAFF_MANAGE),
    Item("office.calendar", _l("Lịch"), Permission.CALENDAR_EDIT),
    Item("office.templates", _l("Mẫu trả lời"), Permission.TEMPLATES_EDIT),
    Item("office.rules", _l("Quy tắc"), Permission.RULES_READ),
    Item("office.health", _l("Sức khỏe hệ thống"), Permission.HEALTH_READ),
)


def items() -> tuple[Item, ...]:
    """Return the places that whoever is at work may go to; none before the sign-in."""
    person: Insider | None = g.get("insider")
    if person is None:
        return ()
    return tuple(
        each
        for each in ITEMS
        if each.permission in person.permissions and each.endpoint in current_app.view_functions
    )


def home() -> str:
    """Return the address of the first place of whoever is at work."""
    return url_for(next((each.endpoint for each in items()), "account.own"))
