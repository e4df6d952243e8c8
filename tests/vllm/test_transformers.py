"""What `transformers serve` does not accept is omitted, or reported in its own words."""

import pytest

from chat.server.server import server_of
from chat.words.texts import say
from tests.vllm.other_servers import MODEL
from tests.vllm.playing import Player
from tests.vllm.scenarios import THOUGHT, Scenario, complete

pytestmark = pytest.mark.servers("transformers")


async def test_a_server_that_refuses_stop_ids_is_asked_without_them(player: Player) -> None:
    by_tokenizer = {"tokenizer": str(MODEL)}
    turn = (await player.play(Scenario("ids", complete(), changes=by_tokenizer, panel="THINK_ONLY"))).turn
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.thought) == ("thought_complete", "client", THOUGHT)
    assert server_of(player.profile(**by_tokenizer)).known.rejected_fields >= {"stop_token_ids", "skip_special_tokens"}


@pytest.mark.parametrize("name", ["top_k", "min_p", "repetition_penalty"])
async def test_vllms_own_sampling_is_refused_by_its_name(player: Player, name: str) -> None:
    fault = (await player.play(Scenario("refused", complete(), changes={"sampling": {name: 1}}))).fault
    assert fault
    assert name in say(fault.sentence, "en")
