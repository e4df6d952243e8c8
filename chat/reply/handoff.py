"""When a thought that was cut is followed by an answer, and how it is handed over."""

import re
from dataclasses import replace

from chat.profiles.profile import FULL, THINK_ONLY, Profile, Thinking
from termination import Begun, Ending, next_steps

_HANDOFF = "\n\nThat is enough: I answer now with what I have."
_HANDOFF_ZH = "\n\n到此为止：我根据已有的思考直接回答。"
_CHINESE, _JAPANESE = re.compile("[\u4e00-\u9fff]"), re.compile("[\u3041-\u30ff]")
_WORD = re.compile("[^\\W\\d_\u3041-\u30ff\u4e00-\u9fff]+")
_NEAR = 200  # characters of the thought's end that tell its language
_ALLOWANCE = 1024  # tokens that are held back for an answer
_LEAST = 256  # below so many tokens of thought and answer together nothing is held back
_LEEWAY = 1.1  # a budget lands within a tenth


def is_wanted(ending: Ending, profile: Profile, mode: str) -> bool:
    """Whether the thought was cut by the person's wish for the answer, the limit of tokens, a server's loop, or a
    condition that asks for an answer."""
    if ending.phase != "thought" or profile.thinking is None:
        return False
    if ending.source == "person":
        return ending.action == "end_thought"
    by_server = ending.code == "length" or (ending.code == "loop" and ending.source == "server")
    return (ending.action == "end_thought" or by_server) and mode != THINK_ONLY and profile.thinking.rescue


def answering(mode: str) -> str:
    """The mode in which the answer to a thought of that mode is asked for."""
    return FULL if mode == THINK_ONLY else mode


def closed(profile: Profile, begun: Begun) -> Begun:
    """The reply with its thought over: what the model is made to say at the thought's end stands there.

    After a second thought there is an answer already: another one follows.
    """
    if begun.phase == "answer" or profile.thinking is None:
        return begun
    thought = begun.thought + _last_sentence(profile.thinking, begun.thought)
    return Begun("answer", thought, begun.answer, since=len(begun.answer))


def _last_sentence(thinking: Thinking, thought: str) -> str:
    """In the thought's language: a model answers in the one that it has last spoken."""
    if thinking.handoff is not None:
        return thinking.handoff
    near = thought[-_NEAR:]
    chinese = len(_CHINESE.findall(near)) > len(_WORD.findall(near)) and not _JAPANESE.search(near)
    return _HANDOFF_ZH if chinese else _HANDOFF


def share(most: int | None) -> int | None:
    """How many of at most so many tokens the thought may take, so that the answer has its allowance."""
    return None if most is None or most < _LEAST else int((most - _allowance(most)) / _LEEWAY)


def left(most: int | None, spent: int) -> int | None:
    """What the answer may have of the limit of tokens: its allowance in any case."""
    return None if most is None else max(most - spent, _allowance(most))


def _allowance(most: int) -> int:
    """A limit that is too small to be shared is the answer's, too."""
    return most if most < _LEAST else min(_ALLOWANCE, most // 4)


def joined(first: Ending, second: Ending) -> Ending:
    """The ending of both together: the second's, with all tokens and seconds."""
    tokens = replace(
        second.tokens,
        thought=first.tokens.thought + second.tokens.thought,
        answer=first.tokens.answer + second.tokens.answer,
        exact=first.tokens.exact and second.tokens.exact,
    )
    waited, later = first.seconds.first_token, second.seconds.first_token
    seconds = replace(
        second.seconds,
        total=first.seconds.total + second.seconds.total,
        first_token=first.seconds.total + later if waited is None and later is not None else waited,
        thought=first.seconds.thought + second.seconds.thought,
    )
    phase = first.phase if second.phase == "waiting" else second.phase
    return replace(second, phase=phase, tokens=tokens, seconds=seconds, next=next_steps(second.code, phase))


def stopped(last: Ending) -> Ending:
    """The ending of a reply that the person has stopped before it went on from that one."""
    person = replace(last, code="stopped", source="person", action="cut", next=next_steps("stopped", last.phase))
    return replace(person, condition=None, evidence="", facts={}, runners_up=(), finish_reason=None, stop_reason=None)
