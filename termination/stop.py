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
    """Holds from the end of the first of these texts on, and cuts before it: `stop("END", "Question:")`.

    The leftmost text counts, then the longest. Its beginning is never shown: exactly that end of the text which may
    still become a stop text is held back. Texts have 1 to 1,000 characters. As `stop` of vLLM's protocol, but for
    one phase (vllm/v1/engine/detokenizer.py, release 0.33).
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
            if not isinstance(text, str):
                raise BadCondition("not_text", value=written(text))
            if not text:
                raise BadCondition("empty_text")
            if len(text) > LONGEST:
                raise BadCondition("long_text", length=len(text), most=LONGEST)

    def start(self) -> Watch:
        return _Stop(Literals(self.texts))

    def _arguments(self) -> list[str]:
        return [written(text) for text in self.texts]


class _Stop(Watch):
    def __init__(self, literals: Literals) -> None:
        self._literals = literals
        self._scan, self._gate = literals.scan, literals.gate
        self._held = ""

    def feed(self, text: str, progress: Progress) -> Seen | None:
        held = self._held
        if not held and not self._gate(text):
            return None
        sure, end = self._scan(held + text)
        if end == sure:
            self._held = (held + text)[sure:]
            self.pending = len(self._held)
            return None
        known = self._literals.known(held + text, sure, end)
        return self._seen(held + text, sure, end, len(held), known)

    def leave(self, progress: Progress) -> Seen | None:
        held, self._held, self.pending = self._held, "", 0
        sure, end = self._scan(held, True)
        return self._seen(held, sure, end, len(held), len(held)) if end > sure else None

    def _seen(self, text: str, start: int, end: int, before: int, known: int) -> Seen:
        self._held, self.pending = "", 0
        match = text[start:end]
        return Seen(end - before, match, start - before, {"text": match}, known=known - before)


@dataclass(frozen=True, slots=True)
class StopIds(Condition):
    """Holds from the first chunk on that has one of these token ids, and cuts after the chunk: `stop_ids(151645)`.

    The chunks have ids where the request asks for them (`return_token_ids` of vLLM's protocol). The turn ends as
    `complete`, in THINK_ONLY before an answer as `thought_complete`.
    """

    name: ClassVar[str] = "stop_ids"
    code: ClassVar[EndingCode] = "complete"
    ids: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.ids:
            raise BadCondition("no_ids")
        object.__setattr__(self, "ids", tuple(map(token_id, self.ids)))

    def start(self) -> Watch:
        return _Ids(frozenset(self.ids))

    def _arguments(self) -> list[str]:
        return [str(each) for each in self.ids]


class _Ids(Watch):
    def __init__(self, ids: frozenset[int]) -> None:
        self._ids = ids

    def count(self, progress: Progress) -> Seen | None:
        found = next((each for each in progress.token_ids if each in self._ids), None)
        return None if found is None else Seen(0, str(found), facts={"id": str(found)})


@dataclass(frozen=True, slots=True)
class Matches(Condition):
    """Holds from the first place on at which the pattern has matched, and cuts there: `pattern("\\n\\n[0-9]+\\.")`.

    A regular expression in Python's spelling, without look-around and back-references: it is matched in linear time
    as the text comes, and the shortest match counts. The matched text is shown. `^` and `$` are the ends of a line.
    """

    name: ClassVar[str] = "pattern"
    source: str

    def __post_init__(self) -> None:
        if not isinstance(self.source, str):
            raise BadCondition("not_text", value=written(self.source))
        if len(self.source) > LONGEST:
            raise BadCondition("long_text", length=len(self.source), most=LONGEST)
        try:
            Pattern(self.source)
        except BadPattern as error:
            raise BadCondition("pattern", place=error.position + 1, problem=error.detail) from None

    def start(self) -> Watch:
        return _Match(self.source)


class _Match(Watch):
    def __init__(self, source: str) -> None:
        self._source = source
        self._run = Pattern(source).start()

    def feed(self, text: str, progress: Progress) -> Seen | None:
        at = self._run.feed(text)
        return None if at is None else self._seen(at, at + self._run.late)

    def leave(self, progress: Progress) -> Seen | None:
        run, self._run = self._run, Pattern(self._source).start()
        return self._seen(0, 0) if run.finish() else None

    def _seen(self, at: int, known: int) -> Seen:
        return Seen(at, self._source, facts={"text": self._source}, known=known)
