"""A real HTTP server that speaks the OpenAI-compatible protocol as vLLM does, and replies by a script.

    with ScriptedServer() as server:
        server.play(thought_and_answer("2 and 2 is 4.", "4"))
        ...  # a client of `server.base_url`
        assert server.chats()[0].body["stop_token_ids"] == [151645]

By hand: `python -m tests.scripted_server --port 8001`.
"""

from tests.scripted_server.http import Request
from tests.scripted_server.scripts import Model, error, replay, thought_and_answer, tokens
from tests.scripted_server.server import ScriptedServer
from tests.scripted_server.steps import (
    Answer,
    Content,
    Delta,
    Done,
    Drop,
    ErrorEvent,
    Finish,
    Hang,
    Hold,
    KeepAlive,
    Pause,
    Raw,
    Reasoning,
    Reset,
    Role,
    Script,
    Status,
    Step,
    Usage,
)

__all__ = [
    "Answer",
    "Content",
    "Delta",
    "Done",
    "Drop",
    "ErrorEvent",
    "Finish",
    "Hang",
    "Hold",
    "KeepAlive",
    "Model",
    "Pause",
    "Raw",
    "Reasoning",
    "Request",
    "Reset",
    "Role",
    "Script",
    "ScriptedServer",
    "Status",
    "Step",
    "Usage",
    "error",
    "replay",
    "thought_and_answer",
    "tokens",
]
