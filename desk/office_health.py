"""The health of the instance: what is wrong comes first, with what to do about it."""

from functools import partial

from flask import render_template

from desk import office_health_words as words
from desk.permissions import needs
from triage import condition
from triage.access import Permission
from triage.condition import Around, State
from web import clock, counters
from web.app import parts


@needs(Permission.HEALTH_READ)
def page() -> str:
    """Look at everything now."""
    redis = parts().site.redis_url
    around = Around(
        parts().scanner,
        None if redis is None else partial(counters.answering, redis),
        mails=parts().site.smtp_host is not None,
    )
    here = parts()
    found = condition.examine(here.store, here.released, here.promise_key, around, clock.today())
    return render_template(
        "desk/office/health.html",
        found=[
            (each, words.NAMES[each.what], words.said(each), words.mend(each)) for each in found
        ],
        wrong=sum(each.state is State.WRONG for each in found),
        states=State,
        digest=parts().released.digest,
    )
