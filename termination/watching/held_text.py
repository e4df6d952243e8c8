"""The end of the text, which is held back while a stop text may still become whole in it."""

from termination.events import ConditionFailed, Nudged
from termination.progress import Progress

Notice = Nudged | ConditionFailed
Shown = str | Notice


class Held:
    """Text that is not shown yet, and what is to be told, each at its place: characters of the whole turn."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.text = ""
        self.notices: list[tuple[int, Notice]] = []

    @property
    def begin(self) -> int:
        """Where it begins: all before it is shown."""
        return self._progress.text - len(self.text)

    def give(self, upto: int) -> list[Shown]:
        """The text up to there, with the notices in their places."""
        shown: list[Shown] = []
        given = self.begin
        while self.notices and self.notices[0][0] <= upto:
            at, notice = self.notices.pop(0)
            shown += [self.text[: at - given], notice]
            self.text, given = self.text[max(0, at - given) :], max(at, given)
        shown.append(self.text[: upto - given])
        self.text = self.text[upto - given :]
        return [each for each in shown if each]
