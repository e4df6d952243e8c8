"""What a model writes is on the page as its Markdown means it, however it comes. No text makes a step of it slow."""

import asyncio
import importlib
import sys
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chat.page.view.markdown import Markdown, display
from termination import AnswerDelta, CutBack, Event, PhaseChanged, ThoughtDelta
from tests.page.nasty_markdown import KINDS, nasty
from tests.page.session import Session
from tests.page.slow_markdown import slow_blocks, slow_display

CHAT = str(Path(__file__).parents[2] / "chat")
TOKEN, TOKENS_A_FRAME = 4, 5
MOST_LOOKED_AT = 100  # characters given to functions for each one of the text
cuts = st.lists(st.integers(1, 40), min_size=1, max_size=20)


@pytest.fixture
async def page(app: ModuleType) -> AsyncIterator[Session]:
    """Yield a session in which messages can be sent."""
    assert app.__name__ == "app"
    session = Session(importlib.import_module("chainlit.socket"), importlib.import_module("chainlit.session"))
    importlib.import_module("chainlit.context").init_ws_context(session.real)
    yield session
    await session.real.delete()


def cut(text: str, sizes: Sequence[int]) -> list[str]:
    """Return the text in pieces of these sizes, again and again."""
    ends = [0]
    while ends[-1] < len(text):
        ends.append(ends[-1] + sizes[(len(ends) - 1) % len(sizes)])
    return [text[start:end] for start, end in pairwise(ends)]


# --- The text as the page gets it


@given(nasty, cuts)
def test_the_text_is_the_same_in_one_piece_and_in_many(text: str, sizes: list[int]) -> None:
    markdown = Markdown()
    settled = ""
    for piece in cut(text, sizes):
        settled += markdown.feed(piece)
        assert display(text).startswith(settled)
    assert settled + markdown.tail == display(text) == slow_display(text)


@given(nasty, cuts, st.integers(1, 60))
def test_blocks_end_where_a_slow_look_at_the_whole_text_ends_them(text: str, sizes: list[int], size: int) -> None:
    markdown, shown = Markdown(size), [""]
    for piece in cut(text, sizes):
        shown[-1] += markdown.feed(piece)
        while (rest := markdown.rest) is not None:
            markdown = Markdown(size)
            shown.append(markdown.feed(rest))
    shown[-1] += markdown.tail
    assert shown == [slow_display(block) for block in slow_blocks(text, size)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\\(" + "a:b " * 300 + "\\)", "\\(" + "a\\:b " * 300 + "\\)"),
        ("`" + "a:b " * 300 + "`", "`" + "a\\:b " * 300 + "`"),
        ("<https://" + "a" * 1_000 + ">", "\\<https://" + "a" * 1_000 + ">"),
        ("$$" + "a:b " * 1_200 + "$$", "\\$\\$" + "a\\:b " * 1_200 + "\\$\\$"),
        ("\\[" + "a:b " * 1_200 + "\\]", "\\[" + "a\\:b " * 1_200 + "\\]"),
        ("$$" + "a:b " * 900 + "$$", "$$\n" + ("a:b " * 900).strip() + "\n$$"),
    ],
)
def test_a_construct_that_is_too_long_is_text(text: str, shown: str) -> None:
    assert display(text) == shown


def test_a_formula_that_is_never_closed_does_not_keep_a_block_from_ending() -> None:
    markdown = Markdown(2_000)
    markdown.feed("Its id is $$ in a shell.\n\n" + "A word.\n\n" * 1_000)
    assert markdown.rest is not None


@given(nasty, cuts)
def test_what_waits_is_short(text: str, sizes: list[int]) -> None:
    markdown = Markdown()
    for piece in cut(text * 20, sizes):
        markdown.feed(piece)
        assert markdown.waiting < 4_000


# --- The page


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(nasty, st.integers(1, 30), cuts, st.lists(st.booleans(), min_size=1))
@example("word `code` $x$\n\n", 300, [7], [True])
@example("- an item with \\(x\\)\n", 400, [5], [True, False])
async def test_the_page_shows_each_block_as_a_whole(
    page: Session, text: str, times: int, sizes: list[int], paints: list[bool]
) -> None:
    """Compare each message with its block in one piece, at any times of the frames."""
    text *= times
    page.events.clear()
    blocks = importlib.import_module("chat.page.view.blocks").Blocks(lambda _: None)
    for number, piece in enumerate(cut(text, sizes)):
        await blocks.write(piece)
        if paints[number % len(paints)]:
            await blocks.paint()
    await blocks.close()
    assert blocks.text == text
    written = slow_blocks(text, 2_000) if text else []
    assert [step["output"] for step in page.shown().values()] == [
        display(block if block is written[-1] else block.rstrip("\n")) for block in written
    ]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(nasty, st.integers(1, 300), cuts)
@example("so $x_1$ is \\(y:z\\), ", 600, [20])
async def test_a_thought_is_one_text(page: Session, text: str, times: int, sizes: list[int]) -> None:
    text *= times
    page.events.clear()
    step = importlib.import_module("chainlit").Step(name="thought", type="tool")
    paper = importlib.import_module("chat.page.view.paper").Paper(step)
    for piece in cut(text, sizes):
        paper.write(piece)
        await paper.paint()
    await paper.finish()
    assert step.output == display(text)
    assert "".join(shown["output"] for shown in page.shown().values()) == display(text)


async def test_a_long_text_is_seldom_sent_again(page: Session) -> None:
    """Send again only for a formula that has just been closed, which changes the text on the page."""
    step = importlib.import_module("chainlit").Step(name="thought", type="tool")
    paper = importlib.import_module("chat.page.view.paper").Paper(step)
    text = KINDS["formulas on one line"](50_000)
    for piece in cut(text, [TOKEN * TOKENS_A_FRAME]):
        paper.write(piece)
        await paper.paint()
    again = [data for name, data in page.events if name == "update_message"]
    assert sum(len(step["output"]) for step in again) < 20 * len(text)


async def test_what_is_on_the_page_stays_there_when_a_long_text_continues(page: Session) -> None:
    """Leave a construct open at the end of a turn; it is still open when the thought continues."""
    step = importlib.import_module("chainlit").Step(name="thought", type="tool")
    paper = importlib.import_module("chat.page.view.paper").Paper(step)
    paper.write("word " * 10_000 + "`open")
    await paper.finish()
    for _ in range(3):
        paper.write(" x")
        await paper.paint()
        assert step.output.endswith("`open")
    paper.write("\n\nNext.")
    await paper.paint()
    assert step.output.endswith("`open x x x\n\nNext.")
    assert "update_message" not in page.names()


# --- The work


@pytest.mark.parametrize("kind", KINDS)
async def test_the_work_for_a_character_does_not_grow_with_the_text(page: Session, kind: str) -> None:
    short, long = [await looked_at(page, KINDS[kind](length)) for length in (3_000, 12_000)]
    assert short < MOST_LOOKED_AT
    assert long < 1.3 * short + 1


@pytest.mark.parametrize("kind", ["code in backticks", "a table of formulas"])
async def test_nor_does_it_in_a_very_long_text(page: Session, kind: str) -> None:
    assert await looked_at(page, KINDS[kind](60_000)) < MOST_LOOKED_AT


async def looked_at(page: Session, text: str) -> float:
    """Return how many characters all functions of `chat` are given for each one of an answer in small tokens."""
    blocks = importlib.import_module("chat.page.view.blocks").Blocks(lambda _: None)
    with Given(2 * MOST_LOOKED_AT * len(text)) as given:
        for number, token in enumerate(cut(text, [TOKEN])):
            await blocks.write(token)
            if number % TOKENS_A_FRAME == TOKENS_A_FRAME - 1:
                await blocks.paint()
        await blocks.close()
    page.events.clear()
    return given.characters / len(text)


class TooMuch(AssertionError):
    pass


class Given:
    """Counts the characters of the texts that functions in `chat` get as arguments."""

    def __init__(self, most: int) -> None:
        self.characters, self._most = 0, most

    def __enter__(self) -> "Given":
        sys.setprofile(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _look(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(CHAT):
            names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
            values = [frame.f_locals.get(name) for name in names]
            self.characters += sum(len(value) for value in values if isinstance(value, str))
            if self.characters > self._most:
                sys.setprofile(None)
                raise TooMuch("the texts given grow with the text")


# --- Events that wait for a frame


@pytest.mark.parametrize("kind", ["prose", "code in backticks"])
async def test_a_burst_lets_others_in_and_keeps_the_order(page: Session, kind: str) -> None:
    """Let all events wait at once. They are painted in turns, and no event is lost."""
    text, others = KINDS[kind](100_000), Others()
    view = importlib.import_module("chat.page.view.reply_view").ReplyView("live", "en", True)
    async with view.open_round():
        for event in burst(text):
            view.show(event)
        async with others:
            await page.until(lambda: said(page, "assistant_message").endswith(text[-20:]))
    assert others.turns > 5
    assert said(page, "tool") == display(text)
    blocks = slow_blocks(text, 2_000)
    assert said(page, "assistant_message") == "".join(display(each.rstrip("\n")) for each in blocks[:-1]) + blocks[-1]


async def test_a_view_that_is_left_paints_all_that_waits(page: Session) -> None:
    text = KINDS["one long line"](20_000)
    view = importlib.import_module("chat.page.view.reply_view").ReplyView("live", "en", True)
    async with view.open_round():
        for event in burst(text):
            view.show(event)
    assert said(page, "tool") == said(page, "assistant_message") == display(text)


@pytest.mark.parametrize("thoughts", ["live", "hidden"])
async def test_the_end_of_a_thought_may_turn_out_to_be_the_answer(page: Session, thoughts: str) -> None:
    view = importlib.import_module("chat.page.view.reply_view").ReplyView(thoughts, "en", True)
    async with view.open_round():
        for event in (PhaseChanged("thought"), ThoughtDelta("One."), ThoughtDelta(" Two.")):
            view.show(event)
        await asyncio.sleep(0.2)
        for event in (CutBack("thought", 4), PhaseChanged("answer"), AnswerDelta("Two.")):
            view.show(event)
    assert (said(page, "tool"), said(page, "assistant_message")) == ("One." * (thoughts == "live"), "Two.")


async def test_an_answer_may_turn_out_to_be_a_thought(page: Session) -> None:
    view = importlib.import_module("chat.page.view.reply_view").ReplyView("live", "en", True)
    async with view.open_round():
        for event in (PhaseChanged("answer"), AnswerDelta("One.")):
            view.show(event)
        await asyncio.sleep(0.2)
        for event in (CutBack("answer", 0), PhaseChanged("thought"), ThoughtDelta("One.")):
            view.show(event)
        for event in (PhaseChanged("answer"), AnswerDelta("Two.")):
            view.show(event)
    standing = [step for id_, step in page.shown().items() if id_ in page.standing()]
    assert [(step["type"], step["output"]) for step in standing] == [("tool", "One."), ("assistant_message", "Two.")]


def test_events_that_wait_take_no_more_room_than_their_text() -> None:
    queue = importlib.import_module("chat.page.view.event_queue").EventQueue()
    text = KINDS["lines that end as in Windows"](100_000)
    for event in burst(text):
        queue.put(event)
    taken = list(queue.pop_all())
    assert len(taken) < 2 * len(text) / 4_000 + 4
    assert "".join(event.text for event in taken if isinstance(event, ThoughtDelta)) == text
    assert "".join(event.text for event in taken if isinstance(event, AnswerDelta)) == text
    assert [event.phase for event in taken if isinstance(event, PhaseChanged)] == ["thought", "answer"]
    assert list(queue.pop_all()) == []


def burst(text: str) -> list[Event]:
    """Return the events of a thought and an answer with this text, a character each."""
    return [
        PhaseChanged("thought"),
        *map(ThoughtDelta, text),
        PhaseChanged("answer"),
        *map(AnswerDelta, text),
    ]


def said(page: Session, kind: str) -> str:
    """Return all texts of this kind of step on the page, joined."""
    return "".join(step["output"] for step in page.shown().values() if step["type"] == kind)


class Others:
    """Counts how often the loop runs other tasks."""

    def __init__(self) -> None:
        self.turns = 0

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            self.turns += 1
            await asyncio.sleep(0)
