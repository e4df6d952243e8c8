"""Work on the page that Stop does not interrupt."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def uncut(work: Coroutine[Any, Any, None]) -> None:
    """Finish the work, whatever happens. A Stop meanwhile, or shortly before, takes effect when the task waits next."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if task.cancelled():
            raise
        await asyncio.wait([task])
        task.result()
        if current := asyncio.current_task():
            current.cancel()
