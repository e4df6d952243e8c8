"""Which process answers at a server's address, so that what was learned can be dropped when it restarts."""

import asyncio
import re
from dataclasses import dataclass

import openai

from chat.process.waits import read_waits
from chat.server.connection import Connection
from chat.server.models import parse_models
from chat.server.shared_answer import SharedAnswer

_STARTED = re.compile(r"^process_start_time_seconds\S* (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What distinguishes this process from others, and when that was first seen."""

    sign: str
    stated: bool
    since: float

    @property
    def name(self) -> str:
        return self.sign if self.stated else f"{self.sign} {self.since}"


class Process:
    """The process that answers at the address of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last: _Seen | None = None
        self._looks = SharedAnswer[_Seen](lambda: read_waits().restart_check_seconds)

    async def identify(self) -> str:
        """Return a text that is another one after the server was restarted.

        It is the start time in `GET /metrics` (prometheus_client's process collector, as vLLM has it). Else it is the
        list of models, which is believed for `restart_assumed_seconds`. The server is asked at most every
        `restart_check_seconds`.

        Raises:
            openai.APIConnectionError: if no server answers.
        """
        return (await self._looks.get("process", self._look)).name

    async def _look(self) -> _Seen:
        self._last = await self._look_after(self._last)
        return self._last

    async def _look_after(self, last: _Seen | None) -> _Seen:
        started = ""
        try:
            started = await self._read_start_time()
        except openai.APITimeoutError:
            if last:  # a server that is too busy to answer has not been restarted meanwhile
                return last
        sign = started or await self._read_models()
        now = asyncio.get_running_loop().time()
        same = last and (last.sign, last.stated) == (sign, bool(started))
        if last and same and now - last.since < read_waits().restart_assumed_seconds:
            return last
        return _Seen(sign, bool(started), now)

    async def _read_start_time(self) -> str:
        try:
            metrics = await self._connection.get_text(f"{self._connection.root}/metrics", quick=True)
        except openai.APIConnectionError:
            raise
        except (openai.APIError, ValueError):
            return ""
        found = _STARTED.search(metrics)
        return found[1] if found else ""

    async def _read_models(self) -> str:
        try:
            return parse_models(await self._connection.get("/models", quick=True)).signature
        except (openai.APIError, ValueError):
            return ""
