"""What a server does at this moment: whether requests wait in its queue, and whether it makes progress."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import openai

from chat.server.connection import Connection

State = Literal["queued", "reading", "idle"]
_GAUGES = ("num_requests_waiting", "num_requests_running")
_STEPS = ("prompt_tokens_total", "generation_tokens_total", "kv_cache_usage_perc", "gpu_cache_usage_perc")
_LINE = re.compile(rf"^vllm:({'|'.join((*_GAUGES, *_STEPS))})(?:\{{(.*)\}})? (\S+)$", re.MULTILINE)
_MODEL = re.compile(r'model_name="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Activity:
    """What a server does: its `state`, and numbers that change with each of its steps.

    `queued`: requests wait. `reading`: all of them are worked on. `idle`: there is none.
    """

    state: State
    steps: tuple[float, ...] = ()

    def progressed(self, before: "Activity | None") -> bool:
        """True if the server has worked on its requests since then."""
        return before is not None and self.state != "idle" and self.steps != before.steps


async def ask_activity(connection: Connection, model: str) -> Activity | None:
    """Return what the server does, by vLLM's `/metrics` or llama.cpp's `/slots`; None if neither says it. Never raises.

    No request has a name there. So the progress of others counts too: ours waits for them, or is worked on with them.
    """
    try:
        metrics = await connection.get_text(f"{connection.root}/metrics", quick=True, retry=False)
    except (openai.APIError, ValueError):
        metrics = ""
    if activity := parse_metrics(metrics, model):
        return activity
    try:
        return parse_slots(await connection.get(f"{connection.root}/slots", quick=True, retry=False))
    except (openai.APIError, ValueError):
        return None


def parse_metrics(text: str, model: str) -> Activity | None:
    """Return what vLLM's metrics say: of that model, or of all if none has that name. Engines are added up."""
    series = [(name, labels, number) for name, labels, value in _LINE.findall(text) if (number := _number(value)) >= 0]
    own = [each for each in series if model in _MODEL.findall(each[1])]
    totals: dict[str, float] = {}
    for name, _, number in own or series:
        totals[name] = totals.get(name, 0.0) + number
    if not totals.keys() >= set(_GAUGES):
        return None
    waiting, running = (totals[name] for name in _GAUGES)
    steps = (running, *(totals.get(name, 0.0) for name in _STEPS))
    if waiting:
        return Activity("queued", steps)
    return Activity("reading" if running else "idle", steps)


def _number(text: str) -> float:
    """Return the number; -1 if it is none."""
    try:
        number = float(text)
    except ValueError:
        return -1.0
    return number if math.isfinite(number) else -1.0


def parse_slots(answer: object) -> Activity | None:
    """Return what llama.cpp's slots say. A request without a slot waits for one; the list does not have it."""
    slots = answer if isinstance(answer, list) else []
    if not slots or not all(isinstance(slot, Mapping) and "is_processing" in slot for slot in slots):
        return None
    busy = [slot for slot in slots if slot["is_processing"] is True]
    if not busy:
        return Activity("idle")
    steps = tuple(step for slot in busy for step in _slot_steps(slot))
    return Activity("reading" if any(_decoded(slot) == 0 for slot in busy) else "queued", steps)


def _slot_steps(slot: Mapping[str, Any]) -> Iterable[float]:
    names = ("id", "id_task", "n_prompt_tokens", "n_prompt_tokens_processed")
    return (*(_whole(slot.get(name)) for name in names), _decoded(slot))


def _decoded(slot: Mapping[str, Any]) -> int:
    """Return the tokens that the slot has generated."""
    match slot.get("next_token"):
        case [Mapping() as token, *_] | (Mapping() as token):
            return _whole(token.get("n_decoded"))
    return 0


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
