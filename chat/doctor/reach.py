"""Whether there is a server, whether it is the right one and accepts the key, and what it serves."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import openai

from chat.doctor.finding import Finding, problem
from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint, Profile
from chat.server.endpoint import is_fullstop
from chat.server.models import is_list_of_models, parse_models
from chat.server.server import Server, server_of


@dataclass(frozen=True, slots=True)
class Served:
    """What the server says of its models: all names, and the window and owner of the profile's model."""

    names: tuple[str, ...] = ()
    window: int | None = None
    owner: str = ""


async def check_reach(profile: Profile) -> Served | Finding:
    """Return what is served, or why nothing can be asked there. A server without a list of models may be all right."""
    endpoint, server = profile.endpoint, server_of(profile)
    try:
        answer = await server.connection.get("/models", retry=False)
    except openai.APIConnectionError as error:
        return _connection_problem(endpoint, error)
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        return key_problem(endpoint)
    except (openai.APIError, ValueError):
        return await _find_address(server) or Served()
    if not isinstance(answer, dict):
        return await _page_problem(server)
    models = parse_models(answer)
    return Served(models.names, models.window(profile.model), models.owner(profile.model))


def key_problem(endpoint: Endpoint) -> Finding:
    """Return the finding that the server does not accept the key, or needs one."""
    return problem("key", "wrong" if endpoint.api_key else "missing", url=endpoint.base_url)


def _connection_problem(endpoint: Endpoint, error: BaseException) -> Finding:
    """Return the finding for that error. The client calls a refused connection a timeout as well; its causes differ."""
    causes = [error]
    while below := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(below)
    refusals = [each for each in causes if isinstance(each, OSError) and not isinstance(each, TimeoutError)]
    if refusals or not isinstance(error, openai.APITimeoutError):
        reason = " ".join(str((refusals or causes)[-1]).split())[:200]
        return problem("reach", "unreachable", url=endpoint.base_url, problem=reason)
    return problem("reach", "slow", url=endpoint.base_url, seconds=f"{read_waits().side_request_seconds:g}")


async def _page_problem(server: Server) -> Finding:
    """Return the finding for an address that answers with a web page."""
    url = server.endpoint.base_url
    if await is_fullstop(server):
        return problem("reach", "ourselves", url=url)
    return await _find_address(server) or problem("reach", "page", url=url)


async def _find_address(server: Server) -> Finding | None:
    """Return the finding that another address of that server was probably meant; None if there is none."""
    url = server.endpoint.base_url
    whole = url.rstrip("/")
    bare = whole.removesuffix("/completions").removesuffix("/chat")
    parts = urlsplit(whole)
    near = dict.fromkeys((bare, f"{bare}/v1", f"{parts.scheme}://{parts.netloc}/v1"))
    for guess in near:
        if guess != whole and await _lists_models(server, guess):
            return problem("reach", "path", url=url, guess=guess)
    return problem("reach", "path", url=url, guess=bare) if bare != whole else None


async def _lists_models(server: Server, address: str) -> bool:
    try:
        answer = await server.connection.get(f"{address}/models", retry=False)
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        return True
    except (openai.APIError, ValueError):
        return False
    return is_list_of_models(answer)
