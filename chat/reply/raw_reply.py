"""A partial reply as text for the model's prompt: the markers are where the model wrote them."""

from dataclasses import replace

from chat.profiles.profile import Profile, Thinking
from chat.server.template.form import UNKNOWN, Form
from termination import Begun

_LINE = "\n"


def reply_after(profile: Profile, mode: str, begun: Begun, end: str | None = "", form: Form = UNKNOWN) -> str:
    """Return the text that follows a prompt with that `end`. None: the end is unknown, so the profile decides.

    A thought that the prompt opens is not opened again, and it is closed if the reply has none. Several thoughts are
    joined into one, except a last one that is still open. A second answer that has no word yet begins below the first.
    The white space around the markers is that which the model wrote, else that of the template's `form`.
    """
    thinking, prefix, form = profile.thinking, profile.prefix(mode), _as_written(begun, form)
    if thinking is None:
        return _bare_answer(begun, form)
    if begun.phase == "thought" and begun.answer:
        before = Begun("answer", begun.thought[: begun.since].rstrip(), f"{begun.answer.removesuffix(_LINE)}{_LINE}")
        present = begun.present.lstrip(_LINE)
        first = reply_after(profile, mode, before, end, form)
        return f"{first}{thinking.open[0]}{_or(form.after_open, _LINE)}{present}{begun.space}"
    if begun.phase == "answer" and begun.since and not begun.present:
        begun = replace(begun, answer=begun.answer.rstrip(_LINE) + 2 * _LINE, since=0)
    opened = _opened(profile, mode, end)
    thinks = begun.phase == "thought" or bool(begun.thought)
    if not (thinks or opened or prefix):
        return _bare_answer(begun, form)
    written = begun.around[0]
    head, words = _head(thinking, end or "", form, written) if opened else _own_head(thinking, prefix, form)
    thought = _after(words, begun.thought)
    if begun.phase == "thought":
        return head + thought + (begun.space if begun.thought else "")
    parted = _or(form.after_close, 2 * _LINE) if begun.answer or not begun.space else ""
    before_close = _or(form.before_close, _LINE)
    return f"{head}{thought}{before_close}{closing(thinking)}{parted}{begun.answer}{begun.space}"


def _as_written(begun: Begun, form: Form) -> Form:
    """Return the form with the white space that the model itself wrote."""
    names = ("after_open", "before_close", "after_close")
    return replace(form, **{name: space for name, space in zip(names, begun.around, strict=True) if space is not None})


def _bare_answer(begun: Begun, form: Form) -> str:
    """Return the answer of a reply without a thought, after what the template writes before it."""
    if not begun.answer or begun.answer.startswith(form.before_answer):
        return begun.answer + begun.space
    return form.before_answer + begun.answer + begun.space


def _own_head(thinking: Thinking, prefix: str, form: Form) -> tuple[str, str]:
    """Return the beginning of a thought that the prompt does not open, and its words after the marker."""
    if prefix:
        return prefix, _words(thinking, prefix)
    return f"{form.before_open or ''}{thinking.open[0]}{_or(form.after_open, _LINE)}", ""


def _head(thinking: Thinking, end: str, form: Form, written: str | None) -> tuple[str, str]:
    """Return what is missing after a marker in the prompt, and the words that follow it there."""
    words, after_open = _words(thinking, end), form.after_open or ""
    if written is not None and not words:
        return written, ""
    space = end[len(end.rstrip()) :]
    if words or not after_open.startswith(space):
        return "", words
    return after_open[len(space) :], ""


def _or(space: str | None, usual: str) -> str:
    return usual if space is None else space


def whole_thought(profile: Profile, mode: str, begun: Begun) -> str:
    """Return the thought without markers, after the words with which the profile begins it."""
    if profile.thinking is None:
        return begun.thought
    words = _words(profile.thinking, profile.prefix(mode))
    return words + _after(words, begun.thought)


def closing(thinking: Thinking) -> str:
    """Return the marker after a thought. The longest spelling of the usual one includes the answer's heading."""
    return max((each for each in thinking.close if each.startswith(thinking.close[0])), key=len)


def last_open(thinking: Thinking, text: str) -> bool:
    """True if the last marker in that text is an opening one."""
    return max(map(text.rfind, thinking.open)) > max(map(text.rfind, thinking.close))


def _opened(profile: Profile, mode: str, end: str | None) -> bool:
    """True if the prompt opens the thought.

    A marker further up counts only if the profile says that the template opens the thought: it may be the person's own
    text.
    """
    thinking = profile.thinking
    assert thinking is not None
    stated = thinking.opened and profile.modes[mode].thinks
    if end is None:
        return stated
    return end.rstrip().endswith(thinking.open) or (stated and last_open(thinking, end))


def _words(thinking: Thinking, text: str) -> str:
    """Return the words after the opening marker."""
    ends = (text.rfind(each) + len(each) for each in thinking.open if each in text)
    return text[max(ends, default=len(text)) :].lstrip()


def _after(words: str, thought: str) -> str:
    """Return the thought without those words. Some servers show them as its beginning, others do not."""
    if not words or thought.startswith(words):
        return thought[len(words) :]
    if words.startswith(thought):
        return ""
    if _joins(words[-1]) and _joins(thought[0]):
        return f" {thought}"
    return thought


def _joins(character: str) -> bool:
    """True if the character would make one word with another of its kind."""
    return character.isascii() and character.isalnum()
