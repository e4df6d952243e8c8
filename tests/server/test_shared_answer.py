"""Many who ask the same at once share one answer."""

import asyncio
import traceback

import pytest

from chat.server.shared_answer import KEPT_ANSWERS, SharedAnswer


class Asked:
    """Counts how often it is asked; answers when it is let."""

    def __init__(self) -> None:
        self.times = self.cancelled = 0
        self.may = asyncio.Event()

    async def __call__(self) -> int:
        self.times += 1
        try:
            await self.may.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.times


async def test_a_hundred_who_ask_at_once_ask_one_time() -> None:
    shared, asked = SharedAnswer[int](lambda: 60.0), Asked()
    waiting = [asyncio.ensure_future(shared.get("a", asked)) for _ in range(100)]
    await asyncio.sleep(0)
    asked.may.set()
    assert await asyncio.gather(*waiting) == [1] * 100
    assert await shared.get("a", asked) == 1


async def test_another_key_is_another_question() -> None:
    shared, asked = SharedAnswer[int](lambda: 60.0), Asked()
    asked.may.set()
    assert [await shared.get(key, asked) for key in ("a", "b", "a")] == [1, 2, 1]


async def test_an_old_answer_is_asked_for_again() -> None:
    shared, asked = SharedAnswer[int](lambda: 0.0), Asked()
    asked.may.set()
    assert [await shared.get("a", asked) for _ in range(2)] == [1, 2]


async def test_an_error_is_not_kept() -> None:
    async def fails() -> int:
        raise ValueError("no")

    async def works() -> int:
        return 7

    shared = SharedAnswer[int](lambda: 60.0)
    with pytest.raises(ValueError, match="no"):
        await shared.get("a", fails)
    assert await shared.get("a", works) == 7


async def test_one_who_gives_up_does_not_end_it_for_the_others() -> None:
    shared, asked = SharedAnswer[int](lambda: 60.0), Asked()
    first, second = (asyncio.ensure_future(shared.get("a", asked)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    asked.may.set()
    assert await second == 1
    assert asked.times == 1


async def test_when_all_give_up_the_question_is_cancelled() -> None:
    shared, asked = SharedAnswer[int](lambda: 60.0), Asked()
    waiting = [asyncio.ensure_future(shared.get("a", asked)) for _ in range(2)]
    await asyncio.sleep(0)
    for each in waiting:
        each.cancel()
    assert [type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)] == [
        asyncio.CancelledError,
        asyncio.CancelledError,
    ]
    later = asyncio.ensure_future(shared.get("a", asked))
    await asyncio.sleep(0)
    asked.may.set()
    assert await later == 2
    assert asked.cancelled == 1


async def test_a_forgotten_answer_is_asked_for_again() -> None:
    shared, asked = SharedAnswer[int](lambda: 60.0), Asked()
    asked.may.set()
    assert await shared.get("a", asked) == 1
    shared.forget("a")
    assert await shared.get("a", asked) == 2


async def test_the_traceback_of_an_error_does_not_grow_with_those_who_share_it() -> None:
    async def fails() -> int:
        await asyncio.sleep(0)
        raise ValueError("no")

    async def depth() -> int:
        try:
            return await shared.get("a", fails)
        except ValueError as error:
            return len(traceback.extract_tb(error.__traceback__))

    shared = SharedAnswer[int](lambda: 60.0)
    alone = await depth()
    assert await asyncio.gather(*(depth() for _ in range(50))) == [alone] * 50


async def test_it_does_not_grow_without_end() -> None:
    shared, asked = SharedAnswer[int](lambda: 60.0), Asked()
    asked.may.set()
    for key in range(3 * KEPT_ANSWERS):
        await shared.get(key, asked)
    assert len(vars(shared)["_answers"]) <= KEPT_ANSWERS
