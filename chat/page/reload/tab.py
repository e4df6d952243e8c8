"""The browser tab of a chat."""

import asyncio
import secrets


class Tab:
    """The tab of one chat.

    `name` is the tab's name, once the page has said it; `new_name` is for a tab that has none yet. `has_answered` is
    true if the page has answered since it was asked last, `has_left` if it has closed its connection. `said_hello` is
    set when the page has said what it shows. `forgetting` drops the chat unless its page comes back.
    """

    def __init__(self) -> None:
        self.name = ""
        self.new_name = secrets.token_urlsafe()
        self.has_answered = False
        self.has_left = False
        self.said_hello = asyncio.Event()
        self.forgetting: asyncio.TimerHandle | None = None
