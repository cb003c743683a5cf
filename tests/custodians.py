"""Custodians as tests need them: admitted, as if they had met and compared fingerprints."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from ledger.note import Signer
from records.identity import CustodianCard
from records.work import Work
from triage import access, custodianship, vouching
from vault.keys import Seed
from web import clock


def confirmed(work: Work, key: Signer, people: Mapping[UUID, Seed]) -> None:
    """Show the cards of custodians and sign them as the machine does for the first ones."""
    work.session.flush()
    for staff_id, seed in people.items():
        person = access.insider(work, staff_id, seed, clock.today())
        custodianship.show(work, person, key, clock.today())
        signed(work, key, staff_id)


def signed(work: Work, key: Signer, staff_id: UUID) -> None:
    """Sign the cards that a custodian has shown."""
    work.session.flush()
    of = CustodianCard.staff_id == staff_id
    for row in work.session.scalars(select(CustodianCard).where(of)):
        row.note = vouching.signed(row.note, key)
    work.session.flush()
