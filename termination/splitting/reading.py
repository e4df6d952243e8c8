"""Decides on the text of a reply: what of it is thought, answer, marker or special token."""

import re

from termination.ending import Phase, TextPhase
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
from termination.splitting.markers import Doubt, Doubts, ends_thought, next_on_line, starts_thought
from termination.splitting.pieces import Pieces
from termination.splitting.sentences import ends_sentence, is_defined, is_quoted, is_subject, is_wrapped
from termination.splitting.tokens import Tokens
from termination.splitting.undecided import LINE, WORD, Undecided


class Reading:
    """The state of the reading, and its steps. Each step returns whether there is more to decide.

    With `over` nothing more will come.
    """

    def __init__(self, tokens: Tokens, thinks: bool, begins_opened: bool, pieces: Pieces) -> None:
        self._tokens, self._thinks, self._begins_opened = tokens, thinks, begins_opened
        self._here = tokens.here
        self._pieces = pieces
        self._held = Undecided()
        self._last = self.overrun = ""  # the last word that has come, and the same once text follows it
        self._in_field = False  # the thought comes in the reasoning field
        self._was_field = False  # a thought came there
        self._may_move = True  # no marker has ended a thought yet: the answer may turn out to be one
        self._depth = 0  # thoughts within the thought
        self._doubts = Doubts()
        self.opened = self.closed = self.reopened = False

    @property
    def phase(self) -> Phase:
        """Return the phase that the text has come to."""
        return self._pieces.phase

    # --- Phases

    def _enter(self, phase: TextPhase) -> None:
        self._held.join()
        self._pieces.enter(phase)
        self.opened = self.closed = self.reopened = self._in_field = False
        self._depth, self._doubts = 0, Doubts()

    def _open_thought(self, rest: str, reopened: bool) -> bool:
        self._held.text = rest
        self._enter("thought")
        self.opened, self.reopened = True, reopened
        return True

    def _close_thought(self, by_marker: bool = True) -> None:
        self._enter("answer")
        self.closed = True
        self._may_move = self._may_move and not by_marker

    def _move_answer(self, rest: str) -> bool:
        """Take the answer for a thought, whose end has come."""
        self._held.text = rest.lstrip(" \t")
        self._pieces.move()
        self.opened = self.reopened = self._may_move = False
        self.closed = True
        return True

    # --- Steps

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
        if self._tokens.channels:
            self._here = self._tokens.stripped
        if not over and may_become(begun, self._here.texts):
            return self._wait()
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

    # --- Markers

    def _read_in_field(self, literal: str, rest: str, over: bool) -> bool:
        """Drop a closing marker at the end of a reasoning field; all others are text there."""
        if literal in self._tokens.open or rest.strip():
            return self._add(literal, rest)
        if over:
            self._held.text = ""
        return self._wait(WORD)

    def _read_in_thought(self, literal: str, rest: str, over: bool) -> bool:
        code = self._pieces.code
        in_code = code.inside(rest, over)
        if in_code is None:
            return self._wait()
        if in_code and code.in_block:
            return self._read_in_block(literal, rest, over)
        if literal in self._tokens.open:
            return self._read_opening_in_thought(literal, rest, in_code, over)
        quoted = in_code or is_quoted(code.before, rest, over)
        if quoted is None:
            return self._wait()
        if quoted or self._depth:
            if not quoted:
                self._depth -= 1
            if not (quoted and is_wrapped(code.before, rest)):
                self._doubts.close_elsewhere(Doubt(self._pieces.given, literal))
            return self._add(literal, rest)
        self._held.text = rest
        self._close_thought()
        return True

    def _read_in_block(self, literal: str, rest: str, over: bool) -> bool:
        """Add a marker within a fence or an indented block of a thought."""
        if literal in self._tokens.open:
            self._doubts.open_in_block()
            return self._add(literal, rest)
        following = next_on_line(rest, over)
        if following is None:
            return self._wait(LINE)
        is_alone = following == "\n" and self._pieces.code.blank
        self._doubts.close_in_block(Doubt(self._pieces.given, literal), is_alone)
        return self._add(literal, rest)

    def _read_opening_in_thought(self, literal: str, rest: str, in_code: bool, over: bool) -> bool:
        nested = not in_code and starts_thought(self._pieces.code.before, rest, over)
        if nested is None:
            return self._wait_after(rest, LINE)
        self._depth += nested
        return self._add(literal, rest)

    def _read_in_answer(self, literal: str, rest: str, over: bool) -> bool:
        code = self._pieces.code
        in_code = code.inside(rest, over)
        if in_code is None:
            return self._wait()
        if in_code:
            return self._add(literal, rest)
        if not self._pieces.has_word:
            return self._read_before_answer(literal, rest, over)
        if not self._thinks:
            return self._add(literal, rest)
        if literal in self._tokens.open:
            return self._read_opening_in_answer(literal, rest, over)
        return self._read_closing_in_answer(literal, rest, over)

    def _read_before_answer(self, literal: str, rest: str, over: bool) -> bool:
        """Read a marker before the first word of the answer: a leak, another thought, or what the answer is about."""
        subject = is_subject(rest, over)
        if subject is None:
            return self._wait_after(rest)
        if subject:
            return self._add(literal, rest)
        if literal in self._tokens.open:
            return self._open_thought(rest, reopened=False)
        self._held.text = rest
        return True

    def _read_opening_in_answer(self, literal: str, rest: str, over: bool) -> bool:
        """Read an opening marker: it begins a thought on a line of its own, or after the first sentence of a reply."""
        code = self._pieces.code
        may_open = code.blank or (self._may_move and not self._was_field and ends_sentence(code.before.rstrip()))
        if not may_open:
            return self._add(literal, rest)
        following = next_on_line(rest, over)
        if following is None:
            return self._wait(LINE)
        if following != "\n":
            return self._add(literal, rest)
        return self._open_thought(rest.partition("\n")[2], reopened=True)

    def _read_closing_in_answer(self, literal: str, rest: str, over: bool) -> bool:
        """Read a closing marker: it ends a thought that nothing has opened, or is a leak, or text."""
        code = self._pieces.code
        following = next_on_line(rest, over) if code.blank else ""
        if following is None:
            return self._wait(LINE)
        if following == "\n":
            return self._read_closing_line(rest, over)
        ends = self._may_move and ends_thought(code.before, rest, over, self._was_field)
        if ends is None:
            return self._wait_after(rest)
        return self._move_answer(rest) if ends else self._add(literal, rest)

    def _read_closing_line(self, rest: str, over: bool) -> bool:
        """Read a closing marker on a line of its own."""
        if self._may_move and rest.strip():
            return self._move_answer(rest)
        if self._may_move and not over:
            return self._wait(WORD)
        _, newline, self._held.text = rest.partition("\n")
        if not self._pieces.code.line_start:
            self._pieces.add(newline)
        return True

    # --- The undecided text

    def _take_text(self, over: bool) -> str:
        """Give the text before the next marker or special token, and return that; empty if there is none yet."""
        text = self._held.text
        sure, end = self._here.scan(text, over)
        if sure:
            self._pieces.add(text[:sure])
            self._held.text = text[sure:]
        return text[sure:end]

    def _add(self, literal: str, rest: str) -> bool:
        """Add what might have been a marker as text."""
        self._held.text = rest
        self._pieces.add(literal)
        return True

    def _wait(self, need: re.Pattern[str] | None = None) -> bool:
        self._held.wait_for(need)
        return False

    def _wait_after(self, rest: str, need: re.Pattern[str] = WORD) -> bool:
        """Wait for more than white space, if there is no more yet."""
        return self._wait(None if need.search(rest) else need)
