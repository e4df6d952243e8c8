"""One turn after another: what happens when a chat opens, a message comes, a button is pressed, the browser leaves."""

import asyncio
from typing import get_args

import chainlit as cl

from chat.page import buttons, doctor, owners, panel, picker, turns, widgets
from chat.page.errors import report_faults, show_error
from chat.page.install import doors, repairs, shutdown
from chat.page.made import follow, save
from chat.page.made.line import SAVE
from chat.page.reload import lost, restore
from chat.page.session import Chat, current_chat
from chat.page.view import names, receipt
from chat.page.view.uncut import uncut
from chat.process.startup import prepare
from chat.process.watchdog import watch
from chat.profiles.modes import UnknownMode, choose
from chat.profiles.profile import Profile
from chat.words.receipt import Act
from chat.words.texts import say

repairs.repair()
shutdown.reinstall()
doors.install()


@cl.on_app_startup
async def start() -> None:
    """Prepare the process for chats, once."""
    repairs.close_generators()
    shutdown.install()
    shutdown.end_with_launcher()
    watch()
    await picker.look_at_start()
    prepare()


@cl.set_chat_profiles
async def offer_profiles(_: cl.User | None) -> list[cl.ChatProfile]:
    """Return what the profile picker lists."""
    return await picker.build_choices()


@cl.on_chat_start
@report_faults
async def open_chat() -> None:
    """Greet a page that has opened: its profile, its panel, and whether its server works."""
    chat = current_chat()
    chat.work.opening = asyncio.current_task()
    await restore.request_hello(chat)
    shelf = chat.shelf()
    picker.choose_first(chat.choice)
    await chat.profile_report.show_new(shelf, chat.language)
    await panel.show_panel(chat)
    await receipt.send_tooltips(chat.language)
    await names.send_names(chat.language)
    await doctor.add_command(chat)
    await owners.send_length_limit()
    doctor.start_greeting(chat)


@cl.on_settings_update
@report_faults
async def change_settings(values: dict[str, object]) -> None:
    """Apply the settings panel."""
    await panel.apply_panel(current_chat(), values)


@cl.on_message
@report_faults
async def answer(message: cl.Message) -> None:
    """Play the turn of a message. docs/one-turn.md walks on from here, file by file."""
    chat = current_chat()
    try:
        profile = await prepare_turn(chat, message)
    except asyncio.CancelledError:
        await uncut(show_error(say("message.not_sent", chat.language)))
        raise
    if profile is None:
        return None
    if doctor.is_command(message):
        return await doctor.examine(chat, profile)
    try:
        chosen = choose(message.content, chat.choice.settings.mode, profile)
    except UnknownMode as problem:
        return await show_error(say(problem.sentence, chat.language))
    if not chosen.question:
        return await show_error(say("message.empty", chat.language))
    return await turns.ask(chat, message, chosen, profile)


async def prepare_turn(chat: Chat, message: cl.Message) -> Profile | None:
    """Wait for all that comes before a turn, and return the profile for it; None if there can be no turn."""
    chat.question_ids.add(message.id)
    await lost.wait_for_hello(chat)
    await chat.work.wait_for_short()
    is_new = chat.history.note_message(message.id)
    await chat.work.take_over()
    if not (await shutdown.may_start(chat) and await owners.may_run(chat)):
        return None
    await (panel.apply_picker(chat, message.modes) if is_new else turns.remove_edited(chat, message))
    await picker.follow_model(chat)
    await follow.prepare(chat)
    shelf = chat.shelf()
    await chat.profile_report.show_new(shelf, chat.language)
    await panel.refresh_panel(chat, shelf)
    return chat.choice.profile(shelf)


@report_faults
async def press(action: cl.Action) -> None:
    """Do what a button under a reply says."""
    await buttons.press_button(current_chat(), action)


@cl.action_callback(SAVE)
@report_faults
async def save_profile(action: cl.Action) -> None:
    """Save a profile that was made by asking."""
    await save.save(current_chat(), str(action.payload.get("key")))


for name in get_args(Act):
    cl.action_callback(name)(press)


@cl.on_window_message
@report_faults
async def hear(message: object) -> None:
    """Handle a message of the page's own widgets."""
    await widgets.handle_message(current_chat(), message)


@cl.on_chat_end
async def leave() -> None:
    """Note that a browser has left: its turn is ended, unless it comes back soon."""
    repairs.watch_leaving()
