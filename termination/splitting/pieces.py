"""What the splitter has found: pieces of thought and answer."""

from dataclasses import dataclass

from termination.ending import Phase, TextPhase
from termination.partial_reply import Begun
from termination.splitting.code import Code


@dataclass(frozen=True, slots=True)
class Moved:
    """The finding that the present answer was a thought. `space` is the white space between it and an earlier one."""

    space: str


Piece = tuple[TextPhase, str] | Moved
BREAK = "\n\n"  # between two thoughts, or two answers, of one turn
_SEAM = 100  # characters of white space that are kept between a thought and an answer


class Pieces:
    """The pieces of the present phase. White space waits until a word follows: it may be the phase's end.

    `has_word` says that this thought, or answer, has a word, `given` how many characters were given of it. `code` knows
    whether its end is code.
    """

    def __init__(self, space: str = "") -> None:
        self.phase: Phase = "waiting"
        self.has_word = False
        self.given = 0
        self.code = Code()
        self.before_thought = self.after_thought = self.before_answer = ""
        self.is_plain = True
        self._seam = ""  # white space between the last thought and the present answer, which is not shown
        self._pieces: list[Piece] = []
        self._space = [space] if space else []
        self._had_words: set[Phase] = set()  # in a thought, or an answer, before the present one

    @property
    def space(self) -> str:
        """Return the white space that waits."""
        return "".join(self._space)

    def enter(self, phase: TextPhase) -> None:
        """Begin a thought or an answer, with an empty piece."""
        if self.has_word:
            self._had_words.add(self.phase)
        self.is_plain = self.is_plain and not (phase == "thought" and self._had_words)
        self._seam = self.after_thought = self.space[:_SEAM] if self.phase == "thought" else ""
        self._begin(phase)

    def move(self) -> None:
        """Take the present answer for a thought, after which another answer begins."""
        self.is_plain = False
        self._pieces.append(Moved(self._seam))
        self._had_words.add("thought")
        self._begin("answer")

    def _begin(self, phase: TextPhase) -> None:
        self.phase, self.has_word, self.given, self._space, self.code = phase, False, 0, [], Code()
        self._pieces.append((phase, ""))

    def resume(self, begun: Begun) -> None:
        """Continue a partial reply, whose phase was just entered."""
        self.has_word = bool(begun.present)
        self._space = []
        if begun.space and (self.has_word or begun.phase == "answer"):  # a thought begins with a word
            self._space.append(begun.space)
        self.code.tell(begun.present + self.space)
        before: dict[Phase, bool] = {"thought": bool(begun.thought), "answer": bool(begun.answer)}
        before[begun.phase] = begun.since > 0
        self._had_words = {phase for phase, had_words in before.items() if had_words}

    def add_after_word(self, text: str) -> str:
        """Add text after a word of the present phase, and return what shows of it: `add` and `take` in one."""
        self.code.tell(text)
        if self.phase == "answer" or not (self._space or text[-1].isspace()):
            self.given += len(text)
            return text
        shown = self._without_end(text)
        self.given += len(shown)
        return shown

    def add(self, text: str) -> None:
        """Add text of the present phase."""
        if self.phase == "thought":
            self._think(text)
        else:
            self._answer(text)

    def take(self) -> list[Piece]:
        """Return the pieces since the last call."""
        pieces, self._pieces = self._pieces, []
        return pieces

    def _think(self, text: str) -> None:
        if not self.has_word:
            words = text.lstrip()
            self.before_thought = (self.before_thought + text[: len(text) - len(words)])[:_SEAM]
            text = words
        self.code.tell(text)
        self._show("thought", self._without_end(text))

    def _answer(self, text: str) -> None:
        self.code.tell(text)
        if self.has_word:
            self._show("answer", text)
            return
        if not self._space or self._space[0][0] in "\r\n":  # newlines before the first word go
            whole = self._after_space(text)
            text = whole.lstrip("\r\n")
            dropped = whole[: len(whole) - len(text)]
            self._seam = (self._seam + dropped)[:_SEAM]
            self.before_answer = (self.before_answer + dropped)[:_SEAM]
        if text.strip():
            self._show("answer", self._after_space(text))
        elif text:
            self._space.append(text)

    def _without_end(self, text: str) -> str:
        """Return the text, after the space that waited; the space at its end waits."""
        words = shown = text.rstrip()
        if words:
            shown = self._after_space(words)
        if len(words) < len(text):
            self._space.append(text[len(words) :])
        return shown

    def _after_space(self, text: str) -> str:
        """Return the text with the white space that came before it, which does not wait any longer."""
        if self._space:
            text = "".join([*self._space, text])
            self._space = []
        return text

    def _show(self, phase: TextPhase, text: str) -> None:
        if not text:
            return
        if not self.has_word and phase in self._had_words:
            text = BREAK + text
        self.has_word = True
        self.given += len(text)
        self._pieces.append((phase, text))
