"""Tells the thought from the answer, in whichever field and however cut the text arrives."""

from collections.abc import Callable
from functools import lru_cache

from termination.ending import Phase, TextPhase
from termination.literals import Literals
from termination.partial_reply import Begun
from termination.policy import Markers
from termination.splitting.code import MANY, Code

Piece = tuple[TextPhase, str]
_BREAK = "\n\n"  # between two thoughts, or two answers, of one turn


@lru_cache(maxsize=64)
def _literals(*texts: str) -> Literals:
    return Literals(texts)


class Splitter:
    """Text in, pieces of thought and answer out; holds back only what may still become a marker.

    - A phase begins with an empty piece.
    - The newlines round markers belong to neither side. A thought that is all white space gives no other piece.
    - In the answer a marker counts only on a line of its own outside code, or before the first word: an opening one
      begins another thought, a closing one is a server's leak and is dropped. Elsewhere it is text.
    - A special token is dropped, except within code with text after it.
    - After one of the `last_words` nothing is given, unless a space, a quotation mark or a bracket stands before it and
      its line goes on: then it is talked about.
    - A reply that goes on in the answer is read there also where its text comes as reasoning: from a reasoning parser
      that does not know that the thought is over. Only a text that begins in the content has fields that tell.

    `opened` says that the thought began with its marker, `reopened` that this stood amid an answer, `closed` that the
    thought's end was seen: its marker, or content after a reasoning field. `overrun` is the special token with which
    the model had ended its turn when the server let it go on: nothing after it is given.
    """

    def __init__(
        self,
        markers: Markers | None,
        special_tokens: tuple[str, ...] = (),
        last_words: tuple[str, ...] = (),
        begun: Begun | None = None,
    ) -> None:
        self._open = markers.open if markers else ()
        self._close = markers.close if markers else ()
        opened = begun.phase == "thought" if begun else markers is not None and markers.opened
        self._begins_opened = markers is not None and opened
        self._before = begun if begun and begun.stands != "waiting" else None  # until text comes
        self._one_field = False
        self._special = special_tokens
        self._last_words = last_words
        self._last = ""  # the one that has come
        self._in_thought = _literals(*self._close, *special_tokens)
        self._in_answer = _literals(*self._open, *self._close, *special_tokens)
        self._gate, self._initial = self._in_answer.gate, self._in_answer.initial
        space = begun.space if begun else ""
        self._text = "" if self._before else space  # not decided yet
        self._leading: list[str] = []  # white space before that, in which there is nothing to decide
        self._space = [space] if self._before and space else []  # white space that shows if a word follows
        self._code = Code()
        self._unread = self._code.unread
        self._in_field = False
        self._begun = False  # this thought or answer has a word
        self._had: set[Phase] = set()  # which of them had words before
        self._pieces: list[Piece] = []
        self.phase: Phase = "waiting"
        self.opened = False
        self.closed = False
        self.reopened = False
        self.overrun = ""

    def feed(self, reasoning: str, content: str) -> list[Piece]:
        """The pieces that one chunk completes, thought before answer."""
        if (text := self.go_on(reasoning, content)) is not None:
            return [("answer" if self.phase == "answer" else "thought", text)] if text else []
        self._pieces = []
        if self._before and (reasoning or content):
            self._resume(self._before, bool(reasoning))
        if self._one_field:
            reasoning, content = "", reasoning + content
        if reasoning:
            if not self._last:
                self._enter_field()
            self._text += reasoning
            self._read()
        if content:
            if self._in_field and not self._last:
                self._leave_field()
            self._text += content
            self._read()
        return self._pieces

    def go_on(self, reasoning: str, content: str) -> str | None:
        """What shows of a chunk that is only more of the same phase; None where there is something to decide.

        Most chunks are such; `feed` would do the same.
        """
        if not self._begun or self._text:
            return None
        text, other = (reasoning, content) if self._in_field else (content, reasoning)
        if other or not text or (self._initial in text if self._initial else self._gate(text)):
            return None
        if len(self._unread) > MANY:
            self._code.read()
        self._unread.append(text)  # what the code is told, without the call: this is done for each token
        if self.phase == "answer" or not (self._space or text[-1].isspace()):
            return text
        return self._words(text)

    def finish(self) -> list[Piece]:
        """What was held back and can no longer become a marker."""
        self._pieces = []
        self._read(over=True)
        return self._pieces

    @property
    def space(self) -> str:
        """White space that is not shown yet, once all else is."""
        held = [*self._space, *self._leading, self._text] if self.phase == "waiting" else self._space
        return "".join(held)

    # --- Which phase the text belongs to

    def _resume(self, begun: Begun, as_reasoning: bool) -> None:
        """The first text of a reply that goes on."""
        self._before = None
        self._enter(begun.phase)
        self._begun, self._space = bool(begun.present), [begun.space] if begun.space else []
        self._code.tell(begun.present + begun.space)
        had: dict[Phase, str | int] = {"thought": begun.thought, "answer": begun.answer, begun.phase: begun.since}
        self._had = {phase for phase, some in had.items() if some}
        self.opened = begun.phase == "thought"
        self._in_field = self.opened and not self._close  # nothing but the other field can end it
        self._one_field = as_reasoning and begun.phase == "answer"

    def _read(self, over: bool = False) -> None:
        """Takes from the undecided text as long as there is something to decide."""
        if over and self.phase != "waiting":
            self._join_leading()
        step = {"waiting": self._first, "thought": self._thought, "answer": self._answer}
        while self._text and (self._after_all if self._last else step[self.phase])(over):
            pass

    def _after_all(self, over: bool) -> bool:
        """The model has ended its turn; only words after that tell that the server has not."""
        literals = self._in_answer if self.phase == "answer" else self._in_thought
        sure, end = literals.scan(self._text, over)
        literal = self._text[sure:end]
        if self._text[:sure].strip() or (literal and literal not in self._special):
            self._text, self.overrun = "", self.overrun if over else self._last
            return False
        self._text = self._text[end if literal else sure :]
        return bool(literal)

    def _enter_field(self) -> None:
        if self._in_field:
            return
        if self.phase == "answer":
            self._read(over=True)
        if self.phase != "thought":
            self._enter("thought")
        self._in_field = True

    def _leave_field(self) -> None:
        self._read(over=True)
        self._close_thought()

    def _enter(self, phase: TextPhase) -> None:
        if self._begun:
            self._had.add(self.phase)
        self._join_leading()
        self.phase, self._begun, self._space, self._code = phase, False, [], Code()
        self._unread = self._code.unread
        self.opened = self.closed = self.reopened = self._in_field = False
        self._gate = (self._in_thought if phase == "thought" else self._in_answer).gate
        self._pieces.append((phase, ""))

    def _close_thought(self) -> None:
        self._enter("answer")
        self.closed = True

    def _first(self, over: bool) -> bool:
        """Nothing is known yet: does the text open a thought?"""
        begun = self._text.lstrip()
        if not begun:
            return self._set_aside()
        if not over and any(len(each) > len(begun) and each.startswith(begun) for each in self._in_answer.texts):
            return False
        first = next((each for each in self._in_answer.texts if begun.startswith(each)), "")
        if first in self._open or first in self._special:
            self._text = begun[len(first) :]
            self._leading.clear()
        if first not in self._special:
            self._enter("thought" if first or self._begins_opened else "answer")
            self.opened = first in self._open
        return True

    # --- The thought

    def _thought(self, over: bool) -> bool:
        if self._in_field and not self._begun and (taken := self._leaked_opening(over)) is not None:
            return taken
        literal = self._upto_literal(self._in_thought, self._thinks, over)
        if literal in self._special:
            return self._special_token(literal, self._thinks, over)
        if not literal:
            return False
        if self._in_field:
            return self._close_in_field(literal, over)
        self._take(literal)
        self._close_thought()
        return True

    def _leaked_opening(self, over: bool) -> bool | None:
        """Whether the field begins with an opening marker, which it should not; None where it does not."""
        begun = self._text.lstrip()
        if self._open and not begun and not over:
            return self._set_aside()
        if not over and any(len(each) > len(begun) and each.startswith(begun) for each in self._open):
            return False
        if opening := next((each for each in self._open if begun.startswith(each)), None):
            self._text = begun[len(opening) :]
            self._leading.clear()
            return True
        self._join_leading()
        return None

    def _close_in_field(self, literal: str, over: bool) -> bool:
        """At the end of a reasoning field a closing marker is a leak, before that it is text."""
        if self._text[len(literal) :].strip():
            self._thinks(self._take(literal))
            return True
        if over:
            self._text = ""
        return False

    def _thinks(self, text: str) -> None:
        """White space waits: it may be the thought's end."""
        self._code.tell(text if self._begun else text.lstrip())
        words = self._words(text)
        self._show("thought", words if self._begun else words.lstrip())

    # --- The answer

    def _answer(self, over: bool) -> bool:
        literal = self._upto_literal(self._in_answer, self._answers, over)
        if literal in self._special:
            return self._special_token(literal, self._answers, over)
        return bool(literal) and self._marker(literal, over)

    def _marker(self, literal: str, over: bool) -> bool:
        """On a line of its own, or before the first word, it is a marker; elsewhere it is text."""
        line, newline, rest = self._text[len(literal) :].partition("\n")
        if not self._begun:
            rest = self._text[len(literal) :]
        elif not self._code.blank or self._code.fenced or line.strip():
            self._answers(self._take(literal))
            return True
        elif not newline and not over:
            return False
        self._text = rest
        if literal in self._open:
            reopened = self._begun
            self._enter("thought")
            self.opened, self.reopened = True, reopened
        elif self._begun and not self._code.line_start:
            self._answers(newline)
        return True

    def _answers(self, text: str) -> None:
        """White space before the first word waits, and its newlines go."""
        self._code.tell(text)
        if not self._begun:
            if not self._space or self._space[0][0] in "\r\n":
                text = "".join([*self._space, text]).lstrip("\r\n")
                self._space = []
            if not text.strip():
                self._space += [text] if text else []
                return
            text = "".join([*self._space, text])
            self._space = []
        self._show("answer", text)

    # --- Both

    def _words(self, text: str) -> str:
        """Return the text with the white space that came before it. White space at its end waits.

        White space that waits is not looked at again: there may be much of it.
        """
        words = text.rstrip()
        space = text[len(words) :]
        if words:
            words = "".join([*self._space, words])
            self._space = []
        if space:
            self._space.append(space)
        return words

    def _set_aside(self) -> bool:
        """Keep white space of which nothing can be said yet."""
        self._leading.append(self._text)
        self._text = ""
        return False

    def _join_leading(self) -> None:
        if self._leading:
            self._text = "".join([*self._leading, self._text])
            self._leading.clear()

    def _upto_literal(self, literals: Literals, say: Callable[[str], None], over: bool) -> str:
        """Says what stands before the next marker or special token, and gives that; empty if there is none yet."""
        text = self._text
        sure, end = literals.scan(text, over)
        if sure:
            say(text[:sure])
        self._text = text[sure:]
        return text[sure:end]

    def _take(self, literal: str) -> str:
        self._text = self._text[len(literal) :]
        return literal

    def _special_token(self, token: str, say: Callable[[str], None], over: bool) -> bool:
        """It is dropped, unless it is talked about and more follows: a server's last word is no text even there."""
        last, code, rest = token in self._last_words, self._code.inside, self._text[len(token) :]
        talked_about = code or (last and self._code.amid and not rest.startswith("\n"))
        if talked_about and not rest:
            self._text = "" if over else token
            return False
        if talked_about:
            say(self._take(token))
            return True
        self._take(token)
        if last:
            self._last, self._begun = token, False
        return True

    def _show(self, phase: TextPhase, text: str) -> None:
        if not text:
            return
        if not self._begun and phase in self._had:
            text = _BREAK + text
        self._begun = True
        self._pieces.append((phase, text))
