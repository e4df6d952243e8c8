"""Chats without a browser. They send to Chainlit what a tab sends, and draw nothing."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import socketio

from bench.model import END

SETTLE_SECONDS = 1.0  # for what the app does when a chat opens


class Chat:
    """One chat over socket.io."""

    def __init__(self) -> None:
        self.first_text = asyncio.Event()  # of the latest turn
        self._over = asyncio.Event()
        self._said_all = False
        # aiohttp accepts messages of 4 MB by default. A browser has no limit, and a receipt contains the whole answer.
        self.socket = socketio.AsyncClient(websocket_extra_options={"max_msg_size": 0})
        self.socket.on("*", self._on_event)

    async def open(self, url: str) -> None:
        """Connect to the app."""
        session = {"sessionId": str(uuid.uuid4()), "clientType": "webapp", "userEnv": "{}"}
        auth = session | {"chatProfile": "", "threadId": ""}
        await self.socket.connect(url, socketio_path="/ws/socket.io", auth=auth, transports=["websocket"])
        await self.socket.emit("connection_successful")

    async def ask(self, text: str) -> None:
        """Ask, and wait until the turn has ended.

        Raises:
            RuntimeError: if it ends before the last token of the model, so that its time means nothing.
        """
        self._over.clear()
        self.first_text.clear()
        self._said_all = False
        message = {"id": str(uuid.uuid4()), "name": "user", "type": "user_message", "output": text}
        message |= {"threadId": "", "createdAt": datetime.now(UTC).isoformat()}
        await self.socket.emit("client_message", {"message": message, "fileReferences": []})
        await self._over.wait()
        if not self._said_all:
            raise RuntimeError("the turn ended before the model's last token")

    async def stop(self) -> None:
        """Press Stop, and wait until the turn is over."""
        await self.socket.emit("stop")
        await self._over.wait()

    async def _on_event(self, event: str, data: Any = None) -> None:
        self._said_all = self._said_all or END in str(data)
        if event in ("stream_start", "stream_token"):
            self.first_text.set()
        if event == "task_end":
            self._over.set()


@asynccontextmanager
async def open_chats(url: str, number: int) -> AsyncIterator[list[Chat]]:
    """Yield `number` connected chats, and disconnect them afterwards."""
    chats = [Chat() for _ in range(number)]
    for chat in chats:
        await chat.open(url)
    await asyncio.sleep(SETTLE_SECONDS)
    yield chats
    for chat in chats:
        await chat.socket.disconnect()
