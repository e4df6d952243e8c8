"""The conversations that a template renders for a discovery, and what the prompts show."""

import re
from typing import Literal

from chat.discover.families import TOKENS
from chat.discover.markers import Markers
from chat.discover.questions import QUESTION
from chat.server.request import ChatMessage

State = Literal["open", "closed", "none"]
SYSTEM = "Write one short line."
THOUGHTS = {"field": "The sky is seldom green.", "content": "The sea is seldom red."}
"""Past thoughts, by where they are sent: in a field of their own, or in the content between markers."""
FIRST_ANSWER, SECOND_ANSWER = "Blue it is.", "Grey it is."
_EDGE = "fullstop-edge"
CANDIDATES = _EDGE + "".join(TOKENS) + _EDGE
"""A text with all tokens that may end a turn or a thought. Its ids lie between prompts that are read in one request."""
_EDGES = re.compile(f"{_EDGE}.*?{_EDGE}", re.DOTALL)


class PastMessage(ChatMessage, total=False):
    """A message of the assistant with its thought in both fields that templates read."""

    reasoning: str
    reasoning_content: str


def question() -> list[ChatMessage]:
    """Return a first question without a system message."""
    return [{"role": "user", "content": QUESTION}]


def conversation(markers: Markers, *, system: bool = True, marked: bool = True) -> list[ChatMessage]:
    """Return a conversation with past thoughts. `marked`: one of them is in the content, between markers."""
    thought = THOUGHTS["field"]
    by_field: PastMessage = {
        "role": "assistant",
        "content": FIRST_ANSWER,
        "reasoning": thought,
        "reasoning_content": thought,
    }
    past = (
        f"{markers.open[0]}\n{THOUGHTS['content']}\n{markers.close[0]}\n\n{SECOND_ANSWER}" if marked else SECOND_ANSWER
    )
    first: list[ChatMessage] = [{"role": "system", "content": SYSTEM}] if system else []
    return [
        *first,
        {"role": "user", "content": "Which colour has the sky?"},
        by_field,
        {"role": "user", "content": "Which colour has the sea?"},
        {"role": "assistant", "content": past},
        *question(),
    ]


def texts_between(text: str) -> list[str]:
    """Return the texts before each piece that is CANDIDATES."""
    return _EDGES.split(text)[:-1]


def tail(prompt: str) -> str | None:
    """Return what the template writes after the question; None if the question is not in the prompt."""
    return prompt.rpartition(QUESTION)[2] if QUESTION in prompt else None


def head(prompt: str) -> str:
    """Return what the template writes before the question."""
    return prompt.rpartition(QUESTION)[0]


def state(after: str, markers: Markers) -> State:
    """Return if a thought is open or closed at the end of a text, or if none of its markers is in it."""
    last_open = max(after.rfind(each) for each in markers.open)
    last_close = max(after.rfind(each) for each in markers.close)
    if last_open > last_close:
        return "open"
    if last_close < 0 or (last_open < 0 and markers.ends_messages):
        return "none"
    return "closed"


def writes_thought(prompt: str, markers: Markers) -> bool:
    """True if the template has put the past thought of the field between these markers."""
    before, thought, after = prompt.partition(THOUGHTS["field"])
    return bool(thought) and before.rstrip().endswith(markers.open) and after.lstrip().startswith(markers.close)


def text_after_answer(prompt: str) -> str:
    """Return what follows a past answer: the end of its turn, and the head of the next one."""
    return prompt.partition(FIRST_ANSWER)[2].partition("Which colour")[0]


def own_words(prompt: str) -> str:
    """Return words that the template writes before a question that has no system message; "" if there are none."""
    plain = re.sub(r"<[^<>\n]{1,60}>|\[[^\[\]\n]{1,40}\]|[\[\]{}<>|~]", " ", head(prompt))
    words = " ".join(plain.split())
    return words if len(words.split()) > 3 else ""
