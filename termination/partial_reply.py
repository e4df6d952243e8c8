"""A partial reply, which a turn of its own continues."""

from dataclasses import dataclass, field

from termination.arguments import written
from termination.ending import Phase, TextPhase
from termination.errors import BadArgument

Around = tuple[str | None, str | None, str | None]
UNKNOWN: Around = (None, None, None)


@dataclass(frozen=True, slots=True)
class Begun:
    """The text that is there already: the reply continues in `phase`.

    `space` is white space that the model had written at the thought's end, or before the first word of the answer, and
    that was never shown: it shows if a word follows. `since` counts the characters of the phase's text that belong to
    an earlier thought, or answer, of the same reply; if that is all of it, the one that continues has no word yet.

    `around` is the white space that the model wrote after the opening marker, before the closing one and after it, each
    None if it is not known.

    Raises:
        BadArgument: if the phase is another word, or if a text is not one.
    """

    phase: TextPhase
    thought: str = ""
    answer: str = ""
    space: str = ""
    since: int = 0
    around: Around = field(default=UNKNOWN, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.phase not in ("thought", "answer"):
            raise BadArgument("begun_phase", value=written(self.phase))
        for name in ("thought", "answer", "space"):
            if not isinstance(getattr(self, name), str):
                raise BadArgument("begun_text", name=name, value=written(getattr(self, name)))

    @property
    def text(self) -> str:
        """Return the text of the phase."""
        return self.thought if self.phase == "thought" else self.answer

    @property
    def present(self) -> str:
        """Return the text of the thought, or answer, that continues."""
        return self.text[self.since :]

    @property
    def reached(self) -> Phase:
        """Return the phase that the reply has come to: a thought that is over, as long as there is no answer."""
        if self.text:
            return self.phase
        if self.thought:
            return "thought"
        return "answer" if self.answer else "waiting"
