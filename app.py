"""One turn after another: what happens when a chat opens, a message comes, a button is pressed, the browser leaves."""

import asyncio
from typing import get_args

import chainlit as cl

from chat.page import acts, doctor, lost, owners, panel, parked, picker, running, turns
from chat.page.install import doors, repairs, shutdown
from chat.page.session import current_chat
from chat.page.tell import tell, tell_problems, told
from chat.page.view import receipt
from chat.process.startup import prepare
from chat.process.watchdog import watch
from chat.profiles.modes import UnknownMode, choose
from chat.words.receipt import Act
from chat.words.texts import say

repairs.repair()
shutdown.reinstall()
doors.install()


@cl.on_app_startup
async def start() -> None:
    repairs.close_generators()
    shutdown.install()
    shutdown.end_with_launcher()
    watch()
    await picker.first_look()
    prepare()


@cl.set_chat_profiles
async def offer_profiles(_: cl.User | None) -> list[cl.ChatProfile]:
    return await picker.offered()


@cl.on_chat_start
@told
async def open_chat() -> None:
    chat = current_chat()
    chat.opening = asyncio.current_task()
    await parked.greet()
    shelf = chat.shelf()
    chat.profile_name = picker.chosen(shelf)
    await tell_problems(chat, shelf)
    await panel.offer(chat)
    await receipt.offer_tips(chat.language)
    await doctor.offer(chat)
    await owners.offer_limit()
    doctor.greet(chat, chat.profile(shelf))


@cl.on_settings_update
@told
async def change_settings(values: dict[str, object]) -> None:
    await panel.take(current_chat(), values)


@cl.on_message
@told
async def answer(message: cl.Message) -> None:
    chat = current_chat()
    chat.asked.add(message.id)
    await lost.wait_for_hello(chat)
    await running.settled(chat)
    new = chat.history.came(message.id)
    await chat.take_over()
    if await shutdown.refuses(chat) or not await owners.may_run(chat):
        return None
    await (panel.pick(chat, message.modes) if new else turns.cut(chat, message))
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
        return await tell(say(problem.sentence, chat.language))
    if not chosen.question:
        return await tell(say("message.empty", chat.language))
    return await turns.ask(chat, message, chosen, profile)


@told
async def press(action: cl.Action) -> None:
    await acts.act(current_chat(), action)


for name in get_args(Act):
    cl.action_callback(name)(press)


@cl.on_window_message
@told
async def hear(message: object) -> None:
    await acts.said(current_chat(), message)


@cl.on_chat_end
async def leave() -> None:
    repairs.watch_leaving()
