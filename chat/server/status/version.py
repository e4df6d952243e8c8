"""The version of vLLM that serves a model, and the levels of `reasoning_effort` that it accepts."""

import re

import openai

from chat.profiles.profile import Profile
from chat.server.connection import Connection
from chat.server.faults import refused_here
from chat.server.models import parse_models
from chat.server.server import Server, server_of

Version = tuple[int, int]
_NUMBERS = re.compile(r"v?(\d{1,6})\.(\d{1,6})(?!\d)")
_ALL_EFFORTS = (0, 21)  # the first version that accepts all levels
_FIRST_EFFORTS = ("low", "medium", "high")


async def read_version(server: Server) -> Version | None:
    """Return the version of vLLM; None for another server, or if it does not say. Never raises."""
    try:
        known = await server.refresh()
        return await known.version.get("version", lambda: _ask_version(server))
    except openai.APIError:  # the chat's own request will show the problem
        return None


async def check_effort(profile: Profile, effort: object) -> None:
    """Check a request's `reasoning_effort` by the version of the server. An unknown server decides for itself.

    Raises:
        Fault: if the server would reject it.
    """
    if effort is None or effort in _FIRST_EFFORTS:
        return
    version = await read_version(server_of(profile))
    if version is not None and not accepts_effort(version, effort):
        raise refused_here("effort", effort=str(effort), version=shown(version), url=profile.endpoint.base_url)


def accepts_effort(version: Version, effort: object) -> bool:
    """True if that version of vLLM accepts that `reasoning_effort`."""
    return version >= _ALL_EFFORTS or effort in _FIRST_EFFORTS


def shown(version: Version) -> str:
    """Return the version as a person writes it."""
    return ".".join(map(str, version))


async def _ask_version(server: Server) -> Version | None:
    """Return the version. Other servers have that path too, so the list of models must not name another owner."""
    connection = server.connection
    answer = await _get(connection, f"{connection.root}/version")
    version = parse_version(answer.get("version") if isinstance(answer, dict) else None)
    if version is None or parse_models(await _get(connection, "/models")).owner(server.model) not in ("", "vllm"):
        return None
    return version


async def _get(connection: Connection, path: str) -> object:
    """Return the answer, None if it is an error or not JSON.

    Raises:
        openai.APIConnectionError: if the server does not answer.
    """
    try:
        return await connection.get(path, quick=True)
    except openai.APIConnectionError:
        raise
    except (openai.APIError, ValueError):
        return None


def parse_version(text: object) -> Version | None:
    """Return the first two numbers of a version such as `0.33.0rc1`; None if it has no such form."""
    found = _NUMBERS.match(text) if isinstance(text, str) else None
    return (int(found[1]), int(found[2])) if found else None
