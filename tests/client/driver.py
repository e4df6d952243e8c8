"""The app as a tab uses it, over a real socket and without a browser: the verbs of `tests/browser/driver.py`.

What it shows is what the app has sent. How a browser draws that is a matter of `tests/browser`.
"""

import asyncio
import json
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Self, TypeVar

import socketio

from tests.client.screen import Screen, read
from tests.sentences import sentence
from tests.turn import Turn

PATIENCE_SECONDS = 120.0
Result = TypeVar("Result")


class Background:
    """An event loop in a thread of its own, for the sockets of all clients."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Client:
    """One person's tab. Each verb waits until the app has done its part; none waits for the turn but `wait_idle`."""

    def __init__(self, url: str, background: Background, locale: str = "en-US", tab: str = "") -> None:
        self.url, self._background, self._locale = url, background, locale
        self._tab = tab
        self._picked: dict[str, str] = {}
        self._changed = threading.Condition()
        self._screen = Screen()
        self._sent = 0  # reports of the app's tasks before the last message was sent
        self._loaded = True  # and has not said so yet
        self._silent = False

    # The connection

    def open(self, profile: str = "") -> Self:
        """Connect, as a page that has been loaded, and wait for the panel."""
        self.connect(profile)
        self._until(lambda: self._screen.modes and not self._screen.is_running())
        return self

    def connect(self, profile: str = "") -> Self:
        """Connect, as a page that has been loaded, and wait for nothing."""
        self._loaded = True
        self._background.run(self._start(profile))
        return self

    async def _start(self, profile: str) -> None:
        """Connect with an empty chat."""
        with self._changed:
            self._screen, self._session, self._profile = Screen(), str(uuid.uuid4()), profile
            self._sent = 0
        await self._connect()

    async def _connect(self) -> None:
        # aiohttp accepts messages of 4 MB by default; a browser has no limit.
        self._socket = socketio.AsyncClient(reconnection=False, websocket_extra_options={"max_msg_size": 0})
        self._socket.on("*", partial(self._receive, self._socket))
        auth = {"sessionId": self._session, "clientType": "webapp", "userEnv": "{}", "threadId": ""}
        await self._socket.connect(
            self.url,
            {"Accept-Language": self._locale},
            auth | {"chatProfile": self._profile},
            transports=["websocket"],
            socketio_path="/ws/socket.io",
        )
        await self._socket.emit("connection_successful")

    async def _receive(self, socket: socketio.AsyncClient, event: str, data: Any = None) -> None:
        if socket is not self._socket:
            return  # what the app sent before the page connected again
        with self._changed:
            self._screen.receive(event, data)
            if event == "set_modes":
                options = data[0]["options"]
                self._picked = {data[0]["id"]: next(each["id"] for each in options if each["default"])}
            self._changed.notify_all()
        if event == "reload":
            self._loading = asyncio.create_task(self._load_again())
        if event == "window_message" and "fullstopHello" in data and not self._silent:
            self._tab = self._tab if self._tab and data["known"] else data["fullstopHello"]
            await self._socket.emit("window_message", self._hello())
            self._loaded = False

    async def _load_again(self) -> None:
        """Load the page, as the app wishes: another page shows its chat now."""
        await self._socket.emit("clear_session")
        await self._socket.disconnect()
        self._loaded = True
        await self._start("")

    def _hello(self) -> dict[str, Any]:
        steps = [step for step in self._screen.steps.values() if step["type"] in ("assistant_message", "tool")]
        shown = [{"id": step["id"], "title": step["name"], "streaming": bool(step.get("streaming"))} for step in steps]
        asked = [step["id"] for step in self._screen.asked()]
        runs = [each["fullstopRun"] for each in self._screen.messages if "fullstopRun" in each][-5:]
        said = {"fullstopDo": "tab", "tab": self._tab, "loaded": self._loaded}
        return said | {"asked": asked, "steps": shown, "runs": runs}

    def reload(self) -> None:
        """Reload the page: another session of the same tab."""
        self.close()
        self.open()

    def new_chat(self, profile: str = "") -> None:
        """Begin a new chat in the same page, with the profile that the header offers by that name of its file."""
        self._emit("clear_session")
        self.close()
        self._background.run(self._start(profile))
        self._until(lambda: self._screen.modes and not self._screen.is_running())

    def drop_socket(self) -> None:
        """Cut the connection. The page is without one until `wait_connected`."""
        self.close()

    def wait_connected(self) -> None:
        """Connect again, as the page does by itself: the same session, with all that the page shows."""
        self._background.run(self._connect())

    def go_silent(self) -> None:
        """Stop answering the app, as a page whose connection broke without notice."""
        self._silent = True

    def tab(self) -> str:
        """Return the name that the page gives its tab."""
        return self._tab

    def duplicate(self) -> "Client":
        """Return an open duplicate of this tab, which copies its name."""
        return Client(self.url, self._background, self._locale, self._tab).open()

    def close(self) -> None:
        self._background.run(self._socket.disconnect())

    def _emit(self, event: str, *data: object) -> None:
        self._background.run(self._socket.emit(event, data))

    # One turn

    def send(self, text: str) -> None:
        message = {"id": str(uuid.uuid4()), "type": "user_message", "name": "user", "output": text}
        message["createdAt"] = "2026-01-01T00:00:00Z"
        with self._changed:
            self._screen.ask(dict(message))
            self._begin()
        self._emit("client_message", {"message": {**message, "modes": self._picked}, "fileReferences": []})

    def edit_last(self, text: str) -> None:
        self.edit(-1, text)

    def edit(self, number: int, text: str) -> None:
        """Edit the person's message of that number, if the app allows that."""
        asked = self._screen.asked()[number]
        before = len(self._screen.messages)
        self._emit("window_message", {"fullstopDo": "may_edit", "id": asked["id"], "text": text})
        answers = [{"fullstopMayEdit": asked["id"]}, {"fullstopMayNotEdit": asked["id"]}]
        self._until(lambda: any(each in answers for each in self._screen.messages[before:]))
        if answers[0] not in self._screen.messages[before:]:
            return
        with self._changed:
            self._screen.edit(asked["id"], text)
            self._begin()
        message = {key: asked[key] for key in ("id", "type", "name")} | {"output": text}
        self._emit("edit_message", {"message": message})

    def _begin(self) -> None:
        """Note that the page shows a Stop button until the app says that the turn is over."""
        self._screen.tasks.append("task_start")
        self._sent = len(self._screen.tasks)

    def press(self, label: str, number: int = -1) -> None:
        """Press a button of a receipt, as "Continue"; the last one with that label."""
        self._act(self._button(label, number))

    def press_at_once(self, *labels: str) -> None:
        """Press buttons before the app has answered to any of them."""
        buttons = [self._button(label) for label in labels]
        with ThreadPoolExecutor() as fingers:
            list(fingers.map(self._act, buttons))

    def _button(self, label: str, number: int = -1) -> dict[str, Any]:
        self._until(lambda: self._screen.buttons(label))
        with self._changed:
            return self._screen.buttons(label)[number]

    def _act(self, button: dict[str, Any]) -> None:
        body = json.dumps({"sessionId": self._session, "action": button}).encode()
        request = urllib.request.Request(f"{self.url}/project/action", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
            response.read()

    def answer_now(self) -> None:
        """Press the button that floats above the composer while a thought streams."""
        self._emit("window_message", {"fullstopDo": "answer_now"})

    def edit_thought(self, text: str) -> str:
        """Press "Edit the thought", save that text in the editor, and return what the editor showed before."""
        before = len(self._screen.messages)
        self.press(sentence("act.edit"))
        self._until(lambda: any("fullstopEdit" in each for each in self._screen.messages[before:]))
        editor = self._screen.widget("fullstopEdit")
        self._emit("window_message", {"fullstopDo": editor["do"], "id": editor["id"], "text": text})
        return str(editor["text"])

    def stop(self) -> None:
        self._emit("stop")

    def ask(self, text: str) -> Turn:
        """Send, and wait for the end of the turn."""
        self.send(text)
        return self.wait_idle()

    def wait_idle(self) -> Turn:
        """Wait until the turn that the last verb started is over."""
        self._until(self._is_over)
        return self.turn()

    def _is_over(self) -> bool:
        """True if the task of the last message has ended, not only that of a greeting before it."""
        turn = self._screen.turn()
        if self._sent and "task_start" not in self._screen.tasks[self._sent :]:
            return False
        return bool(turn.blocks) and not self.is_running() and not any(block.running for block in turn.blocks)

    def wait_for(self, matches: Callable[[Turn], object]) -> Turn:
        """Wait until the turn matches; it may still be running."""
        self._until(lambda: matches(self._screen.turn()))
        return self.turn()

    def wait_text(self, text: str) -> None:
        """Wait until the text appears anywhere on the page."""
        self._until(lambda: text in self.everything())

    def _until(self, holds: Callable[[], object]) -> None:
        by = time.monotonic() + PATIENCE_SECONDS
        with self._changed:
            while not holds():
                if not self._changed.wait(by - time.monotonic()):
                    raise AssertionError(f"not so after {PATIENCE_SECONDS} s: {self._screen.turn()}")

    # What the page was sent

    def turn(self) -> Turn:
        with self._changed:
            return self._screen.turn()

    def thought_text(self) -> str:
        return self.turn().thoughts[-1].text

    def answer_text(self) -> str:
        return self.turn().answer

    def ending_line(self) -> str:
        return self.turn().ending

    def asked(self) -> list[str]:
        return [step["output"] for step in self._screen.asked()]

    def everything(self) -> str:
        """Return all titles, texts and labels."""
        with self._changed:
            steps = [f"{step['name']}\n{read(step)}" for step in self._screen.steps.values()]
            return "\n".join([*steps, *(each["label"] for each in self._screen.actions.values())])

    def pill(self) -> dict[str, str] | None:
        """Return the button that floats above the composer, None if there is none."""
        return self._screen.widget("fullstopPill")

    def gauge(self) -> dict[str, Any] | None:
        """Return how full the window is, None if the page shows no gauge."""
        return self._screen.widget("fullstopMeter")

    def tooltip(self, act: str) -> str:
        """Return the tooltip of the receipts' buttons for that act, as "details"."""
        return str(self._screen.widget("fullstopTips")[act])

    def toasts(self) -> list[str]:
        return list(self._screen.toasts)

    def wait_toast(self, text: str) -> None:
        self._until(lambda: any(text in toast for toast in self._screen.toasts))

    def is_running(self) -> bool:
        return self._screen.is_running()

    def spins(self) -> bool:
        """True if a cursor blinks or a title shimmers."""
        steps = [step for step in self._screen.steps.values() if step["type"] != "user_message"]
        return any(step.get("streaming") or (step["type"] in ("tool", "run") and not step.get("end")) for step in steps)

    # Settings and mode

    def pick_mode(self, name: str) -> None:
        """Pick a mode by the name that the picker shows."""
        (picker,) = self._screen.modes
        self._picked = {picker["id"]: next(each["id"] for each in picker["options"] if each["name"] == name)}

    def mode(self) -> str:
        (picker,) = self._screen.modes
        picked = self._picked[picker["id"]]
        return next(str(each["name"]) for each in picker["options"] if each["id"] == picked)

    def field(self, name: str) -> str:
        """Return what a field shows: its text, its choice, or whether it is on."""
        widget = self._widget(name)
        match widget["initial"]:
            case bool(on):
                return str(on).lower()
            case value if widget["type"] == "select":
                return next(str(item["label"]) for item in widget["items"] if item["value"] == value)
            case value:
                return str(value or "")

    def labels(self, name: str) -> list[str]:
        """Return what a select offers."""
        return [str(item["label"]) for item in self._widget(name)["items"]]

    def widget(self, key: str) -> Any:
        """Return what the page's own script was last sent under that key, None if there was nothing."""
        return self._screen.widget(key)

    def placeholder(self, name: str) -> str:
        return str(self._widget(name)["placeholder"])

    def change(self, **fields: str | float | bool) -> None:
        """Fill in fields of the panel by the widgets' ids and confirm; of a select, choose the label that it shows."""
        values = {widget["id"]: widget["initial"] for widget in self._screen.panel}
        values |= {name: self._value(name, value) for name, value in fields.items()}
        before = len(self._screen.toasts)
        self._emit("chat_settings_change", values)
        self._until(lambda: len(self._screen.toasts) > before)

    def _value(self, name: str, value: str | float | bool) -> object:
        widget = self._widget(name)
        if widget["type"] != "select":
            return value
        return next(item["value"] for item in widget["items"] if item["label"] == value)

    def _widget(self, name: str) -> dict[str, Any]:
        return next(widget for widget in self._screen.panel if widget["id"] == name)
