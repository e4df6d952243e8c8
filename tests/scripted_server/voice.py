"""Steps in vLLM's words: the events of a stream, or one whole answer."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, assert_never

from tests.scripted_server.http import Request
from tests.scripted_server.scripts import tokens
from tests.scripted_server.steps import (
    Content,
    Delta,
    Done,
    Drop,
    ErrorEvent,
    Finish,
    Hang,
    Hold,
    KeepAlive,
    Pause,
    Raw,
    Reasoning,
    Reset,
    Role,
    Status,
    Step,
    Usage,
)


class Voice:
    """Steps in vLLM's words, for one request."""

    def __init__(self, request: Request, model: str, number: int) -> None:
        self._chats = request.path.endswith("/chat/completions")
        name = request.headers.get("x-request-id", f"{number:016x}")
        kind = "chat.completion" if self._chats else "text_completion"
        self._top = {"id": f"{'chatcmpl' if self._chats else 'cmpl'}-{name}", "object": kind, "created": 1795290000}
        self._top["model"] = model
        self._used = Usage(completion=0)
        self._counts = bool((request.body.get("stream_options") or {}).get("continuous_usage_stats"))

    def event(self, step: Step) -> bytes:
        """Return the step as bytes; none if the protocol cannot express it."""
        self._used = used(self._used, step)
        match step:
            case Role():
                return self._chunk({"role": "assistant", "content": ""}) if self._chats else b""
            case Delta(delta, token_ids):
                return self._chunk(delta, token_ids=token_ids)
            case Reasoning(text, field):
                return self._chunk({field: text})
            case Content(text):
                return self._chunk({"content": text})
            case Finish(reason, stop_reason, text, field):
                return self._chunk({field: text}, reason, stop_reason=stop_reason)
            case Usage():
                return self._data(self._stream_top() | {"choices": [], "usage": _usage(step)})
            case Done():
                return b"data: [DONE]\n\n"
            case KeepAlive():
                return b": keep-alive\n\n"
            case ErrorEvent(message, type, code, param):
                return self._data({"error": {"message": message, "type": type, "param": param, "code": code}})
            case Raw(data):
                return data
            case Pause() | Hold() | Hang() | Drop() | Reset() | Status():
                return b""
            case _:
                assert_never(step)

    def whole(self, script: Iterable[Step]) -> Status:
        """Return the same script as one answer, for a request without `stream`."""
        said: dict[str, str] = {}
        finish, usage = Finish(), Usage()
        for step in script:
            match step:
                case Reasoning(text, field) | Finish(_, _, text, field):
                    said[field] = said.get(field, "") + text
                case Content(text):
                    said["content"] = said.get("content", "") + text
                case Usage():
                    usage = step
            finish = step if isinstance(step, Finish) else finish
        ended = {"index": 0, "logprobs": None, "finish_reason": finish.reason, "stop_reason": finish.stop_reason}
        message = {"role": "assistant", "content": None} | {name: text for name, text in said.items() if text}
        choice = ended | ({"message": message} if self._chats else {"text": "".join(said.values())})
        return Status(200, self._top | {"choices": [choice], "usage": _usage(usage)})

    def _chunk(self, delta: Mapping[str, Any], reason: str | None = None, **more: object) -> bytes:
        said = {"delta": delta} if self._chats else {"text": "".join(delta.values())}
        choice = {"index": 0} | said | {"logprobs": None, "finish_reason": reason} | more
        counted = {"usage": _usage(self._used)} if self._counts else {}
        return self._data(self._stream_top() | {"choices": [choice]} | counted)

    def _stream_top(self) -> dict[str, Any]:
        return self._top | ({"object": "chat.completion.chunk"} if self._chats else {})

    def _data(self, data: Mapping[str, Any]) -> bytes:
        return b"data: %b\n\n" % _json(data)


def used(so_far: Usage, step: Step) -> Usage:
    """Return what `continuous_usage_stats` says after this step."""
    match step:
        case Reasoning(text):
            count = len(tokens(text))
            return Usage(so_far.prompt, so_far.completion + count, (so_far.reasoning or 0) + count)
        case Content(text):
            return replace(so_far, completion=so_far.completion + len(tokens(text)))
        case Finish(reason, _, text):
            return replace(so_far, completion=so_far.completion + len(tokens(text)) + (reason == "stop"))
        case _:
            return so_far


def _usage(usage: Usage) -> dict[str, Any]:
    numbers = {"prompt_tokens": usage.prompt, "total_tokens": usage.prompt + usage.completion}
    thought = {} if usage.reasoning is None else {"completion_tokens_details": {"reasoning_tokens": usage.reasoning}}
    return numbers | {"completion_tokens": usage.completion} | thought


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
