"""The chats that are kept in memory for their tabs."""

import asyncio
from collections import Counter, OrderedDict

from chainlit.config import config

from chat.page.session import Chat
from chat.process.limits import read_limits

MAX_TABS = 200


class Tabs:
    """Chats by the names of their tabs, the oldest first."""

    def __init__(self) -> None:
        self._chats: OrderedDict[str, Chat] = OrderedDict()

    def get(self, name: str) -> Chat | None:
        """Return the chat that is kept for that tab, if there is one."""
        return self._chats.get(name)

    def keep(self, chat: Chat, name: str) -> None:
        """Keep the chat for that tab, in the place of another one."""
        for gone in (chat, self.get(name)):
            if gone:
                self._drop(gone)
        chat.tab.name = name
        self._chats[name] = chat
        self._drop_beyond(chat, chat.owner, read_limits().parked)
        while len(self._chats) > MAX_TABS:
            [(owner, count)] = Counter(each.owner for each in self._chats.values()).most_common(1)
            self._drop_beyond(chat, owner, count - 1)

    def keep_again(self, chat: Chat) -> None:
        """Keep a chat whose page has come back, unless another one is in its tab now."""
        if chat.tab.name and self._chats.get(chat.tab.name, chat) is chat:
            self.keep(chat, chat.tab.name)

    def leave(self, chat: Chat) -> None:
        """Note that the chat's page has left. Unless it comes back in time, the chat is dropped."""
        chat.tab.has_left = True
        if self.get(chat.tab.name) is chat:
            loop = asyncio.get_running_loop()
            chat.tab.forgetting = loop.call_later(config.project.session_timeout, self._drop, chat)

    def _drop_beyond(self, new: Chat, owner: str, limit: int) -> None:
        """Keep at most `limit` chats of an address: the `new` one, then those with a question, then the newest."""
        own = [each for each in self._chats.values() if each.owner == owner]
        own.sort(key=lambda each: (each is new, bool(each.versions)))  # stable: the oldest first
        for chat in own[: max(len(own) - limit, 0)]:
            self._drop(chat)

    def _drop(self, chat: Chat) -> None:
        if chat.tab.forgetting:
            chat.tab.forgetting.cancel()
        if self.get(chat.tab.name) is chat:
            del self._chats[chat.tab.name]


TABS = Tabs()
