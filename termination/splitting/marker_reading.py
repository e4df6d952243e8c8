"""Decides on the markers of a reply: which of them begin or end a thought."""

from termination.splitting.markers import Doubt, ends_thought, next_on_line, starts_thought
from termination.splitting.sentences import ends_sentence, is_quoted, is_subject, is_wrapped
from termination.splitting.state import State
from termination.splitting.undecided import LINE, WORD


class MarkerReading(State):
    """The steps that read a marker. Each returns whether there is more to decide.

    With `over` nothing more will come.
    """

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
        return self._move_answer(rest.lstrip(" \t")) if ends else self._add(literal, rest)

    def _read_closing_line(self, rest: str, over: bool) -> bool:
        """Read a closing marker on a line of its own."""
        if self._may_move and rest.strip():
            return self._move_answer(rest.lstrip(" \t"))
        if self._may_move and not over:
            return self._wait(WORD)
        _, newline, self._held.text = rest.partition("\n")
        if not self._pieces.code.line_start:
            self._pieces.add(newline)
        return True
