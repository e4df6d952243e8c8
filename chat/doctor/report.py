"""The findings of the doctor, for a person or a program."""

import json
from collections.abc import Sequence

from chat.doctor.finding import Finding, State
from chat.profiles.profile import Profile
from chat.profiles.sentence import Sentence
from chat.words.texts import Language, printable, say

_MARKS: dict[State, str] = {"ok": "ok", "problem": "PROBLEM", "unknown": "unknown", "info": "info"}
_SIGNS: dict[State, str] = {"ok": "✓", "problem": "⚠️", "unknown": "?", "info": "·"}
_INDENT, _MARK, _TITLE = 2, 9, 20


def as_line(finding: Finding, lang: Language) -> str:
    """Return a problem in one line of Markdown: what was checked, what was found and what to do."""
    return say("doctor.line", lang, title=finding.title, found=finding.found, fix=finding.fix)


def as_text(finding: Finding) -> str:
    """Return one line for a terminal, and a second one with what to do about a problem."""
    head = " " * _INDENT + _MARKS[finding.state].ljust(_MARK) + say(finding.title, "en").ljust(_TITLE)
    lines = [head + _plain(finding.found)]
    if finding.fix:
        lines.append(" " * len(head) + "→ " + _plain(finding.fix))
    return "\n".join(lines)


def as_json(name: str, finding: Finding) -> str:
    """Return one line of JSON."""
    fix = _plain(finding.fix) if finding.fix else ""
    line = {"profile": name, "check": finding.check, "state": finding.state, "found": _plain(finding.found), "fix": fix}
    return json.dumps(line, ensure_ascii=False)


def as_markdown(profile: Profile, findings: Sequence[Finding], lang: Language) -> str:
    """Return the whole report for the page, problems first."""
    lines = [f"**{_safe(profile.name)}** · `{profile.endpoint.base_url}`", "", summary(findings, lang), ""]
    for finding in sorted(findings, key=lambda each: each.state != "problem"):
        lines.append(f"- {_SIGNS[finding.state]} **{say(finding.title, lang)}**: {say(finding.found, lang)}")
        if finding.fix:
            lines.append(f"  - {say(finding.fix, lang)}")
    return "\n".join(lines)


def summary(findings: Sequence[Finding], lang: Language) -> str:
    """Return how many checks and problems there are."""
    states = [each.state for each in findings]
    problems, unknown = states.count("problem"), states.count("unknown")
    key = "doctor.summary" if problems else "doctor.summary_good"
    return say(key, lang, checks=len(states), problems=problems, unknown=unknown)


def _plain(sentence: Sentence) -> str:
    return printable(say(sentence, "en").replace("`", ""))


def _safe(text: str) -> str:
    return text.replace("*", "").replace("`", "'")
