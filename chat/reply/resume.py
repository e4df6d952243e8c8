"""The request that makes a model continue its partial reply, in the first way that its server supports."""

from dataclasses import dataclass, replace

import openai

from chat.profiles.profile import Profile
from chat.reply.raw_reply import reply_after, whole_thought
from chat.reply.resume_by_prompt import prompt_request
from chat.reply.resume_probe import MakeMessage, is_continuable
from chat.server.errors import BAD_REQUEST, NO_PATH, is_silent, is_temporary, rejection
from chat.server.faults import Fault, refused
from chat.server.request import CONTINUES, ChatMessage, Request
from chat.server.server import Ways, server_of
from chat.server.stream.status_text import server_words
from chat.server.tokenizer import NoTokenizer, template_key
from termination import Begun, TextPhase

PROMPT, FIELD, MARKERS = "prompt", "field", "markers"
SWITCH = "switch"  # a kind of MARKERS: an empty thought that switches thinking off


@dataclass(frozen=True, slots=True)
class _Kind:
    """The kind of reply that a probe's answer is valid for."""

    way: str
    phase: TextPhase
    thinks: bool
    template: str
    markers: tuple[str, ...]


async def resume_request(
    profile: Profile, mode: str, request: Request, begun: Begun, limit: int | None
) -> Request | None:
    """Return the request for more of that reply; None if the server has no way to continue it.

    `request` is one as `chat.server.request` makes it. `limit` is the new request's `max_tokens`; None keeps that of
    `request`. The first choice is a prompt for /v1/completions, because no template can change the reply there. Else
    the chat endpoint continues its last message, with the thought in its own field or between its markers.

    Raises:
        Fault: if the server is away, busy or failing, or if its window is full.
    """
    ended_by_reply = request.messages[-1]["role"] == "assistant"
    sampling = request.sampling if limit is None else {**request.sampling, "max_tokens": limit}
    question = replace(request, messages=request.messages[: -1 if ended_by_reply else None], sampling=sampling)
    trouble: Exception | None = None
    try:
        ways = (await server_of(profile).refresh()).ways
        for way in (way for way in (PROMPT, FIELD, MARKERS) if way not in ways.rejected):
            try:
                if made := await _make(way, profile, mode, question, begun, ways):
                    return made
            except (openai.APIStatusError, NoTokenizer, ValueError) as problem:  # says nothing of the next time
                trouble = problem
    except openai.APIError as error:
        raise _fault(error, profile) from error
    if isinstance(trouble, openai.APIError) and is_temporary(trouble):
        raise _fault(trouble, profile) from trouble
    ways.hopeless |= trouble is None and begun.phase == "answer" and bool(begun.thought)
    return None


async def is_hopeless(profile: Profile) -> bool:
    """True if the server has shown that it cannot be asked for the answer to a thought. Never raises."""
    server = server_of(profile)
    if not server.known.ways.hopeless:
        return False
    try:
        return (await server.refresh()).ways.hopeless
    except openai.APIConnectionError:
        return False


def note_accepted(request: Request) -> None:
    """Remember that the server has accepted that request of `resume_request`."""
    server_of(request).known.ways.accepted.add(_way(request))


def note_rejected(request: Request, status: int) -> bool:
    """True if the server has rejected the way in which that request continues a reply: it is not used again.

    If the server has accepted that way before, it rejects something else in the request.
    """
    ways, way = server_of(request).known.ways, _way(request)
    if status not in NO_PATH and (status not in BAD_REQUEST or way in ways.accepted):
        return False
    ways.rejected.add(way)
    return True


def _way(request: Request) -> str:
    if request.prompt:
        return PROMPT
    return FIELD if "reasoning" in request.messages[-1] else MARKERS


def _fault(error: openai.APIError, profile: Profile) -> Fault:
    """Return the fault for that error. A server that accepts the connection and is silent is busy."""
    if isinstance(error, openai.APIConnectionError) and is_silent(error):
        return refused("busy", url=profile.endpoint.base_url, message=server_words(error))
    return rejection(error, profile.endpoint.base_url, profile.model)


def field_message(profile: Profile, mode: str, begun: Begun) -> ChatMessage | None:
    """Return the reply with its thought in a field; None if there is no thought, or if the thought is still open."""
    if begun.phase == "thought" or not begun.thought:
        return None
    return {"role": "assistant", "reasoning": whole_thought(profile, mode, begun), "content": begun.answer}


def marker_message(profile: Profile, mode: str, begun: Begun) -> ChatMessage | None:
    """Return the reply as the model has written it."""
    return {"role": "assistant", "content": reply_after(profile, mode, begun)}


def switched_message(profile: Profile, mode: str, begun: Begun) -> ChatMessage | None:
    """Return the answer after an empty thought, which switches thinking off; None if the mode thinks."""
    thinking = profile.thinking
    if thinking is None or profile.modes[mode].thinks or begun.phase == "thought" or begun.thought:
        return None
    return {"role": "assistant", "content": f"{thinking.open[0]}\n\n{thinking.close[0]}\n\n{begun.answer}"}


async def _make(way: str, profile: Profile, mode: str, request: Request, begun: Begun, ways: Ways) -> Request | None:
    """Return the request in that way; None if that way is not available.

    Raises:
        Fault: if the window is full.
        openai.APIError, NoTokenizer, ValueError: if the server could not answer what had to be asked first.
    """
    if way == FIELD:
        return await _message_request(way, field_message, profile, mode, request, begun, ways)
    if way == MARKERS:
        made = await _message_request(way, marker_message, profile, mode, request, begun, ways)
        return made or await _message_request(SWITCH, switched_message, profile, mode, request, begun, ways)
    made = await prompt_request(profile, mode, request, begun)
    if made is None:
        ways.rejected.add(way)
    return made


async def _message_request(
    way: str, make: MakeMessage, profile: Profile, mode: str, request: Request, begun: Begun, ways: Ways
) -> Request | None:
    message = make(profile, mode, begun)
    if message is None:
        return None
    kind = _Kind(way, begun.phase, bool(begun.thought), template_key(request.extra), _markers(profile, mode))
    if not await ways.continuable.get(kind, lambda: is_continuable(profile, mode, request, make, begun)):
        return None
    extra = {name: value for name, value in request.extra.items() if name != "grammar"}  # it begins with the thought
    return replace(request, messages=[*request.messages, message], extra=extra | CONTINUES)


def _markers(profile: Profile, mode: str) -> tuple[str, ...]:
    thinking = profile.thinking
    return (profile.prefix(mode), *thinking.open, "", *thinking.close) if thinking else ()
