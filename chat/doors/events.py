"""Shapes of what a browser may send: the connection, each event of the socket, and the press of a button."""

import json
import re
import uuid
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from chat.profiles.sentence import Sentence
from chat.words.texts import plain

MESSAGE_PROBLEM_CHARACTERS = 200


def _canonical(text: str) -> str:
    """Return `text` unchanged. Raise ValueError if it is not a UUID as browsers write it: it could be a path."""
    if str(uuid.UUID(text)) != text:
        raise ValueError("not a canonical UUID")
    return text


Identifier = Annotated[str, Field(max_length=36), AfterValidator(_canonical)]
Short = Annotated[str, Field(max_length=1000)]


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class Connection(_Shape):
    """The `auth` of a connection. Chainlit names a folder after `sessionId`, so it must be a UUID."""

    sessionId: Identifier  # noqa: N815  (names of the protocol)
    clientType: Literal["webapp"]  # noqa: N815
    threadId: Literal[""] | Identifier | None = None  # noqa: N815
    userEnv: Literal["", "{}", "null"] | None = None  # noqa: N815
    chatProfile: Short | None = None  # noqa: N815


class _Text(_Shape):
    id: Identifier
    output: str
    type: Literal["user_message"] = "user_message"
    name: Short = ""
    createdAt: Short | None = None  # noqa: N815
    command: Short | None = None
    modes: dict[Short, Short] | None = None
    parentId: Identifier | None = None  # noqa: N815


class Written(_Shape):
    """A message that the person sends or edits."""

    message: _Text
    fileReferences: list[JsonValue] | None = Field(default=None, max_length=0)  # noqa: N815


class _Pressed(_Shape):
    id: Short
    name: Short
    payload: dict[Short, JsonValue]
    label: Short = ""
    tooltip: Short = ""
    icon: Short | None = None
    forId: Short | None = None  # noqa: N815


class Press(_Shape):
    """The press of a button, `POST /project/action`."""

    sessionId: Identifier  # noqa: N815
    action: _Pressed


Nothing = tuple[()]  # no arguments
Settings = dict[Short, str | int | float | bool | None]
# The events that the page sends, and the shape of their arguments. All others are closed, also later ones of Chainlit.
IGNORED = ("fetch_favorites", "chat_settings_edit")  # Chainlit's page sends them, and no handler needs them
EVENTS: dict[str, TypeAdapter[Any]] = {
    "connection_successful": TypeAdapter(Nothing),
    "clear_session": TypeAdapter(Nothing),
    "stop": TypeAdapter(Nothing),
    "client_message": TypeAdapter(tuple[Written]),
    "edit_message": TypeAdapter(tuple[Written]),
    "window_message": TypeAdapter(tuple[JsonValue]),
    "chat_settings_change": TypeAdapter(tuple[Settings]),
}


class Malformed(ValueError):
    """A value that the page would not send. `problem` gives place and kind of the first fault, never the value."""

    def __init__(self, problem: Sentence | str) -> None:
        super().__init__(problem if isinstance(problem, str) else plain(problem, "en"))
        self.problem = problem


_SEPARATOR = "\x1e"
# Engine.IO's packets as the page sends them: close, pong, and a message of Socket.IO; over a WebSocket also those of
# an upgrade. In any other message Engine.IO would parse JSON of any depth.
_POSTED = re.compile(r"1|3|4[0-3].*", re.DOTALL)
_PACKET = re.compile(r"[23](?:probe)?|5|" + _POSTED.pattern, re.DOTALL)
POSTED_PACKETS = 16  # Engine.IO raises for more in one request
SMALL_PACKET = 65_536
QUOTES = 20_000  # a page with thousands of questions sends the id of each


def is_packet(text: str) -> bool:
    """True if a text is a packet of Engine.IO, and of a kind that the page sends over a WebSocket."""
    return _PACKET.fullmatch(text) is not None and not _is_bulky(text)


def are_packets(body: bytes) -> bool:
    """True if the body of a request consists of packets of Engine.IO that the page sends, and not of too many."""
    if body.count(_SEPARATOR.encode()) >= POSTED_PACKETS:
        return False
    try:
        packets = body.decode().split(_SEPARATOR)
    except UnicodeDecodeError:
        return False
    return all(_POSTED.fullmatch(packet) and not _is_bulky(packet) for packet in packets)


def _is_bulky(packet: str) -> bool:
    """True if a large packet does not consist of a few long strings. To parse it would take seconds and much memory."""
    if len(packet) <= SMALL_PACKET:
        return False
    text = packet.replace("\\\\", "").replace('\\"', "")  # quotes that are left begin or end a string
    if text.count('"') > QUOTES:
        return True
    return sum(map(len, text.split('"')[::2])) > SMALL_PACKET


def read_connection(auth: object) -> dict[str, Any]:
    """Return the `auth` of a connection, without unused fields.

    Raises:
        Malformed: if it has another shape.
    """
    return _read(TypeAdapter(Connection), auth).model_dump(exclude_unset=True)  # type: ignore[no-any-return]


def read_event(event: str, arguments: tuple[object, ...]) -> tuple[Any, ...]:
    """Return the arguments of an event of the socket, without unused fields.

    Raises:
        Malformed: if they have another shape.
    """
    return tuple(map(_plain, _read(EVENTS[event], arguments)))


def read_press(body: bytes) -> Press:
    """Return the press of a button from the body of its request.

    Raises:
        Malformed: if it is not JSON, or has another shape.
    """
    try:
        pressed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(Sentence("door.problem.json", {"error": type(error).__name__})) from None
    return _read(TypeAdapter(Press), pressed)  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_unset=True)
    return value


def _read(shape: TypeAdapter[Any], value: object) -> Any:
    """Return the value, checked against its shape. Raise Malformed if it has another."""
    try:
        return shape.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"{place}: {first['msg']}"[:MESSAGE_PROBLEM_CHARACTERS]) from None
    except RecursionError:
        raise Malformed(Sentence("door.problem.deep")) from None
