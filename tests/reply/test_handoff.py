"""The endings of a reply that continues become one."""

from dataclasses import replace

import pytest

from chat.reply.handoff import join_endings, stopped_ending
from termination import Ending, Timing, TokenCounts

LOOP = Ending("loop", "server", "thought", TokenCounts(thought=9), Timing(3.0, 1.0), finish_reason="repetition")


def test_a_stop_before_the_reply_continues_is_the_persons() -> None:
    ending = stopped_ending(replace(LOOP, condition="loop()", evidence="9 x 3", facts={"copies": "9"}, next=("retry",)))
    assert (ending.code, ending.source, ending.phase) == ("stopped", "person", "thought")
    assert (ending.condition, ending.evidence, ending.facts, ending.finish_reason) == (None, "", {}, None)
    assert ending.next == ("answer_now", "continue")
    assert ending.tokens == LOOP.tokens


@pytest.mark.parametrize(
    ("first", "second", "waited"),
    [(1.0, 0.5, 1.0), (None, 0.5, 3.5), (1.0, None, 1.0), (None, None, None)],
)
def test_the_first_token_is_that_of_the_whole_reply(
    first: float | None, second: float | None, waited: float | None
) -> None:
    one, other = (replace(LOOP, seconds=Timing(3.0, token)) for token in (first, second))
    assert join_endings(one, other).seconds.first_token == waited
    assert join_endings(one, other).seconds.total == 6.0
