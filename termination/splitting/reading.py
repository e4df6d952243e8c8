"""Decides on the text of a reply: what of it is thought, answer, marker or special token."""

from termination.ending import TextPhase
from termination.literals import beginning, may_become
from termination.splitting.channels import (
    END,
    HEADERS,
    STRIPPED,
    UNKNOWN,
    Header,
    read_bare_header,
    read_header,
    read_template_header,
)
from termination.splitting.end_token import is_word
from termination.splitting.marker_reading import MarkerReading
from termination.splitting.sentences import is_defined, is_subject
from termination.splitting.undecided import WORD


class Reading(MarkerReading):
    """The steps of the reading. Each returns whether there is more to decide.

    With `over` nothing more will come.
    """

    def _read(self, over: bool = False) -> None:
        """Decide on as much of the text as possible."""
        if over:
            self._held.join()
        while self._held.text and self._step(over):
            pass

    def _step(self, over: bool) -> bool:
        if self._last:
            return self._read_after_last(over)
        if self.phase == "waiting":
            return self._read_first(over)
        if not self._pieces.has_word and (self._in_field or self._tokens.channels):
            undecided = self._read_start(over)
            if undecided is not None:
                return undecided
        literal = self._take_text(over)
        return literal != "" and self._read_literal(literal, self._held.text[len(literal) :], over)

    def _read_literal(self, literal: str, rest: str, over: bool) -> bool:
        if literal in self._tokens.special:
            return self._read_special_token(literal, rest, over)
        if literal in HEADERS or literal in STRIPPED:
            return self._read_header(literal, rest, over)
        if self.phase == "answer":
            return self._read_in_answer(literal, rest, over)
        if self._in_field:
            return self._read_in_field(literal, rest, over)
        return self._read_in_thought(literal, rest, over)

    def _read_after_last(self, over: bool) -> bool:
        """Read on after the model has ended its turn; only words after that show that the server has not."""
        text = self._held.text
        sure, end = self._here.scan(text, over)
        literal = text[sure:end]
        if text[:sure].strip() or (literal and literal not in self._tokens.special):
            self._held.text = ""
            if not over:
                self.overrun = self._last
            return False
        self._held.text = text[end:]
        return bool(literal)

    # --- The first text

    def _read_first(self, over: bool) -> bool:
        """Find out whether the first text opens a thought."""
        begun = self._held.text.lstrip()
        if not begun:
            return self._wait(WORD)
        template = read_template_header(begun, over)
        if template:
            return self._read_start_header(template, begun)
        if self._tokens.channels and (header := read_header(begun, over) or read_bare_header(begun, over)):
            return self._read_start_header(header, begun)
        texts = self._tokens.stripped.texts if self._tokens.channels else self._here.texts
        if not over and may_become(begun, texts):
            return self._wait()
        if self._tokens.channels:
            self._here = self._tokens.stripped
        first = beginning(begun, self._here.texts)
        return self._read_first_literal(first, begun, begun[len(first) :], over)

    def _read_first_literal(self, first: str, begun: str, rest: str, over: bool) -> bool:
        tokens = self._tokens
        phase: TextPhase = "thought" if self._begins_opened else "answer"
        if first in tokens.special:
            word = first in tokens.last and is_word("", False, rest, self._here.texts, over)
            if word is None:
                return self._wait_after(rest)
            if not word:
                self._held.text = rest
                return True
        elif first in tokens.open and self._begins_opened:
            return self._open_thought(rest, reopened=False)
        elif first and not self._begins_opened:
            defines = is_defined if first in tokens.open and self._thinks else is_subject
            subject = defines(rest, over)
            if subject is None:
                return self._wait_after(rest)
            if not subject and first in tokens.open:
                return self._open_thought(rest, reopened=False)
            phase = "answer" if subject else "thought"
        self._enter(phase)
        return True

    def _read_start(self, over: bool) -> bool | None:
        """Drop what should not be at the beginning of a field or a channel; None if there is nothing of the kind."""
        begun = self._held.text.lstrip()
        if not begun and not over:
            return self._wait(WORD)
        if self._in_field and not over and may_become(begun, self._tokens.open):
            return self._wait()
        if self._in_field and (opening := beginning(begun, self._tokens.open)):
            self._held.text = begun[len(opening) :]
            return True
        header = read_bare_header(begun, over) if self._tokens.channels else None
        return self._read_start_header(header, begun) if header else None

    # --- Special tokens and headers

    def _read_special_token(self, token: str, rest: str, over: bool) -> bool:
        """Drop the token, unless it is a word of the text."""
        code, tokens = self._pieces.code, self._tokens
        in_code = code.inside(rest, over)
        if in_code is None:
            return self._wait()
        if token in tokens.last or token == END:
            word = is_word(code.before, in_code, rest, self._here.texts, over)
        elif in_code and not rest and not over:
            word = None
        else:
            word = in_code and rest != ""
        if word is None:
            return self._wait() if in_code else self._wait_after(rest)
        self._held.text = rest
        if word:
            self._pieces.add(token)
        elif token in tokens.last:
            self._last = token
        elif token == END and self.phase == "thought" and not self._in_field:
            self._close_thought()
        return True

    def _read_header(self, literal: str, rest: str, over: bool) -> bool:
        """Begin the channel of a header; in code it is text."""
        in_code = self._pieces.code.inside(rest, over)
        if in_code is None:
            return self._wait()
        read = read_bare_header if literal in STRIPPED else read_header
        header = None if in_code else read(self._held.text, over)
        return self._read_start_header(header, self._held.text) if header else self._add(literal, rest)

    def _read_start_header(self, header: Header, text: str) -> bool:
        """Drop the header that the text begins with, and begin its phase."""
        if header is UNKNOWN:
            return self._wait()
        self._held.text = text[header.length :]
        if header.phase:
            self._take_header(header.phase, text[: header.length])
        return True

    def _take_header(self, phase: TextPhase, text: str) -> None:
        """Begin the phase of a header that was dropped."""
        if "<" not in text:
            self._here = self._tokens.stripped
        if self._may_move and self._pieces.has_word and phase == self.phase == "answer":
            self._move_answer(self._held.text)
        elif not self._in_field:
            is_closed = self.closed or self.phase == "thought"
            self._enter(phase)
            self.opened = phase == "thought"
            self.closed = is_closed and not self.opened
            self._may_move = False
