"""Limits that protect the app from model servers and from browsers: each is an environment variable."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields


class BadLimit(ValueError):
    """A malformed limit in the environment. The text names it, and says what is right."""


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits. `FULLSTOP_MAX_LINE_BYTES` sets `line_bytes`, and so on.

    The first group limits what a model server may send, the second what one browser address may do.
    """

    line_bytes: int = 1_000_000  # one line of a stream, and all lines of one event together
    error_bytes: int = 100_000  # the text of an error
    answer_bytes: int = 4_000_000  # the answer to a question beside the chat: models, tokens, templates
    reply_bytes: int = 100_000_000  # all of one reply's stream, decompressed
    json_depth: int = 100  # levels of lists and objects in one event or answer
    json_values: int = 50_000  # lists and objects in one event or answer
    header_bytes: int = 64_000  # all headers of one response

    sockets: int = 40  # open connections of one address
    openings: int = 240  # new connections of one address in a minute
    turns: int = 20  # running turns of one address
    message_bytes: int = 1_000_000  # one message, one edit, one edited thought
    parked: int = 40  # chats of one address that wait for their page
    doctor_runs: int = 6  # `/doctor` reports of one address in a minute


PREFIX = "FULLSTOP_MAX_"


def read_limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """Return the limits that the environment sets, with the defaults for all others.

    Raises:
        BadLimit: if a value is not a positive whole number.
    """
    found = {each.name: environment.get(PREFIX + each.name.upper(), "").strip() for each in fields(Limits)}
    return Limits(**{name: _number(name, text) for name, text in found.items() if text})


def read_shared_seconds(environment: Mapping[str, str] = os.environ) -> float:
    """Return the seconds for which opening pages share an answer of a model server: `FULLSTOP_SHARED_SECONDS`.

    Raises:
        BadLimit: if the value is not a whole number of seconds from 0 to 3600.
    """
    text = environment.get("FULLSTOP_SHARED_SECONDS", "").strip() or "3"
    if not (text.isascii() and text.isdecimal() and int(text) <= 3600):
        raise BadLimit(f"FULLSTOP_SHARED_SECONDS={text}: expected whole seconds from 0 to 3600, such as 3")
    return float(text)


def _number(name: str, text: str) -> int:
    digits = text.replace("_", "")
    if not (digits.isascii() and digits.isdecimal() and int(digits) > 0):
        raise BadLimit(f"{PREFIX}{name.upper()}={text}: expected a whole number above 0, such as 1000000")
    return int(digits)
