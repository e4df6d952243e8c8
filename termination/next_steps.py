"""The ways to continue after an ending."""

from termination.ending import EndingCode, NextStep, Phase

_Codes = frozenset[EndingCode]
_TIMEOUTS: _Codes = frozenset(("idle_timeout", "total_timeout"))
_CUT_OFF: _Codes = _TIMEOUTS | {"stop_text", "length", "budget", "stopped", "disconnected"}
_ANSWER_NOW: _Codes = _CUT_OFF | {"loop", "complete"}
_CONTINUE: _Codes = _CUT_OFF | {"server_error", "aborted"}
_RETRY: _Codes = _TIMEOUTS | {"first_token_timeout", "loop", "disconnected"}
_RETRY |= {"server_error", "refused", "content_filter", "aborted"}


def next_steps(code: EndingCode, phase: Phase) -> tuple[NextStep, ...]:
    """Return what can be done next, in the order in which it is offered.

    Args:
        code: how the turn ended.
        phase: the phase that the whole reply has reached; without any text it is `waiting`.

    >>> next_steps("length", "thought"), next_steps("length", "answer"), next_steps("length", "waiting")
    (('answer_now', 'continue'), ('continue',), ('retry',))
    """
    if code == "thought_complete":
        return ("answer_now",)
    is_without_answer = (phase == "waiting" and code in _ANSWER_NOW) or (phase == "thought" and code == "complete")
    steps: list[tuple[NextStep, bool]] = [
        ("answer_now", phase == "thought" and code in _ANSWER_NOW),
        ("continue", phase != "waiting" and code in _CONTINUE),
        ("retry", code in _RETRY or is_without_answer),
    ]
    return tuple(step for step, offered in steps if offered)
