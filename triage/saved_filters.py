"""Filters of the queue that a person has kept, sealed under their own key: nobody else reads them.

What somebody looks for again and again would tell others what they work on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, func, select

from records.signin import SavedFilter
from records.work import Store, Work, writing
from triage.access import Insider
from triage.inputs import BadInputs, Fault
from triage.text import one_line
from vault import item
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.item import Item

#: Filters that one person may keep, and characters of a name.
MOST, LONGEST = 30, 60
_KEPT = select(SavedFilter.id, SavedFilter.sealed).where(SavedFilter.staff_id == bindparam("staff"))


@dataclass(frozen=True)
class Saved:
    """A kept filter: what it is called, and its codes."""

    id: UUID
    name: str
    codes: Mapping[str, str]


def kept(work: Work, person: Insider) -> tuple[Saved, ...]:
    """Return a person's filters by name; what cannot be opened is left out."""
    rows = work.ask(_KEPT, staff=person.id)
    found = []
    for filter_id, sealed in rows:
        try:
            opened = item.unseal(person.own_key, _context(person, filter_id), Item(sealed))
            data = json.loads(opened)
        except (VaultError, json.JSONDecodeError):
            continue
        found.append(Saved(filter_id, str(data["name"]), dict(data["codes"])))
    return tuple(sorted(found, key=lambda each: each.name))


def keep(store: Store, person: Insider, name: str, codes: Mapping[str, str]) -> None:
    """Keep a filter under a name; one of the same name is replaced. Raises BadInputs."""
    called = one_line(name)
    _check(called, codes)
    with writing(store) as work:
        for each in kept(work, person):
            if each.name == called:
                _remove(work, person, each.id)
        count = work.session.scalar(
            select(func.count()).select_from(SavedFilter).where(SavedFilter.staff_id == person.id)
        )
        if (count or 0) >= MOST:
            raise BadInputs(
                [
                    Fault(
                        "name",
                        f"Đã lưu {MOST} bộ lọc. Hãy xóa bớt trước khi lưu thêm.",
                        f"{MOST} filters are saved. Delete one before saving another.",
                    )
                ]
            )
        filter_id = uuid4()
        data = json.dumps({"name": called, "codes": dict(codes)}, ensure_ascii=False).encode()
        sealed = item.seal(person.own_key, _context(person, filter_id), data)
        work.session.add(SavedFilter(id=filter_id, staff_id=person.id, sealed=sealed))


def _check(name: str, codes: Mapping[str, str]) -> None:
    if not codes:
        fault = "Hãy chọn ít nhất một điều kiện lọc.", "Choose at least one filter."
    elif not name:
        fault = "Hãy đặt tên cho bộ lọc.", "Give the filter a name."
    elif len(name) > LONGEST:
        fault = (
            f"Tên bộ lọc dài quá {LONGEST} ký tự.",
            f"The name is longer than {LONGEST} characters.",
        )
    else:
        return
    raise BadInputs([Fault("name", *fault)])


def drop(store: Store, person: Insider, filter_id: UUID) -> None:
    """Delete one of a person's own filters; another's stays."""
    with writing(store) as work:
        _remove(work, person, filter_id)


def _remove(work: Work, person: Insider, filter_id: UUID) -> None:
    work.session.execute(
        delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.staff_id == person.id)
    )


def _context(person: Insider, filter_id: UUID) -> Context:
    return Context(Purpose.STAFF_OWN, (person.id.bytes, filter_id.bytes))
