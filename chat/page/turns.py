"""What can be done with a question and its answer: ask, go on, ask again, step between versions."""

import asyncio
import logging
from collections.abc import Sequence

import chainlit as cl

from chat.page import meter
from chat.page.running import apart, begin, run_step
from chat.page.session import Chat
from chat.page.version import Question, Version
from chat.page.view.reply_view import ReplyView
from chat.page.view.uncut import uncut
from chat.profiles.modes import Chosen, UnknownMode, choose
from chat.profiles.profile import Profile
from chat.reply.handoff import answering
from chat.reply.history import Exchange
from chat.reply.notice import Notice, NoWay
from chat.reply.prepare import Asked, asked
from chat.reply.raw_reply import reply_after
from chat.reply.reply import Reply
from termination import Begun, Ending

log = logging.getLogger("fullstop")


async def cut(chat: Chat, message: cl.Message) -> None:
    """The person has edited that message: what was shown from there on is another version now."""
    gone = chat.history.cut(message.id)
    await uncut(_hide(chat, gone, message.id))
    await meter.show_for(chat)


async def ask(chat: Chat, message: cl.Message, chosen: Chosen, profile: Profile) -> None:
    """Plays the turn of a message that the person has sent or edited."""
    version = _version(chat, _question(chat, message, message.content, chosen, profile))
    chat.history.add(version.exchange)
    await _play(chat, version)


def go_on(chat: Chat, version: Version, answer: bool = False) -> None:
    """The reply goes on where it ended, or with the answer to its thought."""
    begun = version.reply.so_far
    if begun is None or version.view.run is None:
        return

    async def work() -> None:
        assert begun
        if not answer:
            await uncut(version.view.resume(begun))
        await _play(chat, version, answer)

    begin(chat, version.view.run, work)


def again(chat: Chat, former: Version) -> None:
    """Another version of the reply, from the question: by the chat's present profile, with the present settings."""
    _beside(chat, former, _version(chat, _asked_again(chat, former.question)))


def from_thought(chat: Chat, former: Version, begun: Begun, thought: str) -> None:
    """Another version, which begins with that thought: one that the person has changed, or the former one."""
    mode = former.reply.mode
    question = former.question._replace(mode=answering(mode) if begun.phase == "answer" else mode)
    _beside(chat, former, _version(chat, question, begun, thought))


def _anew(chat: Chat, former: Version, answer: bool) -> None:
    """The server does not go on: the question again, without a thought if it is the `answer` that is wanted."""
    mode, modes = former.question.mode, former.question.profile.modes
    if answer:
        mode = next((name for name, each in modes.items() if not each.thinks), answering(mode))
    version = _version(chat, former.question._replace(mode=mode))
    version.view.show(Notice("no_way"))
    _beside(chat, former, version)


def _beside(chat: Chat, former: Version, version: Version) -> None:
    async def change_places() -> None:
        await _clear(chat, former, version.exchange)
        chat.history.beside(former.exchange, version.exchange)

    async def work() -> None:
        await uncut(change_places())
        await _play(chat, version)

    begin(chat, run_step(former.question.message.id), work)


def step(chat: Chat, version: Version, by: int) -> None:
    """Shows the version before or after, with what followed it."""
    assert version.exchange.parent
    versions = version.exchange.parent.versions
    wanted = versions[(versions.index(version.exchange) + by) % len(versions)]

    async def work() -> None:
        await _clear(chat, version, wanted)
        chat.history.choose(wanted)
        for each in (wanted, *chat.history.following(wanted)):
            await chat.versions[each].show()
        await meter.show_for(chat)

    apart(chat, work)


async def _clear(chat: Chat, version: Version, wanted: Exchange) -> None:
    """Makes room for the wanted exchange: takes what is shown in that version's place off the page, and what follows.

    The question stays where both have the same message.
    """
    parent = version.exchange.parent
    assert parent
    await _hide(chat, chat.history.following(parent), wanted.id)


async def _hide(chat: Chat, gone: Sequence[Exchange], stays: str) -> None:
    """Takes these off the page, but for the message `stays`, which the first of them may be the reply to."""
    for exchange in reversed(gone):
        version = chat.versions[exchange]
        await (version.hide_reply() if exchange.id == stays else version.hide())


def _question(chat: Chat, message: cl.Message, written: str, chosen: Chosen, profile: Profile) -> Question:
    text = chat.settings.asked(chosen.question, profile)
    return Question(message, written, text, profile, chosen.system, chosen.mode)


def _asked_again(chat: Chat, former: Question) -> Question:
    """As if it were sent now; a mode that the profile does not have leaves it as it was."""
    profile = chat.profile(chat.shelf()) or former.profile
    try:
        chosen = choose(former.written, chat.settings.mode, profile)
    except UnknownMode:
        return former
    return _question(chat, former.message, former.written, chosen, profile)


def _version(chat: Chat, question: Question, begun: Begun | None = None, thought: str = "") -> Version:
    profile = question.profile
    exchange = Exchange(question.message.id, question.text, model=profile.model)

    async def ask_in(mode: str, begun: Begun | None) -> Asked:
        past = chat.history.before(exchange)
        return await asked(
            profile,
            mode,
            lambda skipped: chat.history.messages(profile, question.system, exchange, skipped),
            len(past),
            chat.public_id,
            max(reply.folded, *(each.folded for each in past), 0),
            reply_after(profile, mode, begun) if begun else "",
        )

    view = ReplyView(chat.settings.display, chat.language, profile.thinking is not None)
    reply = Reply(profile, question.mode, ask_in, view.show, begun, thought)
    version = chat.versions[exchange] = Version(exchange, question, reply, view, chat.signature(profile))
    return version


async def _play(chat: Chat, version: Version, answer: bool = False) -> None:
    """Plays the reply to an end, and shows and remembers what came of it: a Stop at any time is the reply's."""
    reply, view, before = version.reply, version.view, version.reply.ending
    chat.playing = version
    try:
        async with view.open_round() as opened:
            if reply.ending is None and reply.so_far:
                await uncut(opened.begin(reply.so_far, reply.thought))
            try:
                fault = await reply.play(answer)
                opened.fault = None if isinstance(fault, NoWay) else fault
            except asyncio.CancelledError:
                if chat.left or chat.shut_down:
                    reply.leave(shut_down=chat.shut_down)
                raise
            finally:
                version.remember()
                version.receive(chat.language)
                _count(chat, version)
    finally:
        log.info("turn ended: %s", reply.ending)
        await meter.show_for(chat)
    if isinstance(fault, NoWay):
        _anew(chat, version, answer or _wants_answer(before, reply.ending))


def _wants_answer(before: Ending | None, ending: Ending | None) -> bool:
    """Whether the person has asked for the answer meanwhile."""
    return ending is not None and ending != before and (ending.source, ending.action) == ("person", "end_thought")


def _count(chat: Chat, version: Version) -> None:
    """All versions of one question say how many there are."""
    versions = version.exchange.parent.versions if version.exchange.parent else []
    for place, exchange in enumerate(versions, 1):
        if receipt := chat.versions[exchange].view.receipt:
            receipt.count(place, len(versions))
