"""What can be done after an ending."""

from termination.ending import EndingCode, NextStep, Phase

_Codes = frozenset[EndingCode]
_CLOCKS: _Codes = frozenset(("idle_timeout", "total_timeout"))
_CUT_OFF: _Codes = _CLOCKS | {"stop_text", "length", "budget", "stopped", "disconnected"}
_ANSWER_NOW: _Codes = _CUT_OFF | {"loop", "complete"}
_CONTINUE: _Codes = _CUT_OFF | {"server_error", "aborted"}
_RETRY: _Codes = _CLOCKS | {"first_token_timeout", "loop", "disconnected"}
_RETRY |= {"server_error", "refused", "content_filter", "aborted"}


def next_steps(code: EndingCode, phase: Phase) -> tuple[NextStep, ...]:
    """In the order in which they are offered. `phase` is what the reply has come to; without any text it is `waiting`.

    >>> next_steps("length", "thought"), next_steps("length", "answer"), next_steps("length", "waiting")
    (('answer_now', 'continue'), ('continue',), ('retry',))
    """
    if code == "thought_complete":
        return ("answer_now",)
    in_vain = (phase == "waiting" and code in _ANSWER_NOW) or (phase == "thought" and code == "complete")
    steps: list[tuple[NextStep, bool]] = [
        ("answer_now", phase == "thought" and code in _ANSWER_NOW),
        ("continue", phase != "waiting" and code in _CONTINUE),
        ("retry", code in _RETRY or in_vain),
    ]
    return tuple(step for step, offered in steps if offered)
