"""Conditions on what the text says: stop texts, stop token ids, a pattern."""

from dataclasses import dataclass
from typing import ClassVar

from termination.arguments import token_id, written
from termination.condition import Condition, Scope
from termination.ending import EndingCode
from termination.errors import BadCondition
from termination.literals import Literals
from termination.progress import Progress
from termination.regex.states import BadPattern, Pattern
from termination.watch import Seen, Watch

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class StopText(Condition):
    """A condition that cuts before the first of these texts: `stop("END", "Question:")`.

    The leftmost text counts, then the longest. Its beginning is never shown: exactly that end of the text which may
    still become a stop text is held back. Texts have 1 to 1,000 characters. It is `stop` of vLLM's protocol, for one
    phase (vllm/v1/engine/detokenizer.py, release 0.33).
    """

    name: ClassVar[str] = "stop"
    scope: ClassVar[Scope] = "answer"
    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.texts, str):
            object.__setattr__(self, "texts", (self.texts,))
        if not self.texts:
            raise BadCondition("no_texts")
        for text in self.texts:
            _check_text(text)
            if not text:
                raise BadCondition("empty_text")

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Stop(Literals(self.texts))

    def _arguments(self) -> list[str]:
        return [written(text) for text in self.texts]


class _Stop(Watch):
    def __init__(self, literals: Literals) -> None:
        self._literals = literals
        self._held = ""

    def feed(self, text: str, progress: Progress) -> Seen | None:
        if not self._held and not self._literals.gate(text):
            return None
        before = len(self._held)
        text = self._held + text
        start, end = self._literals.scan(text)
        if end > start:
            return self._seen(text, start, end, before, self._literals.known(text, start, end))
        self._hold(text[start:])
        return None

    def leave(self, progress: Progress) -> Seen | None:
        text = self._held
        start, end = self._literals.scan(text, over=True)
        self._hold("")
        if end == start:
            return None
        return self._seen(text, start, end, len(text), len(text))

    def _seen(self, text: str, start: int, end: int, before: int, known: int) -> Seen:
        """Return the match, counted from the text just fed, which comes after `before` characters of `text`."""
        self._hold("")
        match = text[start:end]
        return Seen(end - before, match, start - before, {"text": match}, known=known - before)

    def _hold(self, text: str) -> None:
        self._held, self.pending = text, len(text)


@dataclass(frozen=True, slots=True)
class StopIds(Condition):
    """A condition that cuts after the first chunk that has one of these token ids: `stop_ids(151645)`.

    The chunks have ids if the request asks for them (`return_token_ids` of vLLM's protocol). The turn ends as
    `complete`; with `thought_only`, before an answer, as `thought_complete`.
    """

    name: ClassVar[str] = "stop_ids"
    code: ClassVar[EndingCode] = "complete"
    ids: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.ids:
            raise BadCondition("no_ids")
        object.__setattr__(self, "ids", tuple(map(token_id, self.ids)))

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Ids(frozenset(self.ids))

    def _arguments(self) -> list[str]:
        return [str(each) for each in self.ids]


class _Ids(Watch):
    def __init__(self, ids: frozenset[int]) -> None:
        self._ids = ids

    def count(self, progress: Progress) -> Seen | None:
        found = next((each for each in progress.token_ids if each in self._ids), None)
        if found is None:
            return None
        return Seen(0, str(found), facts={"id": str(found)})


@dataclass(frozen=True, slots=True)
class Matches(Condition):
    """A condition that cuts at the first place at which the pattern has matched: `pattern("\\n\\n[0-9]+\\.")`.

    A regular expression in Python's spelling, without look-around and back-references: it is matched in linear time
    as the text comes, and the shortest match counts. The matched text is shown. `^` and `$` are the ends of a line.
    """

    name: ClassVar[str] = "pattern"
    source: str

    def __post_init__(self) -> None:
        _check_text(self.source)
        try:
            Pattern(self.source)
        except BadPattern as error:
            raise BadCondition("pattern", place=error.position + 1, problem=error.detail) from None

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Match(self.source)


class _Match(Watch):
    def __init__(self, source: str) -> None:
        self._source = source
        self._run = Pattern(source).start()

    def feed(self, text: str, progress: Progress) -> Seen | None:
        at = self._run.feed(text)
        if at is None:
            return None
        return self._seen(at, at + self._run.late)

    def leave(self, progress: Progress) -> Seen | None:
        run, self._run = self._run, Pattern(self._source).start()
        return self._seen(0, 0) if run.finish() else None

    def _seen(self, at: int, known: int) -> Seen:
        return Seen(at, self._source, facts={"text": self._source}, known=known)


def _check_text(text: object) -> None:
    """Raise BadCondition unless this is a text of at most LONGEST characters."""
    if not isinstance(text, str):
        raise BadCondition("not_text", value=written(text))
    if len(text) > LONGEST:
        raise BadCondition("long_text", length=len(text), most=LONGEST)
