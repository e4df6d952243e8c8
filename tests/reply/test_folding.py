"""A chat that outgrows the model's window continues without its oldest turns, and the server never refuses it."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.reply.folding import LEAST, Fitted, drop_points, find_dropped, fit_prompt, reserve, size
from chat.reply.history import Exchange, History, Prompt
from chat.server.endpoint import open_stream
from chat.server.faults import Fault
from chat.server.request import ChatMessage, request
from chat.server.window import clamp_limit, count_prompt_tokens, count_tokens
from tests.scripted_server import Content, Finish, Model, ScriptedServer
from tests.scripted_server.steps import Body
from tests.wire.fixtures import Chat

WINDOW = 2000
LINE = "one and two and three and four and five and six and seven. "
LINES = {
    "English": LINE,
    "Chinese": "今天天气很好，我们去公园散步，然后回家吃饭。",
    "figures": "3.14159 + 2.71828 = 5.85987; ",
}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(max_model_len=WINDOW) as server:
        yield server


class Talk:
    """A chat with the profile. All its turns are alike."""

    def __init__(self, chat: Chat, turns: int = 0, line: str = LINE, system: str = "Be brief.") -> None:
        self.chat, self.system, self.history, self.line = chat, system, History(), line
        for _ in range(turns):
            self.add_turn()

    def add_turn(self) -> None:
        number = len(self.history.shown)
        said = Exchange(str(number), f"Question {number}? {self.line}", "", f"Answer {number}. {self.line}", "scripted")
        self.history.add(said)

    def prompt(self, question: str) -> Prompt:
        return Prompt(self.chat.profile, self.system, self.history.shown, question)

    async def fit(self, question: str = "And now?", limit: int | None = None, last: int = 0, begun: str = "") -> Fitted:
        return await fit_prompt(self.prompt(question), {}, limit, begun, last)


def counts(server: ScriptedServer) -> int:
    return sum(each.path == "/tokenize" for each in server.requests)


async def refusal(chat: Chat, messages: list[ChatMessage]) -> str:
    """Return the kind of fault with which the server refuses the messages, empty if it accepts them."""
    chat.server.play([Content("Yes."), Finish()])
    try:
        async with open_stream(request(chat.profile, "FULL", messages, (), "chat-1")):
            return ""
    except Fault as fault:
        return fault.kind


# --- What is dropped


async def test_a_short_chat_is_sent_as_it_is_and_nothing_is_counted(server: ScriptedServer, chat: Chat) -> None:
    talk = Talk(chat, 2)
    fit = await talk.fit(limit=200)
    assert (fit.messages, fit.dropped, fit.prompt, fit.window) == (talk.prompt("And now?").messages(), 0, None, WINDOW)
    assert counts(server) == 0
    counted = await count_prompt_tokens(chat.profile, fit.messages, {})
    assert counted
    assert fit.room
    assert fit.room >= 200
    unlimited = await talk.fit()
    assert (unlimited.prompt, unlimited.room) == (counted, WINDOW - counted)


async def test_a_reply_that_continues_has_its_part_of_the_window(chat: Chat) -> None:
    talk = Talk(chat, 16)
    begun = "<think>\nHm.\n</think>\n\n" + LINE * 50
    assert (await talk.fit(limit=100)).dropped == 0
    fit = await talk.fit(limit=100, begun=begun)
    assert fit.dropped
    tokens = await count_tokens(chat.profile, begun)
    prompt = await count_prompt_tokens(chat.profile, fit.messages, {})
    assert tokens
    assert prompt
    assert fit.prompt == prompt + tokens <= WINDOW - reserve(100, WINDOW)


async def test_a_reply_that_fills_the_window_leaves_the_question_alone(chat: Chat) -> None:
    talk = Talk(chat, 4)
    fit = await talk.fit(limit=100, begun=LINE * 200)
    assert (fit.dropped, fit.room) == (4, 0)


async def test_a_chat_that_fits_by_its_tokens_is_sent_as_it_is(chat: Chat) -> None:
    fit = await Talk(chat, 20).fit()
    assert (fit.dropped, fit.window) == (0, WINDOW)
    assert fit.prompt == await count_prompt_tokens(chat.profile, fit.messages, {})


@pytest.mark.parametrize("line", LINES)
async def test_the_oldest_turns_are_dropped_before_the_server_refuses(chat: Chat, line: str) -> None:
    talk = Talk(chat, 60, LINES[line])
    assert await refusal(chat, talk.prompt("And now?").messages()) == "too_long"
    chat.server.reset()
    fit = await talk.fit()
    assert 0 < fit.dropped < 60
    assert fit.prompt
    assert fit.prompt <= WINDOW - reserve(None, WINDOW)
    assert fit.messages[0] == {"role": "system", "content": "Be brief."}
    assert fit.messages[1]["content"].startswith(f"Question {fit.dropped}?")
    assert fit.messages[-1] == {"role": "user", "content": "And now?"}
    assert await refusal(chat, fit.messages) == ""


async def test_a_system_prompt_in_the_first_question_stays(chat: Chat) -> None:
    chat.use(messages={"system_role": "user"})
    fit = await Talk(chat, 60).fit()
    assert fit.dropped
    assert fit.messages[0]["content"].startswith(f"Be brief.\n\nQuestion {fit.dropped}?")


async def test_a_question_that_is_too_long_by_itself_is_left_to_the_server(chat: Chat) -> None:
    question = LINE * 200
    for turns in (0, 5):
        fit = await Talk(chat, turns).fit(question)
        assert [each["content"] for each in fit.messages] == ["Be brief.", question]
        assert fit.dropped == turns
        assert await refusal(chat, fit.messages) == "too_long"
        chat.server.reset()


async def test_nothing_is_dropped_if_the_window_is_unknown(server: ScriptedServer, chat: Chat) -> None:
    server.tells_window = False
    talk = Talk(chat, 60)
    assert await talk.fit(limit=100) == Fitted(talk.prompt("And now?").messages())
    assert counts(server) == 0


@pytest.mark.parametrize("line", ["English", "Chinese"])
async def test_three_bytes_are_a_token_if_the_server_cannot_count(
    server: ScriptedServer, chat: Chat, line: str
) -> None:
    server.tokenizes = False
    fit = await Talk(chat, 60, LINES[line]).fit()
    assert fit.prompt is None
    assert 0 < fit.dropped < 60
    assert size(fit.messages) / 3 <= WINDOW - reserve(None, WINDOW)
    server.tokenizes = True
    assert await refusal(chat, fit.messages) == ""


async def test_it_fits_into_llama_cpps_window_too(server: ScriptedServer, chat: Chat) -> None:
    server.n_ctx = WINDOW
    fit = await Talk(chat, 60).fit()
    assert fit.dropped
    assert fit.prompt
    assert await refusal(chat, fit.messages) == ""


# --- Turn after turn


@pytest.mark.parametrize("line", LINES)
async def test_turns_of_a_long_chat_are_dropped_seldom_and_counted_once_or_twice(
    server: ScriptedServer, chat: Chat, line: str
) -> None:
    talk, last, changes, over = Talk(chat, 0, LINES[line]), 0, 0, 0
    for _ in range(120):
        talk.add_turn()
        server.requests.clear()
        fit = await talk.fit(last=last)
        assert fit.dropped >= last
        assert counts(server) <= 3
        assert fit.prompt is None or fit.prompt <= WINDOW - reserve(None, WINDOW)
        over += counts(server) > 1
        changes += fit.dropped > last
        last = fit.dropped
    assert last > 80
    assert changes < 20
    assert over <= changes + 2


async def test_after_an_edit_far_back_the_turns_are_there_again(chat: Chat) -> None:
    last = (await Talk(chat, 60).fit()).dropped
    for turns in (50, last + 1, last, 25, 15, 3):
        talk = Talk(chat, turns)
        assert await talk.fit(last=last) == await talk.fit()
    assert (await Talk(chat, 15).fit(last=last)).dropped == 0


# --- The reply's reserve


@pytest.mark.parametrize(
    ("limit", "window", "kept"),
    [
        (None, 8192, 2048),
        (32768, 8192, 2048),
        (1000, 8192, 1000),
        (16, 8192, LEAST),
        (None, 800, LEAST),
        (None, 100, 50),
    ],
)
def test_the_reply_reserves_at_most_a_quarter_of_the_window(limit: int | None, window: int, kept: int) -> None:
    assert reserve(limit, window) == kept


async def test_a_limit_that_the_server_lowers_is_noticed(server: ScriptedServer, chat: Chat) -> None:
    heard: list[Body] = []

    def model(body: Body) -> Any:
        heard.append(body)
        return Model("", "A.")(body)

    chat.use(sampling={"max_tokens": WINDOW})
    fit = await Talk(chat, 2).fit(limit=WINDOW)
    left = clamp_limit(WINDOW, fit.window, fit.prompt)
    server.play(model)
    async with open_stream(request(chat.profile, "FULL", fit.messages, (), "chat-1")) as deltas:
        assert [each async for each in deltas]
    assert (fit.dropped, [body["max_tokens"] for body in heard]) == (0, [left])
    assert json.loads(json.dumps(server.chats()[-1].body))["max_tokens"] == WINDOW


# --- The search


@pytest.mark.parametrize(
    ("sizes", "lot", "found"),
    [
        ([100], 10, [0]),
        ([100, 90], 50, [0, 1]),
        ([100, 90, 80, 70, 60, 50], 20, [0, 2, 4, 5]),
        ([100, 40, 30, 20], 20, [0, 1, 3]),
        ([100, 99, 98], 1000, [0, 2]),
    ],
)
def test_turns_are_dropped_in_batches(sizes: list[int], lot: int, found: list[int]) -> None:
    assert drop_points(sizes, lot) == found


async def test_after_three_counts_that_were_too_high_the_rest_is_halved() -> None:
    """Put all tokens into the last turn, so that each guess by the bytes drops one turn only."""
    sizes, room, counted = [100 * number for number in range(65, 0, -1)], 100, []

    async def count(dropped: int) -> int:
        counted.append(dropped)
        return room + 1 if dropped < 60 else room

    dropped, tokens = await find_dropped(sizes, room, 0, count)
    assert (dropped >= 60, tokens) == (True, room)
    assert counted[:4] == [0, 1, 2, (3 + 64) // 2]


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=200), st.integers(1, 20000), st.integers(0, 300), st.data())
async def test_what_is_found_fits_or_is_all_with_few_counts(
    turns: list[int], room: int, last: int, data: st.DataObject
) -> None:
    sizes = [sum(turns[folded:]) + 50 for folded in range(len(turns) + 1)]
    each = [data.draw(st.integers(0, size)) for size in turns] if len(turns) < 20 else [size // 4 for size in turns]
    asked: list[int] = []

    async def count(folded: int) -> int:
        asked.append(folded)
        return sum(each[folded:]) + 20

    folded, tokens = await find_dropped(sizes, room, last, count)
    assert folded in drop_points(sizes, room)
    assert folded == len(turns) or sum(each[folded:]) + 20 <= room
    assert tokens in (None, sum(each[folded:]) + 20)
    assert len(asked) == len({*asked})
    assert len(asked) <= 3 + math.ceil(math.log2(len(drop_points(sizes, room)) + 1))


def test_a_thought_in_its_own_field_has_a_size() -> None:
    thought = "a long thought " * 50
    plain: ChatMessage = {"role": "assistant", "content": "Four."}
    kept: ChatMessage = {**plain, "reasoning": thought, "reasoning_content": thought}
    assert size([kept]) - size([plain]) == len(thought)
