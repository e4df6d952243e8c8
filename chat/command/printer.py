"""Prints a reply while it comes: the thought and all reports to standard error, the answer to standard output."""

from typing import assert_never

from chat.command.output import Output
from chat.profiles.sentence import Sentence
from chat.reply.notice import HandedOff, Report, Waiting
from chat.words.endings import hand_off_sentence, notice_sentence
from chat.words.texts import Language, plain
from termination import AnswerDelta, ConditionFailed, CutBack, Ended, Nudged, PhaseChanged, ThoughtDelta

Notice = HandedOff | Nudged | ConditionFailed | Sentence


class Printer:
    """The events of a reply on the two streams. With `only_notices` nothing is printed.

    `notices` are what a person reads besides the texts. `printed` counts the characters of the answer, and
    `is_cut_back` says that the answer no longer has all of them.
    """

    def __init__(self, out: Output, err: Output, lang: Language, only_notices: bool) -> None:
        self._out, self._err, self._language = out, err, lang
        self._quiet = only_notices
        self.notices: list[Notice] = []
        self.printed = 0
        self._waiting = ""  # what the server did when that was last printed
        self.is_cut_back = False

    def show(self, report: Report) -> None:
        """Print an event, or keep it if it is a notice."""
        match report:
            case HandedOff() | Nudged() | ConditionFailed() | Sentence():
                self.notices.append(report)
                if not self._quiet:
                    self._err.write_line(self.say(report), dim=True)
            case Waiting():
                self._write_waiting(report)
            case ThoughtDelta(text) if not self._quiet:
                self._err.write(text, dim=True)
            case AnswerDelta(text) if not self._quiet:
                self._write_answer(text)
            case CutBack("answer"):
                self.is_cut_back = True  # what was written cannot be taken back
            case ThoughtDelta() | AnswerDelta() | PhaseChanged() | CutBack() | Ended():
                pass
            case _:
                assert_never(report)

    def say(self, notice: Notice) -> str:
        """Return what a person reads of a notice."""
        match notice:
            case HandedOff(ending, share):
                return plain(hand_off_sentence(ending, share), self._language)
            case Sentence():
                return plain(notice, self._language)
            case _:
                return plain(notice_sentence(notice), self._language)

    def end_texts(self) -> None:
        """End the last line of the thought and of the answer."""
        self._out.end_line()
        self._err.end_line()
        if self.printed and self._out.is_terminal:
            self._err.separate()

    def _write_waiting(self, waiting: Waiting) -> None:
        """Print what the server does before the first token, once for each state."""
        if not self._quiet and waiting.state != self._waiting:
            self._waiting = waiting.state
            said = plain(f"waiting.{waiting.state}", self._language, seconds=waiting.seconds)
            self._err.write_line(said, dim=True)

    def print_again(self, answer: str) -> None:
        """Report that the answer was cut back, and print what it is now, as the last lines of standard output."""
        counts = {"kept": f"{len(answer):,}", "printed": f"{self.printed:,}"}
        self._err.write_line(plain("ask.corrected", self._language, **counts))
        self._out.end_line()
        self._out.write_line(f"\n{answer}")

    def _write_answer(self, text: str) -> None:
        if not self.printed:
            self._begin_answer()
        self._out.write(text)
        self.printed += len(text)

    def _begin_answer(self) -> None:
        self._err.end_line()
        if self._out.is_terminal:
            self._err.separate()
