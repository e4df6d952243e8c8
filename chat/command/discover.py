"""The command `fullstop profile`: the profile of a served model, made by asking, on the screen or in a file."""

import asyncio
import os
from dataclasses import dataclass

import openai

from chat.command.address import check_address_option
from chat.command.errors import show_error
from chat.command.language import shell_language
from chat.command.profiles import PROFILES
from chat.discover.discover import Discovered, discover_profile
from chat.discover.saving import NotSaved, Saved, save_profile
from chat.discover.yaml_text import to_yaml
from chat.launch.house import ROOT, read_environment
from chat.launch.trouble import Trouble
from chat.offers.offering import named_endpoints
from chat.profiles.folders import find_folders
from chat.profiles.profile import Endpoint
from chat.server.errors import rejection
from chat.server.models import parse_models
from chat.server.server import Server, close_servers
from chat.words.texts import Language, plain

_MOST_NAMES = 20
_FATAL = ("unreachable", "key")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command's arguments. Without a model it is the first one that the server serves."""

    model: str | None = None
    base_url: str | None = None
    write: bool = False
    force: bool = False


def make_profile(wanted: Wanted) -> int:
    """Ask the server, print the profile or write it to a file, and return the exit code.

    Raises:
        Trouble: if there is no such server or model, if the model has such a file already, or if it cannot be written.
    """
    os.environ.update(read_environment(ROOT))
    lang = shell_language()
    check_address_option(wanted.base_url, lang)
    discovered = asyncio.run(_discover(wanted, lang))
    if not wanted.write:
        print(to_yaml(discovered, lambda sentence: plain(sentence, lang)), end="")
        return 0
    saved = _save(discovered, wanted.force, lang)
    for finding in discovered.findings:
        print(plain(finding, lang))
    print(plain(saved.sentence, lang))
    return 0


def _save(discovered: Discovered, force: bool, lang: Language) -> Saved:
    try:
        folders = find_folders(PROFILES, os.environ)
        return save_profile(discovered, folders, lambda sentence: plain(sentence, lang), replace=force)
    except NotSaved as problem:
        hint = f" {plain('saving.force', lang)}" if problem.path else ""
        raise Trouble(plain(problem.sentence, lang) + hint) from None


async def _discover(wanted: Wanted, lang: Language) -> Discovered:
    try:
        endpoint = _endpoint(wanted.base_url, lang)
        return await discover_profile(endpoint, await _find_model(endpoint, wanted.model, lang))
    finally:
        await close_servers()


def _endpoint(base_url: str | None, lang: Language) -> Endpoint:
    if base_url is not None:
        return Endpoint(base_url=base_url, api_key=os.environ.get("VLLM_API_KEY", ""))
    endpoints = named_endpoints()
    if not endpoints:
        raise Trouble(plain("profile.value_address", lang, value=os.environ.get("VLLM_BASE_URL", "")))
    return endpoints[0]


async def _find_model(endpoint: Endpoint, model: str | None, lang: Language) -> str:
    """Return the model that is meant, if the server serves it or does not say what it serves."""
    names = await _served_names(endpoint, model or "", lang)
    if model and (model in names or not names):
        return model
    listed = ", ".join(names[:_MOST_NAMES]) + (f" … ({len(names)})" if len(names) > _MOST_NAMES else "")
    if model:
        raise Trouble(plain("discover.not_served", lang, model=model, served=listed))
    if not names:
        raise Trouble(plain("discover.no_model", lang, url=endpoint.base_url))
    if len(names) > 1:
        show_error(plain("discover.several", lang, served=listed, model=names[0]))
    return names[0]


async def _served_names(endpoint: Endpoint, model: str, lang: Language) -> tuple[str, ...]:
    connection = Server(endpoint, model).connection
    try:
        return parse_models(await connection.get("/models", retry=False)).names
    except openai.APIError as error:
        fault = rejection(error, endpoint.base_url, model)
        if fault.kind in _FATAL:
            raise Trouble(plain(fault.sentence, lang)) from None
        return ()
    except ValueError:
        return ()
    finally:
        await connection.close()
