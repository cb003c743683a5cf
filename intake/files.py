"""Files of a report: sealed while they arrive, listed, removed again."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from intake import drafts, journey
from intake.journey import Answers, Question
from intake.report import Answer, back_of, go
from triage import evidence
from triage.casefile import OpenCase
from triage.submission import StoredFile
from web import forms, limits, uploads
from web.app import parts
from web.file_form import FilesForm, kept_or_dropped, take
from web.i18n import Pages

pages = Pages("files", __name__)


@pages.get("/gui/tep")
@pages.post("/gui/tep", endpoint="send")
@pages.post("/gui/tep/tiep", endpoint="onward")
@uploads.reads_its_own_form
@limits.scope(limits.Scope.UPLOAD)
def question() -> Answer:
    """Ask for files; take those that come, one after the other, and go on if that is asked."""
    errors: list[str] = []
    onward = request.endpoint == "files.onward"
    draft = drafts.look()
    if draft is not None and request.method == "POST":
        room = parts().site.files_most - len(draft.copies)
        sent = take(request, draft.case, room)
        taken, errors = sent.files, sent.errors
        if taken and not _adopted(draft.case, taken):
            draft = None
        elif onward and not errors:
            return _onward(draft.answers)
        elif taken and not errors:
            return redirect(url_for("files.question", **_editing()), 303)
        else:
            draft = drafts.look()
            errors = errors or [
                _("Hãy chọn ít nhất một tệp, hoặc bấm “Tiếp tục” nếu không gửi tệp.")
            ]
    if draft is None:
        return redirect(url_for("report.start", het_han=1), 303)
    answers = draft.answers
    order = journey.questions(answers, drafts.catalogue())
    form = FilesForm()
    form.files.errors = errors
    page = render_template(
        "intake/files.html",
        form=form,
        files=draft.copies,
        originals={file.original_of for file in draft.files},
        errors=forms.errors_of(form, every=True),
        number=order.index(Question.FILES) + 1,
        count=len(order),
        back=back_of(Question.FILES, answers),
    )
    return page, 422 if errors else 200


def _editing() -> dict[str, Any]:
    return {"sua": 1} if "sua" in request.args else {}


def _adopted(case: OpenCase, taken: list[StoredFile]) -> bool:
    """Put the files into the draft; False, and nothing kept, if that has gone meanwhile."""
    with kept_or_dropped(taken), drafts.changing() as draft:
        same = draft.case.id == case.id
        if same:
            draft.files.extend(taken)
    if not same:
        evidence.drop(parts().store, (file.id for file in taken))
    return same


def _onward(answers: Answers) -> Answer:
    """Go on to the next question."""
    if "sua" in request.args:
        return redirect(url_for("report.check"), 303)
    return go(journey.after(Question.FILES, journey.questions(answers, drafts.catalogue())))


@pages.post("/gui/tep/bo/<uuid:file>")
def remove(file: UUID) -> Answer:
    """Remove a file, and its original with it."""
    if drafts.look() is None:
        return redirect(url_for("report.start", het_han=1), 303)
    with drafts.changing() as draft:
        gone = [each for each in draft.files if file in {each.id, each.original_of}]
        draft.files = [each for each in draft.files if each not in gone]
    evidence.drop(parts().store, (each.id for each in gone))
    return redirect(url_for("files.question", **_editing()), 303)
