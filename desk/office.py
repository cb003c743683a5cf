"""Administration: the addresses of its pages. None of them leads to a case."""

from desk import (
    office_calendar,
    office_health,
    office_rules,
    office_staff,
    office_templates,
    office_units,
)
from web.i18n import Pages

pages = Pages("office", __name__)
pages.get("/quan-tri/don-vi", endpoint="units")(office_units.page)
pages.get("/quan-tri/lich", endpoint="calendar")(office_calendar.page)
pages.post("/quan-tri/lich", endpoint="calendar_enter")(office_calendar.enter)
pages.post("/quan-tri/lich/bo", endpoint="calendar_take_back")(office_calendar.take_back)

pages.get("/quan-tri/can-bo", endpoint="staff")(office_staff.page)
pages.route("/quan-tri/can-bo/bo-nhiem", endpoint="appoint", methods=["GET", "POST"])(
    office_staff.appoint
)
_PERSON = "/quan-tri/can-bo/<uuid:staff_id>"
pages.get(_PERSON, endpoint="person")(office_staff.person)
pages.post(f"{_PERSON}/vai-tro", endpoint="add_role")(office_staff.add_role)
pages.post(f"{_PERSON}/vai-tro/bo", endpoint="remove_role")(office_staff.remove_role)
pages.post(f"{_PERSON}/thu", endpoint="change_email")(office_staff.change_email)
pages.post(f"{_PERSON}/ma-thanh-pho", endpoint="change_subject")(office_staff.change_subject)
pages.post(f"{_PERSON}/mat-khau", endpoint="renew")(office_staff.renew)
pages.post(f"{_PERSON}/nghi", endpoint="leave")(office_staff.leave)

_BOTH = ["GET", "POST"]
_TEMPLATES, _TEMPLATE = "/quan-tri/mau-tra-loi", "/quan-tri/mau-tra-loi/<uuid:template_id>"
pages.get(_TEMPLATES, endpoint="templates")(office_templates.page)
pages.route(f"{_TEMPLATES}/moi", endpoint="template_new", methods=_BOTH)(office_templates.new)
pages.route(_TEMPLATE, endpoint="template_edit", methods=_BOTH)(office_templates.edit)
pages.post(f"{_TEMPLATE}/xoa", endpoint="template_delete")(office_templates.delete)

pages.get("/quan-tri/suc-khoe", endpoint="health")(office_health.page)
pages.get("/quan-tri/quy-tac", endpoint="rules")(office_rules.page)
