"""One turn after another: what happens when a chat opens, a message comes, Stop is pressed, the browser leaves."""

import asyncio
import logging

import chainlit as cl

from chat.history import Exchange
from chat.modes import UnknownMode, choose
from chat.page import doctor, panel, picker, repairs
from chat.page.session import current_chat
from chat.page.tell import tell, tell_problems, told
from chat.page.view import View
from chat.reply import Reply
from chat.request import Request, request
from chat.stop_ids import checked
from chat.texts import mode_text, say

repairs.repair()
log = logging.getLogger("fullstop")


@cl.on_app_startup
async def start() -> None:
    repairs.close_generators()
    await picker.first_look()


@cl.set_chat_profiles
async def offer_profiles(_: cl.User | None) -> list[cl.ChatProfile]:
    return await picker.offered()


@cl.on_chat_start
@told
async def open_chat() -> None:
    chat = current_chat()
    chat.opening = asyncio.current_task()
    shelf = chat.shelf()
    chat.profile_name = picker.chosen(shelf)
    await tell_problems(chat, shelf)
    await panel.offer(chat)
    await doctor.offer(chat)
    doctor.greet(chat, chat.profile(shelf))


@cl.on_settings_update
@told
async def change_settings(values: dict[str, object]) -> None:
    await panel.take(current_chat(), values)


@cl.on_message
@told
async def answer(message: cl.Message) -> None:
    chat = current_chat()
    await chat.take_over()
    await panel.pick(chat, message.modes)
    chat.history.cut(message.id)
    shelf = chat.shelf()
    await tell_problems(chat, shelf)
    await panel.follow(chat, shelf)
    profile = chat.profile(shelf)
    if profile is None:
        return None
    if doctor.is_asked(message):
        return await doctor.examine(chat, profile)
    try:
        chosen = choose(message.content, chat.settings.mode, profile)
    except UnknownMode as problem:
        return await tell(mode_text(problem, chat.language))
    if not chosen.question:
        return await tell(say("message.empty", chat.language))

    async def ask() -> Request:
        stops = await checked(profile, profile.modes[chosen.mode].stop_tokens)
        messages = chat.history.messages(profile, chosen.system, question)
        return request(profile, chosen.mode, messages, stops, cl.context.session.id)

    question = chat.settings.asked(chosen.question, profile)
    chat.view = View(chat.settings.display, chat.language, chat.signature(profile))
    reply = Reply(profile, chosen.mode, ask, chat.view.show)
    try:
        async with chat.view:
            fault = await reply.play()
        if fault:
            await chat.view.tell(fault)
    finally:
        if reply.ending:
            exchange = Exchange(message.id, question, reply.thought, reply.answer, profile.model)
            chat.history.add(exchange, reply.ending)
            log.info("turn ended: %s", reply.ending)


@cl.on_chat_end
async def leave() -> None:
    repairs.watch_leaving()
