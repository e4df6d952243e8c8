"""Many who ask the same at once share one answer."""

import asyncio

import pytest

from chat.server.shared_answer import KEPT_ANSWERS, SharedAnswer


class Asked:
    """Counts how often it is asked; answers when it is let."""

    def __init__(self) -> None:
        self.times = 0
        self.may = asyncio.Event()

    async def __call__(self) -> int:
        self.times += 1
        await self.may.wait()
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


async def test_it_does_not_grow_without_end() -> None:
    shared, asked = SharedAnswer[int](lambda: 60.0), Asked()
    asked.may.set()
    for key in range(3 * KEPT_ANSWERS):
        await shared.get(key, asked)
    assert len(vars(shared)["_answers"]) <= KEPT_ANSWERS
