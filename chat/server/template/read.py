"""How a template writes a reply, found in the text that it made of a known one."""

from dataclasses import replace

from chat.profiles.profile import Thinking
from chat.server.template.form import UNKNOWN, Form

QUESTION = "Which animals live on a farm?"
ANSWER = "There are cows and goats."
THOUGHTS = {"reasoning": "One sheep.", "reasoning_content": "Two ducks.", "thinking": "Three hens."}
_AS_SENT = "\n\n\n"  # more line breaks than a template writes: it has left the white space as it was sent
CONTENTS = f"{{open}}{_AS_SENT}Four mice.{_AS_SENT}{{close}}{_AS_SENT}{ANSWER}"
_ALL_THOUGHTS = (*THOUGHTS.values(), "Four mice.")


def read_form(
    thinking: Thinking | None,
    prompt: str | None,
    plain: str | None,
    by_field: str | None = None,
    by_markers: str | None = None,
) -> Form:
    """Return the form, from the prompt of a question and the text of replies to it.

    The replies are one without a thought, one with the thought in its field, and one with it between its markers.
    """
    opening = _after_question(prompt)
    if opening is None:
        return UNKNOWN
    heading = _heading(opening, _after_question(plain))
    form = Form(opening, before_answer=heading if not heading.strip() else "")
    if thinking is None:
        return form
    if heading and _is_heading(thinking, heading.strip()):
        form = replace(form, before_answer=heading)
    replies = [_after_question(reply) or "" for reply in (by_field, by_markers)]
    for reply in sorted(replies, key=has_thought, reverse=True):
        spaces = _spaces(thinking, opening, reply)
        if spaces:
            return replace(spaces, opening=opening, before_answer=form.before_answer)
    if form.before_answer.strip():  # channels: a thought begins as an answer does
        after = form.before_answer[len(form.before_answer.rstrip()) :]
        return replace(form, before_open="", after_open=after, before_close="", after_close=after)
    return form


def _after_question(text: str | None) -> str | None:
    """Return what follows the question; None if the text does not have it."""
    if text is None or QUESTION not in text:
        return None
    return text.rpartition(QUESTION)[2]


def _heading(opening: str, reply: str | None) -> str:
    """Return what the template writes between the generation prompt and the answer."""
    if reply is None or ANSWER not in reply:
        return ""
    before = reply[: reply.index(ANSWER)]
    return before[len(opening) :] if before.startswith(opening) else ""


def _is_heading(thinking: Thinking, text: str) -> bool:
    """True if a closing marker ends with that heading of the answer, and is longer."""
    return bool(text) and any(each.endswith(text) and each != text for each in thinking.close)


def has_thought(reply: str) -> bool:
    """True if the known thought is in that text."""
    return any(each in reply for each in _ALL_THOUGHTS)


def _spaces(thinking: Thinking, opening: str, reply: str) -> Form | None:
    """Return the white space around the markers of that reply; None if it has no thought, not even an empty one."""
    text, answer, _ = reply.partition(ANSWER)
    head, inside = _split_at_marker(thinking, text)
    if not answer or inside is None:
        return None
    thought = next((each for each in _ALL_THOUGHTS if each in inside), "")
    after_open, _, between = inside.partition(thought) if thought else ("", "", inside)
    close = next((each for each in thinking.close if each.strip() == between.strip()), None)
    before_open = head[len(opening) :] if head.startswith(opening) else ""
    if close is None or (after_open + before_open).strip():
        return None
    before_close, _, after_close = between.partition(close.strip())
    if not thought:  # the template writes an empty one
        half = (len(before_close) + 1) // 2
        after_open, before_close = before_close[:half], before_close[half:]
    return Form(
        before_open=before_open,
        after_open=_known(after_open),
        before_close=_known(before_close),
        after_close=_known(after_close),
    )


def _split_at_marker(thinking: Thinking, text: str) -> tuple[str, str | None]:
    """Return the text before the last opening marker, and what follows it; None if there is no marker."""
    place, marker = max((text.rfind(each), each) for each in thinking.open)
    if place < 0:
        return text, None
    return text[:place], text[place + len(marker) :]


def _known(space: str) -> str | None:
    return None if _AS_SENT in space else space
