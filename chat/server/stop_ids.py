"""Stop tokens as ids of the model that receives them, checked so that none is ordinary text."""

import logging
import re

import openai

from chat.profiles.profile import Profile
from chat.profiles.sentence import Sentence
from chat.server.faults import Fault, make_fault
from chat.server.server import Known, server_of
from chat.server.tokenizer import NoTokenizer, decode, encode

log = logging.getLogger("fullstop")
_MARKER = re.compile(r"[<\[({|◁【⟨«].*[^\W\d_].*[^\w\s]", re.DOTALL)  # <|im_end|>, </s>, [/THINK], [e~[
_PIECES = 12


async def resolve_stop_ids(profile: Profile, tokens: tuple[str | int, ...]) -> tuple[int, ...]:
    """Return the ids of those stop tokens, each once. One that cannot be turned into an id is dropped and logged.

    Raises:
        Fault: for a text that is not one token of the model, for an id that the model does not have, and for one that
            is ordinary text, as 10 is `+` in Qwen's vocabulary.
    """
    if not tokens:
        return ()
    try:
        known = await server_of(profile).refresh()
        answers = [await _resolve(profile, known, token) for token in tokens]
    except openai.APIConnectionError:  # the chat's own request will show the problem
        return ()
    for answer in answers:
        if isinstance(answer, Sentence):
            raise Fault("refused", "client", answer)
    return tuple(dict.fromkeys(answer for answer in answers if isinstance(answer, int)))


async def _resolve(profile: Profile, known: Known, token: str | int) -> int | Sentence | None:
    """Return the answer for that token. One that is not known is asked for again the next time."""
    key = profile.tokenizer, profile.special_tokens, token
    answer = await known.stop_ids.get(key, lambda: _ask(profile, token))
    if answer is None:
        known.stop_ids.forget(key)
        if token not in known.unresolved:
            known.unresolved.add(token)
            log.info("%s: the id of the token %s is unknown; the request is sent without it", profile.name, token)
    return answer


async def _ask(profile: Profile, token: str | int) -> int | Sentence | None:
    """Return the id of the token, or why there is none; None if nothing can say."""
    try:
        return await (_id_of_text(profile, token) if isinstance(token, str) else _checked_id(profile, token))
    except NoTokenizer as missing:
        log.warning("%s: the tokenizer %s is not on this machine (%s)", profile.name, missing.name, missing.problem)
    except openai.APIConnectionError:
        raise
    except (openai.APIError, ValueError):  # the chat's own request will show the problem
        pass
    return None


async def _id_of_text(profile: Profile, text: str) -> int | Sentence | None:
    ids = await encode(profile, text)
    if ids is None:
        return None
    if len(ids) != 1:
        pieces = [await decode(profile, [id_]) for id_ in ids[:_PIECES]]
        return _problem("stop_token_pieces", profile, text, pieces=" · ".join(piece or "?" for piece in pieces))
    if _is_ordinary(profile, text):
        return _problem("stop_token_ordinary_text", profile, text, text=text)
    return ids[0]


async def _checked_id(profile: Profile, id_: int) -> int | Sentence:
    try:
        text = await decode(profile, [id_])
    except openai.APIStatusError:  # out of the vocabulary
        text = ""
    if text == "":
        return _problem("stop_token_nothing", profile, id_)
    if text and _is_ordinary(profile, text):
        return _problem("stop_token_ordinary", profile, id_, text=text)
    return id_


def _is_ordinary(profile: Profile, text: str) -> bool:
    """True if the model writes the token as a part of its text. The special tokens of the profile are not."""
    return text not in (profile.special_tokens or ()) and not _MARKER.fullmatch(text)


def _problem(kind: str, profile: Profile, token: str | int, **facts: str) -> Sentence:
    """Return the sentence of a fault. A fault itself is not kept: raised again and again, it keeps every traceback."""
    facts = {name: fact.replace("\n", "\\n") for name, fact in {"token": str(token), **facts}.items()}
    return make_fault("refused", "client", kind, model=profile.model, **facts).sentence
