"""Each real server keeps the contract of scenarios.py: thought, answer, ending, and nothing left running."""

import pytest

from tests.vllm.playing import Player
from tests.vllm.scenarios import SCENARIOS, SET_UPS, End, Scenario

CUT_ANYWHERE = {"length", "budget", "loop", "stopped", "idle_timeout", "total_timeout"}


@pytest.mark.servers(*SET_UPS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_a_turn_ends_as_the_table_says(player: Player, scenario: Scenario) -> None:
    expected = scenario.at(player.server.name)
    if expected is None:
        pytest.skip("makes no sense there")
    played = await player.play(scenario)
    ending, fault = played.turn.ending, played.fault
    assert ending
    assert (ending.code, ending.phase) == (expected.code, expected.phase), fault
    assert ending.source in expected.source.split(" or ")
    assert (fault.kind if fault else "") in expected.kind.split(" or ")
    if not expected.garbled:
        assert_texts(player, expected, played.turn.thought, played.turn.answer)
    assert await player.idle_in_time()


def assert_texts(player: Player, expected: End, thought: str, answer: str) -> None:
    """Check the texts. If a number or a timeout cuts the turn, the text of its phase is a beginning of the whole."""
    whole = {"thought": player.server.thought(expected.thought), "answer": expected.answer}
    said = {"thought": thought, "answer": answer}
    if expected.code in CUT_ANYWHERE:
        assert said[expected.phase]
        assert whole[expected.phase].startswith(said[expected.phase])
        whole[expected.phase] = said[expected.phase]
    assert said == whole
