"""One version of the answer to a question, with all that belongs to it on the page."""

import uuid
from dataclasses import dataclass, field, replace

import chainlit as cl
from chainlit.chat_context import chat_context

from chat.page.view.receipt import Receipt
from chat.page.view.reply_view import ReplyView
from chat.reply.history import Exchange
from chat.reply.prepare import Question
from chat.reply.reply import Reply
from chat.words.receipt import Facts
from chat.words.texts import Language


@dataclass(eq=False)
class Version:
    """A question with its reply: the person's `message`, its words as they were `written`, and what is shown."""

    message: cl.Message
    written: str
    question: Question
    reply: Reply
    view: ReplyView
    signature: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def exchange(self) -> Exchange:
        """Return the place of this version in the history."""
        return self.question.exchange

    def remember(self) -> None:
        """Write what came of the reply into the history."""
        exchange, ending = self.exchange, self.reply.ending
        exchange.thought, exchange.answer = self.reply.thought, self.reply.answer
        failed = ending is None or ending.code in ("refused", "server_error")
        exchange.dropped = self.reply.dropped
        exchange.unheard = failed and not (exchange.thought or exchange.answer)

    def facts(self) -> Facts | None:
        """Return what the receipt is made of; None before there is an ending."""
        ending, sent = self.reply.ending, self.reply.prepared
        if ending is None:
            return None
        facts = Facts(
            ending=ending,
            so_far=self.reply.so_far,
            thought=bool(self.reply.thought),
            answer=bool(self.reply.answer),
            thinks=self.question.profile.thinking is not None,
            signature=self.signature,
            model=self.question.profile.model,
            mode=self.question.mode,
            used=self.reply.used,
            request_ids=self.reply.request_ids,
        )
        if sent is None:
            return facts
        return replace(facts, window=sent.window, most=sent.most, limit=sent.limit)

    def receive(self, language: Language) -> None:
        """Make the receipt. The view shows it at its end."""
        if facts := self.facts():
            self.view.receipt = Receipt(facts, self.key, language)

    async def hide_reply(self) -> None:
        """Take the reply off the page."""
        if self.view.receipt:
            await self.view.receipt.hide()
        if self.view.run:
            await cl.context.emitter.delete_step(self.view.run.to_dict())

    async def hide(self) -> None:
        """Take question and reply off the page."""
        await self.hide_reply()
        await cl.context.emitter.delete_step(self.message.to_dict())

    async def show_question(self) -> None:
        """Put the question on the page. One that is there already gets this version's words."""
        message = self.message
        message.content = self.written
        chat_context.add(message)
        await cl.context.emitter.send_step(message.to_dict())

    async def show(self) -> None:
        """Put question and reply on the page, below everything else."""
        await self.show_question()
        if self.view.run:
            await cl.context.emitter.send_step(self.view.run.to_dict())
        await self.view.resend()
