"""Plays a scenario at a server as the app does: profile from a file, mode, stop ids, request, stream, turn."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from chat.profiles.modes import choose, policy
from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.reply.history import Prompt
from chat.reply.play import Play
from chat.server.faults import Fault
from chat.server.request import Request, request
from chat.server.server import server_of
from chat.server.stop_ids import resolve_stop_ids
from termination import AnswerDelta, Event, ThoughtDelta, Turn
from tests.vllm.proxy import proxied
from tests.vllm.scenarios import Scenario
from tests.vllm.server import HERE, Server

PROFILES = HERE.parents[1] / "profiles"
DEFAULT_ROOM = {"sampling": {"max_tokens": 400}}  # the shipped profiles ask for more than the small models have
PATIENCE_SECONDS = 600
IDLE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Played:
    """One turn that is over."""

    turn: Turn
    fault: Fault | None


class Gate:
    """A file for `until` in scripted.py: the model is silent until the gate is open."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def open(self) -> None:
        self.file.touch()


class Player:
    """Plays turns at one server, with profiles that extend the shipped one in a folder of their own."""

    def __init__(self, server: Server, folder: Path, environment: pytest.MonkeyPatch) -> None:
        self.server = server
        self._folder = folder
        self._environment = environment
        for path in PROFILES.glob("*.yaml"):
            shutil.copy(path, folder)

    def profile(self, base_url: str | None = None, **changes: Any) -> Profile:
        """Return the shipped profile, pointed at the server by the environment, with these keys changed."""
        for name, value in self.server.environment.items():
            self._environment.setenv(name, base_url if base_url and name.endswith("URL") else value)
        values = merged(merged(DEFAULT_ROOM, self.server.overrides), changes)
        path = self._folder / "of-this-test.yaml"
        path.write_text(yaml.safe_dump({"extends": self.server.profile, **values}, allow_unicode=True))
        return read_profile(path)

    async def play(self, scenario: Scenario) -> Played:
        extra = self.server.says(scenario.reply, scenario.step_ms, scenario.slow_from)
        if scenario.template:
            extra = merged(extra, self.server.templated(scenario.template))
        changes = merged(scenario.changes, {"extra": extra})
        async with way(self.server, scenario.proxy) as base_url:
            profile = self.profile(base_url, **changes)
            return await played(profile, scenario.question, scenario.panel, scenario.stop_in)

    async def wait_until_idle(self) -> None:
        """Wait until the server is at work on nothing, at most PATIENCE_SECONDS."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await asyncio.to_thread(self.server.idle):  # noqa: ASYNC110  (the server's gauge has to be read)
                await asyncio.sleep(0.02)

    async def idle_in_time(self) -> bool:
        """True if the server has no work within a second, and a look after that finds none either."""
        loop = asyncio.get_running_loop()
        began = looked = loop.time()
        while not await asyncio.to_thread(self.server.idle):
            if looked - began > IDLE_SECONDS:
                return False
            await asyncio.sleep(0.02)
            looked = loop.time()
        return True


@asynccontextmanager
async def way(server: Server, proxy: str | None) -> AsyncIterator[str]:
    """Yield the address of the server, or that of a proxy before it with that fault."""
    if proxy is None:
        yield server.base_url
    else:
        async with proxied(server.root, proxy) as root:
            yield f"{root}/v1"


async def _played(profile: Profile, question: str, panel: str | None, stop_in: str | None) -> Played:
    chosen = choose(question, panel, profile)

    async def ask() -> Request:
        stops = await resolve_stop_ids(profile, profile.modes[chosen.mode].stop_tokens)
        turn.expect(stops)
        messages = Prompt(profile, chosen.system, (), chosen.question).messages()
        return request(profile, chosen.mode, messages, stops, "a-chat")

    def show(event: Event) -> None:
        kind = {"thought": ThoughtDelta, "answer": AnswerDelta}.get(stop_in or "")
        if kind and isinstance(event, kind):
            playing.cancel()

    turn = Turn(policy(profile, chosen.mode), asyncio.get_running_loop().time())
    playing = asyncio.create_task(Play(turn, show).run(ask()))
    fault: Fault | None = None
    with suppress(asyncio.CancelledError):
        fault = await asyncio.wait_for(playing, PATIENCE_SECONDS)
    return Played(turn, fault)


async def played(profile: Profile, question: str, panel: str | None = None, stop_in: str | None = None) -> Played:
    """Play one turn of a new chat; `stop_in` presses Stop at the first text of that phase."""
    try:
        return await _played(profile, question, panel, stop_in)
    finally:
        await server_of(profile).connection.close()  # it belongs to the loop of one test


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merge key by key, as `extends` does it."""
    both = dict(under)
    for name, value in over.items():
        below = both.get(name)
        both[name] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return both
