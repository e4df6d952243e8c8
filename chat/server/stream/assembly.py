"""The chunks of one reply, put together: no text twice, and no end while text still follows.

A `finish_reason` is provisional. Some servers send one with every chunk, some send the counts after it, and some repeat
the whole message at the end. So the reason is held until the stream says that it is done, or is silent.
"""

import re

from chat.server.stream.chunk import Chunk
from termination import Delta
from termination.chunks.classify import DONE, is_natural

_MARKER = re.compile(r"\s*<[^<>\s]{1,40}>")  # a thought's marker, in whatever spelling
_SENTENCE_END = re.compile(r"[.!?。！？…:：;；)\]}>`*\"”’』」\n]\s*\Z")
_SURELY_LONG = 8  # characters that come twice only if a chunk repeats the whole reply
_SURE = 3  # characters that a second chunk repeats, if it is the last one


class Assembly:
    """What has come of one reply. `feed` takes a chunk and returns what is new in it."""

    def __init__(self) -> None:
        self._thought, self._answer = _Text(), _Text()
        self._finish: Delta | None = None  # the last one with a reason, without text
        self._calls_tool = False
        self._doubtful = ""  # content that may be the thought once more
        self._is_sure = False  # the content is an answer
        self.finishes = 0  # reasons that were followed by text

    @property
    def is_finished(self) -> bool:
        """True if the server has given a reason for the end, and no text has followed."""
        return self._finish is not None

    @property
    def has_text(self) -> bool:
        """True if any text has come."""
        return self._thought.has_come or self._answer.has_come

    def feed_usual(self, deltas: list[Delta]) -> list[Delta]:
        """Return what `feed` returns for each of these deltas, which have text and no reason for the end."""
        if self._is_plain([delta.reasoning for delta in deltas], [delta.content for delta in deltas]):
            return deltas
        return [new for delta in deltas for new in self.feed(delta)]

    def _is_plain(self, thoughts: list[str], contents: list[str]) -> bool:
        """Keep the texts if all of them are new, and all are of the thought or all of the answer; else return False."""
        if self._finish or self._doubtful:
            return False
        if not any(contents):
            return self._thought.extend(thoughts)
        return self._is_sure and not any(thoughts) and not self._thought.held and self._answer.extend(contents)

    def feed_other(self, chunk: Chunk) -> list[Delta]:
        """Return the deltas of a chunk of another form than usual."""
        self._calls_tool = self._calls_tool or chunk.calls_tool
        return self.feed(chunk.delta, chunk.is_whole)

    def feed(self, delta: Delta, is_whole: bool = False) -> list[Delta]:
        """Return the deltas of one chunk; its reason for the end is held. `is_whole`: it has the whole reply."""
        reasoning, content = self._new(delta, is_whole)
        is_certain = self._is_sure or not content
        if is_certain and not (self._finish or self._doubtful) and delta[:4] == (reasoning, content, None, None):
            return [delta] if reasoning or content or delta.usage or delta.token_ids else []
        if (reasoning or content) and self._finish:
            self._finish, self.finishes = None, self.finishes + 1
        content = self._without_doubt(reasoning, content)
        if delta.finish_reason:
            self._finish = Delta(finish_reason=delta.finish_reason, stop_reason=delta.stop_reason)
        elif self._finish:
            self._finish = self._finish._replace(usage=delta.usage or self._finish.usage)
            return []
        if reasoning or content or delta.usage or delta.token_ids:
            return [_with_texts(delta, reasoning, content)]
        return []

    def end(self, is_done: bool) -> list[Delta]:
        """Return the last delta, with the reason for the end; none if the stream broke off.

        `is_done`: the server has said that it is done.
        """
        finish = self._finish
        if finish is None and is_done and (self.has_text or self._calls_tool):
            finish = Delta(finish_reason=DONE)
        if finish is None:
            return self.release()
        if self._calls_tool and is_natural(finish.finish_reason):
            finish = finish._replace(finish_reason="tool_calls")
        is_cut = not is_natural(finish.finish_reason)
        return [*self.release(is_cut), finish]

    def _new(self, delta: Delta, is_whole: bool) -> tuple[str, str]:
        """Return what is new of the thought and the answer."""
        if is_whole:
            return self._thought.without_known(delta.reasoning), self._answer.without_known(delta.content)
        content = delta.content
        if content and delta.reasoning and _repeats(delta):
            content = ""
        reasoning = self._thought.new(delta.reasoning) if delta.reasoning else ""
        if not content:
            return reasoning, ""
        return reasoning + self._thought.release(), self._answer.new(content)

    def _without_doubt(self, reasoning: str, content: str) -> str:
        """Return the content that is certainly no thought; hold the rest.

        With a limit of tokens in the thought, some servers send the thought once more as content, or its last word.
        """
        if reasoning:
            held, self._doubtful = self._doubtful, ""
            return held + content
        if self._is_sure or not content:
            return content
        text = self._doubtful + content
        if self._thought.text and (self._thought.text.startswith(text) or self._may_be_last_word(text)):
            self._doubtful = text
            return ""
        self._is_sure, self._doubtful = True, ""
        return text

    def _may_be_last_word(self, text: str) -> bool:
        return not self._doubtful and text[0] == " " and not _SENTENCE_END.search(self._thought.text[-20:])

    def release(self, is_cut: bool = False) -> list[Delta]:
        """Return the content that was held, as the end decides it. `is_cut`: a limit has ended the reply."""
        late = [Delta(reasoning=self._thought.release()), Delta(content=self._answer.release())]
        return [each for each in (*self._decided(is_cut), *late) if each.reasoning or each.content]

    def _decided(self, is_cut: bool) -> list[Delta]:
        """Return the content that could have been the thought."""
        held, self._doubtful = self._doubtful, ""
        if not held or (is_cut and held == self._thought.text):
            return []
        if is_cut and self._may_be_last_word(held):
            return [Delta(reasoning=held)]
        return [Delta(content=held)]


class _Text:
    """One text of the reply, as it has come.

    Some servers repeat all of it in each chunk. That is certain after two chunks that each begin with all before and
    are longer, so the first of them is held until the next.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._first_length = 0
        self.held = ""
        self._repeats = False

    @property
    def has_come(self) -> bool:
        return bool(self._parts)

    @property
    def text(self) -> str:
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    def new(self, text: str) -> str:
        """Return what is new in a chunk that has some text, and keep it."""
        if self.held:
            return self._settle(text)
        length = len(text)
        if length < self._length or not self._may_repeat(length) or not text.startswith(self.text):
            self._repeats = False
            self._parts.append(text)
            self._length += length
            return text
        if self._repeats:
            return self._keep(text[self._length :])
        self.held = text
        return ""

    def extend(self, texts: list[str]) -> bool:
        """Keep the texts if each of them is too short to repeat what came before; else return False."""
        if self.held or max(map(len, texts)) >= self._length:
            return False
        self._repeats = False
        self._parts += texts
        self._length += sum(map(len, texts))
        return True

    def _may_repeat(self, length: int) -> bool:
        """True if a chunk is long enough to repeat all before it. A short text may well come twice."""
        if not self._length:
            self._first_length = length
            return False
        if self.text.isspace():
            return False
        if length == self._length:
            return length >= _SURELY_LONG and length > self._first_length
        return True

    def _settle(self, text: str) -> str:
        """Decide about the chunk that is held, now that the next one has come."""
        held, self.held = self.held, ""
        self._repeats = len(text) > len(held) and text.startswith(held)
        return self._keep(text[self._length :] if self._repeats else held + text)

    def release(self) -> str:
        """Return what is held, as nothing follows."""
        if not self.held:
            return ""
        held, self.held = self.held, ""
        return self._keep(held[self._length :] if self._length >= _SURE else held)

    def without_known(self, whole: str) -> str:
        """Return what the whole text has beyond what has come; nothing if it is another text."""
        released = self.release()
        known = self.text
        if whole.strip() == known.strip() or not whole.startswith(known):
            return released
        return released + self._keep(whole[len(known) :])

    def _keep(self, text: str) -> str:
        if text:
            self._parts.append(text)
            self._length += len(text)
        return text


def _with_texts(delta: Delta, reasoning: str, content: str) -> Delta:
    """Return the delta with these texts, and without a reason for the end. Mostly that is the delta itself."""
    if delta[:4] == (reasoning, content, None, None):
        return delta
    return Delta(reasoning, content, None, None, delta.usage, delta.token_ids)


def _repeats(delta: Delta) -> bool:
    """True if the content is the thought of the same chunk once more."""
    thought = delta.reasoning.strip()
    if not thought:
        return False
    return _MARKER.sub("", delta.content, count=1).strip() == thought
