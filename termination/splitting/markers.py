"""A marker of a thought in a text: the beginning or the end of a thought, or a word that the text talks about."""

import re
from typing import NamedTuple

from termination.splitting.sentences import (
    ends_sentence,
    is_cjk,
    is_quoted,
    is_subject,
    is_within_word,
    leads_up,
)

_NEXT = re.compile(r"[^\S\n]*(\n|\S)")
_MENTION = re.compile(r"(?!\.\.|…)[.,;:!?)\]}'\"`”’」』，。、；：！？）…]")
_CLOSERS = "\"'`”’)]}」』）】》»"


def next_on_line(rest: str, over: bool) -> str | None:
    """Return the next character on the line, `\\n` at its end; None if more has to come to know."""
    found = _NEXT.match(rest)
    if found:
        return found[1]
    return "\n" if over else None


def starts_thought(before: str, rest: str, over: bool) -> bool | None:
    """True if an opening marker in a thought begins another one, and is not only named; None: more has to come."""
    is_line_start = not before.strip()
    if not (is_line_start or before[-1].isspace()):
        return False
    if rest in ("", "."):
        return False if over else None
    if rest[0].isspace():
        return _starts_thought_before_space(before, is_line_start, rest, over)
    return not _MENTION.match(rest)


def _starts_thought_before_space(before: str, is_line_start: bool, rest: str, over: bool) -> bool | None:
    following = next_on_line(rest, over)
    if following is None:
        return None
    if following == "\n":
        return is_line_start or ends_sentence(before.rstrip())
    if not is_line_start:
        return False
    subject = is_subject(rest, over)
    return None if subject is None else not subject


def ends_thought(before: str, rest: str, over: bool, was_thought: bool) -> bool | None:
    """True if a closing marker within a line of the answer ends a thought that nothing has opened.

    None if more has to come to know. `was_thought`: the server has sent a thought before.
    """
    if before[-1:].isspace() or not before.strip():
        return _ends_thought_after_space(before, rest, over)
    quoted = is_quoted(before, rest, over)
    if quoted is not False:
        return None if quoted is None else False
    if not rest.strip():
        return False if over else None
    if ends_sentence(before):
        subject = rest[0] not in _CLOSERS and is_subject(rest, over)
        return None if subject is None else rest[0] not in _CLOSERS and not subject
    if rest[0].isspace():
        following = next_on_line(rest, over)
        return following == "\n" and not leads_up(before) and (was_thought or not is_cjk(before[-1]))
    if was_thought:
        return before[-1].isalnum() and rest[0].isalnum()
    return is_within_word(before, rest)


def _ends_thought_after_space(before: str, rest: str, over: bool) -> bool | None:
    """True at the start of a line that does not talk about the marker, and at the end of one that has ended before."""
    following = next_on_line(rest, over)
    if following is None:
        return None
    if before.strip():
        if following != "\n" or leads_up(before):
            return False
        return True if rest.strip() else _unless(over)
    if not following.isalnum():
        return False
    subject = is_subject(rest, over)
    return None if subject is None else not subject


def _unless(over: bool) -> bool | None:
    return False if over else None


class Doubt(NamedTuple):
    """A closing marker that was taken for text: the characters of the thought before it, and the marker."""

    kept: int
    marker: str


class Doubts:
    """The closing markers of a thought that were taken for text. If the thought never ends, one of them was the end."""

    def __init__(self) -> None:
        self._in_block: Doubt | None = None  # alone on its line, and nothing opens it in the code: the first one
        self._paired: Doubt | None = None  # alone on its line, opened in the code
        self._other: Doubt | None = None  # the end of a nested thought, or one in a span or in quotation marks
        self._opened = 0  # opening markers in code

    def open_in_block(self) -> None:
        """Note an opening marker in a block of code."""
        self._opened += 1

    def close_in_block(self, doubt: Doubt, is_alone: bool) -> None:
        """Note a closing marker in a block of code."""
        if self._opened:
            self._opened -= 1
            if is_alone:
                self._paired = doubt
        elif is_alone and self._in_block is None:
            self._in_block = doubt

    def close_elsewhere(self, doubt: Doubt) -> None:
        """Note a closing marker outside of a block."""
        self._other = doubt

    def end(self, in_block: bool, natural: bool) -> Doubt | None:
        """Return the end of the thought, which has not ended otherwise.

        Args:
            in_block: True if a block of code is still open.
            natural: True if the model came to its own end.
        """
        if in_block:
            return self._in_block or self._paired
        return (self._in_block or self._other) if natural else None
