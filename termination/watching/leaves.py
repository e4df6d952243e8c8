"""The leaves of a turn's conditions: fed with text, asked, and dropped when they fail."""

from collections.abc import Callable, Mapping

from termination.delta import Usage
from termination.events import ConditionFailed
from termination.progress import BYTES_PER_TOKEN, Progress
from termination.watch import Seen, Watch
from termination.watching.deadlines import NEVER, Deadlines
from termination.watching.held_text import Held
from termination.watching.leaf import Feed, Leaf, told

_Feeds = list[tuple[Leaf, Feed]]


class Leaves:
    """Feeds each leaf as seldom as it allows. What they see is in their `seen`, and its place in `news`."""

    def __init__(self, leaves: list[Leaf], progress: Progress, held: Held) -> None:
        self._leaves = leaves
        self._progress = progress
        self._held = held
        self._holding: list[Watch] = []  # may hold text back
        self._feeds: _Feeds = []
        self._patient: _Feeds = []
        self._distant: _Feeds = []
        self._far = 0  # tokens until the first of these wants to be fed
        self._unfed, self._patience = "", 0
        self._counting = [leaf for leaf in leaves if leaf.overrides("count")]
        self._fleeting: list[Leaf] = []  # hold until more text comes
        self.times = Deadlines(leaves, progress)
        self.news: set[int] = set()  # where leaves have begun to hold
        for leaf in leaves:
            if leaf.problem:
                self._fail(leaf, leaf.problem)

    def enter(self, cutting: list[Leaf]) -> None:
        """The text that follows is of another phase, `progress.phase`. Only those that may cut hold text back."""
        self._forget()
        within = [leaf for leaf in self._leaves if leaf.is_asked(self._progress.phase)]
        fed = [leaf for leaf in within if leaf.sleeps or (leaf.overrides("feed") and not leaf.is_steady)]
        awake = [leaf for leaf in fed if not leaf.sleeps]
        patient = [leaf for leaf in awake if leaf.watch.patience]
        distant = [leaf for leaf in awake if leaf.watch.far and leaf.phase]
        self._feeds = [(leaf, leaf.feeder) for leaf in fed if leaf not in patient and leaf not in distant]
        self._patient = [(leaf, leaf.feeder) for leaf in patient]
        self._distant = [(leaf, leaf.feeder) for leaf in distant]
        self._far = min((leaf.watch.far for leaf in distant), default=0)
        self._holding = [leaf.watch for leaf in cutting if leaf in fed and leaf not in (*patient, *distant)]
        self.times.moving = None
        for leaf in within:
            self._ask(leaf, leaf.enter)
        self._unfed, self._patience = "", self._least_patience()
        self.news.add(self._progress.text)

    def feed(self, text: str, usage: Usage | None = None) -> bool:
        """More text of this phase: whether all of it may be shown at once. If not, it is held.

        With `usage` the server has counted up to the end of the text.
        """
        progress, times, held = self._progress, self.times, self._held
        if self._fleeting:
            self._forget()
        if times.moving is None:
            times.sort()
        if progress.now >= times.steady_end:
            self._feed([(leaf, leaf.feed) for leaf in times.steady], text, progress.text)
        for leaf, feed in self._feeds:
            try:
                seen = feed(text, progress)
            except Exception as error:  # a plugin's: the turn goes on without it
                self._fail(leaf, told(error))
                continue
            if seen is not None:
                self._sees(leaf, seen, progress.text, len(text))
        here, length = progress.here, len(text)
        if self._distant and here.known + here.bytes / BYTES_PER_TOKEN + length >= self._far:
            self._feed(self._distant, text, progress.text)  # a character is a token at the most
        if self._patient:
            self._unfed += text
            if len(self._unfed) >= self._patience:
                self._feed_patient(progress.text + length - len(self._unfed))
        progress.add(text, length, usage)
        for watch in self._holding:
            if watch.pending:
                break
        else:
            if not (held.text or self.news or held.notices):
                return True
        held.text += text
        return False

    def count(self) -> None:
        """A chunk is over, and what the server said beside its text is known."""
        for leaf in self._counting:
            self._ask(leaf, leaf.count)

    def look(self) -> None:
        """Time has passed."""
        for leaf in self.times.timed:
            self._ask(leaf, leaf.look)
        self.times.moving = None

    def leave(self) -> None:
        """The text of this phase is over: what was pending is decided."""
        for leaf in self._leaves:
            self._ask(leaf, leaf.leave)
        self._holding, self._feeds, self._patient, self._distant = [], [], [], []

    @property
    def pending(self) -> int:
        """So many characters of what is held may still become what a leaf waits for."""
        asked = max((watch.pending for watch in self._holding if isinstance(watch.pending, int)), default=0)
        return min(asked, len(self._held.text))

    @property
    def deadline(self) -> float | None:
        """When one wants to look next."""
        times = self.times
        moving = times.sort() if times.moving is None else times.moving
        end = times.still
        for leaf, deadline in moving:
            try:
                asked = deadline(self._progress)
                if asked is not None and asked < end:
                    end = asked + 0.0
            except Exception as error:  # as in `feed`
                self._fail(leaf, told(error))
        return None if end == NEVER else end

    def _feed_patient(self, begin: int) -> None:
        """All that has come since they were last fed."""
        text, self._unfed = self._unfed, ""
        self._feed(self._patient, text, begin)
        self._patience = self._least_patience()

    def _least_patience(self) -> int:
        return min([leaf.watch.patience for leaf, _ in self._patient], default=0)

    def _feed(self, feeds: _Feeds, text: str, begin: int) -> None:
        for leaf, feed in feeds:
            try:
                seen = feed(text, self._progress)
            except Exception as error:  # as in `feed`
                self._fail(leaf, told(error))
            else:
                if seen is not None:
                    self._sees(leaf, seen, begin, len(text))

    def _ask(self, leaf: Leaf, ask: Callable[[Progress], Seen | None]) -> None:
        if not leaf.is_asked(self._progress.phase):
            return
        try:
            seen = ask(self._progress)
        except Exception as error:  # as in `feed`
            self._fail(leaf, told(error))
        else:
            if seen is not None:
                self._sees(leaf, seen, self._progress.text, 0)

    def _sees(self, leaf: Leaf, seen: Seen, begin: int, size: int) -> None:
        """What was seen in `size` characters from `begin` on, in characters of the whole turn."""
        if not _is_sound(seen):
            self._fail(leaf, f"it gave {seen!r}, and not what it has Seen")
            return
        known = min(max(seen.at if seen.known is None else seen.known, 0), size)
        at = known if seen.known is None else min(seen.at, known)
        cut = None if seen.cut is None else begin + min(seen.cut, at)
        back = None if seen.back is None else begin + seen.back
        leaf.seen = Seen(begin + at, seen.evidence, cut, seen.facts, back, begin + known)
        self.news.add(begin + known)
        if leaf.watch.lasting:
            self._drop(leaf)
        else:
            self._fleeting.append(leaf)
        self.times.moving = None

    def _forget(self) -> None:
        for leaf in self._fleeting:
            leaf.seen = None
            self.news.add(self._progress.text)  # what is negated may hold again
        self._fleeting = []
        self.times.moving = None

    def _fail(self, leaf: Leaf, problem: str) -> None:
        leaf.problem = problem
        self._drop(leaf)
        self._held.notices.append((self._progress.text, ConditionFailed(str(leaf.condition), problem)))

    def _drop(self, leaf: Leaf) -> None:
        self._feeds = [(other, feed) for other, feed in self._feeds if other is not leaf]
        self._patient = [(other, feed) for other, feed in self._patient if other is not leaf]
        self._distant = [(other, feed) for other, feed in self._distant if other is not leaf]
        self._holding = [watch for watch in self._holding if watch is not leaf.watch]
        self.times.moving = None


def _is_sound(seen: Seen) -> bool:
    """Whether a plugin has given what it should."""
    return (
        isinstance(seen, Seen)
        and isinstance(seen.at, int)
        and isinstance(seen.cut, int | None)
        and isinstance(seen.back, int | None)
        and isinstance(seen.known, int | None)
        and isinstance(seen.evidence, str)
        and isinstance(seen.facts, Mapping)
    )
