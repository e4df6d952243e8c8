"""The scripts that tests need most: a turn that ends by itself, a model that heeds the request, a capture."""

import itertools
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.scripted_server.steps import (
    Body,
    Content,
    Done,
    Field,
    Finish,
    Pause,
    Raw,
    Reasoning,
    Role,
    Status,
    Step,
    Usage,
)

THINK_CLOSE = 151668


def tokens(text: str) -> list[str]:
    """Return the text in pieces about as long as a tokenizer's; joined they are the text again."""
    return re.findall(r"\s?[^\s\u2e80-\uffff]{1,6}|[\u2e80-\uffff]{1,2}|\s", text)


def error(code: int, message: str, kind: str = "BadRequestError", param: str | None = None) -> Status:
    """Return an error before the stream, in vLLM's shape."""
    return Status(code, {"error": {"message": message, "type": kind, "param": param, "code": code}})


def thought_and_answer(
    thought: str,
    answer: str,
    *,
    tokens_per_second: float | None = None,
    chunk: int = 1,
    markers: tuple[str, str] | None = None,
    field: Field = "reasoning",
) -> list[Step]:
    """Return a turn that ends by itself, whatever was asked for."""
    return Model(thought, answer, tokens_per_second, chunk, markers, field)({})


@dataclass(frozen=True, slots=True)
class Model:
    """An answer that heeds the request as vLLM would.

    It knows `stop_token_ids` with `</think>`, `max_tokens`, `thinking_token_budget`, `enable_thinking`,
    `continue_final_message`, `include_stop_str_in_output` and `include_usage`; nothing else. Whatever the script,
    the server adds usage to each chunk where `continuous_usage_stats` asks for it.
    With `markers` it is a server without a reasoning parser: everything is content. An empty first marker is a
    template that opened the thought in the prompt.
    """

    thought: str
    answer: str
    tokens_per_second: float | None = None
    chunk: int = 1
    markers: tuple[str, str] | None = None
    field: Field = "reasoning"

    def __call__(self, request: Body) -> list[Step]:
        thought, answer, stop_reason = self._asked_for(request)
        room = request.get("max_completion_tokens") or request.get("max_tokens") or 10**9
        cut = len(thought) + len(answer) > room
        thought, answer = thought[:room], answer[: max(0, room - len(thought))]
        said = [*self._pieces(thought, self.field), *self._pieces(answer, "content")]
        finish = Finish("length") if cut else Finish("stop", stop_reason)
        return [Role(), *self._paced(said), finish, *self._usage(request, thought, answer), Done()]

    def _asked_for(self, request: Body) -> tuple[list[str], list[str], int | None]:
        thought, answer = tokens(self.thought), tokens(self.answer)
        if "thinking_token_budget" in request:
            thought = thought[: request["thinking_token_budget"]]
        if not self.thought or request.get("continue_final_message") or _thinking_is_off(request):
            return [], answer, None
        opened, closed = self.markers or ("", "")
        thought = [piece for piece in (opened, *thought) if piece]
        if THINK_CLOSE not in (request.get("stop_token_ids") or ()):
            return [*thought, closed] if closed else thought, answer, None
        shown = closed and request.get("include_stop_str_in_output")
        return [*thought, closed] if shown else thought, [], THINK_CLOSE

    def _pieces(self, text: list[str], name: Field) -> Iterator[Step]:
        for start in range(0, len(text), self.chunk):
            piece = "".join(text[start : start + self.chunk])
            yield Content(piece) if self.markers or name == "content" else Reasoning(piece, name)

    def _paced(self, said: list[Step]) -> Iterator[Step]:
        for step in said:
            if self.tokens_per_second:
                yield Pause(self.chunk / self.tokens_per_second)
            yield step

    def _usage(self, request: Body, thought: list[str], answer: list[str]) -> list[Usage]:
        if not (request.get("stream_options") or {}).get("include_usage"):
            return []
        return [Usage(15, len(thought) + len(answer) + 1, None if self.markers else len(thought))]


def _thinking_is_off(request: Body) -> bool:
    return (request.get("chat_template_kwargs") or {}).get("enable_thinking") is False


def replay(capture: Path, cut: int | None = None, gap_seconds: float = 0) -> list[Step]:
    """Return a capture's bytes: event by event, or (`cut` is a seed) cut anywhere, also inside a character.

    The client reads each cut by itself only with a gap between them.
    """
    data = capture.read_bytes()
    if data.startswith(b"{"):
        body = json.loads(data)
        return [Status(body["error"]["code"] if "error" in body else 200, body)]
    pieces = re.findall(rb".*?\n\n|.+\Z", data, re.DOTALL) if cut is None else _cuts(data, random.Random(cut))
    return [step for piece in pieces for step in (Pause(gap_seconds), Raw(piece))]


def _cuts(data: bytes, chance: random.Random) -> list[bytes]:
    places = sorted(chance.sample(range(1, len(data)), min(len(data) - 1, max(1, len(data) // 90))))
    return [data[start:end] for start, end in itertools.pairwise([0, *places, len(data)])]
