"""What the app knows about one open chat."""

import asyncio
import hmac
import secrets
from pathlib import Path

import chainlit as cl
from chainlit.config import APP_ROOT
from chainlit.session import WebsocketSession

from chat.doors.address import UNKNOWN, client_address
from chat.page.version import Version
from chat.profiles.profile import Profile
from chat.profiles.settings import Settings
from chat.profiles.shelf import Profiles, Shelf
from chat.reply.history import Exchange, History
from chat.words.texts import Language, language

PROFILES = Profiles(Path(APP_ROOT) / "profiles")


_KEY = secrets.token_bytes(32)


def public_id(session_id: str) -> str:
    """Return the name of a chat that the model server may see: 32 hexadecimal digits.

    The session id itself is all that is needed to take over the chat.
    """
    return hmac.digest(_KEY, session_id.encode(), "sha256").hex()[:32]


def connection_address(session: WebsocketSession) -> str:
    """Return the browser's address, as limits count it."""
    scope = session.environ.get("asgi.scope")
    return client_address(scope) if scope else UNKNOWN


def end(task: asyncio.Task[None]) -> None:
    """Ends a turn as Stop does. Only once: the next time would break into its way out, on which it shows the rest."""
    if not task.cancelling():
        task.cancel()


def connection() -> WebsocketSession:
    """The browser's connection that is being answered."""
    session = cl.context.session
    assert isinstance(session, WebsocketSession)
    return session


class Chat:
    """One chat: its history, its settings, its profile, and the turn that is running."""

    def __init__(self) -> None:
        self.session = connection()
        self.owner = connection_address(self.session)
        self.public_id = public_id(self.session.id)
        self.language: Language = language(self.session.language)
        self.history = History()
        self.settings = Settings()
        self.profile_name = ""
        self.offered: dict[str, Profile] = {}
        self.answered_by: set[str] = set()
        self.reported: set[str] = set()
        self.versions: dict[Exchange, Version] = {}
        self.playing: Version | None = None  # the one that was played last
        self.task: asyncio.Task[None] | None = None
        self.opening: asyncio.Task[None] | None = None
        self.greeting: asyncio.Task[None] | None = None
        self.tab = ""  # the name of the tab that it stands in
        self.new_tab = secrets.token_urlsafe()  # a name for a tab that has none yet
        self.there = False  # its page has said so since it was asked
        self.left = False  # its page is gone
        self.forgetting: asyncio.TimerHandle | None = None  # unless the page comes back
        self.begun: asyncio.Task[None] | None = None  # what a button of the page has begun
        self.asked: set[str] = set()  # ids of the person's messages that have come
        self.heard = asyncio.Event()  # its page has said what it shows
        self.run = ""  # the id of the last run
        self.lost: cl.Step | None = None  # the line about an older chat that the page shows
        self.lost_until = 0.0  # the line is new until then
        self.shut_down = False  # the app ends

    @property
    def busy(self) -> bool:
        """Whether a turn runs."""
        return any(task and not task.done() for task in (self.task, self.begun))

    def shelf(self) -> Shelf:
        """The profiles as they are on disk at this moment."""
        return PROFILES.read()

    def profile(self, shelf: Shelf) -> Profile | None:
        """The chosen profile with the settings applied; None if there is none."""
        profile = shelf.profiles.get(self.profile_name)
        return self.settings.applied(profile) if profile else None

    def signature(self, profile: Profile) -> str:
        """The profile's name where another one has answered in this chat too, else nothing."""
        self.answered_by.add(profile.name)
        return profile.name if len(self.answered_by) > 1 else ""

    async def take_over(self, run: cl.Step | None = None) -> None:
        """Makes this task the one that Stop ends; a turn still running in this chat is ended first.

        Chainlit runs an edited message outside the task that its Stop button cancels. The page remembers the `run`: an
        app that does not know it can end it then.
        """
        former, self.task = self.task, asyncio.current_task()
        connection().current_task = self.task
        if former and former is not self.task and not former.done():
            end(former)
            await asyncio.wait([former])
        if self.opening:
            await asyncio.wait([self.opening])
        await cl.context.emitter.task_start()  # the end of either has taken the Stop button away
        if run := run or cl.context.current_step:
            self.run = run.id
            await cl.context.emitter.send_window_message({"fullstopRun": run.id})


def current_chat() -> Chat:
    """The chat of the browser that is being answered."""
    chat = cl.user_session.get("chat")
    if not isinstance(chat, Chat):
        chat = Chat()
        cl.user_session.set("chat", chat)
    return chat
