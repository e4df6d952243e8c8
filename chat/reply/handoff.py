"""When a cut thought is followed by an answer, what is written at its end, and how two endings become one."""

import re
from dataclasses import replace

from chat.profiles.profile import FULL, THINK_ONLY, Profile, Thinking
from termination import Begun, Ending, next_steps

_HANDOFF = "\n\nThat is enough: I answer now with what I have."
_HANDOFF_ZH = "\n\n到此为止：我根据已有的思考直接回答。"
_CHINESE, _JAPANESE = re.compile("[\u4e00-\u9fff]"), re.compile("[\u3041-\u30ff]")
_WORD = re.compile("[^\\W\\d_\u3041-\u30ff\u4e00-\u9fff]+")
_NEAR = 200  # characters at the end of the thought that show its language
_RESERVE = 1024  # tokens that are reserved for an answer
_LEAST = 256  # a smaller limit for thought and answer together has no reserve
_LEEWAY = 1.1  # a budget may end a thought a tenth late


def is_answer_wanted(ending: Ending, profile: Profile, mode: str) -> bool:
    """True if an answer should follow the thought that ended so.

    The person asked for it, or the thought was cut by the limit of tokens, by a loop that the server detected, or by a
    condition whose action is `end_thought`. It is wanted too if the model, or a stop text of the server, ended the turn
    inside the thought.
    """
    if ending.phase != "thought" or profile.thinking is None:
        return False
    if ending.source == "person":
        return ending.action == "end_thought"
    by_server = ending.code == "length" or (ending.code == "loop" and ending.source == "server")
    wanted = ending.action == "end_thought" or by_server or ending.is_unanswered
    return wanted and mode != THINK_ONLY and profile.thinking.rescue


def answer_mode(mode: str) -> str:
    """Return the mode in which the answer to a thought of that mode is requested."""
    if mode == THINK_ONLY:
        return FULL
    return mode


def resume_mode(mode: str, partial: Begun) -> str:
    """Return the mode in which the partial reply is continued."""
    return answer_mode(mode) if partial.phase == "answer" else mode


def close_thought(profile: Profile, begun: Begun) -> Begun:
    """Return the reply with its thought closed, by a last sentence that makes the model answer.

    After a second thought there is an answer already; then another one follows it.
    """
    if begun.phase == "answer" or profile.thinking is None:
        return begun
    thought = begun.thought + _last_sentence(profile.thinking, begun.thought)
    around = (begun.around[0], None, None)
    return Begun("answer", thought, begun.answer, since=len(begun.answer), around=around)


def _last_sentence(thinking: Thinking, thought: str) -> str:
    """Return the last sentence in the language of the thought: a model answers in the language that it used last."""
    if thinking.handoff is not None:
        return thinking.handoff
    near = thought[-_NEAR:]
    chinese = len(_CHINESE.findall(near)) > len(_WORD.findall(near)) and not _JAPANESE.search(near)
    if chinese:
        return _HANDOFF_ZH
    return _HANDOFF


def thought_share(most: int | None) -> int | None:
    """Return how many of `most` tokens the thought may use, so that the answer keeps its reserve."""
    if most is None or most < _LEAST:
        return None
    return int((most - _reserve(most)) / _LEEWAY)


def remaining_limit(most: int | None, spent: int) -> int | None:
    """Return what is left of the limit for the answer, at least its reserve."""
    if most is None:
        return None
    return max(most - spent, _reserve(most))


def _reserve(most: int) -> int:
    """Return the reserve of the answer. A limit that is too small to be shared is the answer's as a whole."""
    return most if most < _LEAST else min(_RESERVE, most // 4)


def join_endings(first: Ending, second: Ending) -> Ending:
    """Return the ending of two turns together: the second one, with all tokens and seconds."""
    tokens = replace(
        second.tokens,
        thought=first.tokens.thought + second.tokens.thought,
        answer=first.tokens.answer + second.tokens.answer,
        exact=first.tokens.exact and second.tokens.exact,
    )
    first_token, later = first.seconds.first_token, second.seconds.first_token
    if first_token is None and later is not None:
        first_token = first.seconds.total + later
    seconds = replace(
        second.seconds,
        total=first.seconds.total + second.seconds.total,
        first_token=first_token,
        thought=first.seconds.thought + second.seconds.thought,
    )
    phase = first.phase if second.phase == "waiting" else second.phase
    return replace(second, phase=phase, tokens=tokens, seconds=seconds, next=next_steps(second.code, phase))


def stopped_ending(last: Ending) -> Ending:
    """Return the ending of a reply that the person stopped after the turn that ended with `last`."""
    person = replace(last, code="stopped", source="person", action="cut", next=next_steps("stopped", last.phase))
    return replace(person, condition=None, evidence="", facts={}, runners_up=(), finish_reason=None, stop_reason=None)


def explain_timeout(ending: Ending, server: str | None) -> Ending:
    """Return the ending; of a timeout for the first token, with what the `server` did meanwhile, if that is known."""
    if ending.code != "first_token_timeout" or server is None:
        return ending
    return replace(ending, facts={**ending.facts, "server": server})
