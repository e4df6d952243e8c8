"""Error messages on the page, outside a turn: about a message, a profile, or a fault of the app itself."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path

import chainlit as cl

from chat.page.connection import current_language
from chat.page.view.markdown import display
from chat.profiles.folders import short_path
from chat.profiles.shelf import Shelf
from chat.words.texts import Language, say

log = logging.getLogger("fullstop")


async def show_error(text: str) -> None:
    """Show an error message; `text` is Markdown."""
    await cl.ErrorMessage(display(text)).send()


def report_faults(handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Return the handler with its failures shown on the page. Chainlit would only log them."""

    @wraps(handler)
    async def reporting(*arguments: object, **named: object) -> None:
        try:
            await handler(*arguments, **named)
        except Exception as error:
            log.exception("a handler failed")
            await show_error(say("fault.ours", current_language(), problem=f"{type(error).__name__}: {error}"))

    return reporting


class ProfileReport:
    """The problems with profiles that have been shown in one chat. A new profile belongs in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shown: set[str] = set()

    async def show_new(self, shelf: Shelf, language: Language) -> None:
        """Show what is wrong with the profiles, each problem once, and log it."""
        for name, problem in shelf.problems.items():
            text = say(problem.sentence, language)
            if text not in self._shown:
                self._shown.add(text)
                log.warning("%s", say(problem.sentence, "en"))
                kept = say("profile.last_good", language) if name in shelf.profiles else ""
                await show_error(f"{text} {kept}")
        if shelf.folder_problem:
            await self._show_once(say(shelf.folder_problem, language))
        if not shelf.profiles:
            await show_error(say("profile.none", language, folder=short_path(self._folder)))

    async def _show_once(self, text: str) -> None:
        if text not in self._shown:
            self._shown.add(text)
            await show_error(text)
