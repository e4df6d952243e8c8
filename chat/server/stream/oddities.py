"""What departs from the chat protocol in a reply that could be read nevertheless."""

from dataclasses import dataclass

# Reasons for the end as OpenAI and vLLM spell them.
USUAL_FINISHES = ("stop", "length", "tool_calls", "function_call", "content_filter", "abort", "repetition")


@dataclass(frozen=True, slots=True)
class Oddities:
    """The departures from the chat protocol in one reply.

    Attributes:
        empty_events: events that have a type or an id, but no data.
        unread_events: events whose data is not JSON.
        early_finishes: reasons for the end that were followed by text.
        odd_finish: a reason for the end in an unusual spelling or place, as it was written; empty if there is none.
        is_done_without_reason: True if the server has said that it is done, without any reason for the end.
    """

    empty_events: int = 0
    unread_events: int = 0
    early_finishes: int = 0
    odd_finish: str = ""
    is_done_without_reason: bool = False
