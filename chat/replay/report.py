"""The report of a replayed turn, for a person or a program."""

import json
from bisect import bisect_left
from dataclasses import asdict, replace
from itertools import accumulate
from textwrap import fill
from unicodedata import east_asian_width

from chat.replay.replay import Replayed
from chat.server.stream.oddities import Oddities
from chat.words.endings import ending_sentence, notice_sentence
from chat.words.texts import count, plain, printable
from termination import Ending, TokenCounts

COLUMNS = 80
_INDENT = "  "


def as_json(file: str, played: Replayed) -> str:
    """Return a replayed turn as one line of JSON."""
    turn = played.turn
    assert turn.ending
    report = {
        "file": file,
        "thought": turn.thought,
        "answer": turn.answer,
        "ending": asdict(turn.ending),
        "notices": [asdict(each) for each in played.notices],
        "oddities": {name: value for name, value in asdict(played.oddities).items() if value},
    }
    return json.dumps(report, ensure_ascii=False, default=str)


def as_text(file: str, played: Replayed) -> str:
    """Return a replayed turn as a few lines of at most 80 columns."""
    turn = played.turn
    assert turn.ending
    tokens = turn.ending.tokens
    notices = [plain(notice_sentence(each), "en") for each in played.notices]
    return "\n".join(
        [
            file,
            *map(_wrap, (_why(turn.ending), _facts(turn.ending), *notices, *_departures(played.oddities))),
            _beginning("thought", turn.thought, count(tokens.thought, tokens, "en")),
            _beginning("answer", turn.answer, count(tokens.answer, tokens, "en")),
        ]
    )


def _why(ending: Ending) -> str:
    """Return why the turn ended. The page has messages instead of these lines if a server does not answer."""
    match ending.code, ending.evidence:
        case "disconnected", _:
            return "The stream ended, and the server did not say why: there is no finish_reason"
        case "server_error", "not_json":
            return "The stream contains something that is not the chat protocol"
        case "server_error", words:
            return f"The server broke off with an error: {words}"
        case "refused", "not_chat":
            return "This is not a response of a chat endpoint: neither a stream, nor a whole answer, nor an error"
        case "refused", words:
            return f"The server refused the request: {words}"
        case _:
            without_counts = replace(ending, tokens=TokenCounts())  # no time passed, so a rate would be meaningless
            return plain(ending_sentence(without_counts), "en")


def _facts(ending: Ending) -> str:
    names = ("source", "phase", "condition", "finish_reason", "stop_reason")
    facts = {name: getattr(ending, name) for name in names}
    return " · ".join([ending.code, *(f"{name} {fact}" for name, fact in facts.items() if fact is not None)])


def _departures(odd: Oddities) -> list[str]:
    """Return what departs from the chat protocol, as the doctor says it."""
    facts: dict[str, dict[str, object]] = {
        "protocol.empty_events": {"count": odd.empty_events},
        "protocol.unread_events": {"count": odd.unread_events},
        "protocol.early_finish": {"count": odd.early_finishes},
        "protocol.odd_finish": {"finish": odd.odd_finish},
        "finish.only_done": {"is_done": odd.is_done_without_reason},
    }
    return [plain(f"doctor.{key}", "en", **each) for key, each in facts.items() if all(each.values())]


def _beginning(name: str, text: str, tokens: str) -> str:
    if not text:
        return f"{_INDENT}{name:7}  none"
    characters = f"{len(text):,} character{'s' * (len(text) > 1)}"
    start = f"{_INDENT}{name:7}  {characters}, {tokens}: "
    return start + _shorten(printable(text), COLUMNS - len(start))


def _wrap(text: str) -> str:
    return fill(printable(text), COLUMNS, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _shorten(text: str, columns: int) -> str:
    """Return as much of a text as fits. Wide characters take two columns."""
    widths = list(accumulate(1 + (east_asian_width(each) in "WF") for each in text[: columns + 1]))
    if not widths or widths[-1] <= columns:
        return text
    return text[: bisect_left(widths, columns)] + "…"
