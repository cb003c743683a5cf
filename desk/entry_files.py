"""Files of an entry, such as the scan of a letter: sealed while they arrive, listed, removed."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from desk import entry_draft
from desk.entry import Answer
from desk.entry_forms import ActForm
from desk.permissions import needs
from triage import evidence
from triage.access import Permission
from web import forms, limits, uploads
from web.app import parts
from web.file_form import FilesForm, kept_or_dropped, take
from web.i18n import Pages

pages = Pages("entry_files", __name__)


@pages.get("/nhap-ho-so/tep")
@pages.post("/nhap-ho-so/tep", endpoint="send")
@pages.post("/nhap-ho-so/tep/tiep", endpoint="onward")
@uploads.reads_its_own_form
@limits.scope(limits.Scope.UPLOAD)
@needs(Permission.CASE_ENTER)
def files() -> Answer:
    """Show the files; take those that come, and go back to the entry if that is asked."""
    errors: list[str] = []
    draft = entry_draft.look()
    if draft is not None and request.method == "POST":
        room = parts().site.files_most - len(draft.copies)
        sent = take(request, draft.case, room)
        taken, errors = sent.files, sent.errors
        with kept_or_dropped(taken), entry_draft.changing() as changed:
            same = changed.case.id == draft.case.id
            changed.files.extend(taken if same else [])
        if not same:  # given up in another tab meanwhile
            evidence.drop(parts().store, (file.id for file in taken))
        if same and not errors and request.endpoint == "entry_files.onward":
            return redirect(url_for("entry.new"), 303)
        if taken and not errors:
            return redirect(url_for("entry_files.files"), 303)
        errors = errors or [_("Hãy chọn ít nhất một tệp.")]
        draft = entry_draft.look()
    if draft is None:
        return redirect(url_for("entry.new", het_han=1), 303)
    form = FilesForm()
    form.files.errors = errors
    page = render_template(
        "desk/entry-files.html",
        form=form,
        act=ActForm(formdata=None),
        files=draft.copies,
        originals={file.original_of for file in draft.files},
        errors=forms.errors_of(form, every=True),
        back=url_for("entry.new"),
    )
    return page, 422 if errors else 200


@pages.post("/nhap-ho-so/tep/bo/<uuid:file_id>")
@needs(Permission.CASE_ENTER)
def remove(file_id: UUID) -> Answer:
    """Remove a file, and its original with it."""
    if entry_draft.look() is None:
        abort(404)
    with entry_draft.changing() as draft:
        gone = [each for each in draft.files if file_id in {each.id, each.original_of}]
        draft.files = [each for each in draft.files if each not in gone]
    evidence.drop(parts().store, (each.id for each in gone))
    return redirect(url_for("entry_files.files"), 303)
