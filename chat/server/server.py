"""One model on one server, and all that is known of it."""

import math
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint
from chat.profiles.sentence import Sentence
from chat.server.connection import Connection
from chat.server.shared_answer import SharedAnswer
from chat.server.start import Process
from chat.server.status.activity import Activity, ask_activity
from chat.server.template.form import Form, PastThoughts

MOST_SERVERS = 128
Value = TypeVar("Value")


class Lasting(SharedAnswer[Value], Generic[Value]):
    """Answers that are true as long as the server's process runs."""

    def __init__(self) -> None:
        super().__init__(lambda: math.inf)


@dataclass(slots=True)
class Ways:
    """How the server can be asked to continue a partial reply.

    `accepted` and `rejected` ways are those of requests that were sent. `continuable` says, for each kind of reply,
    whether the chat endpoint continues it. `hopeless`: there was no way to the answer to a thought.
    """

    accepted: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    continuable: Lasting[bool] = field(default_factory=Lasting[bool])
    hopeless: bool = False


@dataclass(slots=True)
class BudgetSupport:
    """Whether the server ends a thought by itself when a budget is spent; None before that was tried."""

    supported: bool | None = None
    trial: SharedAnswer[bool] = field(default_factory=lambda: SharedAnswer[bool](lambda: 0.0))
    next_trial: float = 0.0


@dataclass(slots=True)
class Known:
    """What was learned from one process of a server.

    `process` is None until the process was identified. `stop_ids` are those of single stop tokens, or say why there is
    none; `unresolved` are stop tokens that were reported in the log. `rejected_fields` of a request are not sent again.
    `sessions` has the ids that the server has issued, by chat. Of the template, by the fields of the request that it
    uses: `past_thoughts` says where it reads a past thought, `keeps_tags` whether it keeps a past answer that mentions
    the markers, and `forms` how it writes a reply.
    """

    process: str | None = None
    version: Lasting[tuple[int, int] | None] = field(default_factory=Lasting[tuple[int, int] | None])
    keeps_tags: Lasting[bool] = field(default_factory=Lasting[bool])
    past_thoughts: Lasting[PastThoughts] = field(default_factory=Lasting[PastThoughts])
    window: Lasting[int | None] = field(default_factory=Lasting[int | None])
    stop_ids: Lasting[int | Sentence | None] = field(default_factory=Lasting[int | Sentence | None])
    unresolved: set[str | int] = field(default_factory=set)
    sessions: dict[str, str] = field(default_factory=dict)
    rejected_fields: set[str] = field(default_factory=set)
    budget: BudgetSupport = field(default_factory=BudgetSupport)
    ways: Ways = field(default_factory=Ways)
    forms: Lasting[Form] = field(default_factory=Lasting[Form])


class Server:
    """One model on one server: its address, its connection, and what is `known` of it."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self.endpoint, self.model = endpoint, model
        self.connection = Connection(endpoint)
        self.known = Known()
        self._process = Process(self.connection)
        self._activity = SharedAnswer[Activity | None](lambda: read_waits().activity_seconds / 4)

    async def refresh(self) -> Known:
        """Drop what is known if the server was restarted, and return what is known now.

        Raises:
            openai.APIConnectionError: if no server answers.
        """
        process = await self._process.identify()
        if self.known.process not in (None, process):
            self.known = Known()
        self.known.process = process
        return self.known

    async def read_activity(self) -> Activity | None:
        """Return what the server does, None if it does not say. All chats that wait for it share the answer."""
        return await self._activity.get("activity", lambda: ask_activity(self.connection, self.model))


class Place(Protocol):
    """Something that names a server and a model: a profile or a request."""

    @property
    def endpoint(self) -> Endpoint: ...

    @property
    def model(self) -> str: ...


class Servers:
    """The servers that are in use; at most MOST_SERVERS, those that were used last."""

    def __init__(self) -> None:
        self._servers: dict[tuple[Endpoint, str], Server] = {}

    def find(self, place: Place) -> Server:
        """Return the server of that endpoint and model."""
        key = place.endpoint, place.model
        server = self._servers.pop(key, None) or Server(*key)
        while len(self._servers) >= MOST_SERVERS:
            del self._servers[next(iter(self._servers))]
        self._servers[key] = server
        return server

    async def close(self) -> None:
        """Close all connections, and forget all servers."""
        while self._servers:
            _, server = self._servers.popitem()
            await server.connection.close()


_SERVERS = Servers()


def server_of(place: Place) -> Server:
    """Return the server that a profile or a request names. The whole app shares it."""
    return _SERVERS.find(place)


async def close_servers() -> None:
    """Close the connections to all servers, and forget what is known of them."""
    await _SERVERS.close()
