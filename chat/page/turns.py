"""What can be done with a question and its answer: ask, go on, ask again, step between versions."""

import logging

import chainlit as cl

from chat.asking import Asked, asked
from chat.handoff import answering
from chat.history import Exchange
from chat.modes import Chosen, UnknownMode, choose
from chat.notice import Notice
from chat.page import meter
from chat.page.running import begin, run_step
from chat.page.session import Chat
from chat.page.version import Question, Version
from chat.page.view import View
from chat.profile import Profile
from chat.reply import Reply
from chat.told import NoWay
from termination import Begun

log = logging.getLogger("fullstop")


async def cut(chat: Chat, message: cl.Message) -> None:
    """The person has edited that message: what was shown from there on is another version now."""
    for gone in chat.history.cut(message.id):
        await chat.versions[gone].hide_reply()


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
            await version.view.go_on(begun)
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


def _anew(chat: Chat, former: Version) -> None:
    """For a thought that is lost: the question again, answered without a thought if the profile can do that."""
    modes = former.question.profile.modes
    plain = next((name for name, mode in modes.items() if not mode.thinks), answering(former.reply.mode))
    _beside(chat, former, _version(chat, former.question._replace(mode=plain)))


def _beside(chat: Chat, former: Version, version: Version) -> None:
    async def work() -> None:
        await _clear(chat, former, version.exchange)
        chat.history.beside(former.exchange, version.exchange)
        await _play(chat, version)

    begin(chat, run_step(former.question.message.id), work)


async def step(chat: Chat, version: Version, by: int) -> None:
    """Shows the version before or after, with what followed it."""
    parent = version.exchange.parent
    assert parent
    versions = parent.versions
    wanted = versions[(versions.index(version.exchange) + by) % len(versions)]
    await _clear(chat, version, wanted)
    chat.history.choose(wanted)
    for each in (wanted, *chat.history.following(wanted)):
        await chat.versions[each].show()


async def _clear(chat: Chat, version: Version, wanted: Exchange) -> None:
    """Makes room for the wanted exchange: takes what is shown in that version's place off the page, and what follows.

    The question stays where both have the same message.
    """
    parent = version.exchange.parent
    assert parent
    for gone in reversed(chat.history.following(parent)):
        stays = gone is parent.chosen and gone.id == wanted.id
        each = chat.versions[gone]
        await (each.hide_reply() if stays else each.hide())


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
    session = cl.context.session.id

    async def ask_in(mode: str) -> Asked:
        made = await asked(
            profile,
            mode,
            lambda skipped: chat.history.messages(profile, question.system, exchange, skipped),
            len(chat.history.before(exchange)),
            session,
            chat.folded,
        )
        chat.folded = made.folded
        return made

    view = View(chat.settings.display, chat.language, profile.thinking is not None)
    reply = Reply(profile, question.mode, ask_in, view.show, begun, thought)
    version = chat.versions[exchange] = Version(exchange, question, reply, view, chat.signature(profile))
    return version


async def _play(chat: Chat, version: Version, answer: bool = False) -> None:
    """Plays the reply to an end, and shows and remembers what came of it."""
    reply, view = version.reply, version.view
    chat.playing = version
    try:
        async with view:
            if reply.ending is None and reply.so_far:
                await view.begin(reply.so_far, reply.thought)
            try:
                fault = await reply.play(answer)
                view.fault = None if isinstance(fault, NoWay) else fault
                if isinstance(fault, NoWay):
                    view.show(Notice("no_way"))
            finally:
                version.remember()
                await version.receive(chat.language)
                await _count(chat, version)
    finally:
        log.info("turn ended: %s", reply.ending)
        await meter.show(reply.used, version.question.profile, chat.language)
    if isinstance(fault, NoWay):
        _anew(chat, version)


async def _count(chat: Chat, version: Version) -> None:
    """All versions of one question say how many there are."""
    versions = version.exchange.parent.versions if version.exchange.parent else []
    for place, exchange in enumerate(versions, 1):
        if receipt := chat.versions[exchange].view.receipt:
            await receipt.count(place, len(versions))
