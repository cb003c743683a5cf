"""Texts for replies that offices keep for themselves: listed, written, changed, deleted.

Heads write for their unit, administrators for all units. Braces hold only what rules/replies.toml
names as a placeholder, by its id or its name, so that no `{slip}` ever reaches a reporter.
"""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from ledger.entry import Act
from ledger.note import Signer
from records.office import ReplyTemplate
from records.staff import Role
from records.work import Store, Work, reading, writing
from rules.book import Rules
from rules.reporting import Placeholder
from triage import logbook, replies
from triage.access import Insider
from triage.office import Unfit

LANGUAGES = ("vi", "en")
LONGEST_TITLE, LONGEST_TEXT = 200, 10_000
#: The unit of a text that all units may use.
ALL_UNITS = ""
_BRACED = re.compile(r"\{([^{}]*)\}")


class NoSuchTemplate(Exception):
    """There is no such text, as far as this person may change it."""


@dataclass(frozen=True)
class Wanted:
    """What a text should be; `unit` is ALL_UNITS for everybody's."""

    unit: str
    language: str
    title: str
    text: str


@dataclass(frozen=True)
class Kept:
    """A text that is kept, and whether this person may change it."""

    id: UUID
    unit: str
    language: str
    title: str
    text: str
    changed_on: date
    mine: bool


@dataclass(frozen=True)
class Released:
    """A text that comes with the rules; it changes with a release alone."""

    id: str
    language: str
    title: str
    text: str


def units_of(person: Insider) -> tuple[str, ...]:
    """Return the units whose texts somebody may write; ALL_UNITS is among them for some."""
    heads = {each.unit for each in person.posts if each.role is Role.HEAD}
    everybody = any(each.role is Role.ADMINISTRATOR for each in person.posts)
    return (*((ALL_UNITS,) if everybody else ()), *sorted(heads))


def kept(store: Store, person: Insider) -> tuple[Kept, ...]:
    """Return the texts that concern somebody: everybody's, and those of the units they head."""
    own = units_of(person)
    with reading(store) as work:
        rows = work.session.scalars(
            select(ReplyTemplate).order_by(
                ReplyTemplate.unit_code.is_not(None), ReplyTemplate.title, ReplyTemplate.id
            )
        )
        every = [_kept(row, own) for row in rows]
    return tuple(each for each in every if each.mine or each.unit == ALL_UNITS)


def released(rules: Rules, today: date) -> tuple[Released, ...]:
    """Return the texts that come with the rules, in both languages."""
    rows = rules.replies.all_on(today)
    return tuple(
        each
        for row in rows
        for each in (
            Released(f"{row.id}.vi", "vi", row.vi, row.body_vi.strip()),
            Released(f"{row.id}.en", "en", row.en, row.body_en.strip()),
        )
    )


def placeholders(rules: Rules, today: date) -> tuple[Placeholder, ...]:
    """Return what may stand in braces."""
    return rules.placeholders.all_on(today)


def one(store: Store, person: Insider, template_id: UUID) -> Kept:
    """Return a text that somebody may change. Raises NoSuchTemplate."""
    with reading(store) as work:
        return _kept(_mine(work, person, template_id), units_of(person))


def write(  # noqa: PLR0913, PLR0917
    store: Store,
    rules: Rules,
    key: Signer,
    person: Insider,
    wanted: Wanted,
    template_id: UUID | None,
    today: date,
) -> None:
    """Keep a text: a new one, or in place of one that is there. Raises Unfit, NoSuchTemplate."""
    _check(rules, person, wanted, today)
    with writing(store) as work:
        if template_id is None:
            row = ReplyTemplate()
            work.session.add(row)
        else:
            row = _mine(work, person, template_id)
        row.unit_code = wanted.unit or None
        row.language, row.title, row.text = wanted.language, wanted.title, wanted.text
        row.changed_on = today
        work.session.flush()
        kind = "template.added" if template_id is None else "template.changed"
        logbook.record(work, _act(kind, person, row, today), key)


def delete(store: Store, key: Signer, person: Insider, template_id: UUID, today: date) -> None:
    """Delete a text. Raises NoSuchTemplate."""
    with writing(store) as work:
        row = _mine(work, person, template_id)
        work.session.delete(row)
        logbook.record(work, _act("template.deleted", person, row, today), key)


def _act(kind: str, person: Insider, row: ReplyTemplate, today: date) -> Act:
    detail = (("by", str(person.id)), ("unit", row.unit_code or ""), ("title", row.title))
    return Act(kind, today, str(row.id), detail)


def _kept(row: ReplyTemplate, own: tuple[str, ...]) -> Kept:
    unit = row.unit_code or ALL_UNITS
    return Kept(row.id, unit, row.language, row.title, row.text, row.changed_on, mine=unit in own)


def _mine(work: Work, person: Insider, template_id: UUID) -> ReplyTemplate:
    row = work.session.get(ReplyTemplate, template_id)
    if row is None or (row.unit_code or ALL_UNITS) not in units_of(person):
        raise NoSuchTemplate
    return row


def _check(rules: Rules, person: Insider, wanted: Wanted, today: date) -> None:
    if wanted.unit not in units_of(person):
        raise Unfit("unit", "Hãy chọn đơn vị của mình.", "Choose a unit of yours.")
    if wanted.language not in LANGUAGES:
        raise Unfit("language", "Hãy chọn tiếng Việt hoặc tiếng Anh.", "Choose one of the two.")
    for field, text, most in (
        ("title", wanted.title, LONGEST_TITLE),
        ("text", wanted.text, LONGEST_TEXT),
    ):
        if not 0 < len(text) <= most:
            raise Unfit(field, f"Hãy viết từ 1 đến {most} ký tự.", f"Write 1 to {most} characters.")
    known = replies.written(rules, today)
    for inside in _BRACED.findall(wanted.text):
        if replies.folded(inside) not in known:
            raise Unfit(
                "text",
                f"Không có chỗ điền nào tên là {{{inside}}}. Xem danh sách chỗ điền bên dưới.",
                f"There is no placeholder {{{inside}}}. See the list of placeholders below.",
            )
    if any(brace in _BRACED.sub("", wanted.text) for brace in "{}"):
        raise Unfit(
            "text",
            "Có dấu ngoặc nhọn chưa đủ cặp. Mỗi chỗ điền cần cả { và }.",
            "A brace has no partner. Each placeholder needs both { and }.",
        )
