"""The splitter of thought and answer, in whichever field and however cut the text arrives."""

from collections.abc import Iterator

from termination.partial_reply import UNKNOWN, Around, Begun
from termination.policy import Markers
from termination.splitting.markers import Doubt
from termination.splitting.pieces import Piece, Pieces
from termination.splitting.reading import Reading
from termination.splitting.tokens import tokens_of

_SLICE = 4096  # characters that are decided on together: a decision may copy the rest


class Splitter(Reading):
    """Text in, pieces of thought and answer out; holds back only what is not certain yet.

    docs/decisions/markers.md and docs/decisions/end-tokens.md say where a marker or an end token counts.

    - A phase begins with an empty piece.
    - The newlines around markers belong to neither side. A thought that is all white space gives no other piece.
    - A reply that continues in the answer is read there also if its text comes as reasoning: from a reasoning parser
      that does not know that the thought is over. Only if the first text is content do the fields count.

    `opened` says that the thought began with its marker, `reopened` that this was within an answer, `closed` that the
    thought's end was seen: its marker, or content after a reasoning field. `overrun` is the special token with which
    the model had ended its turn when the server let it continue: nothing after it is given.
    """

    def __init__(
        self,
        markers: Markers | None,
        special_tokens: tuple[str, ...] = (),
        last_words: tuple[str, ...] = (),
        begun: Begun | None = None,
        thinks: bool = True,
    ) -> None:
        begins_opened = markers is not None and markers.opened
        if begun:
            begins_opened = markers is not None and begun.phase == "thought"
        self._before: Begun | None = None  # until text comes
        pieces = Pieces()
        if begun and begun.reached != "waiting":
            self._before, pieces = begun, Pieces(begun.space)
        super().__init__(tokens_of(markers, special_tokens, last_words), thinks, begins_opened, pieces)
        if begun and not self._before:
            self._held.text = begun.space
        self._may_move = self._before is None
        self._one_field = False  # both fields are the answer

    def feed(self, reasoning: str, content: str) -> list[Piece]:
        """Return the pieces that one chunk completes, thought before answer."""
        if self._before and (reasoning or content):
            self._resume(self._before, as_reasoning=bool(reasoning))
        if self._one_field:
            reasoning, content = "", reasoning + content
        if reasoning:
            if not self._last:
                self._enter_field()
            self._decide(reasoning)
        if content:
            if self._in_field and not self._last:
                self._read(over=True)
                self._close_thought(by_marker=False)
            self._decide(content)
        return self._pieces.take()

    def feed_plain(self, reasoning: str, content: str) -> str | None:
        """Return what shows of a chunk that is only more text of the same phase; None for any other chunk.

        Most chunks are such. `feed` would return the same text, and take longer.
        """
        if self._held.text or self._last or not self._pieces.has_word:
            return None
        text, other = (reasoning, content) if self._in_field else (content, reasoning)
        if other or not text or self._here.gate(text):
            return None
        return self._pieces.add_after_word(text)

    def finish(self) -> list[Piece]:
        """Return what was held back and can no longer become a marker."""
        self._read(over=True)
        return self._pieces.take()

    def doubt(self, natural: bool) -> Doubt | None:
        """Return where the present thought ended after all, if it did; the text is over.

        `natural`: the model came to its own end.
        """
        if self.phase != "thought" or self._in_field:
            return None
        return self._doubts.end(self._pieces.code.in_block, natural)

    def answer(self, text: str) -> list[Piece]:
        """Return the pieces of a text that follows the end of the present thought; the text is over."""
        self._close_thought()
        self._decide(text)
        return self.finish()

    @property
    def undecided(self) -> str:
        """Return the end of the text, of which more has to come."""
        return self._held.whole

    @property
    def space(self) -> str:
        """Return the white space that is not shown yet, once all else is."""
        if self.phase != "waiting":
            return self._pieces.space
        return self._pieces.space + self.undecided

    @property
    def around(self) -> Around:
        """Return the white space around the markers of the last thought, as far as it came as text."""
        pieces = self._pieces
        if self._was_field or not pieces.is_plain:
            return UNKNOWN
        if self.phase == "thought":
            return pieces.before_thought, None, None
        if not self.closed:
            return UNKNOWN
        return pieces.before_thought, pieces.after_thought, pieces.before_answer if pieces.has_word else None

    def _decide(self, text: str) -> None:
        for part in _parts(text):
            if self._held.add(part):
                self._read()

    def _resume(self, begun: Begun, as_reasoning: bool) -> None:
        """Begin with the first text of a reply that continues."""
        self._before = None
        self._enter(begun.phase)
        self._pieces.resume(begun)
        self.opened = begun.phase == "thought"
        tokens = self._tokens
        self._in_field = self.opened and not (tokens.close or tokens.channels)  # nothing but the other field can end it
        self._one_field = as_reasoning and begun.phase == "answer"

    def _enter_field(self) -> None:
        if self._in_field:
            return
        if self.phase == "answer":
            self._read(over=True)
        if self.phase != "thought":
            self._enter("thought")
        self._in_field = self._was_field = True


def _parts(text: str) -> Iterator[str]:
    if len(text) <= _SLICE:
        yield text
        return
    for start in range(0, len(text), _SLICE):
        yield text[start : start + _SLICE]
