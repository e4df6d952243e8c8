"""The sentence for each way in which a turn ends, is handed off or draws attention."""

from chat.profiles.sentence import Sentence
from chat.words.sentences import TEXTS
from termination import ConditionFailed, Ending, EndingCode, Nudged

_ANYWHERE = frozenset(
    f"ending.{name}"
    for name in (
        *("stop_text", "condition", "length", "budget", "budget.s", "loop", "stopped", "left", "shutdown"),
        *("first_token_timeout", "idle_timeout", "total_timeout"),
        *(f"first_token_timeout.{state}" for state in ("queued", "reading", "idle")),
        *("server_error", "disconnected", "tool_calls", "content_filter", "aborted"),
    )
)
_NEEDED: dict[EndingCode, str] = {"budget": "limit", "loop": "period", "stop_text": "text"}


def ending_sentence(ending: Ending) -> Sentence:
    """Return why the turn ended."""
    facts = {"evidence": ending.evidence, "condition": ending.condition, "finish_reason": ending.finish_reason}
    return Sentence(_ending_key(ending), {**facts, **_facts(ending)})


def phase_sentence(ending: Ending) -> Sentence | None:
    """Return the phase in which the turn ended; None if `ending_sentence` says so already."""
    if ending.phase == "waiting" or _ending_key(ending) not in _ANYWHERE:
        return None
    return Sentence(f"phase.in.{ending.phase}")


def hand_off_sentence(ending: Ending, share: int | None = None) -> Sentence:
    """Return why the thought was cut, and that the answer follows.

    `share`: the limit in tokens that keeps the rest of the budget for the answer.
    """
    if share is not None:
        return Sentence("handed.share", {"most": f"{share:,}"})
    if ending.is_unanswered:
        return Sentence(f"handed.{ending.code}", {"evidence": ending.evidence})
    unit = ".s" if ending.facts.get("unit") == "s" else ""
    by_page = ".page" if ending.code == "loop" and ending.source == "client" else ""
    key = f"handed.{ending.code}{unit}{by_page}"
    if key not in TEXTS or ending.code == "stop_text" or _lacks_facts(ending):
        return Sentence("handed", {"condition": ending.condition})
    return Sentence(key, _facts(ending))


def notice_sentence(notice: Nudged | ConditionFailed) -> Sentence:
    """Return what a condition noticed, or that it failed, while the turn continues."""
    if isinstance(notice, ConditionFailed):
        return Sentence("condition.failed", {"condition": notice.condition, "problem": notice.problem})
    key = "nudge.circling" if "times" in notice.facts else "nudge"
    return Sentence(key, {"condition": notice.condition, "evidence": notice.evidence, **notice.facts})


def _facts(ending: Ending) -> dict[str, str]:
    """Return the facts, with whole copies instead of fractions of a copy."""
    return {name: fact.partition(".")[0] if name == "copies" else fact for name, fact in ending.facts.items()}


def _lacks_facts(ending: Ending) -> bool:
    """True if a third-party condition ended the turn without the facts that our own sentence needs."""
    return ending.source == "client" and _NEEDED.get(ending.code, "") not in {"", *ending.facts}


def _ending_key(ending: Ending) -> str:
    if _lacks_facts(ending):
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
        case "stopped", _:
            return _stopped_key(ending)
        case "refused", _ if ending.source in ("network", "client"):
            return f"ending.refused.{ending.source}"
        case "loop", phase if ending.source == "client":
            return "ending.loop.thought" if phase == "thought" else "ending.loop.answer"
        case "first_token_timeout", _ if ending.facts.get("server") in ("queued", "reading", "idle"):
            return f"ending.first_token_timeout.{ending.facts['server']}"
        case code, _:
            return f"ending.{code}"


def _stopped_key(ending: Ending) -> str:
    if ending.facts.get("cause") == "shutdown":
        return "ending.shutdown"
    if ending.source == "client":
        return "ending.condition" if ending.condition else "ending.left"
    if ending.action == "end_thought":
        return "ending.stopped.asked"
    if ending.phase in ("waiting", "thought"):
        return f"ending.stopped.{ending.phase}"
    return "ending.stopped"
