"""The findings as a person or a program reads them."""

import json
from collections.abc import Sequence

from chat.doctor.finding import Finding, State
from chat.profiles.profile import Profile
from chat.words.texts import Language, printable, say

_MARKS: dict[State, str] = {"ok": "ok", "problem": "PROBLEM", "unknown": "unknown", "info": "info"}
_SIGNS: dict[State, str] = {"ok": "✓", "problem": "⚠️", "unknown": "?", "info": "·"}
_INDENT, _MARK, _TITLE = 2, 9, 20


def title(finding: Finding, lang: Language) -> str:
    """What was checked."""
    return say(f"doctor.{finding.check}", lang)


def found(finding: Finding, lang: Language) -> str:
    """What was found, as Markdown."""
    return say(f"doctor.{finding.check}.{finding.kind}", lang, **finding.facts)


def fix(finding: Finding, lang: Language) -> str:
    """What to do, as Markdown; empty where there is nothing to mend."""
    if finding.state != "problem":
        return ""
    return say(f"doctor.{finding.check}.{finding.kind}.do", lang, **finding.facts)


def as_line(finding: Finding, lang: Language) -> str:
    """A problem in one line, as Markdown: what was checked, what was found and what to do."""
    said = _joined(lang, found(finding, lang), fix(finding, lang))
    return f"{title(finding, lang)}: {said}" if lang == "en" else f"{title(finding, lang)}：{said}"


def as_text(finding: Finding) -> str:
    """One line for a terminal, and below a problem another one."""
    head = " " * _INDENT + _MARKS[finding.state].ljust(_MARK) + title(finding, "en").ljust(_TITLE)
    lines = [head + _plain(found(finding, "en"))]
    if mend := fix(finding, "en"):
        lines.append(" " * len(head) + "→ " + _plain(mend))
    return "\n".join(lines)


def as_json(name: str, finding: Finding) -> str:
    """One line of JSON."""
    told = {"profile": name, "check": finding.check, "state": finding.state}
    told |= {"found": _plain(found(finding, "en")), "fix": _plain(fix(finding, "en"))}
    return json.dumps(told, ensure_ascii=False)


def as_markdown(profile: Profile, findings: Sequence[Finding], lang: Language) -> str:
    """The whole report for the page: what is to be mended first."""
    lines = [f"**{_safe(profile.name)}** · `{profile.endpoint.base_url}`", "", summary(findings, lang), ""]
    for finding in sorted(findings, key=lambda each: each.state != "problem"):
        lines.append(f"- {_SIGNS[finding.state]} **{title(finding, lang)}**: {found(finding, lang)}")
        if mend := fix(finding, lang):
            lines.append(f"  - {mend}")
    return "\n".join(lines)


def summary(findings: Sequence[Finding], lang: Language) -> str:
    """How many checks, how many problems."""
    states = [each.state for each in findings]
    counted = {"problems": states.count("problem"), "unknown": states.count("unknown")}
    said = say("doctor.summary", lang, checks=len(states), **counted)
    return said if counted["problems"] else _joined(lang, say("doctor.well", lang), said)


def _joined(lang: Language, *sentences: str) -> str:
    return (" " if lang == "en" else "").join(sentences)


def _plain(text: str) -> str:
    return printable(text.replace("`", ""))


def _safe(text: str) -> str:
    return text.replace("*", "").replace("`", "'")
