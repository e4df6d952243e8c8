"""The end of a reply in the modes FULL and THINK_ONLY, and the place of its thought."""

from collections.abc import Sequence

from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.stream.recording import Recording
from chat.process.waits import read_waits
from chat.profiles.modes import policy
from chat.profiles.profile import FULL, THINK_ONLY, Profile, Thinking
from chat.replay.replay import replay

TOKENS = 256
_FIELDS = ("reasoning", "reasoning_content")
_USUAL = ("<think>", "</think>")


def check_thought(profile: Profile, recording: Recording, template_opens: bool | None) -> Finding:
    """Return where the thought comes, and whether the profile finds it there.

    `template_opens` is true if the chat template writes the opening marker into the prompt, None if that is unknown.
    """
    fields = [name for name in _FIELDS if any(_has_text(chunk, name) for chunk in recording.chunks)]
    content = recording.content.lstrip()
    if profile.thinking is None:
        return _unexpected_thought(fields, content, template_opens)
    if fields:
        return good("thought", "field", field=fields[0])
    return _thought_in_content(profile, profile.thinking, content, template_opens)


def _unexpected_thought(fields: Sequence[str], content: str, template_opens: bool | None) -> Finding:
    """Return whether there is a thought, although the profile has none."""
    if fields or template_opens or any(each in content for each in _USUAL):
        return problem("thought", "unexpected", where=(*fields, "content")[0])
    return good("thought", "none")


def _thought_in_content(profile: Profile, thinking: Thinking, content: str, template_opens: bool | None) -> Finding:
    """Return whether the profile finds the thought between markers in the text."""
    if content.startswith(thinking.open):
        return good("thought", "markers", open=thinking.open[0])
    is_inside = template_opens or any(each in content for each in thinking.close)
    if not is_inside or not content:
        return info("thought", "absent")
    markers = profile.markers(FULL)
    if markers and markers.opened:
        return good("thought", "opened", close=thinking.close[0])
    return problem("thought", "opened_unseen", open=thinking.open[0])


def _has_text(chunk: object, field: str) -> bool:
    """True if a chunk has text in that field."""
    match chunk:
        case {"choices": [{"delta": dict(delta)}, *_]}:
            return bool(delta.get(field))
    return False


def check_finish(recording: Recording | None, finish_reason: str | None) -> Finding:
    """Return whether the server says why a reply has ended. `finish_reason` is that of the first short reply."""
    if not finish_reason:
        return problem("finish", "missing")
    if recording is None or not recording.complete or recording.error:
        return good("finish", "said", finish_reason=finish_reason)
    if recording.oddities.is_done_without_reason:
        return info("finish", "only_done")
    if recording.finish_reason is None and recording.broken:
        return problem("finish", "broken", message=recording.broken)
    if recording.finish_reason is None:
        return problem("finish", "missing")
    if b"[DONE]" not in recording.data:
        return info("finish", "no_done")
    return good("finish", "said", finish_reason=recording.finish_reason)


def check_full(profile: Profile, recording: Recording, stop_ids: tuple[int, ...]) -> Finding:
    """Return whether a whole reply ends by itself, as the chat would see it."""
    if recording.error:
        return problem("full", "broken", message=recording.error)
    ending = replay(recording.data, policy(profile, FULL)).turn.ending
    assert ending
    if ending.source == "client" and ending.code == "complete" and ending.evidence:
        return problem("full", "overrun" if stop_ids else "overrun_without_ids", token=ending.evidence)
    if not recording.complete or ending.code == "length":
        return unknown("full", "unfinished", tokens=TOKENS, seconds=read_waits().doctor_stream_seconds)
    if ending.source == "client":
        return info("full", "condition", condition=ending.condition)
    if ending.phase != "answer":
        return info("full", "unanswered")
    return good("full", "ends", finish_reason=ending.finish_reason)


def check_think_only(profile: Profile, recording: Recording, stop_ids: tuple[int, ...], knows_ids: bool) -> Finding:
    """Return whether the server itself ends the turn at the end of the thought."""
    if recording.error:
        return problem("think_only", "broken", message=recording.error)
    last = recording.last
    if last and last.stop_reason in (*stop_ids, *map(str, stop_ids)):
        return good("think_only", "ends", stop_reason=last.stop_reason)
    after = _text_after_thought(profile, recording)
    if after is None and recording.complete:
        return info("think_only", "no_thought")
    if after and after.strip():
        if knows_ids and stop_ids and _ends_with_thought(profile):
            return problem("think_only", "goes_on")
        return info("think_only", "page")
    if last is None or not recording.complete or last.finish_reason == "length":
        return unknown("think_only", "unfinished", tokens=TOKENS, seconds=read_waits().doctor_stream_seconds)
    return good("think_only", "over")


def _text_after_thought(profile: Profile, recording: Recording) -> str | None:
    """Return the text after the thought; None if there is no thought."""
    assert profile.thinking
    content = recording.content
    close = next((each for each in profile.thinking.close if each in content), None)
    if close:
        before, _, after = content.partition(close)
        has_field = any(each.reasoning for each in recording.deltas)
        return content if has_field and before.strip() else after
    if any(each.reasoning for each in recording.deltas):
        return content
    markers = profile.markers(THINK_ONLY)
    is_open = content.lstrip().startswith(profile.thinking.open) or (markers is not None and markers.opened)
    if is_open and content:
        return ""
    return None


def _ends_with_thought(profile: Profile) -> bool:
    """True if the stop tokens of THINK_ONLY include one that ends the thought."""
    assert profile.thinking
    tokens = profile.modes[THINK_ONLY].stop_tokens
    return any(isinstance(token, int) or token in profile.thinking.close for token in tokens)
