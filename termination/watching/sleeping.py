"""A watch that sleeps until some tokens, or seconds, have passed: `.after()`."""

from dataclasses import replace

from termination.arguments import Duration
from termination.progress import Progress
from termination.watch import Seen, Watch

Limit = int | Duration


class Sleeping(Watch):
    """Wakes another watch, which knows nothing of what was before."""

    def __init__(self, watch: Watch, limit: Limit) -> None:
        self._watch = watch
        self._limit = limit
        self._awake = False
        self._entered = False
        self.measured = watch.measured
        self.lasting = watch.lasting

    def enter(self, progress: Progress) -> None:
        self._entered = True
        if self._awake:
            self._watch.enter(progress)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        if self._awake:
            seen = self._watch.feed(text, progress)
        else:
            seen = self._feed_after_waking(text, progress)
        if self._awake:
            self.pending = self._watch.pending
        return seen

    def look(self, progress: Progress) -> Seen | None:
        if not self._awake and self._waking("", progress) is not None:
            self._wake(progress)
        if not self._awake:
            return None
        return self._watch.look(progress)

    def count(self, progress: Progress) -> Seen | None:
        if not self._awake:
            return None
        return self._watch.count(progress)

    def leave(self, progress: Progress) -> Seen | None:
        self._entered = False
        if not self._awake:
            return None
        return self._watch.leave(progress)

    def deadline(self, progress: Progress) -> float | None:
        if self._awake:
            return self._watch.deadline(progress)
        if isinstance(self._limit, Duration):
            return progress.when(self._limit, self.measured)
        return None

    def _feed_after_waking(self, text: str, progress: Progress) -> Seen | None:
        """Feed the text from the place on at which the watch wakes, if it does."""
        at = self._waking(text, progress)
        if at is None:
            return None
        self._wake(progress)
        with progress.ahead(text[:at]):
            seen = self._watch.feed(text[at:], progress)
        if isinstance(seen, Seen):  # a plugin may return anything
            seen = _move(seen, at)
        return seen

    def _waking(self, text: str, progress: Progress) -> int | None:
        """Return the place in `text`, which comes next, at which the limit is reached."""
        if isinstance(self._limit, int):
            return progress.reaches(self._limit, self.measured, text)
        return 0 if progress.passed(self._limit, self.measured) else None

    def _wake(self, progress: Progress) -> None:
        self._awake = True
        if self._entered:
            self._watch.enter(progress)


def _move(seen: Seen, by: int) -> Seen:
    """Return the same with every place that many characters further on."""
    cut, back, known = (None if place is None else place + by for place in (seen.cut, seen.back, seen.known))
    return replace(seen, at=seen.at + by, cut=cut, back=back, known=known)
