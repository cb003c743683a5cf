"""What the queue can be filtered by: codes alone, each out of a list that this person may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from rules.book import Rules
from rules.lifecycle import Track
from triage.access import Insider
from triage.catalogue import Catalogue, Option
from triage.colleagues import Colleague
from triage.queue_sql import Bucket, Choice

ME, NOBODY, YES = "me", "nobody", "yes"
BUCKETS = (
    Option(Bucket.OVERDUE, "Quá hạn", "Overdue"),
    Option(Bucket.TODAY, "Đến hạn hôm nay", "Due today"),
    Option(Bucket.SOON, "Sắp đến hạn", "Due soon"),
    Option(Bucket.LATER, "Còn thời gian", "Later"),
    Option(Bucket.PAUSED, "Đang tạm dừng", "Paused"),
    Option(Bucket.WITHOUT, "Chưa có thời hạn", "Without a deadline"),
    Option(Bucket.DONE, "Đã xong", "Done"),
)
_ASSIGNED = (
    Option(ME, "Giao cho tôi", "Assigned to me"),
    Option(NOBODY, "Chưa giao cho ai", "Assigned to nobody"),
)
_URGENT = (Option(YES, "Chỉ hồ sơ khẩn", "Urgent only"),)

#: What may be chosen, by the name of the filter, in the order in which it is shown.
Offers = Mapping[str, tuple[Option, ...]]


def offers(rules: Rules, person: Insider, colleagues: Iterable[Colleague], today: date) -> Offers:
    """Return what this person may filter by."""
    catalogue = Catalogue(rules, today)
    return {
        "bucket": BUCKETS,
        "assigned": (
            *_ASSIGNED,
            *(
                Option(each.id.hex, each.name, each.name)
                for each in colleagues
                if each.id != person.id
            ),
        ),
        "unit": _named(row for row in rules.units.all_on(today) if row.id in person.reads),
        "state": _named(row for row in rules.states.all_on(today) if row.track is Track.CASE),
        "kind": _named(rules.kinds.all_on(today)),
        "category": catalogue.categories(),
        "ward": catalogue.wards(),
        "channel": _named(rules.channels.all_on(today)),
        "urgent": _URGENT,
    }


def _named(rows: Iterable[Any]) -> tuple[Option, ...]:
    return tuple(Option(row.id, row.vi, row.en) for row in rows)


@dataclass(frozen=True)
class Filter:
    """The codes that hold, and the names of filters whose code is not on offer."""

    codes: Mapping[str, str]
    ignored: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, str], offered: Offers) -> "Filter":
        """Return what of these codes can be applied."""
        asked = {name: given[name] for name in offered if given.get(name)}
        known = {
            name: code
            for name, code in asked.items()
            if any(code == option.id for option in offered[name])
        }
        return cls(known, tuple(name for name in asked if name not in known))

    def choice(self, person: Insider) -> Choice:
        """Return the same as conditions on cases."""
        codes = self.codes
        equal: list[tuple[str, Any]] = [
            (name, codes[name]) for name in ("kind", "category", "ward", "channel") if name in codes
        ]
        if "urgent" in codes:
            equal.append(("urgent", True))
        if "assigned" in codes:
            equal.append(("assigned_to", _assignee(codes["assigned"], person)))
        return Choice(
            (codes["unit"],) if "unit" in codes else tuple(sorted(person.reads)),
            tuple(equal),
            codes.get("state", ""),
            Bucket(codes["bucket"]) if "bucket" in codes else None,
        )


def _assignee(code: str, person: Insider) -> UUID | None:
    if code == NOBODY:
        return None
    return person.id if code == ME else UUID(hex=code)
