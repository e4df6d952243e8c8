"""A page without a model: turns as they look on it, for the tests of `fullstop.js` and `fullstop.css`."""

import asyncio
import json
from typing import Any

import chainlit as cl
from chainlit.utils import utc_now

from chat.page import repairs

repairs.repair()
ANSWER = ("2 and 2 is 4.\n\nThat follows from counting: one, two; three, four.\n\n", "A further block of the answer.")
DETAILS = "\n\n| | |\n|---|---|\n| Thought | 1.2 s · 320 tokens |\n| Answer | 0.9 s · 40 tokens |\n| Model | DASD-4B |"
COMPLETE = ("Complete · 2.1 s · 40 tokens · DASD-4B-Thinking", "check", ())
LOOP = (
    "Stopped: the text went round in a circle 4 times · 12 s · 2,114 tokens",
    "refresh-cw",
    ("Answer now", "Continue", "Retry"),
)
QUIET = (("Edit the thought", "pencil"), ("Branch here", "git-branch"), ("Details", "list"))
VERSIONS = ("‹", "2/3", "›")


@cl.on_message
async def play(message: cl.Message) -> None:
    scene, *words = message.content.split()
    thought = await think("Two and two. " * (200 if "long" in words else 2))
    if scene == "think":
        await asyncio.Event().wait()
    thought.end = utc_now()
    await thought.update()
    cl.user_session.set("thought", thought)
    blocks = [await cl.Message(block).send() for block in ANSWER]
    text, icon, main = LOOP if scene == "loop" else COMPLETE
    line = await receipt(text + DETAILS if "details" in words else text, icon, main)
    told = {"fullstop": [block.id for block in (*blocks, line)], "text": "".join(ANSWER)}
    await cl.context.emitter.send_window_message(told)


async def think(text: str) -> cl.Step:
    step = cl.Step(name="Thinking", type="tool", icon="brain", default_open=True, show_input=False)
    step.parent_id = cl.context.current_step.id if cl.context.current_step else None
    step.start = utc_now()
    await step.send()
    await step.stream_token(text)
    return step


async def receipt(text: str, icon: str, main: tuple[str, ...]) -> cl.Message:
    actions = [action(f"fs-main-{label}", label) for label in main]
    actions += [action(f"fs-quiet-{label}", label, name) for label, name in QUIET]
    actions += [action(f"fs-text-{label}", label) for label in VERSIONS]
    return await cl.Message(text, metadata={"icon": icon}, actions=actions).send()


def action(key: str, label: str, icon: str = "") -> cl.Action:
    made = cl.Action(name="press", payload={"label": label}, label=label, tooltip=label, icon=icon or None)
    made.id = f"{key}-{made.id}"
    return made


@cl.action_callback("press")
async def press(pressed: cl.Action) -> None:
    if pressed.payload["label"] == "Continue":
        await go_on(cl.user_session.get("thought"))
    else:
        await cl.context.emitter.send_toast(f"pressed {pressed.payload['label']}")


async def go_on(thought: Any) -> None:
    """The thought runs again for a while. Its title tells so only while the run that it belongs to is open as well."""
    emitter = cl.context.emitter
    await emitter.task_start()
    await emitter.update_step({"id": thought.parent_id, "end": None})
    thought.end = None
    await thought.update()
    await thought.stream_token("And on it goes.")
    await asyncio.sleep(2)
    thought.end = utc_now()
    await thought.update()
    await emitter.update_step({"id": thought.parent_id, "end": utc_now()})
    await emitter.task_end()


@cl.on_window_message
async def hear(data: dict[str, Any]) -> None:
    """Everything that the page sends to the app comes up as a toast."""
    await cl.context.emitter.send_toast(json.dumps(data, ensure_ascii=False))
