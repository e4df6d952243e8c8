"""What a tab keeps of the app's events, without drawing it: steps, buttons, toasts, the panel and the modes."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.turn import Block, Turn

BLOCKS = ("user_message", "assistant_message", "tool")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")  # a sign of Markdown

Step = dict[str, Any]


@dataclass
class Screen:
    """The state of one tab. `receive` takes each event of the app, as Socket.IO delivers it."""

    steps: dict[str, Step] = field(default_factory=dict)  # by id, in the order of the page
    actions: dict[str, Step] = field(default_factory=dict)
    toasts: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)  # to our script on the page
    panel: list[dict[str, Any]] = field(default_factory=list)
    modes: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)  # task_start, task_end

    def receive(self, event: str, data: Any) -> None:
        if event in ("new_message", "stream_start"):
            self.steps[data["id"]] = self.steps.get(data["id"], {}) | data
        elif event == "update_message" and data["id"] in self.steps:
            self.steps[data["id"]] |= data
        elif event == "stream_token" and data["id"] in self.steps:
            step = self.steps[data["id"]]
            step["output"] = data["token"] if data["isSequence"] else step["output"] + data["token"]
        elif event == "delete_message":
            self.steps = {key: step for key, step in self.steps.items() if not self._is_below(step, data["id"])}
        elif event == "action":
            self.actions[data["id"]] = data
        elif event == "remove_action":
            self.actions.pop(data["id"], None)
        elif event == "toast":
            self.toasts.append(data["message"])
        elif event == "window_message":
            self.messages.append(data)
        elif event == "chat_settings":
            self.panel = data
        elif event == "set_modes":
            self.modes = data
        elif event in ("task_start", "task_end"):
            self.tasks.append(event)

    def _is_below(self, step: Step, gone: str) -> bool:
        parent = self.steps.get(step.get("parentId") or "")
        return step["id"] == gone or (parent is not None and self._is_below(parent, gone))

    def ask(self, message: Step) -> None:
        """Show a message of the person, as the page does before the app has answered."""
        self.steps[message["id"]] = message

    def edit(self, message_id: str, text: str) -> None:
        """Show an edited message, without what stood below it."""
        kept = list(self.steps)[: list(self.steps).index(message_id) + 1]
        self.steps = {key: self.steps[key] for key in kept}
        self.steps[message_id]["output"] = text

    def asked(self) -> list[Step]:
        """Return the person's messages, oldest first."""
        return [step for step in self.steps.values() if step["type"] == "user_message"]

    def turn(self) -> Turn:
        """Return what is below the last message of the person."""
        shown = [step for step in self.steps.values() if step["type"] in BLOCKS]
        last = max((place for place, step in enumerate(shown) if step["type"] == "user_message"), default=-1)
        return Turn(tuple(map(self._block, shown[last + 1 :])))

    def _block(self, step: Step) -> Block:
        is_step = step["type"] == "tool"
        return Block(
            kind=step["type"],
            title=step["name"] if is_step else "",
            foldable=is_step and bool(step.get("output")),
            open=is_step,
            running=is_step and not step.get("end"),
            text=read(step),
            error=bool(step.get("isError")),
            buttons=[each["label"] for each in self.actions.values() if each["forId"] == step["id"]],
        )

    def buttons(self, label: str) -> list[dict[str, Any]]:
        """Return the buttons of receipts with that label, oldest first."""
        shown = [each for each in self.actions.values() if each["label"] == label]
        return [each for each in shown if each["forId"] in self.steps]

    def widget(self, key: str) -> Any:
        """Return what our script on the page was last sent under that key, None if there was nothing."""
        return next((message[key] for message in reversed(self.messages) if key in message), None)

    def is_running(self) -> bool:
        """True if the page shows a Stop button."""
        return self.tasks[-1:] == ["task_start"]


def read(step: Step) -> str:
    """Return the text as it reads: without escapes, and without the marks of inline code in our own sentences."""
    text = ESCAPED.sub(r"\1", step.get("output") or "").strip()
    return text.replace("`", "") if step.get("isError") else text
