"""The questions of one discovery: a few small requests, each with a short timeout."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
import openai

from chat.process.waits import read_waits
from chat.profiles.profile import Profile
from chat.server.errors import BAD_REQUEST
from chat.server.models import Models, parse_models
from chat.server.request import ChatMessage
from chat.server.server import server_of
from chat.server.stream.status_text import server_words
from chat.server.tokenizer import NoTokenizer, decode, render_ids, render_text, split_tokens
from termination import delta
from termination.chunks.shapes import THOUGHT_FIELDS, field, fields, first_choice, text_of

MOST_REQUESTS = 8
REPLY_TOKENS = 12
QUESTION = "1+1=?"
_TEMPLATE_ERRORS = (*BAD_REQUEST, 500)
_FAILURES = (openai.APIError, httpx2.HTTPError, ValueError, NoTokenizer)
_BROKEN = (openai.APIConnectionError, httpx2.HTTPError, TimeoutError)
_BUSY = (408, 429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that the server's template has made: token ids or text."""

    made: tuple[int, ...] | str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Messages that the template rejects, with the server's words."""

    words: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as tokens: their ids and, if the server names them, their names."""

    ids: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstReply:
    """The beginning of a short reply: its thought, the field that the thought came in, its content and its prompt."""

    thought: str
    thought_field: str
    content: str
    prompt_tokens: int | None


Rendered = Prompt | Rejected | None


class Questions:
    """Questions to one server. After MOST_REQUESTS requests every answer is None: unknown.

    `complete` is false once an answer failed to come that may come another time.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._left = MOST_REQUESTS
        self.complete = True
        self._shows_ids, self._shows_text = True, True

    async def list_models(self) -> Models:
        """Return the list of models; an empty one if the server has none."""
        if not self._spend():
            return Models()
        try:
            models = parse_models(await server_of(self._profile).connection.get("/models", quick=True, retry=False))
        except _FAILURES as error:
            self._note(error)
            return Models()
        if models.owner(self._profile.model) == "llamacpp":
            self._shows_ids = False
        return models

    async def render(self, messages: Sequence[ChatMessage], extra: Mapping[str, Any]) -> Rendered:
        """Return the prompt that the template makes with these fields of a request; None if the server shows none."""
        try:
            return await self._render_ids(messages, extra) or await self._render_text(messages, extra)
        except _FAILURES as error:
            self._note(error)
            if isinstance(error, openai.APIStatusError) and error.status_code in _TEMPLATE_ERRORS:
                return Rejected(server_words(error))
            return None

    async def _render_ids(self, messages: Sequence[ChatMessage], extra: Mapping[str, Any]) -> Prompt | None:
        if not self._shows_ids or not self._spend():
            return None
        ids = await render_ids(self._profile, messages, extra, quick=True)
        self._shows_ids = bool(ids)
        return Prompt(ids) if ids else None

    async def _render_text(self, messages: Sequence[ChatMessage], extra: Mapping[str, Any]) -> Prompt | None:
        if self._shows_ids or not self._shows_text or not self._spend():
            return None
        text = await render_text(self._profile, messages, extra, quick=True)
        self._shows_text = text is not None
        return Prompt(text) if text else None

    async def split(self, text: str) -> Tokens | None:
        """Return the text as tokens; None if the server has no tokenizer."""
        if not self._spend():
            return None
        try:
            ids, names = await split_tokens(self._profile, text, quick=True)
        except _FAILURES as error:
            self._note(error)
            return None
        return Tokens(ids, names) if ids else None

    async def read(self, ids: Sequence[int]) -> str:
        """Return the text of the ids; "" if the server does not say."""
        if not self._spend():
            return ""
        try:
            return await decode(self._profile, list(ids), quick=True) or ""
        except _FAILURES as error:
            self._note(error)
            return ""

    async def reply(self) -> FirstReply | None:
        """Return the beginning of a reply to QUESTION; None if there was none in time."""
        if not self._spend():
            return None
        chunks: list[object] = []
        try:
            async with asyncio.timeout(read_waits().doctor_reply_seconds):
                await self._stream(chunks)
        except (TimeoutError, *_FAILURES) as error:
            self._note(error)
        return _first_reply(chunks)

    async def _stream(self, chunks: list[object]) -> None:
        client = server_of(self._profile).connection.client.with_options(max_retries=0)
        async with await client.chat.completions.create(
            model=self._profile.model,
            messages=[{"role": "user", "content": QUESTION}],
            max_tokens=REPLY_TOKENS,
            stream=True,
            stream_options={"include_usage": True},
        ) as stream:
            async for chunk in stream:
                chunks.append(chunk)

    def _note(self, error: Exception) -> None:
        """Note if the server did not answer because it is busy, or because the connection broke."""
        status = error.status_code if isinstance(error, openai.APIStatusError) else None
        if status in _BUSY or isinstance(error, _BROKEN):
            self.complete = False

    def _spend(self) -> bool:
        """Count a request. Return False if there were too many."""
        self._left -= 1
        return self._left >= 0


def _first_reply(chunks: Sequence[object]) -> FirstReply | None:
    deltas = [delta(chunk) for chunk in chunks]
    thought, content = "".join(each.reasoning for each in deltas), "".join(each.content for each in deltas)
    if not thought and not content:
        return None
    counted = [each.usage.prompt for each in deltas if each.usage and each.usage.prompt]
    return FirstReply(thought, _thought_field(chunks), content, counted[-1] if counted else None)


def _thought_field(chunks: Sequence[object]) -> str:
    """Return the first field of a delta that had a thought; "" if none had."""
    said = [fields(first_choice(field(chunk, "choices")), "delta") for chunk in chunks]
    return next((name for each in said for name in THOUGHT_FIELDS if text_of(field(each, name))), "")
