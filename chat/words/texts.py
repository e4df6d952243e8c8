"""Picks and fills the sentences that a person reads in the page."""

from typing import Literal
from unicodedata import category

from chat.profiles.modes import UnknownMode
from chat.profiles.settings import BadSetting
from chat.profiles.yaml_file import ProfileError
from chat.server.faults import Fault
from chat.words.sentences import TEXTS
from termination import ConditionFailed, Ending, EndingCode, Nudged, TokenCounts

Language = Literal["en", "zh"]


def language(browser: str | None) -> Language:
    """The language of ours for a browser's: Chinese for all kinds of Chinese, else English."""
    return "zh" if (browser or "").lower().startswith("zh") else "en"


def say(key: str, lang: Language, /, **facts: object) -> str:
    """The sentence `key` as Markdown, filled with `facts`, none of which breaks out of its code."""
    return _filled(key, lang, {name: str(fact).replace("`", "'") for name, fact in facts.items()})


def plain(key: str, lang: Language, /, **facts: object) -> str:
    """The sentence `key` as it is to be read, on one line."""
    return _filled(key, lang, {name: spelled(str(fact)) for name, fact in facts.items()})


def _filled(key: str, lang: Language, facts: dict[str, str]) -> str:
    english, chinese = TEXTS[key]
    return (chinese if lang == "zh" else english).format(**facts)


def spelled(text: str) -> str:
    r"""With `\n` for a line break, and so on for all that has no look of its own."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def printable(text: str) -> str:
    """Return `text` as one line that cannot move the cursor or colour the terminal."""
    return "".join("�" if category(each) == "Cc" else each for each in " ".join(text.split()))


def fault_text(fault: Fault, lang: Language) -> str:
    """What went wrong with the server and what to do, as Markdown."""
    facts = {"served": "?", **{name: value or "?" for name, value in fault.facts.items()}}
    return say(f"fault.{fault.kind}", lang, **facts)


def ending_text(ending: Ending, lang: Language) -> str:
    """Why a turn ended; no Markdown."""
    facts = {"evidence": ending.evidence, "condition": ending.condition, "finish_reason": ending.finish_reason}
    return plain(_ending_key(ending), lang, **{**facts, **_facts(ending)})


def phase_text(ending: Ending, lang: Language) -> str:
    """Where it was cut off, if `ending_text` does not say so."""
    if ending.phase == "waiting" or _ending_key(ending) not in _ANYWHERE:
        return ""
    return say(f"phase.in.{ending.phase}", lang)


def _facts(ending: Ending) -> dict[str, str]:
    """As they are told: whole copies."""
    return {name: fact.partition(".")[0] if name == "copies" else fact for name, fact in ending.facts.items()}


_ANYWHERE = frozenset(
    f"ending.{name}"
    for name in (
        *("stop_text", "condition", "length", "budget", "budget.s", "loop", "stopped", "left", "shutdown"),
        *("first_token_timeout", "idle_timeout", "total_timeout"),
        *("server_error", "disconnected", "tool_calls", "content_filter", "aborted"),
    )
)
_TOLD_BY: dict[EndingCode, str] = {"budget": "limit", "loop": "period", "stop_text": "text"}


def _is_anothers(ending: Ending) -> bool:
    """Whether a condition that is none of ours ended the turn, without the facts that our sentences have."""
    return ending.source == "client" and _TOLD_BY.get(ending.code, "") not in {"", *ending.facts}


def _ending_key(ending: Ending) -> str:
    """Where a condition of ours ended the turn, its sentence needs its facts; another's condition has its own."""
    if _is_anothers(ending):
        return "ending.condition"
    match ending.code, ending.phase:
        case "complete", "answer" if "last_word" in ending.facts:
            return "ending.overrun"
        case "complete", "waiting":
            return "ending.empty"
        case "complete", "thought":
            return "ending.unanswered"
        case "thought_complete", "waiting":
            return "ending.no_thought"
        case "length", "thought":
            return "ending.length.thought"
        case "budget", "thought":
            return "ending.budget.thought.s" if ending.facts.get("unit") == "s" else "ending.budget.thought"
        case "budget", _:
            return "ending.budget.s" if ending.facts.get("unit") == "s" else "ending.budget"
        case "stopped", _ if ending.facts.get("cause") == "shutdown":
            return "ending.shutdown"
        case "stopped", _ if ending.source == "client":
            return "ending.condition" if ending.condition else "ending.left"
        case "stopped", _ if ending.action == "end_thought":
            return "ending.stopped.asked"
        case "stopped", ("waiting" | "thought") as phase:
            return f"ending.stopped.{phase}"
        case "loop", phase if ending.source == "client":
            return "ending.loop.thought" if phase == "thought" else "ending.loop.answer"
        case code, _:
            return f"ending.{code}"


def handed_text(ending: Ending, lang: Language, share: str | None = None) -> str:
    """Why the thought was cut, and that the answer follows; no Markdown.

    With `share` it was cut because the rest of the limit of so many tokens is the answer's.
    """
    if share is not None:
        return plain("handed.share", lang, most=share)
    unit = ".s" if ending.facts.get("unit") == "s" else ""
    by_page = ".page" if ending.code == "loop" and ending.source == "client" else ""
    key = f"handed.{ending.code}{unit}{by_page}"
    if key not in TEXTS or _is_anothers(ending):
        return plain("handed", lang, condition=ending.condition)
    return plain(key, lang, **_facts(ending))


def notice_text(notice: Nudged | ConditionFailed, lang: Language = "en") -> str:
    """What a condition that only tells has seen, or that a condition has failed; no Markdown."""
    if isinstance(notice, ConditionFailed):
        return plain("condition.failed", lang, condition=notice.condition, problem=notice.problem)
    key = "nudge.circling" if "times" in notice.facts else "nudge"
    return plain(key, lang, **{"condition": notice.condition, "evidence": notice.evidence, **notice.facts})


def count(number: int, tokens: TokenCounts, lang: Language) -> str:
    """So many tokens; `≈` where the server did not count them."""
    about = "" if tokens.exact else "≈"
    return say("tokens.one" if number == 1 else "tokens", lang, number=f"{about}{number:,}")


def seconds_text(seconds: float) -> str:
    """Whole seconds, tenths below ten."""
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


def profile_text(problem: ProfileError, lang: Language) -> str:
    """What is wrong in a profile, with file, line and key, as Markdown."""
    place = "profile.place" if problem.key else "profile.place_file"
    where = say(place, lang, file=problem.file, line=problem.line, key=problem.key)
    return where + say(f"profile.{problem.kind}", lang, **problem.facts)


def mode_text(problem: UnknownMode, lang: Language) -> str:
    """That there is no such mode, and which there are, as Markdown."""
    return say("mode.unknown", lang, name=problem.name, known=", ".join(problem.known))


def setting_text(problem: BadSetting, lang: Language) -> str:
    """That a value does not fit its field."""
    return say("settings.bad", lang, value=problem.value[:80], name=say(f"settings.{problem.name}", lang))
