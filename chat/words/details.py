"""The details of an ending, one click away: all that is known of it, as a table."""

import re
from collections.abc import Iterable

from chat.words.receipt import Facts, both
from chat.words.texts import Language, count, plain_fact, say, seconds_text, spelled
from termination import Ending, RunnerUp, TokenCounts


def details(facts: Facts, lang: Language) -> str:
    """Return all that is known of the ending, as a Markdown table."""
    rows = [(say(f"details.{key}", lang), value) for key, value in _details(facts, lang) if value]
    head = f"| {say('details.what', lang)} | |\n|:--|:--|\n"
    return head + "\n".join(f"| {name} | {value} |" for name, value in rows)


def _details(facts: Facts, lang: Language) -> Iterable[tuple[str, str]]:
    ending = facts.ending
    yield "code", _code(ending.code)
    yield "source", say(f"source.{ending.source}", lang)
    yield "phase", say(f"phase.{ending.phase}", lang)
    yield "finish_reason", _code(ending.finish_reason)
    yield "stop_reason", _code(ending.stop_reason)
    yield "condition", _code(ending.condition)
    yield "evidence", _code(plain_fact(ending.evidence, lang))
    yield "server", _server(ending, lang)
    yield "runners_up", ", ".join(_held(each) for each in ending.runners_up)
    yield "shadows", ", ".join(_held(each) for each in ending.shadows)
    yield "tokens", _tokens(ending, lang)
    yield "seconds", _seconds(ending, lang)
    yield "context", _context(facts, lang)
    yield "model", " · ".join(_code(each) for each in (facts.model, facts.mode) if each)
    yield "request_ids", " · ".join(_code(each) for each in facts.request_ids)


def _server(ending: Ending, lang: Language) -> str:
    """Return what was known of the server when the first token did not come in time."""
    if ending.code != "first_token_timeout":
        return ""
    return say(f"details.server.{ending.facts.get('server', 'unknown')}", lang)


def _held(each: RunnerUp) -> str:
    return _code(each.condition)


def _tokens(ending: Ending, lang: Language) -> str:
    prompt = ending.tokens.prompt
    if prompt is None:
        return say("details.tokens.said", lang, **both(ending.tokens))
    return say("details.tokens.all", lang, prompt=f"{prompt:,}", **both(ending.tokens))


def _seconds(ending: Ending, lang: Language) -> str:
    first = ending.seconds.first_token
    return say(
        "details.seconds.said",
        lang,
        first="–" if first is None else seconds_text(first),
        thought=seconds_text(ending.seconds.thought),
        total=seconds_text(ending.seconds.total),
    )


def _context(facts: Facts, lang: Language) -> str:
    if facts.used is None:
        return ""
    if facts.window is None:
        return count(facts.used, TokenCounts(exact=True), lang)
    return say("details.context.said", lang, **_share(facts.used, facts.window))


def gauge(used: int, window: int, lang: Language) -> str:
    """Return how much of the context window the chat uses."""
    return say("context.gauge", lang, **_share(used, window))


def _share(used: int, window: int) -> dict[str, str]:
    return {"used": f"{used:,}", "window": f"{window:,}", "percent": f"{100 * used / window:.0f}"}


def _code(value: object) -> str:
    """Return the value as code on one line, for a cell of a table."""
    if value is None or value == "":
        return ""
    text = re.sub(r"\\*\|", r"\\|", spelled(str(value))[:200])
    mark = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text.strip("`") != text else ""
    return f"{mark}{pad}{text}{pad}{mark}"
