"""The end token of a model in a text: the end of the turn, or a word that the text talks about."""

import re

from termination.literals import beginning, may_become
from termination.splitting.sentences import ENDS, is_within_word, leads_up

_TO_NEXT = re.compile(r"[^\S\n]*\n?[^\S\n]*")
_SPECIAL = re.compile(r"<\|[^<>|\s]{1,40}\|>|<｜[^<>｜\s]{1,60}｜>|</?s>")
_SPECIAL_BEGUN = re.compile(r"<(?:/?s?|\|(?:[^<>|\s]{1,40}\|?)?|｜(?:[^<>｜\s]{1,60}｜?)?)\Z")
_NAMES = (
    "user",
    "assistant",
    "human",
    "system",
    "developer",
    "tool",
    "model",
    "bot",
    "ai",
    "用户",
    "助手",
    "人类",
    "系统",
)
_SIGNS = re.compile(r"#{1,6} ?|\*{1,2}")  # of a heading, or of bold text
_NAME = rf"(?:{'|'.join(_NAMES)})(?:\*{{1,2}})?[ \t]{{0,8}}"
_SPEAKER = re.compile(rf"{_NAME}(?:[:：]|\r?\n)", re.IGNORECASE)
_LAST_SPEAKER = re.compile(rf"{_NAME}\r?\Z", re.IGNORECASE)


def is_word(before: str, in_code: bool, rest: str, markers: tuple[str, ...], over: bool) -> bool | None:
    """True if an end token is text, False if it is the end; None if more has to come to know.

    Args:
        before: the line before it.
        in_code: True if it is in code.
        rest: the text after it.
        markers: the texts that mean something, such as markers and special tokens.
        over: True if nothing more will come.
    """
    if in_code:
        return True if rest else _unless(over)
    if not rest.strip():
        return _unless(over)
    if before[-1:] in ENDS or is_within_word(before, rest):
        return False
    if not (rest.partition("\n")[0].strip() or leads_up(before)):
        return False
    follows = _next_turn_follows(rest, markers, over)
    return None if follows is None else not follows


def _unless(over: bool) -> bool | None:
    return False if over else None


def _next_turn_follows(rest: str, markers: tuple[str, ...], over: bool) -> bool | None:
    """True if a special token, a marker or the name of a speaker comes next, on this line or the next one."""
    gap = _TO_NEXT.match(rest)
    assert gap
    rest = rest[gap.end() :]
    signs = _SIGNS.match(rest)
    name = rest[signs.end() :] if signs else rest
    if beginning(rest, markers) or _SPECIAL.match(rest) or _SPEAKER.match(name):
        return True
    is_name = _LAST_SPEAKER.match(name) is not None
    if over:
        return is_name and "\n" in gap[0]
    if is_name or may_become(rest, (*markers, "**")) or _SPECIAL_BEGUN.match(rest):
        return None
    return None if may_become(name.lower(), _NAMES) else False
