"""Second factors on a page: a code that was typed, or a passkey that answered.

What a passkey was asked lies in the sealed session until something answers it, rightly or not.
"""

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from desk.account_forms import ProofForm
from triage import factors, passkeys, signin
from triage.factors import Factors, How
from triage.passkeys import Copied, Question
from triage.signin import Proof, Unlocked
from web import clock, headers, sealed
from web.app import parts
from web.sealed import Drawers

#: The drawer.
_ASKED = "asked"
_HOLDS = timedelta(minutes=10)


def question() -> Question | None:
    """Return a question to a passkey of this address; None where there can be no passkeys.

    The Host that a browser sent only chooses among the addresses that are set. In development,
    where none is set, keys are bound to "localhost"; an address of numbers can have none.
    """
    ours = [urlsplit(each) for each in (parts().site.address, parts().site.onion) if each]
    if not ours and request.host.partition(":")[0] == "localhost":
        ours = [urlsplit(request.host_url)]
    for each in ours:
        if each.netloc == request.host and each.hostname is not None:
            return Question(each.hostname, f"{each.scheme}://{each.netloc}")
    return None


def ask(person: Unlocked) -> str:
    """Return what the page asks the browser for a person's passkeys; empty if there are none."""
    asked = question()
    if asked is None:
        return ""
    with sealed.current().changing() as (drawers, work):
        held = signin.factors(work, person)
        if not held.passkeys:
            return ""
        _keep(drawers, asked)
    return passkeys.asked_to_prove(asked, held)


def ask_to_make(who: UUID, login: str, held: Factors) -> str:
    """Return what the page asks the browser to make a passkey; empty where there can be none."""
    asked = question()
    if asked is None:
        return ""
    with sealed.current().changing() as (drawers, _work):
        _keep(drawers, asked)
    return passkeys.asked_to_make(asked, who, login, held)


def asked_last(drawers: Drawers) -> Question | None:
    """Return what this browser was asked last; nothing else will answer it."""
    held = drawers.get(_ASKED)
    drawers.empty(_ASKED)
    return None if held is None else Question(**held)


def prove(
    drawers: Drawers,
    work: Any,  # noqa: ANN401  (handed on)
    person: Unlocked,
    form: ProofForm,
) -> How | None:
    """Take what a form brought as proof; None if it is worth nothing, which the form then says."""
    now, answer, how = clock.now(), form.passkey.data, None
    if answer:
        proof: Proof = partial(passkeys.spend, asked=asked_last(drawers), answer=answer)
        wrong = not_taken()
    else:
        proof = partial(factors.spend, typed=form.code.data, now=now)
        wrong = _("Mã không đúng, đã dùng, hoặc đã quá hạn. Hãy chờ mã mới.")
    try:
        how = signin.prove(work, person, proof, now, parts().promise_key)
    except Copied:
        wrong = _(
            "Khóa truy cập này có thể đã bị sao chép, nên không được nhận. Hãy nhập mã, bỏ khóa "
            "này ở trang Tài khoản, và báo ngay cho người quản trị."
        )
    if how is None:
        form.code.errors = [wrong]
    return how


def not_taken() -> str:
    """Return what a page says when the answer of a passkey is worth nothing."""
    return _("Khóa truy cập không được nhận. Hãy thử lại, hoặc dùng cách khác.")


def _keep(drawers: Drawers, asked: Question) -> None:
    drawers.put(_ASKED, asdict(asked), clock.now() + _HOLDS)
    headers.allow_passkeys()
