"""What a server has shown of a model: the prompts of its template, its tokens, a short reply."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from chat.discover.families import TOKENS, Family, family_by_name, family_by_prompt
from chat.discover.markers import THINK
from chat.discover.prompts import CANDIDATES, conversation, question, tail, texts_between
from chat.discover.questions import FirstReply, Prompt, Questions, Rejected, Rendered, Tokens

ON = {"chat_template_kwargs": {"enable_thinking": True, "thinking": True, "reasoning_effort": "high"}}
OFF = {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}}
_ABOUT_MARKERS = ("tag", "marker", "think", "channel")
_ABOUT_ROLES = ("system", "role", "alternat")


@dataclass(frozen=True, slots=True)
class Shown:
    """A prompt as it was made, and its text; "" if that is unknown."""

    made: tuple[int, ...] | str
    text: str

    @property
    def tail(self) -> str | None:
        """Return what the template writes after the question."""
        return tail(self.text)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was shown. What is None or empty was not.

    Attributes:
        names: the model's name and that of its root.
        window: the tokens that prompt and reply may have together.
        on: the prompt of a question with all switches on; `off`: with all off.
        talk: the prompt of a conversation, with the defaults of the template.
        rejected: what the template rejects: "system", "markers", or "" if nothing is known to be rejected.
        marked: True if a past thought was in the content of the conversation.
        words: the words of a server that rejects all conversations.
        tokens: those of TOKENS that are single tokens of the model; None if the server has no tokenizer.
        reply: the beginning of a short reply.
    """

    names: tuple[str, ...]
    window: int | None
    on: Shown | None
    off: Shown | None
    talk: Shown | None
    rejected: str
    marked: bool
    words: str
    tokens: tuple[str, ...] | None
    reply: FirstReply | None

    @property
    def family(self) -> Family | None:
        """Return the family of the model: by its names, else by its prompts."""
        return self.family_by_name or family_by_prompt("".join(each.text for each in self.shown))

    @property
    def family_by_name(self) -> Family | None:
        """Return the family that the names of the model fit."""
        return family_by_name(*self.names)

    @property
    def shown(self) -> list[Shown]:
        """Return the prompts whose text is known."""
        return [each for each in (self.talk, self.on, self.off) if each and each.text]


@dataclass(frozen=True, slots=True)
class _Talk:
    """The prompt of a conversation, and what had to be taken out of it."""

    prompt: Prompt | None
    rejected: str
    marked: bool
    words: str


async def gather_evidence(ask: Questions, model: str) -> Evidence:
    """Ask the server for prompts, tokens and a short reply, and return what it has shown."""
    models = await ask.list_models()
    family = family_by_name(model, models.root(model))
    off, tokens, reply = await asyncio.gather(ask.render(question(), OFF), ask.split(CANDIDATES), ask.reply())
    on, talk = await asyncio.gather(ask.render(question(), ON), _talk(ask, family))
    texts = await _read(ask, (_prompt(on), _prompt(off), talk.prompt), tokens)
    return Evidence(
        names=(model, models.root(model)),
        window=models.window(model),
        on=texts[0],
        off=texts[1],
        talk=texts[2],
        rejected=talk.rejected,
        marked=talk.marked,
        words=talk.words,
        tokens=_single_tokens(tokens),
        reply=reply,
    )


def _prompt(rendered: Rendered) -> Prompt | None:
    return rendered if isinstance(rendered, Prompt) else None


async def _talk(ask: Questions, family: Family | None) -> _Talk:
    """Render the conversation. If the template rejects it, render it without what it probably rejects."""
    markers = family.markers if family and family.markers else THINK
    marked = family is None or not family.rejects_markers
    whole = await ask.render(conversation(markers, marked=marked), {})
    if not isinstance(whole, Rejected):
        return _Talk(whole, "", marked, "")
    suspect = _suspect(whole.words) if marked else "system"
    kept = suspect == "system" and marked
    smaller = await ask.render(conversation(markers, system=suspect != "system", marked=kept), {})
    if isinstance(smaller, Prompt):
        return _Talk(smaller, suspect, kept, whole.words)
    return _Talk(None, "", False, whole.words)


def _suspect(words: str) -> str:
    """Return what a template rejects, by its words."""
    lowered = words.lower()
    about_markers = any(word in lowered for word in _ABOUT_MARKERS)
    if about_markers and not any(word in lowered for word in _ABOUT_ROLES):
        return "markers"
    return "system"


async def _read(ask: Questions, prompts: Sequence[Prompt | None], tokens: Tokens | None) -> list[Shown | None]:
    """Return the prompts with their texts. Those that are ids are read in one request."""
    by_ids = list(dict.fromkeys(each.made for each in prompts if each and isinstance(each.made, tuple)))
    texts = await _texts(ask, by_ids, tokens.ids if tokens else ()) if by_ids else {}
    return [_shown(each, texts) for each in prompts]


async def _texts(
    ask: Questions, prompts: Sequence[tuple[int, ...]], edge: tuple[int, ...]
) -> dict[tuple[int, ...], str]:
    """Return the text of each prompt; none if they cannot be distinguished."""
    ids = [id_ for prompt in prompts for id_ in (*prompt, *edge)]
    read = texts_between(await ask.read(ids))
    return dict(zip(prompts, read, strict=True)) if len(read) == len(prompts) else {}


def _shown(prompt: Prompt | None, texts: dict[tuple[int, ...], str]) -> Shown | None:
    if prompt is None:
        return None
    if isinstance(prompt.made, str):
        return Shown(prompt.made, prompt.made)
    return Shown(prompt.made, texts.get(prompt.made, ""))


def _single_tokens(tokens: Tokens | None) -> tuple[str, ...] | None:
    """Return those of TOKENS that are one token each; none if the server does not name its tokens."""
    if tokens is None:
        return None
    return tuple(each for each in TOKENS if each in tokens.names)
