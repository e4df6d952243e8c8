"""Words to the person outside a turn: what is wrong with a message, a profile, or with us."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps

import chainlit as cl

from chat.page.session import Chat, current_chat
from chat.page.view.markdown import display
from chat.profiles.shelf import Shelf
from chat.words.texts import say

log = logging.getLogger("fullstop")


async def tell(text: str) -> None:
    """Shows an error message; `text` is Markdown."""
    await cl.ErrorMessage(display(text)).send()


async def tell_problems(chat: Chat, shelf: Shelf) -> None:
    """What is wrong with the profiles, each once a chat; also in the log."""
    for name, problem in shelf.problems.items():
        text = say(problem.sentence, chat.language)
        if text not in chat.reported:
            chat.reported.add(text)
            log.warning("%s", say(problem.sentence, "en"))
            kept = say("profile.last_good", chat.language) if name in shelf.profiles else ""
            await tell(f"{text} {kept}")
    if not shelf.profiles:
        await tell(say("profile.none", chat.language))


def told(handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A handler whose failure the person hears of; Chainlit would only log it."""

    @wraps(handler)
    async def telling(*arguments: object, **named: object) -> None:
        try:
            await handler(*arguments, **named)
        except Exception as error:
            log.exception("a handler failed")
            await tell(say("fault.ours", current_chat().language, problem=f"{type(error).__name__}: {error}"))

    return telling
