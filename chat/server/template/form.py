"""How a chat template writes a reply."""

from dataclasses import dataclass
from typing import Literal

PastThoughts = Literal["field", "markers", "dropped", "rejected", "unknown"]
"""Where a template reads a past thought: in a field of the message, or in its content between markers.

`rejected`: the template raises on a reply with markers. `dropped`: it shows no thought, or an empty one beside it.
"""


@dataclass(frozen=True, slots=True)
class Form:
    """The text around thought and answer in a chat template; None for what is unknown.

    `opening` is the generation prompt: all text after the question. `before_open` follows it if the reply thinks,
    `before_answer` if the reply has no thought. The other three are the white space around the markers.
    """

    opening: str | None = None
    before_open: str | None = None
    after_open: str | None = None
    before_close: str | None = None
    after_close: str | None = None
    before_answer: str = ""


UNKNOWN = Form()
