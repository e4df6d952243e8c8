"""A replayed turn as a person or a program reads it."""

import json
from bisect import bisect_left
from dataclasses import asdict, replace
from itertools import accumulate
from textwrap import fill
from unicodedata import east_asian_width

from chat.replay.replay import Replayed
from chat.words.endings import ending_sentence, notice_sentence
from chat.words.texts import count, plain, printable
from termination import Ending, TokenCounts

COLUMNS = 80
_INDENT = "  "


def as_json(file: str, played: Replayed) -> str:
    """One line of JSON."""
    turn = played.turn
    assert turn.ending
    told: dict[str, object] = {
        "file": file,
        "thought": turn.thought,
        "answer": turn.answer,
        "ending": asdict(turn.ending),
    }
    told["notices"] = [asdict(each) for each in played.notices]
    return json.dumps(told, ensure_ascii=False, default=str)


def as_text(file: str, played: Replayed) -> str:
    """A few lines of at most 80 columns."""
    turn = played.turn
    assert turn.ending
    tokens = turn.ending.tokens
    notices = [plain(notice_sentence(each), "en") for each in played.notices]
    return "\n".join(
        [
            file,
            *map(_wrapped, (_why(turn.ending), _facts(turn.ending), *notices)),
            _beginning("thought", turn.thought, count(tokens.thought, tokens, "en")),
            _beginning("answer", turn.answer, count(tokens.answer, tokens, "en")),
        ]
    )


def _why(ending: Ending) -> str:
    """Why it ended. What a server does instead of answering is a message of its own in the page, not a line."""
    match ending.code, ending.evidence:
        case "disconnected", _:
            return "The stream is over, and the server did not say why: there is no finish_reason"
        case "server_error", "not_json":
            return "The stream holds something that is not the chat protocol"
        case "server_error", words:
            return f"The server broke off with an error: {words}"
        case "refused", "not_chat":
            return "This is no response of a chat endpoint: neither a stream nor a whole answer nor an error"
        case "refused", words:
            return f"The server refused the request: {words}"
        case _:
            return plain(
                ending_sentence(replace(ending, tokens=TokenCounts())), "en"
            )  # without the figures: time stood still


def _facts(ending: Ending) -> str:
    names = ("source", "phase", "condition", "finish_reason", "stop_reason")
    facts = {name: getattr(ending, name) for name in names}
    return " · ".join([ending.code, *(f"{name} {fact}" for name, fact in facts.items() if fact is not None)])


def _beginning(name: str, text: str, tokens: str) -> str:
    if not text:
        return f"{_INDENT}{name:7}  none"
    characters = "1 character" if len(text) == 1 else f"{len(text):,} characters"
    start = f"{_INDENT}{name:7}  {characters}, {tokens}: "
    return start + _cut(printable(text), COLUMNS - len(start))


def _wrapped(text: str) -> str:
    return fill(printable(text), COLUMNS, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _cut(text: str, columns: int) -> str:
    """As much as fits; wide characters take two columns."""
    widths = list(accumulate(2 if east_asian_width(each) in "WF" else 1 for each in text[: columns + 1]))
    return text if not widths or widths[-1] <= columns else text[: bisect_left(widths, columns)] + "…"
