"""The reply that a model has begun, as the text that stands in its prompt: the markers are where the model put them."""

from dataclasses import replace

from chat.profiles.profile import Profile, Thinking
from termination import Begun

_LINE = "\n"


def reply_after(profile: Profile, mode: str, begun: Begun, end: str | None = "") -> str:
    """What follows a prompt that ends so. None where nobody can say how it ends: then the profile's word counts.

    A thought that the prompt opens is not opened again, and closed where the reply has none. Of several thoughts only
    one that is still open stands where it was written: the others stand together. An answer that follows another one,
    and has no word yet, begins below it.
    """
    thinking, prefix = profile.thinking, profile.prefix(mode)
    if thinking is None:
        return begun.answer + begun.space
    if begun.phase == "thought" and begun.answer:
        before = Begun("answer", begun.thought[: begun.since].rstrip(), f"{begun.answer.removesuffix(_LINE)}{_LINE}")
        present = begun.present.lstrip(_LINE)
        return f"{reply_after(profile, mode, before, end)}{thinking.open[0]}\n{present}{begun.space}"
    if begun.phase == "answer" and begun.since and not begun.present:
        begun = replace(begun, answer=begun.answer.rstrip(_LINE) + 2 * _LINE, since=0)
    opened = _opened(profile, mode, end)
    thinks = begun.phase == "thought" or bool(begun.thought)
    if not (thinks or opened or prefix):
        return begun.answer + begun.space
    head = "" if opened else prefix or f"{thinking.open[0]}\n"
    thought = _after(_words(thinking, (end or "") if opened else head), begun.thought)
    if begun.phase == "thought":
        return head + thought + (begun.space if begun.thought else "")
    parted = "\n\n" if begun.answer or not begun.space else ""
    return f"{head}{thought}\n{closing(thinking)}{parted}{begun.answer}{begun.space}"


def whole_thought(profile: Profile, mode: str, begun: Begun) -> str:
    """The thought without markers, with the words that the profile begins it with."""
    words = _words(profile.thinking, profile.prefix(mode)) if profile.thinking else ""
    return words + _after(words, begun.thought)


def closing(thinking: Thinking) -> str:
    """The marker after a thought; the longest spelling that begins as the usual one has the head of the answer too."""
    return max((each for each in thinking.close if each.startswith(thinking.close[0])), key=len)


def last_open(thinking: Thinking, text: str) -> bool:
    """Whether the last marker in that text is an opening one."""
    return max(map(text.rfind, thinking.open)) > max(map(text.rfind, thinking.close))


def _opened(profile: Profile, mode: str, end: str | None) -> bool:
    """A marker further up counts only where the profile says that the template opens the thought: else it may be the
    person's own text."""
    thinking = profile.thinking
    assert thinking is not None
    stated = thinking.opened and profile.modes[mode].thinks
    if end is None:
        return stated
    return end.rstrip().endswith(thinking.open) or (stated and last_open(thinking, end))


def _words(thinking: Thinking, text: str) -> str:
    """The words that stand there after the opening marker."""
    ends = (text.rfind(each) + len(each) for each in thinking.open if each in text)
    return text[max(ends, default=len(text)) :].lstrip()


def _after(words: str, thought: str) -> str:
    """The thought after those words. Some servers have shown them as its beginning, others have not."""
    if not words or thought.startswith(words):
        return thought[len(words) :]
    if words.startswith(thought):
        return ""
    return f" {thought}" if _joins(words[-1]) and _joins(thought[0]) else thought


def _joins(character: str) -> bool:
    """Whether it would run into another of its kind."""
    return character.isascii() and character.isalnum()
