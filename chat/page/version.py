"""One version of the answer to a question, with all that belongs to it on the page."""

import uuid
from dataclasses import dataclass, field
from typing import NamedTuple

import chainlit as cl
from chainlit.chat_context import chat_context

from chat.page.view.receipt import Receipt
from chat.page.view.reply_view import ReplyView
from chat.profiles.profile import Profile
from chat.reply.history import Exchange
from chat.reply.reply import Reply
from chat.words.receipt import Facts
from chat.words.texts import Language


class Question(NamedTuple):
    """What is asked of whom: `written` as it stands on the page, `text` as the model gets it."""

    message: cl.Message
    written: str
    text: str
    profile: Profile
    system: str
    mode: str


@dataclass(eq=False)
class Version:
    """A question and what came of it."""

    exchange: Exchange
    question: Question
    reply: Reply
    view: ReplyView
    signature: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    def remember(self) -> None:
        """What came goes into the history."""
        exchange, ending = self.exchange, self.reply.ending
        exchange.thought, exchange.answer = self.reply.thought, self.reply.answer
        failed = ending is None or ending.code in ("refused", "server_error")
        exchange.folded = self.reply.folded
        exchange.unheard = failed and not (exchange.thought or exchange.answer)

    def facts(self) -> Facts | None:
        """What the receipt is made of; None before there is an ending."""
        ending, asked = self.reply.ending, self.reply.asked
        if ending is None:
            return None
        return Facts(
            ending=ending,
            so_far=self.reply.so_far,
            thought=bool(self.reply.thought),
            answer=bool(self.reply.answer),
            thinks=self.question.profile.thinking is not None,
            signature=self.signature,
            model=self.question.profile.model,
            mode=self.reply.mode,
            used=self.reply.used,
            window=asked.window if asked else None,
            most=asked.most if asked else None,
            limit=asked.limit if asked else None,
        )

    def receive(self, language: Language) -> None:
        """Makes the receipt; the view shows it when it is left."""
        if facts := self.facts():
            self.view.receipt = Receipt(facts, self.key, language)

    async def hide_reply(self) -> None:
        """Takes the reply off the page."""
        if self.view.receipt:
            await self.view.receipt.hide()
        if self.view.run:
            await cl.context.emitter.delete_step(self.view.run.to_dict())

    async def hide(self) -> None:
        """Takes question and reply off the page."""
        await self.hide_reply()
        await cl.context.emitter.delete_step(self.question.message.to_dict())

    async def show_question(self) -> None:
        """Puts the question on the page; one that stands there gets this version's words."""
        message = self.question.message
        message.content = self.question.written
        chat_context.add(message)
        await cl.context.emitter.send_step(message.to_dict())

    async def show(self) -> None:
        """Puts question and reply on the page, below all else."""
        await self.show_question()
        if self.view.run:
            await cl.context.emitter.send_step(self.view.run.to_dict())
        await self.view.resend()
