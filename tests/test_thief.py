"""A thief of the whole server reads nothing: planted words are nowhere in what is stored."""

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes
from uuid import uuid4

import pytest
from sqlalchemy import select

from ledger.entry import Act
from records.case import Case, CaseEvent, CaseFile, CaseItem, CaseKey
from records.identity import Identity, IdentityShare
from records.settings import Settings
from records.staff import Staff
from records.tables import METADATA
from records.unit import UnitKey
from records.work import Store, hold_blob, writing
from tests.conftest import FOUNDED_ON, UNITS, Shown
from triage import keyring, logbook, sequencer
from vault import box, item, shares, stream
from vault.context import Context, Purpose
from vault.keys import PublicKey, SecretKey, new_secret_key
from vault.receipt import Receipt

PLANTED = {
    "accused": "Trần Văn Nhũng Nhiễu, phó chủ tịch",
    "narrative": "Ông ấy đòi ba mươi triệu trong phong bì màu xanh.",
    "note": "Cán bộ thụ lý nghi có người bao che",
    "decision": "Quyết định thụ lý số 17/QĐ-TTr mật",
    "identity": "Lê Thị Can Đảm, 0905 123 456, 12 Lê Lợi",
    "file_name": "bien-lai-phong-bi-xanh.jpg",
    "file": "NOI DUNG CUA TEP TIN LA BI MAT " * 4000,
    "subject": "ho-so-khong-ai-duoc-biet",
}


def report(store: Store, settings: Settings) -> tuple[Receipt, SecretKey]:
    """Store one whole report, as the later rooms will: everything sealed, all of it at once."""
    receipt, case_key, identity_key = Receipt.draw(), new_secret_key(), new_secret_key()
    case_id, file_id = uuid4(), uuid4()

    def context(purpose: Purpose, *scope: bytes) -> Context:
        return Context(purpose, (case_id.bytes, *scope))

    promise_key = keyring.read_key(settings, keyring.PROMISE_KEY)
    pieces = (PLANTED["file"].encode() for _ in range(3))
    sealed_file = stream.seal(case_key, context(Purpose.CASE_FILE, file_id.bytes), pieces)
    hold_blob(store, file_id, sealed_file, FOUNDED_ON)
    with writing(store) as work:
        unit = work.session.get(UnitKey, (UNITS[0], 1))
        custodian = work.session.execute(select(Staff)).scalar_one()
        assert unit is not None
        unit_key = PublicKey(unit.public_key)
        work.session.add(
            Case(
                id=case_id,
                unit_code=UNITS[0],
                kind="phan_anh_tham_nhung",
                category="khac",
                channel="web",
                state="received",
                state_since=FOUNDED_ON,
                police_state="police_none",
                protection_state="protection_none",
                urgent=True,
                arrived_on=FOUNDED_ON,
                lookup_id=receipt.lookup_id,
                receipt_wrap=item.seal(
                    receipt.wrapping_key, context(Purpose.CASE_KEY_FOR_RECEIPT), case_key
                ),
                escrow_wrap=box.seal(unit_key, context(Purpose.CASE_KEY_FOR_ESCROW), case_key),
            )
        )
        scope = (UNITS[0].encode(), (1).to_bytes(4))
        wrapped = box.seal(unit_key, context(Purpose.CASE_KEY_FOR_UNIT, *scope), case_key)
        work.session.add(CaseKey(case_id=case_id, unit_code=UNITS[0], epoch=1, box=wrapped))
        for purpose, text in (
            (Purpose.CASE_FACTS, PLANTED["accused"]),
            (Purpose.CASE_NARRATIVE, PLANTED["narrative"]),
            (Purpose.CASE_NOTE, PLANTED["note"]),
        ):
            item_id = uuid4()
            sealed = item.seal(case_key, context(purpose, item_id.bytes), text.encode())
            work.session.add(
                CaseItem(
                    id=item_id,
                    case_id=case_id,
                    purpose=purpose,
                    added_on=FOUNDED_ON,
                    sealed=sealed,
                )
            )
        card = context(Purpose.CASE_FILE_CARD, file_id.bytes)
        work.session.add(
            CaseFile(
                id=file_id,
                case_id=case_id,
                original=False,
                added_on=FOUNDED_ON,
                card=item.seal(case_key, card, PLANTED["file_name"].encode()),
            )
        )
        work.adopt_blob(file_id)
        recorded = logbook.record(
            work, Act("case.filed", FOUNDED_ON, PLANTED["subject"]), promise_key
        )
        event_id = uuid4()
        event = context(Purpose.CASE_EVENT, event_id.bytes)
        work.session.add(
            CaseEvent(
                id=event_id,
                case_id=case_id,
                position=1,
                kind="case.filed",
                happened_on=FOUNDED_ON,
                terms="{}",
                detail=item.seal(case_key, event, PLANTED["decision"].encode()),
                opening=item.seal(
                    case_key,
                    context(Purpose.CASE_OPENING, event_id.bytes),
                    recorded.opening.to_bytes(),
                ),
                leaf=recorded.leaf,
            )
        )
        epoch = (1).to_bytes(4)
        who = item.seal(
            identity_key, context(Purpose.IDENTITY, epoch), PLANTED["identity"].encode()
        )
        work.session.add(
            Identity(case_id=case_id, epoch=1, sealed=who, needed=2, given_on=FOUNDED_ON)
        )
        share, _ = shares.cut(identity_key, 2, 2)
        owner = context(Purpose.IDENTITY_SHARE_FOR_CUSTODIAN, custodian.id.bytes, epoch)
        boxed = box.seal(PublicKey(custodian.public_key), owner, share.encode())
        work.session.add(IdentityShare(case_id=case_id, staff_id=custodian.id, epoch=1, box=boxed))
    return receipt, case_key


def everything_stored(store: Store, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield every byte a thief finds: all rows, all files, the configuration."""
    with store.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                for name, value in row._mapping.items():
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table.name}.{name}", raw
    store.engine.dispose()
    for path in settings.home.parent.rglob("*"):
        yield f"name of {path}", path.name.encode()
        if path.is_file():
            yield str(path), path.read_bytes()
    for name, value in os.environ.items():
        if name.startswith("DANGVAN_"):
            yield name, value.encode()


def fragments(text: str) -> Iterator[bytes]:
    """Yield every 12-character piece of a planted text, as UTF-8, UTF-16 and hexadecimal."""
    for start in range(min(len(text), 200) - 11):
        piece = text[start : start + 12]
        yield from (piece.encode(), piece.encode("utf-16-le"), piece.encode().hex().encode())


def test_no_planted_word_is_found_in_database_blobs_or_configuration(
    store: Store, settings: Settings, shown: Shown
) -> None:
    receipt, case_key = report(store, settings)
    list(sequencer.sequence(store, settings, FOUNDED_ON.replace(day=9)))
    secrets = [receipt.code.encode(), receipt.grouped.encode(), bytes(case_key)]
    secrets += [bytes(receipt.wrapping_key), case_key.hex().encode()]
    secrets += [words.encode() for words in shown.words]
    needles = [piece for text in PLANTED.values() for piece in fragments(text)] + secrets
    looked_at = 0
    for place, content in everything_stored(store, settings):
        looked_at += len(content)
        for needle in needles:
            assert needle not in content, place
    assert looked_at > 100_000


@pytest.mark.parametrize("name", PLANTED)
def test_the_search_would_find_a_word_that_was_not_sealed(
    store: Store, settings: Settings, name: str
) -> None:
    (settings.home / "careless.log").write_bytes(token_bytes(50) + PLANTED[name].encode())
    pieces = list(fragments(PLANTED[name]))
    found = {
        place
        for place, content in everything_stored(store, settings)
        if any(piece in content for piece in pieces)
    }
    assert found == {str(Path(settings.home / "careless.log"))}


def test_the_receipt_opens_the_whole_report_again(store: Store, settings: Settings) -> None:
    receipt, _ = report(store, settings)
    again = Receipt.parse(receipt.grouped.lower())
    with writing(store) as work:
        found = select(Case).where(Case.lookup_id == again.lookup_id)
        case = work.session.execute(found).scalar_one()
        wrap = Context(Purpose.CASE_KEY_FOR_RECEIPT, (case.id.bytes,))
        key = SecretKey(item.unseal(again.wrapping_key, wrap, item.Item(case.receipt_wrap)))
        texts = {
            row.purpose: item.unseal(
                key,
                Context(Purpose(row.purpose), (case.id.bytes, row.id.bytes)),
                item.Item(row.sealed),
            ).decode()
            for row in work.session.execute(select(CaseItem)).scalars()
        }
        file = work.session.execute(select(CaseFile)).scalar_one()
        context = Context(Purpose.CASE_FILE, (case.id.bytes, file.id.bytes))
        content = b"".join(stream.unseal(key, context, work.blobs.get(file.id)))
    assert texts[Purpose.CASE_NARRATIVE] == PLANTED["narrative"]
    assert content.decode() == PLANTED["file"] * 3
