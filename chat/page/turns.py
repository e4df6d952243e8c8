"""What can be done with a question and its reply: ask, continue, ask again, switch between versions."""

import asyncio
import logging
from collections.abc import Sequence

import chainlit as cl

from chat.page import meter
from chat.page.session import Chat
from chat.page.version import Version
from chat.page.view.reply_view import ReplyView
from chat.page.view.uncut import uncut
from chat.page.work import new_run
from chat.profiles.modes import Chosen, UnknownMode, choose
from chat.profiles.profile import Profile
from chat.profiles.sentence import Sentence
from chat.reply.handoff import answer_mode, resume_mode
from chat.reply.history import Exchange
from chat.reply.notice import NoWay
from chat.reply.prepare import Question
from chat.reply.reply import Reply
from termination import Begun, Ending

log = logging.getLogger("fullstop")


async def remove_edited(chat: Chat, message: cl.Message) -> None:
    """Take that message, which the person has edited, and all below it off the page: they are another version now."""
    gone = chat.history.remove_from(message.id)
    await uncut(_hide(chat, gone, message.id))
    await meter.show_for(chat)


async def ask(chat: Chat, message: cl.Message, chosen: Chosen, profile: Profile) -> None:
    """Play the turn of a message that the person has sent or edited."""
    version = _make_version(chat, message, message.content, _make_question(chat, message, chosen, profile))
    chat.history.add(version.exchange)
    await _play(chat, version)


def resume(chat: Chat, version: Version, answer: bool = False) -> None:
    """Continue the reply where it ended, or with the answer to its thought."""
    partial = version.reply.so_far
    if partial is None or version.view.run is None:
        return

    async def work() -> None:
        assert partial
        if not answer:
            await uncut(version.view.resume(partial))
        await _play(chat, version, answer)

    chat.work.begin_turn(version.view.run, work)


def ask_again(chat: Chat, former: Version) -> None:
    """Play another version of the reply, from the question, with the chat's present profile and settings."""
    _replace(chat, former, _make_another(chat, former, _choose_again(chat, former)))


def start_from_thought(chat: Chat, former: Version, partial: Begun, thought: str) -> None:
    """Play another version that begins with that thought: one that the person has changed, or the previous one."""
    question = former.question.another(resume_mode(former.question.mode, partial))
    _replace(chat, former, _make_another(chat, former, question, partial, thought))


def _ask_instead(chat: Chat, former: Version, answer: bool) -> None:
    """Ask the question again, for the server cannot continue; without a thought if the `answer` is wanted."""
    mode, modes = former.question.mode, former.question.profile.modes
    if answer:
        mode = next((name for name, each in modes.items() if not each.thinks), answer_mode(mode))
    version = _make_another(chat, former, former.question.another(mode))
    version.view.show(Sentence("no_way"))
    _replace(chat, former, version)


def _replace(chat: Chat, former: Version, version: Version) -> None:
    """Put the new version in the place of the previous one, and play it."""

    async def change_places() -> None:
        await _make_room(chat, former, version.exchange)
        chat.history.add_version(former.exchange, version.exchange)

    async def work() -> None:
        await uncut(change_places())
        await _play(chat, version)

    chat.work.begin_turn(new_run(former.message.id), work)


def switch_version(chat: Chat, version: Version, by: int) -> None:
    """Show the version before or after that one, with what followed it."""
    assert version.exchange.parent
    versions = version.exchange.parent.versions
    wanted = versions[(versions.index(version.exchange) + by) % len(versions)]

    async def work() -> None:
        await _make_room(chat, version, wanted)
        chat.history.choose(wanted)
        for each in (wanted, *chat.history.following(wanted)):
            await chat.versions[each].show()
        await meter.show_for(chat)

    chat.work.begin_short(work)


async def _make_room(chat: Chat, version: Version, wanted: Exchange) -> None:
    """Take what is shown in that version's place, and what follows it, off the page.

    The question stays if the wanted exchange has the same message.
    """
    parent = version.exchange.parent
    assert parent
    await _hide(chat, chat.history.following(parent), wanted.id)


async def _hide(chat: Chat, gone: Sequence[Exchange], stays: str) -> None:
    """Take these off the page, except the message `stays`: the first of them may be the reply to it."""
    for exchange in reversed(gone):
        version = chat.versions[exchange]
        await (version.hide_reply() if exchange.id == stays else version.hide())


def _make_question(chat: Chat, message: cl.Message, chosen: Chosen, profile: Profile) -> Question:
    exchange = Exchange(message.id, chat.choice.settings.add_hint(chosen.question, profile), model=profile.model)
    return Question(profile, chosen.mode, chosen.system, exchange, chat.history, chat.public_id)


def _choose_again(chat: Chat, former: Version) -> Question:
    """Return the question as if it were sent now, or unchanged if the profile does not have its mode."""
    profile = chat.choice.profile(chat.shelf()) or former.question.profile
    try:
        chosen = choose(former.written, chat.choice.settings.mode, profile)
    except UnknownMode:
        return former.question.another(former.question.mode)
    return _make_question(chat, former.message, chosen, profile)


def _make_version(
    chat: Chat, message: cl.Message, written: str, question: Question, partial: Begun | None = None, thought: str = ""
) -> Version:
    profile = question.profile
    signature = chat.signature(profile)
    view = ReplyView(chat.choice.settings.display, chat.language, profile.thinking is not None)
    reply = Reply(question, view.show, partial, thought)
    version = Version(message, written, question, reply, view, signature)
    chat.versions[version.exchange] = version
    return version


def _make_another(
    chat: Chat, former: Version, question: Question, partial: Begun | None = None, thought: str = ""
) -> Version:
    return _make_version(chat, former.message, former.written, question, partial, thought)


async def _play(chat: Chat, version: Version, answer: bool = False) -> None:
    """Play the reply to an end, then show and keep what came of it. A Stop at any time is the reply's own."""
    reply, view, before = version.reply, version.view, version.reply.ending
    chat.work.version = version
    try:
        async with view.open_round() as opened:
            if reply.ending is None and reply.so_far:
                await uncut(opened.begin(reply.so_far, reply.thought))
            try:
                fault = await reply.play(answer)
                opened.fault = None if isinstance(fault, NoWay) else fault
            except asyncio.CancelledError:
                if chat.tab.has_left or chat.work.is_shut_down:
                    reply.leave(shut_down=chat.work.is_shut_down)
                raise
            finally:
                version.remember()
                version.receive(chat.language)
                _count(chat, version)
    finally:
        log.info("turn ended: %s; requests: %s", reply.ending, ", ".join(reply.request_ids) or "none")
        await meter.show_for(chat)
    if isinstance(fault, NoWay):
        _ask_instead(chat, version, answer or _wants_answer(before, reply.ending))


def _wants_answer(before: Ending | None, ending: Ending | None) -> bool:
    """True if the person has asked for the answer since the ending `before`."""
    return ending is not None and ending != before and (ending.source, ending.action) == ("person", "end_thought")


def _count(chat: Chat, version: Version) -> None:
    """Show on every version of the question how many there are."""
    versions = version.exchange.parent.versions if version.exchange.parent else []
    for place, exchange in enumerate(versions, 1):
        if receipt := chat.versions[exchange].view.receipt:
            receipt.count(place, len(versions))
