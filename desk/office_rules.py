"""The rules in readable tables, what is to be verified among them at the first glance."""

from flask import render_template, request

from desk.permissions import needs
from triage import rulebook
from triage.access import Permission
from web import clock
from web.app import parts


@needs(Permission.RULES_READ)
def page() -> str:
    """Show one group of the rules, all of it or what is to be verified."""
    rules, unsure = parts().rules, "can" in request.args
    groups = rulebook.groups(rules)
    asked = request.args.get("nhom", "")
    group = next((each for each in groups if each.id == asked), groups[0])
    return render_template(
        "desk/office/rules.html",
        groups=groups,
        group=group,
        unsure=unsure,
        tables=rulebook.tables(rules, group.id, clock.today(), unsure=unsure),
        total=sum(each.unsure for each in groups),
        digest=rules.digest,
        entered=rules.entered,
    )
