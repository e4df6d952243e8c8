"""A process that plays one turn, and stops itself when the first text comes: `python -m tests.wire.stopping BASE_URL`.

It prints the answer and how the turn has ended.
"""

import asyncio
import os
import signal
import sys

from chat.profiles.modes import policy
from chat.reply.play import Play
from chat.server.request import Request, request
from chat.server.server import close_servers
from termination import AnswerDelta, Event, Turn
from tests.shelf import profile


async def main(base_url: str, *clocks: str) -> None:
    limits = dict(each.split("=") for each in clocks)
    chosen = profile(base_url, end={"clocks": limits})

    async def ask() -> Request:
        return request(chosen, "FULL", [{"role": "user", "content": "hello"}], (), "chat-1")

    def show(event: Event) -> None:
        if event == AnswerDelta("A"):
            os.kill(os.getpid(), signal.SIGSTOP)

    turn = Turn(policy(chosen, "FULL"), asyncio.get_running_loop().time())
    await Play(turn, show).run(ask())
    assert turn.ending
    print(turn.answer, turn.ending.code)
    await close_servers()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
