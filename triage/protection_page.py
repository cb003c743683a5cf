"""The protection of one reporter on one page: alarms, risk, measures, reviews, what is due next.

Commendation stands there too: both are about the reporter, and neither tells who that is.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from records.work import Store
from rules.book import Rules
from rules.lifecycle import Step, Track
from triage import casepage, dossierkeys, dossiers, protection
from triage.access import Insider
from triage.caseacts import Offer
from triage.casepage import CasePage
from triage.clock_views import ClockView
from triage.dossiers import DossierPage
from triage.timeline import Event

_CLOCKS = (protection.ALARM_CLOCK, protection.REVIEW_CLOCK)
_ASIDE = ("corruption.recognised", "malice.found", "head.responsibility")


@dataclass(frozen=True)
class ProtectionPage:
    """What there is to know of a protection, the newest first. `page`: the case, opened.

    `alarms_wait`: an alarm has not been assessed.
    `entitled`: the law protects whoever sends this kind. `commending`, `others`: steps that may be
    taken now besides those of the protection, which are `offers`. `handed`: the requests that went
    to officers of protection.
    """

    page: CasePage
    entitled: bool
    alarms_wait: bool
    alarms: tuple[Event, ...]
    assessments: tuple[Event, ...]
    measures: tuple[Event, ...]
    decisions: tuple[Event, ...]
    commendation: tuple[Event, ...]
    clocks: tuple[ClockView, ...]
    offers: tuple[Offer, ...]
    commending: tuple[Offer, ...]
    others: tuple[Offer, ...]
    handed: tuple[DossierPage, ...]


def look(store: Store, rules: Rules, person: Insider, case_id: UUID, today: date) -> ProtectionPage:
    """Return the protection in a case as this person may read it. Raises NoSuchCase."""
    page = casepage.look(store, rules, person, case_id, today)
    offers = (*page.offers.onward, *page.offers.beside)
    waits = any(
        each.rule.id == protection.ALARM_CLOCK and each.ended_on is None for each in page.clocks
    )
    return ProtectionPage(
        page,
        rules.kinds.on(page.course.kind, today).protected,
        waits,
        _of(page, protection.ALARM),
        _of(page, protection.ASSESSED),
        _of(page, protection.APPLIED, protection.REVIEWED),
        tuple(each for each in page.events if _decides(rules, each)),
        tuple(each for each in page.events if _commends(each.kind)),
        tuple(each for each in page.clocks if _is_protections(rules, each)),
        tuple(
            sorted(
                (each for each in offers if each.step.track is Track.PROTECTION),
                key=lambda each: not (waits and each.step.id == protection.ASSESSED),
            )
        ),
        tuple(each for each in offers if _commends(each.step.id)),
        tuple(each for each in offers if each.step.id in _ASIDE),
        _handed(store, rules, person, page, today),
    )


def _handed(
    store: Store, rules: Rules, person: Insider, page: CasePage, today: date
) -> tuple[DossierPage, ...]:
    if not any(each.kind == dossierkeys.REFERRED for each in page.events):
        return ()
    every = dossiers.of_case(store, rules, person, page.case.id, today)
    return tuple(each for each in reversed(every) if each.dossier.track is Track.PROTECTION)


def _of(page: CasePage, *kinds: str) -> tuple[Event, ...]:
    return tuple(each for each in page.events if each.kind in kinds)


def _commends(step: str) -> bool:
    return step.startswith("commendation.") or step in protection.NAMING


def _step(rules: Rules, event: Event) -> Step:
    return rules.steps.on(event.kind, event.on)


def _decides(rules: Rules, event: Event) -> bool:
    """Tell whether an event of the protection is told neither as risk nor as a measure."""
    shown = (protection.ASSESSED, protection.APPLIED, protection.REVIEWED)
    return _step(rules, event).track is Track.PROTECTION and event.kind not in shown


def _is_protections(rules: Rules, clock: ClockView) -> bool:
    started = (step for step in rules.steps if clock.rule.start in step.starts)
    return clock.rule.id in _CLOCKS or all(step.track is Track.PROTECTION for step in started)
