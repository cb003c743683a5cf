"""Forms with files, read piece by piece: no byte of a file is written anywhere on the way."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from inspect import unwrap
from time import monotonic
from typing import Any, TypeVar

from flask import Request, request
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    HTTPException,
    RequestEntityTooLarge,
)
from werkzeug.sansio.multipart import (
    NEED_DATA,
    Data,
    Epilogue,
    Event,
    File,
    MultipartDecoder,
    Preamble,
)
from werkzeug.sansio.multipart import Field as FieldEvent
from wtforms.validators import ValidationError

ViewT = TypeVar("ViewT", bound=Callable[..., Any])
ResponseT = TypeVar("ResponseT")
_PIECE = 64 * 1024
#: Bytes of one field that is no file, and number of parts in one form.
_FIELD_MOST = 16 * 1024
_PARTS_MOST = 300
_FIELDS_MOST = 500
#: Seconds for which a refused form is read on.
_SECONDS_TO_DRAIN = 20.0
#: Bytes of a refused form that are read and thrown away.
_DRAINED = 512 * 1024 * 1024
#: What a form may hold besides its files, in bytes.
OVERHEAD = 1024 * 1024


#: Views, without what is wrapped around them, that check the token themselves, through `parts`.
_OWN_FORM: set[Callable[..., Any]] = set()


def reads_its_own_form(view: ViewT) -> ViewT:
    """Declare that a view reads its form with `parts`, which checks the token first of all."""
    _OWN_FORM.add(unwrap(view))
    return view


def checks_itself(view: Callable[..., Any]) -> bool:
    """Tell whether a view was declared so."""
    return unwrap(view) in _OWN_FORM


class NoFilesRequest(Request):
    """A request whose files are never spooled: only `parts` reads them, where they are wanted."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  (as in Werkzeug)
        super().__init__(*given, **named)
        # Werkzeug decodes it strictly, and a stray byte would end in a 500.
        self.query_string = self.query_string.decode("utf-8", "replace").encode()

    def _get_file_stream(self, *_given: object, **_named: object) -> FileStorage:  # type: ignore[override]
        # Werkzeug would write what is larger than half a megabyte into a temporary file.
        raise BadRequest


def drain(response: ResponseT) -> ResponseT:
    """Read what is left of a refused form, as far as is bearable, before answering.

    A browser that is still sending when the connection closes shows its own error, not our page.
    """
    if request.method == "POST" and (request.content_length or 0) <= _DRAINED:
        request.max_content_length = _DRAINED  # or looking at the stream would already refuse
        until = monotonic() + _SECONDS_TO_DRAIN
        with suppress(HTTPException, OSError, ValueError):
            while monotonic() < until and request.stream.read(_PIECE):
                pass
    return response


def refuse_many_fields() -> None:
    """Refuse a form of more fields than any page of ours has: each costs far more than its bytes.

    Raises RequestEntityTooLarge.
    """
    if (
        request.mimetype == "application/x-www-form-urlencoded"
        and request.get_data().count(b"&") > _FIELDS_MOST
    ):
        raise RequestEntityTooLarge


@dataclass(frozen=True)
class Value:
    """A field of the form."""

    name: str
    value: str


@dataclass
class Upload:
    """A file of the form; its pieces can be read once, before the next part is asked for."""

    name: str
    filename: str
    pieces: Iterator[bytes] = field(repr=False)


def parts(sent: Request, most_bytes: int) -> Iterator[Value | Upload]:
    """Yield the parts of a form in the order in which they arrive.

    The first must be the token against forged requests: nothing else is looked at before. Raises
    CSRFError, BadRequest, RequestEntityTooLarge, or ClientDisconnected.
    """
    if sent.mimetype != "multipart/form-data":
        raise BadRequest
    if (sent.content_length or 0) > most_bytes:
        raise RequestEntityTooLarge
    boundary = sent.mimetype_params.get("boundary", "").encode("latin-1", "ignore")
    if not boundary:
        raise BadRequest
    sent.max_content_length = most_bytes
    reader = _Reader(sent, boundary)
    first = next(reader.parts(), None)
    if not isinstance(first, Value) or first.name != "csrf_token":
        raise CSRFError("The CSRF token is missing.")
    try:
        validate_csrf(first.value)
    except ValidationError as error:
        raise CSRFError(error.args[0]) from None
    yield from reader.parts()


class _Reader:
    def __init__(self, sent: Request, boundary: bytes) -> None:
        self._stream = sent.stream
        self._decoder = MultipartDecoder(
            # Also bounds what it holds while it waits for the first part or the end of a header.
            boundary,
            max_form_memory_size=OVERHEAD,
            max_parts=_PARTS_MOST,
        )

    def _next(self) -> Event:
        while True:
            try:
                event = self._decoder.next_event()
            except ValueError:
                raise BadRequest from None
            if not isinstance(event, type(NEED_DATA)):
                return event
            piece = self._stream.read(_PIECE)
            self._decoder.receive_data(piece or None)

    def parts(self) -> Iterator[Value | Upload]:
        while not isinstance(event := self._next(), Epilogue):
            if isinstance(event, Preamble):
                continue
            if isinstance(event, FieldEvent):
                yield Value(event.name, self._value())
            elif isinstance(event, File):
                pieces = self._pieces()
                yield Upload(event.name, event.filename, pieces)
                for _ in pieces:  # what the caller left of it
                    pass

    def _value(self) -> str:
        value = b""
        for piece in self._pieces():
            value += piece
            if len(value) > _FIELD_MOST:
                raise RequestEntityTooLarge
        return value.decode("utf-8", "replace")

    def _pieces(self) -> Iterator[bytes]:
        while True:
            event = self._next()
            if not isinstance(event, Data):
                raise ClientDisconnected
            if event.data:
                yield event.data
            if not event.more_data:
                return
