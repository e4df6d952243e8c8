"""A real Chainlit session without a browser: events go in by its handlers, and come out as a list."""

import asyncio
import importlib
import uuid
from collections.abc import Callable
from types import ModuleType
from typing import Any


class Session:
    """The browser's end of a Chainlit session: it sends what a browser sends, and keeps what it receives."""

    def __init__(self, sockets: ModuleType, sessions: ModuleType, language: str = "en-US") -> None:
        self.events: list[tuple[str, Any]] = []
        self.stop_after = 0  # number of events until Stop is pressed
        self.press_at_once = ""  # the name of a button that is pressed twice as soon as it comes
        self._presses: list[asyncio.Task[None]] = []
        self._sockets = sockets
        self.id, self.sid = str(uuid.uuid4()), uuid.uuid4().hex
        self.real = sessions.WebsocketSession(
            id=self.id,
            socket_id=self.sid,
            emit=self._emit,
            emit_call=self._emit,
            user_env={},
            client_type="webapp",
            environ={"HTTP_ACCEPT_LANGUAGE": language},
        )

    async def _emit(self, event: str, data: Any, *_: object) -> None:
        """Receive an event as from Socket.IO: its sender has to wait, so that a Stop can reach it."""
        self.events.append((event, data))
        self.stop_after -= 1
        if self.stop_after == 0:
            await self.says("stop")
        if event == "action" and data["name"] == self.press_at_once:
            self.press_at_once = ""
            self._presses = [asyncio.create_task(self.presses(data["name"])) for _ in range(2)]
        await asyncio.sleep(0)

    async def says(self, event: str, *data: object) -> None:
        """Send an event to Chainlit's handler, as Socket.IO would."""
        await self._sockets.sio.handlers["/"][event](self.sid, *data)

    def hello(self) -> dict[str, Any]:
        """Return the app's last question for the tab, which has a name for a new one."""
        asked = [data for name, data in self.events if name == "window_message" and "fullstopHello" in data]
        return asked[-1] if asked else {}

    async def greets(self, tab: str = "", *, loaded: bool = True, **shown: object) -> None:
        """Send the name of the tab and what it shows, as the page does."""
        said = {"fullstopDo": "tab", "tab": tab or self.hello()["fullstopHello"], "loaded": loaded}
        await self.says("window_message", said | shown)

    def toasts(self) -> list[str]:
        return [data["message"] for name, data in self.events if name == "toast"]

    def comes_back(self) -> None:
        """Come back on a new socket, as after a lost connection."""
        self.sid = uuid.uuid4().hex
        self.real.restore(new_socket_id=self.sid)

    async def sends(self, text: str, event: str = "client_message", edits: str = "") -> str:
        message = {"id": edits or str(uuid.uuid4()), "type": "user_message", "output": text, "name": "user"}
        message["createdAt"] = "2026-01-01T00:00:00Z"
        await self.says(event, {"message": message, "fileReferences": None})
        return message["id"]

    async def presses(self, name: str) -> None:
        """Press the last button of that name."""
        action = next(data for event, data in reversed(self.events) if event == "action" and data["name"] == name)
        importlib.import_module("chainlit.context").init_ws_context(self.real)
        callbacks = importlib.import_module("chainlit.config").config.code.action_callbacks
        await callbacks[name](importlib.import_module("chainlit").Action(**action))

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not holds():  # noqa: ASYNC110  (the session's other end is Chainlit's)
                await asyncio.sleep(0.01)

    def idle(self) -> bool:
        """True if the page shows no Stop button."""
        return [name for name in self.names() if name.startswith("task_")][-1:] == ["task_end"]

    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    def shown(self) -> dict[str, dict[str, Any]]:
        """Return all steps that the page was sent, by id, oldest first."""
        steps: dict[str, dict[str, Any]] = {}
        for name, data in self.events:
            if name in ("new_message", "update_message", "stream_start"):
                steps[data["id"]] = steps.get(data["id"], {}) | data
            elif name == "stream_token":
                steps[data["id"]]["output"] += data["token"]
        return steps

    def standing(self) -> dict[str, dict[str, Any]]:
        """Return the steps that were not deleted."""
        steps: dict[str, dict[str, Any]] = {}
        for name, data in self.events:
            if name in ("new_message", "update_message", "stream_start"):
                steps[data["id"]] = steps.get(data["id"], {}) | data
            elif name == "delete_message":
                steps = {key: step for key, step in steps.items() if not _is_within(data["id"], step, steps)}
        return steps

    def buttons(self) -> list[str]:
        """Return the names of the buttons on the page."""
        return [each["name"] for each in self._actions()]

    def labels(self) -> list[str]:
        """Return the labels of the buttons on the page."""
        return [each["label"] for each in self._actions()]

    def _actions(self) -> list[dict[str, Any]]:
        shown: dict[str, dict[str, Any]] = {}
        for name, data in self.events:
            if name == "action":
                shown[data["id"]] = data
            elif name == "remove_action":
                shown.pop(data["id"], None)
        standing = self.standing()
        return [each for each in shown.values() if each["forId"] in standing]

    def lines(self) -> list[str]:
        """Return titles of steps and texts of messages."""
        shown = [step for step in self.shown().values() if step["type"] in ("tool", "assistant_message")]
        return [step["name"] if step["type"] == "tool" else step["output"] for step in shown]

    def errors(self) -> list[str]:
        return [step["output"] for step in self.shown().values() if step["isError"]]


def _is_within(gone: str, step: dict[str, Any], steps: dict[str, dict[str, Any]]) -> bool:
    """True if the step is deleted with that one, because it is below it."""
    parent = steps.get(step.get("parentId") or "")
    return step["id"] == gone or (parent is not None and _is_within(gone, parent, steps))
