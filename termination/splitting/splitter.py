"""The splitter of thought and answer, in whichever field and however cut the text arrives."""

from functools import lru_cache

from termination.ending import Phase, TextPhase
from termination.literals import Literals, beginning, may_become
from termination.partial_reply import Begun
from termination.policy import Markers
from termination.splitting.pieces import Piece, Pieces


@lru_cache(maxsize=64)
def _literals(*texts: str) -> Literals:
    return Literals(texts)


class Splitter:
    """Text in, pieces of thought and answer out; holds back only what may still become a marker.

    - A phase begins with an empty piece.
    - The newlines around markers belong to neither side. A thought that is all white space gives no other piece.
    - In the answer a marker counts only on a line of its own outside code, or before the first word: an opening one
      begins another thought, a closing one is a server's leak and is dropped. Elsewhere it is text.
    - A special token is dropped, except within code with text after it.
    - After one of the `last_words` nothing is given, unless a space, a quotation mark or a bracket is before it and
      its line continues: then the text talks about it.
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
    ) -> None:
        self._open, self._close = (markers.open, markers.close) if markers else ((), ())
        begins_opened = markers is not None and markers.opened
        if begun:
            begins_opened = markers is not None and begun.phase == "thought"
        self._begins_opened = begins_opened
        self._special = special_tokens
        self._last_words = last_words
        self._last = self.overrun = ""  # the last word that has come, and the same once text follows it
        self._in_thought = _literals(*self._close, *special_tokens)
        self._in_answer = _literals(*self._open, *self._close, *special_tokens)
        self._here = self._in_answer  # the literals of the present phase
        self._pieces = Pieces()
        self._before: Begun | None = None  # until text comes
        self._text = ""  # not decided yet
        if begun and begun.reached != "waiting":
            self._before, self._pieces = begun, Pieces(begun.space)
        elif begun:
            self._text = begun.space
        self._leading: list[str] = []  # white space before that, in which there is nothing to decide
        self._in_field = False  # the thought comes in the reasoning field
        self._one_field = False  # both fields are the answer
        self.opened = self.closed = self.reopened = False

    def feed(self, reasoning: str, content: str) -> list[Piece]:
        """Return the pieces that one chunk completes, thought before answer."""
        if self._before and (reasoning or content):
            self._resume(self._before, as_reasoning=bool(reasoning))
        if self._one_field:
            reasoning, content = "", reasoning + content
        if reasoning:
            if not self._last:
                self._enter_field()
            self._text += reasoning
            self._read()
        if content:
            if self._in_field and not self._last:
                self._read(over=True)
                self._close_thought()
            self._text += content
            self._read()
        return self._pieces.take()

    def feed_plain(self, reasoning: str, content: str) -> str | None:
        """Return what shows of a chunk that is only more text of the same phase; None for any other chunk.

        Most chunks are such. `feed` would return the same text, and take longer.
        """
        if self._text or self._last or not self._pieces.has_word:
            return None
        text, other = (reasoning, content) if self._in_field else (content, reasoning)
        if other or not text or self._here.gate(text):
            return None
        return self._pieces.add_after_word(text)

    def finish(self) -> list[Piece]:
        """Return what was held back and can no longer become a marker."""
        self._read(over=True)
        return self._pieces.take()

    @property
    def phase(self) -> Phase:
        """Return the phase that the text has come to."""
        return self._pieces.phase

    @property
    def undecided(self) -> str:
        """Return the end of the text, which may still become a marker."""
        return "".join([*self._leading, self._text])

    @property
    def space(self) -> str:
        """Return the white space that is not shown yet, once all else is."""
        if self.phase != "waiting":
            return self._pieces.space
        return self._pieces.space + self.undecided

    # --- Which phase the text belongs to

    def _resume(self, begun: Begun, as_reasoning: bool) -> None:
        """Begin with the first text of a reply that continues."""
        self._before = None
        self._enter(begun.phase)
        self._pieces.resume(begun)
        self.opened = begun.phase == "thought"
        self._in_field = self.opened and not self._close  # nothing but the other field can end it
        self._one_field = as_reasoning and begun.phase == "answer"

    def _enter_field(self) -> None:
        if self._in_field:
            return
        if self.phase == "answer":
            self._read(over=True)
        if self.phase != "thought":
            self._enter("thought")
        self._in_field = True

    def _enter(self, phase: TextPhase) -> None:
        self._join_leading()
        self._pieces.enter(phase)
        self._here = self._in_thought if phase == "thought" else self._in_answer
        self.opened = self.closed = self.reopened = self._in_field = False

    def _close_thought(self) -> None:
        self._enter("answer")
        self.closed = True

    # --- Deciding; each step returns whether there is more to decide. With `over` nothing more will come.

    def _read(self, over: bool = False) -> None:
        """Decide on as much of the text as possible."""
        if over and self.phase != "waiting":
            self._join_leading()
        while self._text and self._step(over):
            pass

    def _step(self, over: bool) -> bool:
        if self._last:
            return self._read_after_last(over)
        if self.phase == "waiting":
            return self._read_first(over)
        if self.phase == "thought":
            return self._read_thought(over)
        return self._read_answer(over)

    def _read_after_last(self, over: bool) -> bool:
        """Read on after the model has ended its turn; only words after that show that the server has not."""
        sure, end = self._here.scan(self._text, over)
        literal = self._text[sure:end]
        if self._text[:sure].strip() or (literal and literal not in self._special):
            self._text = ""
            if not over:
                self.overrun = self._last
            return False
        self._text = self._text[end:]
        return bool(literal)

    def _read_first(self, over: bool) -> bool:
        """Find out whether the first text opens a thought."""
        begun = self._text.lstrip()
        if not begun:
            return self._set_aside()
        if not over and may_become(begun, self._in_answer.texts):
            return False
        first = beginning(begun, self._in_answer.texts)
        if first in self._open or first in self._special:
            self._text = begun[len(first) :]
            self._leading.clear()
        if first not in self._special:
            self._enter("thought" if first or self._begins_opened else "answer")
            self.opened = first in self._open
        return True

    def _read_thought(self, over: bool) -> bool:
        if self._in_field and not self._pieces.has_word:
            undecided = self._read_leaked_opening(over)
            if undecided is not None:
                return undecided
        literal = self._take_text(over)
        if not literal:
            return False
        if literal in self._special:
            return self._read_special_token(literal, over)
        if self._in_field:
            return self._read_leaked_closing(literal, over)
        self._drop(literal)
        self._close_thought()
        return True

    def _read_leaked_opening(self, over: bool) -> bool | None:
        """Drop an opening marker at the beginning of the field, where it should not be; None if there is none."""
        begun = self._text.lstrip()
        if self._open and not begun and not over:
            return self._set_aside()
        if not over and may_become(begun, self._open):
            return False
        if opening := beginning(begun, self._open):
            self._text = begun[len(opening) :]
            self._leading.clear()
            return True
        self._join_leading()
        return None

    def _read_leaked_closing(self, literal: str, over: bool) -> bool:
        """Drop a closing marker at the end of a reasoning field; before that it is text."""
        if self._text[len(literal) :].strip():
            self._pieces.add(self._drop(literal))
            return True
        if over:
            self._text = ""
        return False

    def _read_answer(self, over: bool) -> bool:
        literal = self._take_text(over)
        if not literal:
            return False
        if literal in self._special:
            return self._read_special_token(literal, over)
        return self._read_marker(literal, over)

    def _read_marker(self, literal: str, over: bool) -> bool:
        """Read a marker; it counts on a line of its own, or before the first word, and elsewhere it is text."""
        has_word, code = self._pieces.has_word, self._pieces.code
        line, newline, rest = self._text[len(literal) :].partition("\n")
        if not has_word:
            rest = self._text[len(literal) :]
        elif not code.blank or code.fenced or line.strip():
            self._pieces.add(self._drop(literal))
            return True
        elif not newline and not over:
            return False
        self._text = rest
        if literal in self._open:
            self._enter("thought")
            self.opened, self.reopened = True, has_word
        elif has_word and not code.line_start:
            self._pieces.add(newline)
        return True

    def _read_special_token(self, token: str, over: bool) -> bool:
        """Drop the token, unless it is talked about and more follows: a server's last word is no text even there."""
        code, rest = self._pieces.code, self._text[len(token) :]
        is_last = token in self._last_words
        talked_about = code.inside or (is_last and code.in_sentence and not rest.startswith("\n"))
        if talked_about and not rest:
            if over:
                self._text = ""
            return False
        self._drop(token)
        if talked_about:
            self._pieces.add(token)
        elif is_last:
            self._last = token
        return True

    # --- The undecided text

    def _take_text(self, over: bool) -> str:
        """Give the text before the next marker or special token, and return that; empty if there is none yet."""
        text = self._text
        sure, end = self._here.scan(text, over)
        if sure:
            self._pieces.add(text[:sure])
        self._text = text[sure:]
        return text[sure:end]

    def _drop(self, literal: str) -> str:
        self._text = self._text[len(literal) :]
        return literal

    def _set_aside(self) -> bool:
        """Keep white space about which nothing is known yet."""
        self._leading.append(self._text)
        self._text = ""
        return False

    def _join_leading(self) -> None:
        if self._leading:
            self._text = self.undecided
            self._leading.clear()
