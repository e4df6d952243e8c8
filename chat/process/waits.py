"""How long the app and the doctor wait for others: each wait is an environment variable, in seconds."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from chat.process.limits import BadLimit


@dataclass(frozen=True, slots=True)
class Waits:
    """All waits. The environment variable of `lookup_seconds` is `FULLSTOP_LOOKUP_SECONDS`, and so on.

    The first group is about a model server, the second about a page, the third about the doctor.
    """

    side_request_seconds: float = 5.0  # for a request beside the chat: models, tokens, templates
    lookup_seconds: float = 2.0  # for what the server says of itself: start time, window, budget
    restart_check_seconds: float = 10.0  # between two looks if the server has restarted
    restart_assumed_seconds: float = 600.0  # until a server that states no start time counts as restarted
    activity_seconds: float = 2.0  # between two looks at what a server does before the first token
    budget_retry_seconds: float = 60.0  # until a busy server is asked for its budget again
    settled_seconds: float = 0.5  # of silence after a finish_reason, until it is final
    asking_retry_seconds: float = 60.0  # until a server that was too busy is asked for a profile again
    keep_alive_seconds: float = 1.0  # for an idle connection: uvicorn, under vLLM, closes its own after 5 s

    page_hello_seconds: float = 1.0  # for a new page to report what it shows
    page_models_seconds: float = 5.0  # between the first two looks for models while nothing has been asked
    page_answer_seconds: float = 3.0  # for a page that is asked if it is still open
    page_return_seconds: float = 15.0  # for a page that lost its connection, until its turn ends
    page_receipt_seconds: float = 2.0  # for the receipts to arrive when the app is shut down

    doctor_brief_seconds: float = 1.5  # for the short examination when a chat opens
    doctor_reply_seconds: float = 6.0  # for a first short reply
    doctor_stream_seconds: float = 2.5  # for a stream to end
    doctor_first_seconds: float = 15.0  # for the first piece of a stream
    doctor_after_first_seconds: float = 0.5  # for more of a stream that began late
    doctor_field_seconds: float = 2.0  # for an answer to a request with one field more
    doctor_long_reply_seconds: float = 3.0  # for a long reply to begin and to count as running
    doctor_abort_seconds: float = 1.5  # for the server to stop a reply whose reader has left
    doctor_settled_seconds: float = 0.8  # for the doctor's former requests to end


def read_waits(environment: Mapping[str, str] = os.environ) -> Waits:
    """Return the waits that the environment sets; each other one has its default.

    Raises:
        BadLimit: if a value is not a number of seconds.
    """
    found = {each.name: environment.get(_variable(each.name), "").strip() for each in fields(Waits)}
    return Waits(**{name: _seconds(name, text) for name, text in found.items() if text})


def _variable(name: str) -> str:
    return f"FULLSTOP_{name.upper()}"


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise BadLimit(f"{_variable(name)}={text}: expected seconds, 0 or more, such as 2.5")
    return seconds
