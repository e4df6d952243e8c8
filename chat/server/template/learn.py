"""The form of a chat template, read from prompts that the server renders of a known conversation."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import openai

from chat.profiles.profile import Profile
from chat.server.errors import BAD_REQUEST
from chat.server.server import server_of
from chat.server.template.form import UNKNOWN, Form
from chat.server.template.read import ANSWER, CONTENTS, QUESTION, THOUGHTS, has_thought, read_form
from chat.server.tokenizer import NoTokenizer, decode, render_prompt, template_key

Message = Mapping[str, str]
_ASKED: Message = {"role": "user", "content": QUESTION}
_THOUGHT_IN_FIELD: Message = {"role": "assistant", "content": ANSWER, **THOUGHTS}
_PLAIN: Message = {"role": "assistant", "content": ANSWER}


async def template_form(profile: Profile, extra: Mapping[str, Any]) -> Form:
    """Return how the server's template writes a reply. It is learned once for each start of the server.

    `extra` are the further fields of the chat request, some of which the template uses. If the server fails meanwhile,
    the form is unknown this time.
    """
    known, thinking = server_of(profile).known, profile.thinking
    key = (template_key(extra), (*thinking.open, "", *thinking.close) if thinking else ())
    try:
        return await known.forms.get(key, lambda: _learn(profile, extra))
    except (openai.APIError, NoTokenizer, ValueError):
        return UNKNOWN


async def _learn(profile: Profile, extra: Mapping[str, Any]) -> Form:
    """Return the form by the thought's field; by the markers only if the field shows nothing: a template may reject."""
    opening, plain, by_field = await asyncio.gather(
        render(profile, [_ASKED], extra),
        render(profile, [_ASKED, _PLAIN], extra, generation=False),
        render(profile, [_ASKED, _THOUGHT_IN_FIELD], extra, generation=False),
    )
    thinking = profile.thinking
    if opening is None or thinking is None:
        return read_form(thinking, opening, plain)
    form = read_form(thinking, opening, plain, by_field)
    is_shown = by_field is not None and has_thought(by_field)
    has_channels = bool(form.before_answer.strip())
    if form.after_open is not None and (is_shown or has_channels):
        return form
    content = CONTENTS.format(open=thinking.open[0], close=thinking.close[0])
    by_markers = await render(profile, [_ASKED, {"role": "assistant", "content": content}], extra, generation=False)
    return read_form(thinking, opening, plain, by_field, by_markers)


async def render(
    profile: Profile, messages: Sequence[Message], extra: Mapping[str, Any], *, generation: bool = True
) -> str | None:
    """Return the text that the template makes of the messages; None if it rejects them, or if no prompt is shown.

    Raises:
        openai.APIError, NoTokenizer: if the server fails.
    """
    try:
        prompt = await render_prompt(profile, messages, extra, generation=generation)
    except openai.APIStatusError as error:
        if error.status_code not in (*BAD_REQUEST, 500):  # vLLM has answered 500 to what a template rejects
            raise
        return None
    if not isinstance(prompt, tuple):
        return prompt
    return await decode(profile, list(prompt))
