"""The receipt under a reply: why it ended, the figures, and what can be done next."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from chat.words.endings import ending_sentence, phase_sentence
from chat.words.texts import Language, count, plain, say, seconds_text
from termination import Begun, Ending, TokenCounts

_MARKS = re.compile(r"[\\`*_\]<&~$]")  # of Markdown; not `[`: with a backslash it would open a formula
_NEARLY = 0.95  # of a number of tokens that is counted in more than one way
Act = Literal["answer_now", "continue", "retry", "again", "reroll", "edit", "details", "former", "place", "later"]
Look = Literal["main", "quiet", "text"]
ICONS: dict[Act, str] = {
    "answer_now": "message-square-reply",
    "continue": "arrow-right",
    "retry": "rotate-ccw",
    "again": "rotate-ccw",
    "reroll": "dices",
    "edit": "pencil",
    "details": "info",
    "former": "chevron-left",
    "later": "chevron-right",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a receipt is made of."""

    ending: Ending
    so_far: Begun | None
    thought: bool
    answer: bool
    thinks: bool
    signature: str = ""
    model: str = ""
    mode: str = ""
    used: int | None = None
    window: int | None = None
    most: int | None = None
    limit: int | None = None
    request_ids: tuple[str, ...] = ()


def acts(facts: Facts) -> list[tuple[Act, Look]]:
    """Return the buttons, the most likely one first. The page adds those of the versions."""
    ways = _ways(facts)
    main: list[tuple[Act, Look]] = [(way, "main") for way in ways]
    quiet: list[Act] = [] if "retry" in ways else ["again"]
    if facts.thinks and facts.thought:
        quiet += ["reroll", "edit"] if facts.answer else ["edit"]
    return [*main, *((act, "quiet") for act in (*quiet, "details"))]


def _ways(facts: Facts) -> list[Act]:
    """Return the ending's next steps that are possible with the reply so far."""
    begun = facts.so_far if facts.so_far and (facts.so_far.thought or facts.so_far.answer) else None
    wanted: set[str] = set(facts.ending.next)
    if facts.ending.code in ("first_token_timeout", "refused"):  # a partial reply may wait for its next word
        wanted |= {"continue"}
    if begun is None:
        wanted -= {"answer_now", "continue"}
    elif facts.thinks and not begun.answer and wanted & {"answer_now", "continue"}:
        wanted |= {"answer_now"}
        wanted -= {"continue"} if begun.phase == "answer" else set()
    else:
        wanted -= {"answer_now"}
    order: tuple[Act, ...] = ("answer_now", "continue", "retry")
    return [way for way in order if way in wanted]


def line(facts: Facts, lang: Language) -> str:
    """Return the receipt's line, as Markdown."""
    return _MARKS.sub(r"\\\g<0>", plain_line(facts, lang))


def plain_line(facts: Facts, lang: Language) -> str:
    """Return the receipt's line, without Markdown."""
    ending = facts.ending
    phase = phase_sentence(ending)
    said = [plain(ending_sentence(ending), lang), say(phase, lang) if phase else ""]
    parts = [*said, *_figures(ending, lang), *_clamped(facts, lang), facts.signature]
    return " · ".join(part for part in parts if part)


def _figures(ending: Ending, lang: Language) -> Iterable[str]:
    tokens, seconds = ending.tokens, ending.seconds
    whole = tokens.thought + tokens.answer
    if not whole:
        return
    yield say("receipt.seconds", lang, seconds=seconds_text(seconds.total))
    if tokens.thought and tokens.answer:
        yield say("receipt.tokens", lang, **both(tokens))
    else:
        yield count(whole, tokens, lang)
    if seconds.first_token is not None:
        yield say("receipt.first", lang, seconds=seconds_text(seconds.first_token))
        if (rate := _rate(ending)) is not None:
            yield say("receipt.rate", lang, rate=rate)


def both(tokens: TokenCounts) -> dict[str, str]:
    """Return the tokens of thought and answer; `≈` marks numbers that the server did not count."""
    about = "" if tokens.exact else "≈"
    return {"thought": f"{about}{tokens.thought:,}", "answer": f"{about}{tokens.answer:,}"}


def _rate(ending: Ending) -> str | None:
    """Return the tokens per second after the first token."""
    seconds = ending.seconds.total - (ending.seconds.first_token or 0.0)
    whole = ending.tokens.thought + ending.tokens.answer
    return seconds_text((whole - 1) / seconds) if seconds > 0.05 and whole > 1 else None


def _clamped(facts: Facts, lang: Language) -> Iterable[str]:
    """Yield a note if the window allowed less than the limit, and the reply has filled it."""
    most, limit, used, window = facts.most, facts.limit, facts.used, facts.window
    if facts.ending.code != "length" or most is None or limit is None or used is None or window is None:
        return
    if most < limit and used >= window * _NEARLY:
        yield say("context.clamped", lang, window=f"{window:,}", left=f"{most:,}", limit=f"{limit:,}")
