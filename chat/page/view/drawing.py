"""What a reply looks like on the page: its thoughts, the messages of its answer, and the lines between them."""

import asyncio
import logging
from typing import assert_never

import chainlit as cl
from chainlit.utils import utc_now

from chat.page.view.blocks import Blocks
from chat.page.view.event_queue import PIECE_CHARACTERS
from chat.page.view.markdown import display
from chat.page.view.paper import FRAME_SECONDS
from chat.page.view.pill import Pill
from chat.page.view.thought import ThoughtStep
from chat.page.view.waiting_line import WaitingLine
from chat.profiles.sentence import Sentence
from chat.profiles.settings import Display
from chat.reply.notice import HandedOff, Report, Waiting
from chat.server.faults import Fault
from chat.words.endings import hand_off_sentence, notice_sentence
from chat.words.texts import Language, plain, say
from termination import AnswerDelta, ConditionFailed, CutBack, Ended, Nudged, PhaseChanged, ThoughtDelta
from termination.ending import Timing, TokenCounts

log = logging.getLogger("fullstop")


class Drawing:
    """All items of one reply on the page, in their order. Each event adds to them; `paint` shows what is new."""

    def __init__(self, thoughts: Display, language: Language, thinks: bool) -> None:
        self._thoughts, self._language = thoughts, language
        self._items: list[cl.Message | cl.Step | cl.ErrorMessage] = []
        self._thought: ThoughtStep | None = None  # the last one
        self._waiting: WaitingLine | None = None
        self._blocks = Blocks(self._items.append)
        self._turn_start = 0  # characters of the answer before the present turn
        self._turn_thought = 0  # characters of the thought of the present turn
        self._pill = Pill(language) if thinks else None
        self._fault: cl.ErrorMessage | None = None

    @property
    def is_thinking(self) -> bool:
        """True while a thought grows."""
        return self._thought is not None and self._thought.is_open

    @property
    def frame_seconds(self) -> float:
        """Return how long the page needs for the next frame."""
        if self._thought and self._thought.is_open:
            return self._thought.frame_seconds
        if self._blocks.is_growing:
            return self._blocks.frame_seconds
        return FRAME_SECONDS

    @property
    def answer(self) -> str:
        """Return the whole answer as the model wrote it."""
        return self._blocks.text

    @property
    def block_ids(self) -> list[str]:
        """Return the ids of the answer's messages."""
        return [block.id for block in self._blocks.messages]

    def start_turn(self) -> None:
        """Note that the next turn begins: it can take back only what it adds itself."""
        self._turn_start, self._turn_thought = self._blocks.length, 0

    async def add(self, event: Report) -> None:
        """Add what the event brings. Text gets onto the page when it is painted."""
        if isinstance(event, PhaseChanged | Ended):
            await self._stop_waiting()
        match event:
            case Waiting():
                await self._show_waiting(event)
            case ThoughtDelta(text):
                assert self._thought is not None
                self._thought.write(text)
                self._turn_thought += len(text)
            case AnswerDelta(text):
                await self._blocks.write(text)
            case PhaseChanged("thought"):
                if not self.is_thinking:
                    await self._blocks.start_new_message()
                    await self._open_thought()
            case PhaseChanged(_, tokens, seconds):
                await self._close_thought(tokens, seconds)
            case CutBack("thought", keep):
                assert self._thought is not None
                self._thought.cut_back(self._turn_thought - keep)
                self._turn_thought = keep
            case CutBack(_, keep):
                for message in await self._blocks.cut_back(self._turn_start + keep):
                    self._items.remove(message)
            case Nudged() | ConditionFailed() | Sentence():
                await self._add_notice(event)
            case HandedOff():
                await self._hand_off(event)
            case Ended(ending):
                await self._close_thought(ending.tokens, ending.seconds, whole=True)
                await self._blocks.close()
            case _:
                assert_never(event)

    async def paint(self) -> None:
        """Bring the page up to date with the text that has come."""
        if self._thought and self._thought.is_open:
            await self._thought.paint()
            if self._pill and self._thought.seconds:
                await self._pill.show()
        if self._blocks.is_growing:
            await self._blocks.paint()

    async def close(self) -> None:
        """Finish all that still grows."""
        await self._stop_waiting()
        await self._close_thought(TokenCounts(), Timing(0.0))
        await self._blocks.close()

    async def add_thought(self, text: str, kept: bool) -> None:
        """Add a thought that there was before this reply; a `kept` one is over."""
        thought = await self._open_thought()
        for start in range(0, len(text), PIECE_CHARACTERS):
            thought.write(text[start : start + PIECE_CHARACTERS])
            await asyncio.sleep(0)
        if kept:
            await thought.close_as_kept()

    async def resume_thought(self) -> None:
        """Continue the last thought."""
        if self._thought:
            await self._thought.reopen()

    async def add_fault(self, fault: Fault) -> None:
        """Show what went wrong with the server, and what to do."""
        self._fault = cl.ErrorMessage(display(say(fault.sentence, self._language)))
        self._items.append(self._fault)
        await self._fault.send()

    async def remove_fault(self) -> None:
        """Take the message about the fault off the page: the reply is tried again."""
        if self._fault:
            self._items.remove(self._fault)
            await self._fault.remove()
            self._fault = None

    async def resend(self) -> None:
        """Send all items again, with thoughts that are over folded."""
        for item in self._items:
            shown = item.to_dict()
            if shown.get("end"):
                shown["defaultOpen"] = False
            await cl.context.emitter.send_step(shown)
        if self._pill:
            await self._pill.resend()

    async def _show_waiting(self, waiting: Waiting) -> None:
        if self._waiting is None:
            self._waiting = WaitingLine(self._language)
            self._items.append(self._waiting.step)
        await self._waiting.show(waiting)

    async def _stop_waiting(self) -> None:
        """Take the line about the server off the page: something has come, or nothing will."""
        if self._waiting:
            waiting, self._waiting = self._waiting, None
            self._items.remove(waiting.step)
            await waiting.remove()

    async def _open_thought(self) -> ThoughtStep:
        self._thought = ThoughtStep(self._thoughts, self._language)
        self._items.append(self._thought.step)
        await self._thought.open()
        return self._thought

    async def _close_thought(self, tokens: TokenCounts, seconds: Timing, whole: bool = False) -> None:
        if self._thought and self._thought.is_open:
            await self._thought.close(tokens, seconds, whole)
        if self._pill:
            await self._pill.hide()

    async def _hand_off(self, event: HandedOff) -> None:
        """End the thought that was cut, and say that its answer follows."""
        await self._close_thought(event.ending.tokens, event.ending.seconds)
        said = plain(hand_off_sentence(event.ending, event.share), self._language)
        await self._add_line(said, "corner-down-right")
        self.start_turn()

    async def _add_notice(self, event: Nudged | ConditionFailed | Sentence) -> None:
        """Add a line; a hint about a running thought is shown beside the button that ends it."""
        if isinstance(event, Sentence):
            return await self._add_line(say(event, self._language), "info")
        said = plain(notice_sentence(event), self._language)
        if isinstance(event, ConditionFailed):
            log.warning("the condition %s failed: %s", event.condition, event.problem)
            await self._add_line(said, "unplug")
        elif self.is_thinking and self._pill:
            await self._pill.show(said)
        else:
            await self._add_line(said, "refresh-cw")
        return None

    async def _add_line(self, text: str, icon: str) -> None:
        """Add one muted line."""
        line = cl.Step(name=text, type="tool", icon=icon, show_input=False)
        line.parent_id = cl.context.current_step.id if cl.context.current_step else None
        line.start = line.end = utc_now()
        self._items.append(line)
        await line.send()
