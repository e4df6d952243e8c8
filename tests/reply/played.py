"""One question, played to its end for a test, and the scripts of a thought that is cut."""

import asyncio

from chat.reply.notice import HandedOff, Report
from chat.reply.reply import Reply
from chat.server.faults import Fault
from termination import AnswerDelta, Begun, Ended, Ending, ThoughtDelta
from tests.scripted_server import (
    Content,
    Finish,
    Reasoning,
    Role,
    ScriptedServer,
    Step,
    error,
)
from tests.wire.fixtures import Chat

THOUGHT = ["Two ", "and ", "two. ", "Is ", "that ", "four? ", "I ", "think ", "so. "]
IDS = (151645, 151643)


class Played:
    """One question, played to its end, and what the page received of it."""

    def __init__(self, chat: Chat, mode: str = "FULL", begun: Begun | None = None) -> None:
        self.reported: list[Report] = []
        self.thinking, self.answered = asyncio.Event(), asyncio.Event()

        self.reply = Reply(chat.question(mode), self._show, begun, begun.thought if begun else "")

    def _show(self, event: Report) -> None:
        self.reported.append(event)
        if isinstance(event, ThoughtDelta):
            self.thinking.set()
        if isinstance(event, AnswerDelta):
            self.answered.set()

    async def to_the_end(self, answer: bool = False) -> Fault | None:
        return await self.reply.play(answer)

    @property
    def ending(self) -> Ending:
        assert self.reply.ending
        return self.reply.ending

    @property
    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.reported if isinstance(each, Ended | HandedOff)]


def cut(*last: Step) -> list[Step]:
    return [Role(), *map(Reasoning, THOUGHT), *last]


ANSWER = [Content("Four"), Content("."), Finish("stop")]
LENGTH = cut(Finish("length"))
REPETITION = cut(Finish("repetition", "repetition_detected"))
LOOP = [Role(), *map(Reasoning, ["and again "] * 200)]


def prompt_of(server: ScriptedServer) -> str:
    """Return what the model read of the last request, whose prompt is token ids."""
    return server.text_of(server.chats()[-1].body["prompt"])


def reject_continuing(server: ScriptedServer) -> None:
    """Leave the server neither a tokenizer nor a chat endpoint that continues a reply."""
    server.tokenizes = False
    server.tried = [error(400, "continue_final_message is not supported")]
