"""`verify`: says what a reporter's proof file proves, offline, from the file and public keys."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from ledger.entry import Act
from ledger.errors import LedgerError, Malformed
from ledger.note import Verifier
from ledger.proof import File, verify_promise, verify_proof
from ledger.strict import MAX_LENGTH

_LAST_SECOND = 253_402_300_799  # of the year 9999, the last that can be written as a date


class _Key(click.ParamType[Verifier]):
    """A public key in text form, or the path of a file that holds it."""

    name = "key"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Verifier:
        """Return the key, or tell why there is none."""
        with suppress(LedgerError):
            return Verifier.from_text(value)
        try:
            return Verifier.from_text(Path(value).read_text().strip())
        except (LedgerError, OSError, ValueError):
            self.fail(f"{_plain(value)} is neither a public key nor a file with one.", param, ctx)


@click.command(short_help="Check a reporter's proof file, offline.")
@click.argument("proof", type=click.File("rb"))
@click.option("--key", type=_Key(), help="The log's public key, or a file with it.")
@click.option("--witness", type=_Key(), multiple=True, help="A witness's public key; repeatable.")
@click.option(
    "--quorum",
    type=click.IntRange(min=0),
    help="How many of the witnesses must have cosigned. Default: all that are named.",
)
@click.option("--promise-key", type=_Key(), help="The public key that signs promises.")
def verify(
    proof: BinaryIO,
    key: Verifier | None,
    witness: tuple[Verifier, ...],
    quorum: int | None,
    promise_key: Verifier | None,
) -> None:
    """Check PROOF, the file a reporter was given, without any network.

    Exits with 0 if the file proves what is then printed, with 1 and one sentence if not.
    """
    try:
        lines = _lines(proof.read(MAX_LENGTH + 1).decode(), key, witness, quorum, promise_key)
    except UnicodeDecodeError:
        raise click.ClickException("The file is not text, so it is no proof.") from None
    except Malformed as refusal:
        raise click.ClickException(_plain(f"{refusal} Download the file again.")) from None
    except LedgerError as refusal:
        raise click.ClickException(_plain(str(refusal))) from None
    for label, value in lines:
        click.echo(f"{label + ':':<14} {_plain(value)}")


def _lines(
    text: str,
    key: Verifier | None,
    witnesses: tuple[Verifier, ...],
    quorum: int | None,
    promise_key: Verifier | None,
) -> list[tuple[str, str]]:
    if File.from_text(text).index is not None:
        if key is None:
            raise click.ClickException("This file is a proof: name the log's key with --key.")
        return _of_proof(text, key, witnesses, len(witnesses) if quorum is None else quorum)
    if promise_key is None:
        raise click.ClickException("This file is a promise: name its key with --promise-key.")
    return _of_promise(text, promise_key)


def _of_proof(
    text: str, key: Verifier, witnesses: tuple[Verifier, ...], quorum: int
) -> list[tuple[str, str]]:
    proved = verify_proof(text, key, witnesses, quorum)
    place = f"entry {proved.index + 1} of {proved.checkpoint.size}"
    return [
        ("Proved", "this act stands in the log and cannot be removed unnoticed."),
        *_of_act(proved.act),
        ("Log", proved.checkpoint.origin),
        ("Position", place),
        *(("Cosigned", f"{one.key.name}, {_moment(one.time)}") for one in proved.cosignatures),
    ]


def _of_promise(text: str, key: Verifier) -> list[tuple[str, str]]:
    act, promise = verify_promise(text, key)
    return [
        ("Promised", "this act was received and is to stand in the log by the day below."),
        *_of_act(act),
        ("Signed by", promise.key_name),
        ("In the log by", promise.merge_by.isoformat()),
    ]


def _of_act(act: Act) -> list[tuple[str, str]]:
    detail = [("Detail", f"{name} = {value}") for name, value in act.detail]
    return [("Act", act.kind), ("Day", act.day.isoformat()), ("Subject", act.subject), *detail]


def _moment(time: int | None) -> str:
    if time is None or time > _LAST_SECOND:
        return f"second {time}"
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _plain(text: str) -> str:
    """Return `text` without anything that could steer a terminal."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
