"""How a reply ends in the modes FULL and THINK_ONLY, and where its thought comes."""

from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.heard import Heard
from chat.process.waits import read_waits
from chat.profiles.modes import policy
from chat.profiles.profile import FULL, THINK_ONLY, Profile
from chat.replay.replay import replay

TOKENS = 256
_FIELDS = ("reasoning", "reasoning_content")
_USUAL = ("<think>", "</think>")


def thoughts(profile: Profile, heard: Heard, template_opens: bool | None) -> Finding:
    """Which field thoughts come in, and whether the profile finds them there."""
    fields = [name for name in _FIELDS if any(_said(chunk, name) for chunk in heard.chunks)]
    content = heard.content.lstrip()
    thinking = profile.thinking
    if thinking is None:
        unexpected = fields or template_opens or any(each in content for each in _USUAL)
        return (
            problem("thought", "unexpected", where=(fields or ["content"])[0])
            if unexpected
            else good("thought", "none")
        )
    if fields:
        return good("thought", "field", field=fields[0])
    if content.startswith(thinking.open):
        return good("thought", "markers", open=thinking.open[0])
    within = bool(template_opens) or any(each in content for each in thinking.close)
    if not (within and content):
        return info("thought", "absent")
    markers = profile.markers(FULL)
    if markers and markers.opened:
        return good("thought", "opened", close=thinking.close[0])
    return problem("thought", "opened_unseen", open=thinking.open[0])


def _said(chunk: object, field: str) -> bool:
    choices = chunk.get("choices") if isinstance(chunk, dict) else None
    said = choices[0].get("delta") if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
    return isinstance(said, dict) and bool(said.get(field))


def finish(heard: Heard | None, finish_reason: str | None) -> Finding:
    """Whether the server says why a reply has ended. `finish_reason` is that of the first short reply."""
    whole = heard is not None and heard.over and not heard.error
    if not finish_reason or (whole and heard and not heard.ended):
        return problem("finish", "missing")
    if not (whole and heard):
        return good("finish", "said", finish_reason=finish_reason)
    if b"[DONE]" not in heard.data:
        return info("finish", "no_done")
    return good("finish", "said", finish_reason=heard.ended.finish_reason if heard.ended else "")


def full(profile: Profile, heard: Heard, stop_ids: tuple[int, ...]) -> Finding:
    """Whether a whole reply ends by itself, as the chat would see it."""
    if heard.error:
        return problem("full", "broken", message=heard.error)
    ending = replay(heard.data, policy(profile, FULL)).turn.ending
    assert ending
    if ending.source == "client" and ending.code == "complete" and ending.evidence:
        return problem("full", "overrun" if stop_ids else "overrun_without_ids", token=ending.evidence)
    if not heard.over or ending.code == "length":
        return unknown("full", "unfinished", tokens=TOKENS, seconds=read_waits().doctor_stream_seconds)
    if ending.source == "client":
        return info("full", "condition", condition=ending.condition)
    if ending.phase != "answer":
        return info("full", "unanswered")
    return good("full", "ends", finish_reason=ending.finish_reason)


def think_only(profile: Profile, heard: Heard, stop_ids: tuple[int, ...], knows_ids: bool) -> Finding:
    """Whether the server itself ends the turn where the thought ends."""
    if heard.error:
        return problem("think_only", "broken", message=heard.error)
    if heard.ended and heard.ended.stop_reason in (*stop_ids, *map(str, stop_ids)):
        return good("think_only", "ends", stop_reason=heard.ended.stop_reason)
    after = _after_thought(profile, heard)
    if after is None and heard.over:
        return info("think_only", "no_thought")
    if after and after.strip():
        asked = knows_ids and stop_ids and _asks_for_end(profile)
        return problem("think_only", "goes_on") if asked else info("think_only", "page")
    if not (heard.over and heard.ended) or heard.ended.finish_reason == "length":
        return unknown("think_only", "unfinished", tokens=TOKENS, seconds=read_waits().doctor_stream_seconds)
    return good("think_only", "over")


def _after_thought(profile: Profile, heard: Heard) -> str | None:
    """The text after the thought; None where there is no thought."""
    assert profile.thinking
    content, closing = heard.content, profile.thinking.close
    close = next((each for each in closing if each in content), None)
    if any(each.reasoning for each in heard.deltas):
        return content.partition(close)[2] if close and not content.partition(close)[0].strip() else content
    if close:
        return content.partition(close)[2]
    markers = profile.markers(THINK_ONLY)
    begun = content.lstrip().startswith(profile.thinking.open) or (markers is not None and markers.opened)
    return "" if begun and content else None


def _asks_for_end(profile: Profile) -> bool:
    assert profile.thinking
    tokens = profile.modes[THINK_ONLY].stop_tokens
    return any(isinstance(token, int) or token in profile.thinking.close for token in tokens)
