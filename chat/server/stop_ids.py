"""Stop tokens as ids of the model that receives them: asked for, checked, remembered until its server restarts."""

import logging
import re
from dataclasses import dataclass, replace

import openai

from chat.profiles.profile import Profile
from chat.server.faults import Fault, make_fault
from chat.server.start import server_start
from chat.server.tokenizer import NoTokenizer, decode, encode

log = logging.getLogger("fullstop")
_MARKER = re.compile(r"[<\[({|◁【⟨«].*[^\W\d_].*[^\w\s]", re.DOTALL)  # <|im_end|>, </s>, [/THINK], [e~[
_MOST = 1024
_PIECES = 12


@dataclass(frozen=True, slots=True)
class _Question:
    address: str
    start: str
    model: str
    tokenizer: str | None
    own: tuple[str, ...]
    token: str | int


_left_out: set[tuple[str, str | int]] = set()
_known: dict[_Question, int | Fault] = {}


async def checked(profile: Profile, tokens: tuple[str | int, ...]) -> tuple[int, ...]:
    """The ids of those stop tokens, each once. One that nobody can turn into an id is left out and logged.

    Raises Fault for a text that is not one token of the model, for an id that the model does not have, and for one
    that is ordinary text, as 10 is `+` in Qwen's vocabulary.
    """
    try:
        start = await server_start(profile) if tokens else ""
        found = [await _remembered(profile, start, token) for token in tokens]
    except openai.APIConnectionError:  # the chat's own request will tell
        return ()
    for answer in found:
        if isinstance(answer, Fault):
            raise replace(answer)  # an exception that is raised again and again keeps every traceback
    return tuple(dict.fromkeys(answer for answer in found if isinstance(answer, int)))


async def _remembered(profile: Profile, start: str, token: str | int) -> int | Fault | None:
    server = (profile.endpoint.base_url, start, profile.model)
    question = _Question(*server, profile.tokenizer, profile.special_tokens or (), token)
    if question not in _known:
        answer = await _asked(profile, token)
        if answer is None:
            _leave_out(profile, token)
            return None
        if len(_known) >= _MOST:
            _known.clear()
        _known[question] = answer
    return _known[question]


def _leave_out(profile: Profile, token: str | int) -> None:
    """Says so once."""
    if (profile.endpoint.base_url, token) not in _left_out:
        _left_out.add((profile.endpoint.base_url, token))
        log.info("%s: nobody can say which token %s is: the request goes without it", profile.name, token)


async def _asked(profile: Profile, token: str | int) -> int | Fault | None:
    try:
        return await _id(profile, token)
    except NoTokenizer as missing:
        log.warning("%s: the tokenizer %s is not on this machine (%s)", profile.name, missing.name, missing.problem)
    except openai.APIConnectionError:
        raise
    except (openai.APIError, ValueError):  # the chat's own request will tell
        pass
    return None


async def _id(profile: Profile, token: str | int) -> int | Fault | None:
    """The id; why it cannot be used; None where nobody can say."""
    if isinstance(token, str):
        ids = await encode(profile, token)
        if ids is None:
            return None
        if len(ids) != 1:
            pieces = [await decode(profile, [id_]) for id_ in ids[:_PIECES]]
            return _bad("stop_token_pieces", profile, token, pieces=" · ".join(piece or "?" for piece in pieces))
        return _bad("stop_token_ordinary_text", profile, token, text=token) if _ordinary(profile, token) else ids[0]
    try:
        text = await decode(profile, [token])
    except openai.APIStatusError:  # out of the vocabulary
        text = ""
    if text == "":
        return _bad("stop_token_nothing", profile, token)
    return _bad("stop_token_ordinary", profile, token, text=text) if text and _ordinary(profile, text) else token


def _ordinary(profile: Profile, text: str) -> bool:
    """Whether the model writes it as a part of its text. What the profile lists as a special token is none."""
    return text not in (profile.special_tokens or ()) and not _MARKER.fullmatch(text)


def _bad(kind: str, profile: Profile, token: str | int, **facts: str) -> Fault:
    facts = {name: fact.replace("\n", "\\n") for name, fact in {"token": str(token), **facts}.items()}
    return make_fault("refused", "client", kind, model=profile.model, **facts)
