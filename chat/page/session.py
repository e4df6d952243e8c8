"""One open chat, and the parts of what the app knows about it."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import chainlit as cl
from chainlit.config import APP_ROOT

from chat.offers.offering import Offering
from chat.page.connection import connection_address, current_connection, current_language, public_id
from chat.page.errors import ProfileReport
from chat.page.made.line import MadeLine
from chat.page.reload.line import LostLine
from chat.page.reload.tab import Tab
from chat.page.version import Version
from chat.page.work import Work
from chat.profiles.folders import find_folders
from chat.profiles.profile import Profile
from chat.profiles.settings import Settings
from chat.profiles.shelf import Profiles, Shelf
from chat.reply.history import Exchange, History

FOLDERS = find_folders(Path(APP_ROOT) / "profiles")
OFFERING = Offering(Profiles(FOLDERS).read)


@dataclass
class Choice:
    """The profile and the settings of a chat. `offered` has the profiles that the panel lists.

    `is_automatic` is true until the person chooses a profile. `model` is the model that was last seen to be served for
    the profile; "" if none was. `has_changed` is set when the person chooses one.
    """

    profile_name: str = ""
    is_automatic: bool = True
    model: str = ""
    settings: Settings = field(default_factory=Settings)
    offered: dict[str, Profile] = field(default_factory=dict)
    has_changed: asyncio.Event = field(default_factory=asyncio.Event)

    def pick(self, profile_name: str) -> None:
        """Note that the person has chosen that profile."""
        self.profile_name, self.is_automatic, self.model = profile_name, False, ""
        self.has_changed.set()

    def profile(self, shelf: Shelf) -> Profile | None:
        """Return the profile of the chat with the settings applied; None if it is not on the shelf."""
        profile = shelf.profiles.get(self.profile_name)
        return self.settings.apply_to(profile) if profile else None


class Chat:
    """One chat: its page, what has been said in it, what the person has chosen, and the work that runs."""

    def __init__(self) -> None:
        self.session = current_connection()
        self.owner = connection_address(self.session)
        self.public_id = public_id(self.session.id)
        self.language = current_language()
        self.question_ids: set[str] = set()  # of the person's messages that have come
        self.history = History()
        self.versions: dict[Exchange, Version] = {}
        self.choice = Choice()
        self.work = Work()
        self.tab = Tab()
        self.lost_line = LostLine()
        self.made_line = MadeLine()
        self.profile_report = ProfileReport(FOLDERS.writable)

    def shelf(self) -> Shelf:
        """Return the profiles as they are on disk at this moment, each with the served model that it fits."""
        return OFFERING.catalogue().shelf

    def signature(self, profile: Profile) -> str:
        """Return the profile's name if another one has answered in this chat too, else nothing."""
        names = {version.question.profile.name for version in self.versions.values()}
        return profile.name if names - {profile.name} else ""


def current_chat() -> Chat:
    """Return the chat of the page that is being answered."""
    chat = cl.user_session.get("chat")
    if not isinstance(chat, Chat):
        chat = Chat()
        cl.user_session.set("chat", chat)
    return chat
