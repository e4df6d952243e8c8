"""How a chat template writes a reply."""

from dataclasses import dataclass


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
