"""Notes, checkpoints and cosignatures: published examples, other readers, mutations."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from ledger_kit import COSIGNED_AT, LOG, ORIGIN, PROMISE_KEY, WITNESSES, Log, leaves, seed
from sigstore._internal.rekor.checkpoint import SignedCheckpoint
from sigstore._internal.trust import Keyring
from sigstore_models.common import v1 as common_v1

from ledger.checkpoint import (
    Checkpoint,
    add_cosignature,
    cosign,
    open_checkpoint,
    sign_checkpoint,
)
from ledger.errors import LedgerError, Malformed, NotSigned, QuorumMissed, SignatureRefused
from ledger.note import COSIGNATURE, NOTE, Signed, Signer, Verifier, open_note, sign
from ledger.tree import EMPTY_ROOT

# golang.org/x/mod/sumdb/note, example and tests
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33"
    "WWd1RvMc+QQ=\n"
)
# A checkpoint of a staging Certificate Transparency log as it was served, with its witnesses
REAL = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3\
urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI7\
5MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcq\
oXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u\
5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5\
XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TU\
FucgKi7lI7cUiOvKFYe/TmN9DAg==
"""
REAL_LOG = (
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
)
REAL_WITNESSES = (
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    (
        "transparency.dev/DEV:witness-little-garden+d8042a87+"
        "BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM"
    ),
)
SPEC_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)
NOTE_OF_OURS = Log().checkpoint()
KEYS = [LOG.verifier, *(one.verifier for one in WITNESSES[:2])]


def test_signing_gives_the_bytes_of_gos_published_example() -> None:
    peter = Signer.from_text(PETER_SECRET)
    assert peter.verifier.to_text() == PETER
    assert sign(GO_TEXT, peter) == GO_TEXT + "\n" + PETER_LINE
    assert Signer("EnochRoot", NOTE, bytes(32)).verifier.to_text() == ENOCH


def test_a_note_of_two_signers_names_those_that_are_known() -> None:
    note = GO_TEXT + "\n" + PETER_LINE + ENOCH_LINE
    peter, enoch = Verifier.from_text(PETER), Verifier.from_text(ENOCH)
    assert open_note(note, [enoch]) == (GO_TEXT, (Signed(enoch, None),))
    assert open_note(note, [enoch, peter])[1] == (Signed(peter, None), Signed(enoch, None))
    assert len(open_note(note + PETER_LINE, [peter])[1]) == 1


def test_a_real_logs_checkpoint_and_its_four_witnesses_are_verified() -> None:
    witnesses = [Verifier.from_text(text) for text in REAL_WITNESSES]
    checkpoint, cosigned = open_checkpoint(REAL, Verifier.from_text(REAL_LOG), witnesses, 4)
    assert checkpoint.size == 1432088532
    assert {one.time for one in cosigned} == {0x6A122120}
    with pytest.raises(SignatureRefused):
        open_checkpoint(
            REAL.replace("1432088532", "1432088533"), Verifier.from_text(REAL_LOG), witnesses
        )


def test_the_specifications_example_checkpoint_is_read_and_written_alike() -> None:
    checkpoint = Checkpoint.from_text(SPEC_CHECKPOINT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.to_text() == SPEC_CHECKPOINT


def test_sigstore_reads_and_verifies_our_checkpoint() -> None:
    key = Ed25519PublicKey.from_public_bytes(LOG.verifier.public)
    public = base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    details = common_v1.PublicKeyDetails.PKIX_ED25519
    keyring = Keyring([common_v1.PublicKey(raw_bytes=public, key_details=details)])
    theirs = SignedCheckpoint.from_text(NOTE_OF_OURS)
    ours, _ = open_checkpoint(NOTE_OF_OURS, LOG.verifier)
    assert theirs.checkpoint.origin == ORIGIN
    assert (theirs.checkpoint.log_size, theirs.checkpoint.log_hash) == (ours.size, ours.root.hex())
    theirs.signed_note.verify(keyring, LOG.verifier.id)
    other = SignedCheckpoint.from_text(NOTE_OF_OURS.replace("\n11\n", "\n12\n"))
    with pytest.raises(Exception, match="invalid signature"):
        other.signed_note.verify(keyring, LOG.verifier.id)


@given(st.data())
def test_a_note_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    raw = bytearray(NOTE_OF_OURS.encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    # All three signers are required: a changed name or id would only drop that signature.
    with pytest.raises(LedgerError):
        open_checkpoint(text, KEYS[0], KEYS[1:], 2)


@given(st.text() | st.binary().map(lambda raw: raw.decode(errors="surrogateescape")))
def test_any_text_at_all_is_refused_in_an_orderly_way(text: str) -> None:
    for read in (
        lambda: open_note(text, KEYS),
        lambda: open_checkpoint(f"{text}\n\n— a AAAAAAAA\n", KEYS[0]),
        lambda: Verifier.from_text(text),
        lambda: Verifier.from_text(f"a+00000000+{text}"),
        lambda: Signer.from_text(f"PRIVATE+KEY+{text}"),
        lambda: Checkpoint.from_text(f"origin\n{text}\n"),
        lambda: add_cosignature(NOTE_OF_OURS, text, KEYS[1]),
    ):
        with pytest.raises(LedgerError):
            read()


def test_a_note_signed_by_strangers_only_is_not_signed() -> None:
    with pytest.raises(NotSigned):
        open_note(NOTE_OF_OURS, [WITNESSES[2].verifier])
    with pytest.raises(NotSigned):
        open_note(NOTE_OF_OURS, [])


def test_a_false_signature_of_a_known_key_refuses_the_whole_note() -> None:
    forged = PETER_LINE.replace("x08go/ZJ", "x08go/ZK")
    keys = [Verifier.from_text(PETER), Verifier.from_text(ENOCH)]
    with pytest.raises(SignatureRefused, match="PeterNeumann"):
        open_note(GO_TEXT + "\n" + ENOCH_LINE + forged, keys)
    assert len(open_note(GO_TEXT + "\n" + ENOCH_LINE + forged, keys[1:])[1]) == 1


def test_a_signature_of_another_length_is_refused_as_false() -> None:
    short = "— EnochRoot " + base64.b64encode(Verifier.from_text(ENOCH).id + b"short").decode()
    with pytest.raises(SignatureRefused):
        open_note(f"{GO_TEXT}\n{short}\n", [Verifier.from_text(ENOCH)])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        GO_TEXT,
        GO_TEXT + "\n",
        GO_TEXT + PETER_LINE,
        GO_TEXT + "\n" + PETER_LINE[:-1],
        GO_TEXT + "\n" + PETER_LINE + "\n",
        GO_TEXT + "\n" + PETER_LINE.replace("— ", "- "),
        GO_TEXT + "\n" + PETER_LINE.replace("— ", "—  "),
        GO_TEXT + "\n" + PETER_LINE.replace("— PeterNeumann", "— Peter+Neumann"),
        GO_TEXT + "\n" + PETER_LINE.replace("— PeterNeumann", "— Peter\u2003Neumann"),
        GO_TEXT + "\n" + PETER_LINE.replace("AM=\n", "AN=\n"),
        GO_TEXT + "\n" + PETER_LINE.replace("AM=\n", "AM\n"),
        GO_TEXT + "\n" + PETER_LINE + "— short AAAAAA==\n",
        GO_TEXT.replace("\n", "\r\n") + "\n" + PETER_LINE,
        GO_TEXT + "\x00\n\n" + PETER_LINE,
        GO_TEXT + "\n" + PETER_LINE * 65,
        "x" * 2**19 + "\n\n" + PETER_LINE,
    ],
)
def test_what_is_not_a_note_is_malformed(note: str) -> None:
    with pytest.raises(Malformed):
        open_note(note, [Verifier.from_text(PETER)])


def test_sixty_four_signatures_are_read() -> None:
    strangers = "".join(f"— stranger{n} AAAAAAAA\n" for n in range(63))
    note = GO_TEXT + "\n" + strangers + PETER_LINE
    assert len(open_note(note, [Verifier.from_text(PETER)])[1]) == 1


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\r\n"])
def test_text_that_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        sign(text, LOG)


def test_key_names_follow_the_rules() -> None:
    for name in ("", "a b", "a+b", "a\u00a0b", "a\nb"):
        with pytest.raises(Malformed):
            Verifier(name, NOTE, bytes(32))
    for kind, length in ((2, 32), (NOTE, 31), (COSIGNATURE, 33)):
        with pytest.raises(Malformed):
            Verifier("a", kind, bytes(length))


def test_key_texts_survive_a_round_trip() -> None:
    for signer in (LOG, *WITNESSES):
        assert Signer.from_text(signer.to_text()) == signer
        assert Verifier.from_text(signer.verifier.to_text()) == signer.verifier
    with pytest.raises(Malformed):
        Verifier.from_text(PETER.replace("c74f20a3", "c74f20a4"))
    with pytest.raises(Malformed):
        Verifier.from_text(PETER.replace("c74f20a3", "C74F20A3"))


def test_a_seed_never_shows() -> None:
    secret = LOG.to_text().rpartition("+")[2]
    assert LOG.seed.hex() not in repr(LOG)
    assert repr(LOG.seed) not in f"{LOG} {LOG!r}"
    with pytest.raises(Malformed) as refusal:
        Signer.from_text(LOG.to_text().replace("PRIVATE+KEY+d", "PRIVATE+KEY+e"))
    shown = f"{refusal.value} {refusal.value!r} {refusal.value.__cause__}"
    assert secret not in shown


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        SPEC_CHECKPOINT[:-1],
        SPEC_CHECKPOINT + "\n",
        SPEC_CHECKPOINT.replace("20852163", "020852163"),
        SPEC_CHECKPOINT.replace("20852163", "+20852163"),
        SPEC_CHECKPOINT.replace("20852163", "-1"),
        SPEC_CHECKPOINT.replace("20852163", "20_852_163"),
        SPEC_CHECKPOINT.replace("20852163", "٢"),
        SPEC_CHECKPOINT.replace("20852163", "9223372036854775808"),
        SPEC_CHECKPOINT.replace("20852163", "9" * 5000),
        SPEC_CHECKPOINT.replace("20852163", "0"),
        SPEC_CHECKPOINT.replace("q2I=", "q2J="),
        SPEC_CHECKPOINT.replace("q2I=", ""),
        SPEC_CHECKPOINT.replace("example.com/behind-the-sofa", ""),
    ],
)
def test_a_checkpoint_has_one_spelling_only(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.from_text(text)


def test_extension_lines_and_the_empty_tree_are_allowed() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT, ("extension", "another"))
    assert open_checkpoint(sign_checkpoint(empty, LOG), LOG.verifier) == (empty, ())
    with pytest.raises(Malformed):
        Checkpoint(ORIGIN, 0, EMPTY_ROOT, ("",))
    with pytest.raises(Malformed):
        sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT, ("two\nlines",)), WITNESSES[0])


def test_only_the_key_named_after_the_log_signs_its_checkpoints() -> None:
    other = Checkpoint("other.example/log", 1, leaves(1)[0])
    for key in (LOG, Signer("other.example/log", COSIGNATURE, seed("x"))):
        with pytest.raises(Malformed):
            sign_checkpoint(other, key)
    with pytest.raises(NotSigned):
        open_checkpoint(sign(other.to_text(), LOG), LOG.verifier)
    lines = NOTE_OF_OURS.replace(f"— {ORIGIN} ", "— stranger ")
    with pytest.raises(NotSigned):
        open_checkpoint(lines, LOG.verifier, KEYS[1:])


def test_witnesses_are_counted_with_the_time_they_gave() -> None:
    _, cosigned = open_checkpoint(NOTE_OF_OURS, LOG.verifier, KEYS[1:], 2)
    assert [(one.key.name, one.time) for one in cosigned] == [
        ("witness.example/1", COSIGNED_AT),
        ("witness.example/2", COSIGNED_AT),
    ]
    with pytest.raises(QuorumMissed):
        open_checkpoint(NOTE_OF_OURS, LOG.verifier, KEYS[1:], 3)
    assert open_checkpoint(NOTE_OF_OURS, LOG.verifier)[1] == ()


def test_one_key_under_two_names_or_the_logs_own_is_one_witness_or_none() -> None:
    note = Log(witnesses=0).checkpoint()
    twin = Signer("witness.example/twin", COSIGNATURE, WITNESSES[0].seed)
    own = Signer("witness.example/own", COSIGNATURE, LOG.seed)
    for witness in (WITNESSES[0], twin, own):
        note = add_cosignature(note, cosign(note, witness, 5), witness.verifier)
    keys = [one.verifier for one in (WITNESSES[0], twin, own)]
    assert len(open_checkpoint(note, LOG.verifier, keys, 1)[1]) == 3
    with pytest.raises(QuorumMissed):
        open_checkpoint(note, LOG.verifier, keys, 2)


def test_keys_of_the_wrong_type_are_refused_before_anything_is_believed() -> None:
    with pytest.raises(Malformed):
        open_checkpoint(NOTE_OF_OURS, KEYS[1])
    with pytest.raises(Malformed):
        open_checkpoint(NOTE_OF_OURS, LOG.verifier, [PROMISE_KEY.verifier])
    with pytest.raises(Malformed):
        sign("text\n", LOG, 5)
    with pytest.raises(Malformed):
        sign("text\n", WITNESSES[0])


def test_a_cosignature_is_taken_from_a_line_or_a_note_and_replaces_the_older() -> None:
    bare = Log(witnesses=0).checkpoint()
    witness = WITNESSES[0]
    line = cosign(bare, witness, 7)
    once = add_cosignature(bare, line, witness.verifier)
    assert once == bare + line == add_cosignature(bare, bare + line, witness.verifier)
    again = add_cosignature(once, cosign(bare, witness, 9), witness.verifier)
    assert open_checkpoint(again, LOG.verifier, [witness.verifier])[1][0].time == 9
    assert again.count("witness.example/1") == 1


def test_a_cosignature_of_another_checkpoint_or_by_another_witness_is_not_taken() -> None:
    note, other = Log(witnesses=0).checkpoint(), Log(size=12, witnesses=0).checkpoint()
    with pytest.raises(SignatureRefused):
        add_cosignature(note, cosign(other, WITNESSES[0], 7), WITNESSES[0].verifier)
    with pytest.raises(NotSigned):
        add_cosignature(note, cosign(note, WITNESSES[1], 7), WITNESSES[0].verifier)
    with pytest.raises(Malformed):
        cosign(sign("no checkpoint\n", LOG), WITNESSES[0], 7)


def test_a_cosignature_covers_its_time() -> None:
    line = cosign(NOTE_OF_OURS, WITNESSES[0], 7)
    raw = bytearray(base64.b64decode(line.split(" ")[2]))
    raw[11] ^= 1
    false = f"— {WITNESSES[0].name} {base64.b64encode(raw).decode()}\n"
    with pytest.raises(SignatureRefused):
        add_cosignature(NOTE_OF_OURS, false, WITNESSES[0].verifier)
    line = cosign(NOTE_OF_OURS, WITNESSES[0], 2**63)
    with pytest.raises(SignatureRefused, match="impossible"):
        add_cosignature(NOTE_OF_OURS, line, WITNESSES[0].verifier)
