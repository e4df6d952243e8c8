"""What vLLM does about its window and about a thinking budget, and what other servers do."""

from typing import Literal

from tests.scripted_server.scripts import error
from tests.scripted_server.steps import Body, Content, ErrorEvent, Finish, Status, Step, Usage

BUDGET = "thinking_token_budget"
NO_PARSER = (
    "thinking_token_budget is set but reasoning_config is not configured. Please set --reasoning-parser and/or "
    "--reasoning-config to use thinking_token_budget."
)
Budgets = Literal["taken", "no parser", "unknown", "strict"]


def too_long(prompt: int, window: int) -> Status:
    """Return the rejection of a prompt that leaves no room for a reply."""
    return error(
        400,
        f"This model's maximum context length is {window} tokens. However, your prompt contains at least {prompt} "
        "input tokens, which exceeds this limit even without any output tokens. Please reduce the length of the input "
        f"prompt. (parameter=input_tokens, value={prompt})",
        param="input_tokens",
    )


def lowered(body: Body, room: int) -> Body:
    """Return the request with `max_tokens` lowered, without notice, to the room that the prompt leaves."""
    asked = body.get("max_completion_tokens") or body.get("max_tokens")
    return {**body, "max_tokens": room} | {"max_completion_tokens": None} if asked and asked > room else body


def budget_refused(body: Body, budgets: Budgets) -> list[Step]:
    """Return the rejection of a thinking budget; nothing from a server that ignores the field.

    The engine's own refusal comes inside a stream.
    """
    if BUDGET not in body or budgets == "unknown":
        return []
    if budgets == "strict":
        return [Status(422, {"detail": f"Unexpected fields in the request: {{'{BUDGET}'}}"})]
    if type(body[BUDGET]) is not int or body[BUDGET] < -1:
        words = f"`{BUDGET}` must be a non-negative integer or -1 for unlimited. (parameter={BUDGET})"
        return [error(400, words, param=BUDGET)]
    if budgets == "taken":
        return []
    return [ErrorEvent(NO_PARSER, "BadRequestError", 400)] if body.get("stream") else [error(400, NO_PARSER)]


def tries_budget(path: str, body: Body) -> bool:
    """True if the request only tries whether a budget is accepted: the script is for others."""
    tried = path.endswith("/chat/completions") and BUDGET in body
    return tried and body.get("max_tokens") == 1 and not body.get("stream")


def one_token(prompt: int) -> list[Step]:
    return [Content("Hello"), Finish("length"), Usage(prompt, 1)]
