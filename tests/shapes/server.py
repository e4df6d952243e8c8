"""A server with the shape of a model: it tokenizes, renders, generates, stops and streams as vLLM or LoRAX does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.scripted_server import Content, Done, Finish, Raw, Reasoning, Request, Role, ScriptedServer, Status, Usage
from tests.scripted_server.steps import Body, Step
from tests.shapes.shape import RUNS_ON, Parser, Shape, Template

MOST_TOKENS = 2000
Said = tuple[list[int], str, int | None]
"""The ids that are detokenized, the finish_reason, the stop_reason."""


class VllmServer(ScriptedServer):
    """vLLM with one model. `parser` is its --reasoning-parser; `prompts` are what the model was given, oldest first."""

    def __init__(self, shape: Shape) -> None:
        self._given = shape
        super().__init__(model=shape.model)
        self._tokenizer = shape.vocabulary

    def reset(self) -> None:
        super().reset()
        self.shape = self._given
        self.parser: Parser = self.shape.parsers[0]
        self.prompts: list[str] = []
        self.template = self._rendered
        self.by_message({"": self._answers})

    def becomes(
        self, template: Template | None = None, eos: tuple[int, ...] | None = None, parser: Parser | None = None
    ) -> None:
        """Set another template, other ends that the server knows and another parser, until the next reset."""
        self.shape = replace(self.shape, template=template or self.shape.template, eos=eos or self.shape.eos)
        self.parser = parser or self.parser

    def _answers(self, body: Body) -> list[Step]:
        self.prompts.append(self._rendered(body) or self._completed(body))
        said = self._generated(self.prompts[-1], body)
        stream = self._stream(said) if "messages" in body else self._complete(said, body)
        return [*stream, *self._usage(said, body)]

    def _completed(self, body: Body) -> str:
        prompt = body.get("prompt", "")
        return self._tokenizer.decode(prompt) if isinstance(prompt, list) else str(prompt)

    def _complete(self, said: Said, body: Body) -> Iterator[Step]:
        """Stream as /v1/completions does: no parser, and special tokens only if they are asked for."""
        ids, reason, stop_reason = said
        for text in self._tokenizer.texts(ids, special=not body.get("skip_special_tokens", True)):
            yield Content(text)
        yield Finish(reason, stop_reason)

    def _rendered(self, body: Body) -> str:
        """Return the prompt. Raises ValueError for what the template rejects, and vLLM with it."""
        if "messages" not in body:
            return ""
        effort = {"reasoning_effort": body["reasoning_effort"]} if "reasoning_effort" in body else {}
        chat, opening = self.shape.template(body["messages"], {**effort, **(body.get("chat_template_kwargs") or {})})
        if not body.get("continue_final_message"):
            return chat + opening
        if body.get("add_generation_prompt", True):
            raise ValueError("Cannot set both `continue_final_message` and `add_generation_prompt` to True.")
        before, last, _ = chat.rpartition(body["messages"][-1]["content"])
        if not last:
            raise ValueError("continue_final_message is set but the final message does not appear in the chat")
        return before + last

    def _generated(self, prompt: str, body: Body) -> Said:
        """Return what the model writes, up to the first end: its tokenizer's own, a stop token, the limit."""
        ids = self._tokenizer.encode(self.shape.writes(prompt) + RUNS_ON * 100)
        own, *others = self.shape.eos
        stops = {*others, *(body.get("stop_token_ids") or ())}
        room = min(body.get("max_tokens", MOST_TOKENS), MOST_TOKENS)
        for number, id_ in enumerate(ids[:room]):
            if id_ == own:
                return ids[:number], "stop", None
            if id_ in stops:
                shown = bool(body.get("include_stop_str_in_output"))
                return ids[: number + shown], "stop", id_
        return ids[:room], "length", None

    def _stream(self, said: Said) -> Iterator[Step]:
        ids, reason, stop_reason = said
        yield Role()
        for field, text in self._fields(ids):
            yield Content(text) if field == "content" else Reasoning(text)
        yield Finish(reason, stop_reason)

    def _usage(self, said: Said, body: Body) -> Iterator[Step]:
        """Yield the counts if they are asked for, and the end of the stream."""
        if (body.get("stream_options") or {}).get("include_usage"):
            yield Usage(len(self._tokenizer.encode(self.prompts[-1])), len(said[0]))
        yield Done()

    def _fields(self, ids: list[int]) -> Iterator[tuple[str, str]]:
        texts = zip(ids, self._tokenizer.texts(ids), strict=True)
        match self.parser:
            case "none":
                yield from (("content", text) for _, text in texts)
            case "tags":
                yield from self._by_tags(texts)
            case "harmony":
                yield from self._by_channels(texts)

    def _by_tags(self, texts: Iterator[tuple[int, str]]) -> Iterator[tuple[str, str]]:
        """Split as the parsers of Qwen3 and GLM do: thought comes first, unless the prompt has the closing marker."""
        (opening,), (closing,) = self._tokenizer.encode("<think>"), self._tokenizer.encode("</think>")
        field = "content" if self.prompts[-1].rstrip().endswith("</think>") else "reasoning"
        for id_, text in texts:
            if id_ == closing:
                field = "content"
            elif id_ != opening:
                yield field, text

    def _by_channels(self, texts: Iterator[tuple[int, str]]) -> Iterator[tuple[str, str]]:
        """Split as vLLM reads harmony: by the ids; headers are no text."""
        marks = {
            id_: mark for mark in ("<|channel|>", "<|message|>", "<|end|>") for id_ in self._tokenizer.encode(mark)
        }
        part, channel = "<|end|>", ""
        for id_, text in texts:
            if mark := marks.get(id_):
                part, channel = mark, "" if mark == "<|channel|>" else channel
            elif part == "<|channel|>":
                channel += text
            elif part == "<|message|>":
                yield "reasoning" if channel == "analysis" else "content", text


class LoraxServer(VllmServer):
    """LoRAX: its own /tokenize, no list of models, no stop token ids, no `[DONE]`; special tokens show as text.

    As it was before predibase/lorax#289, with the last token too (router/src/lib.rs and server.rs).
    """

    def _plain(self, request: Request) -> Status:
        if request.path == "/tokenize":
            return Status(422, "Failed to deserialize the JSON body into the target type: missing field `inputs`")
        return Status(404)

    def _generated(self, prompt: str, body: Body) -> Said:
        known = {name: body[name] for name in ("max_tokens",) if name in body}
        return super()._generated(prompt, known)

    def _usage(self, _: Said, __: Body) -> Iterator[Step]:
        yield from ()

    def _stream(self, said: Said) -> Iterator[Step]:
        ids, reason, _ = said
        for text in self._tokenizer.texts(ids, special=True):
            yield _chunk(text)
        yield _chunk(self._tokenizer.decode(self.shape.eos[:1]) if reason == "stop" else "", reason)


def _chunk(text: str, reason: str | None = None) -> Raw:
    choice: dict[str, Any] = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": reason}
    top = {"id": "null", "object": "chat.completion.chunk", "created": 0, "model": "null", "choices": [choice]}
    return Raw(b"data:%b\n\n" % json.dumps(top, ensure_ascii=False).encode())
