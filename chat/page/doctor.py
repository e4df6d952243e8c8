"""The doctor on the page: a greeting if something is wrong, and the whole report for `/doctor`."""

import asyncio

import chainlit as cl
from chainlit.types import CommandDict

from chat.doctor.brief import brief, report
from chat.page import owners, picker
from chat.page.errors import show_error
from chat.page.made import follow
from chat.page.session import Chat
from chat.page.view.markdown import display
from chat.process.limits import read_shared_seconds
from chat.profiles.profile import Profile
from chat.server.shared_answer import SharedAnswer
from chat.words.texts import say

COMMAND = "doctor"
_briefs = SharedAnswer[list[str]](read_shared_seconds)
_reports = SharedAnswer[str](lambda: 0.0)  # shared only while it is made


async def add_command(chat: Chat) -> None:
    """Put the command on the list that `/` opens in the composer."""
    about = say("doctor.about", chat.language)
    command = CommandDict(
        id=COMMAND, icon="stethoscope", description=about, button=False, persistent=False, selected=False
    )
    await cl.context.emitter.set_commands([command])


def is_command(message: cl.Message) -> bool:
    """True if the person wants the report: by the list, or by writing the command out."""
    return message.command == COMMAND or is_written_command(message.content)


def is_written_command(text: str) -> bool:
    """True if that text is the command, written out."""
    return text.strip().lower() == f"/{COMMAND}"


def start_greeting(chat: Chat) -> None:
    """Examine the chat's profile in the background, and show what is wrong unless a turn has begun meanwhile.

    As long as the page is empty, it shows how the profile was made if that was by asking.
    """
    chat.work.greeting = asyncio.create_task(_greet(chat))


async def _greet(chat: Chat) -> None:
    await _show_problems(chat)
    await follow.watch(chat)


async def _show_problems(chat: Chat) -> None:
    before = chat.choice.profile_name
    await picker.update(chat)
    await follow.follow(chat)
    profile = chat.choice.profile(chat.shelf())
    is_picked = not chat.choice.is_automatic and chat.choice.profile_name != before
    if profile is None or is_picked:
        return
    key = str(profile), chat.language
    problems = await _briefs.get(key, lambda: brief(profile, chat.language))
    if problems and chat.work.turn is None:
        lines = "\n".join(f"- {problem}" for problem in problems)
        await show_error(f"{say('doctor.greeting', chat.language, name=profile.name)}\n\n{lines}")


async def examine(chat: Chat, profile: Profile) -> None:
    """Show the whole report, in the place of the message that it is being made."""
    if not await owners.may_examine(chat):
        return
    message = await cl.Message(say("doctor.examining", chat.language, name=profile.name)).send()
    key = str(profile), chat.language
    text = await _reports.get(key, lambda: report(profile, chat.language))
    message.content = display(text)
    await message.update()
