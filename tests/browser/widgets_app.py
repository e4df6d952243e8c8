"""A page without a model that shows turns, for the tests of `fullstop.js` and `fullstop.css`."""

import asyncio
import json
from typing import Any

import chainlit as cl
from chainlit.utils import utc_now

from chat.page.install import repairs

repairs.repair()
ANSWER = ("2 and 2 is 4.\n\nThat follows from counting: one, two; three, four.\n\n", "A further block of the answer.")
DETAILS = "\n\n| How it ended | |\n|---|---|\n| Ending | `complete` |\n| Tokens | thought 320, answer 40 |"
# Look, act, label, icon.
LOOP = (
    ("main", "answer_now", "Answer now", "message-square-reply"),
    ("main", "continue", "Continue", "arrow-right"),
    ("main", "retry", "Try again", "rotate-ccw"),
)
QUIET = (
    ("quiet", "edit", "Edit the thought", "pencil"),
    ("quiet", "reroll", "New answer", "dices"),
    ("quiet", "details", "Details", "info"),
    ("quiet", "former", "Previous version", "chevron-left"),
    ("text", "place", "2/3", ""),
    ("quiet", "later", "Next version", "chevron-right"),
)


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
    line = await receipt(scene == "loop", DETAILS if "details" in words else "")
    shown = {"fullstop": [block.id for block in (*blocks, line)], "text": "".join(ANSWER)}
    await cl.context.emitter.send_window_message(shown)


async def think(text: str) -> cl.Step:
    step = cl.Step(name="Thinking", type="tool", icon="brain", default_open=True, show_input=False)
    step.parent_id = cl.context.current_step.id if cl.context.current_step else None
    step.start = utc_now()
    await step.send()
    await step.stream_token(text)
    return step


async def receipt(loop: bool, details: str) -> cl.Message:
    text, icon = ("Stopped: the answer repeats itself", "refresh-cw") if loop else ("Complete", "check")
    actions = [action(*button) for button in ((*LOOP, *QUIET) if loop else QUIET)]
    return await cl.Message(f"{text} · 2.1 s · 40 tokens{details}", metadata={"icon": icon}, actions=actions).send()


def action(look: str, act: str, label: str, icon: str) -> cl.Action:
    made = cl.Action(name="press", payload={"act": act}, label=label, icon=icon or None)
    made.id = f"fs-{look}-{act}-{made.id}"
    return made


@cl.action_callback("press")
async def press(pressed: cl.Action) -> None:
    if pressed.payload["act"] == "continue":
        cl.user_session.set("over", over := asyncio.Event())
        await resume(cl.user_session.get("thought"), over)
    else:
        await cl.context.emitter.send_toast(f"pressed {pressed.payload['act']}")


async def resume(thought: Any, over: asyncio.Event) -> None:
    """Resume the thought, and run it until the page ends it.

    Its title shows that only while the run that it belongs to is open as well.
    """
    emitter = cl.context.emitter
    await emitter.task_start()
    await emitter.update_step({"id": thought.parent_id, "end": None})
    thought.end = None
    await thought.update()
    await thought.stream_token("And on it goes.")
    await over.wait()
    thought.end = utc_now()
    await thought.update()
    await emitter.update_step({"id": thought.parent_id, "end": utc_now()})
    await emitter.task_end()


@cl.on_window_message
async def hear(data: dict[str, Any]) -> None:
    """Show what the page sends as a toast. The page may also ask for a message, or end the thought that runs."""
    if "speak" in data:
        await cl.Message(data["speak"]).send()
        return
    if "over" in data:
        cl.user_session.get("over").set()
        return
    await cl.context.emitter.send_toast(json.dumps(data, ensure_ascii=False))
