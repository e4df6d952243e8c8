"""The end of the text, which is held back while a stop text may still become whole in it."""

from termination.events import ConditionFailed, Nudged
from termination.progress import Progress

Notice = Nudged | ConditionFailed
Shown = str | Notice


class HeldText:
    """Text that is not shown yet, and notices, each at its place: a number of characters of the whole turn."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.notices: list[tuple[int, Notice]] = []
        self.text = ""

    @property
    def begin(self) -> int:
        """Return the place where it begins: all text before is shown."""
        return self._progress.text - len(self.text)

    def note(self, place: int, notice: Notice) -> None:
        """Keep a notice until the text before its place is given."""
        self.notices.append((place, notice))

    def give(self, upto: int) -> list[Shown]:
        """Return the text up to that place, with the notices in between, and keep the rest."""
        shown: list[Shown] = []
        while self.notices and self.notices[0][0] <= upto:
            place, notice = self.notices.pop(0)
            shown += [self._take(place), notice]
        shown.append(self._take(upto))
        return [each for each in shown if each]

    def _take(self, upto: int) -> str:
        count = max(0, upto - self.begin)
        taken, self.text = self.text[:count], self.text[count:]
        return taken
