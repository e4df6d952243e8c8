"""The state of the reading of a reply, and what every decision does."""

import re

from termination.ending import Phase, TextPhase
from termination.splitting.markers import Doubts
from termination.splitting.pieces import Pieces
from termination.splitting.tokens import Tokens
from termination.splitting.undecided import WORD, Undecided


class State:
    """The text that is not decided yet, the pieces that were found, and where the reply is."""

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
        self._held.text = rest
        self._pieces.move()
        self.opened = self.reopened = self._may_move = False
        self.closed = True
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
