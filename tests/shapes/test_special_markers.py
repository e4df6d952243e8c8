"""A thought whose markers are special tokens is resumed on /v1/completions, and its answer is separated from it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.reply.reply import Reply
from chat.server.server import close_servers
from termination import Begun
from tests.browser.running_app import ROOT
from tests.shapes.server import VllmServer
from tests.shapes.shape import SHAPES, Shape
from tests.shapes.templates import chatml
from tests.shapes.vocabulary import byte_level
from tests.shelf import profile
from tests.wire.fixtures import question

ENDS = {"<|endoftext|>": 1000, "<|im_start|>": 1001, "<|im_end|>": 1002}
MARKERS = [("<think>", "</think>"), ("[THINK]", "[/THINK]"), ("<seed:think>", "</seed:think>"), ("<|a|>", "<|z|>")]
TWO, MORE = "One and one. ", "And more."


def marked(open_: str, close: str, after: str) -> Shape:
    vocabulary = byte_level({**ENDS, open_: 1003, close: 1004})
    writes = f"{MORE}{close}{after}Two.<|im_end|>"
    return Shape("scripted", vocabulary, (1002, 1000), chatml, lambda _: writes)


@pytest.fixture(autouse=True)
async def _closed() -> AsyncIterator[None]:
    yield
    await close_servers()


async def check(server: VllmServer, used: Profile, **partial: Any) -> None:
    reply = Reply(question(used), lambda _: None, Begun("thought", TWO, **partial))
    assert await reply.play() is None
    assert reply.ending
    assert (reply.thought, reply.answer, reply.ending.code) == (MORE, "Two.", "complete")
    assert server.chats()[-1].path == "/v1/completions"


@pytest.mark.parametrize("after", ["", "\n\n"])
@pytest.mark.parametrize("markers", MARKERS)
async def test_markers_that_are_special_tokens_end_the_thought(markers: tuple[str, str], after: str) -> None:
    open_, close = markers
    with VllmServer(marked(open_, close, after)) as server:
        await check(server, profile(server.base_url, thinking={"open": open_, "close": close}))


@pytest.mark.parametrize("ends", ["<|return|>", "<|call|>"])
async def test_the_channels_of_gpt_oss_end_the_thought(ends: str) -> None:
    shape = SHAPES["gpt-oss-20b"]
    writes = f"{MORE}<|end|><|start|>assistant<|channel|>final<|message|>Two.{ends}<|return|>"
    with VllmServer(replace(shape, writes=lambda _: writes)) as server:
        shipped = read_profile(ROOT / "profiles" / "gpt-oss-20b.yaml")
        used = shipped.model_copy(
            update={"endpoint": shipped.endpoint.model_copy(update={"base_url": server.base_url})}
        )
        await check(server, used)
        prompt = server.prompts[-1]
    assert prompt.endswith(f"<|start|>assistant<|channel|>analysis<|message|>{TWO}")
