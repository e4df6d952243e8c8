"""The command `fullstop ask`: one question, its reply as the page would play it, and the exit code."""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import uuid4

from chat.command.address import check_address_option
from chat.command.errors import show_error
from chat.command.language import shell_language
from chat.command.output import Output
from chat.command.printer import Printer
from chat.command.profiles import PROFILES, find_mode, find_profile, no_mode, read_folder
from chat.discover.made import Made
from chat.launch.house import ROOT, read_environment
from chat.launch.trouble import Trouble
from chat.offers.offering import LOOK_SECONDS, Offering, named_endpoints
from chat.profiles.modes import Chosen, UnknownMode, choose
from chat.profiles.profile import Endpoint, Profile
from chat.profiles.settings import Settings
from chat.profiles.shelf import Shelf
from chat.reply.history import Exchange, History
from chat.reply.prepare import Question
from chat.reply.reply import Reply
from chat.server.errors import unexpected_fault
from chat.server.faults import Fault
from chat.server.server import close_servers
from chat.words.receipt import Facts, plain_line
from chat.words.texts import Language, plain
from termination import Ending, EndingCode

DONE, NOT_DONE, COULD_NOT = 0, 1, 2
_WHOLE: frozenset[EndingCode] = frozenset(("complete", "thought_complete", "stop_text"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's arguments. `question` None or `-` is standard input."""

    question: str | None
    profile: str | None = None
    mode: str | None = None
    base_url: str | None = None
    system: str | None = None
    in_json: bool = False


def ask_question(asked: Asked) -> int:
    """Play the reply to the question, print it, and return the exit code.

    Raises:
        Trouble: if there is no question, or no such profile or mode.
    """
    if not logging.root.handlers:  # else Python writes warnings between the lines of the reply
        logging.root.addHandler(logging.NullHandler())
    os.environ.update(read_environment(ROOT))  # a profile may use variables of .env, as in `fullstop chat`
    lang = shell_language()
    check_address_option(asked.base_url, lang)
    text = read_question(asked.question, lang)
    return asyncio.run(_ask(asked, text, lang))


def read_question(question: str | None, lang: Language) -> str:
    """Return the question. None is standard input too, but a person who types it has to write `-`.

    Raises:
        Trouble: if there is no question.
    """
    if question == "-" or (question is None and sys.stdin and not sys.stdin.isatty()):
        question = _read_input(lang)
    if not question or not question.strip():
        raise Trouble(plain("ask.no_question", lang))
    return question


def _read_input(lang: Language) -> str:
    if sys.stdin is None:  # the shell closed it
        return ""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    except OSError as error:
        raise Trouble(plain("command.unreadable", lang, problem=error.strerror or error)) from None


async def _ask(asked: Asked, text: str, lang: Language) -> int:
    try:
        profile = await _find_profile(asked, text, lang)
        chosen, profile = _choose(asked, text, profile, lang)
        return await _Asking(profile, chosen, lang, asked.in_json).run()
    finally:
        await close_servers()


async def _find_profile(asked: Asked, text: str, lang: Language) -> Profile:
    """Return the named profile, or else the one that a new chat starts with, with a model that its server serves."""
    name, named = asked.profile or os.environ.get("FULLSTOP_PROFILE") or "", None
    if name:
        named = _at(asked.base_url, find_profile(name, lang))
        _choose(asked, text, named, lang)  # what the profile lacks is said before a server is asked
    offering = Offering(lambda: _shelf_at(asked.base_url, name, named), _endpoints_at(asked.base_url))
    await offering.look_within(LOOK_SECONDS, [named.endpoint] if named else None)
    catalogue = offering.catalogue(forced=name)
    if not catalogue.offers:
        raise Trouble(plain("command.no_profiles", lang, folder=PROFILES))
    offer = catalogue.offers[catalogue.first]
    found = await Made(offering).make(offer)
    return found.profile if found else offer.profile


def _shelf_at(base_url: str | None, name: str, named: Profile | None) -> Shelf:
    """Return the named profile, or all of the folder, at the address that was named."""
    if named:
        return Shelf({name: named}, {})
    shelf = read_folder()
    return Shelf({name: _at(base_url, profile) for name, profile in shelf.profiles.items()}, shelf.problems)


def _endpoints_at(base_url: str | None) -> Callable[[], tuple[Endpoint, ...]]:
    """Return a function that returns the servers to look at: the one that was named, or those of the environment."""
    if base_url is None:
        return named_endpoints
    return lambda: (Endpoint(base_url=base_url, api_key=os.environ.get("VLLM_API_KEY", "")),)


def _at(base_url: str | None, profile: Profile) -> Profile:
    if base_url is None:
        return profile
    endpoint = Endpoint(base_url=base_url, api_key=profile.endpoint.api_key)
    return profile.model_copy(update={"endpoint": endpoint})


def _choose(asked: Asked, text: str, profile: Profile, lang: Language) -> tuple[Chosen, Profile]:
    """Return the mode of the turn and the profile with the command's settings, as the page's panel sets them."""
    mode = find_mode(asked.mode, profile, lang) if asked.mode is not None else None
    system = "-" if asked.system == "" else asked.system
    profile = Settings(system=system).apply_to(profile)
    try:
        return choose(text, mode, profile), profile
    except UnknownMode as problem:
        raise no_mode(str(problem.sentence.facts["name"]), profile, lang) from None


class _Asking:
    """One question that is asked and answered. Ctrl+C, or a reader who closes the pipe, is the page's Stop."""

    def __init__(self, profile: Profile, chosen: Chosen, lang: Language, in_json: bool) -> None:
        self._profile, self._mode, self._language, self._in_json = profile, chosen.mode, lang, in_json
        self._out, self._err = Output(sys.stdout, self._fail), Output(sys.stderr, self._fail)
        self._printer = Printer(self._out, self._err, lang, only_notices=in_json)
        history, exchange = History(), Exchange("1", chosen.question, model=profile.model)
        history.add(exchange)
        question = Question(profile, chosen.mode, chosen.system, exchange, history, uuid4().hex)
        self._reply = Reply(question, self._printer.show)
        self._playing: asyncio.Task[Fault | None] | None = None
        self._failure: OSError | None = None

    async def run(self) -> int:
        """Play the reply to its end, and return the exit code."""
        self._playing = asyncio.create_task(self._reply.play())
        loop = asyncio.get_running_loop()
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            loop.add_signal_handler(signal.SIGINT, self._stop)
        await asyncio.wait({self._playing})
        fault, ending = self._fault(self._playing), self._reply.ending
        if ending is None:  # it was stopped before it began
            return NOT_DONE
        self._report(ending, fault)
        if self._failure and not isinstance(self._failure, BrokenPipeError):
            problem = self._failure.strerror or self._failure
            show_error(plain("command.unwritable", self._language, problem=problem))
            return COULD_NOT
        return _exit_code(ending, fault)

    def _fault(self, played: asyncio.Task[Fault | None]) -> Fault | None:
        """Return what the server or the app did wrong."""
        if played.cancelled():
            return None
        if error := played.exception():
            return unexpected_fault(error, self._profile.endpoint.api_key)
        return played.result()

    def _stop(self) -> None:
        """Stop the reply. A second Ctrl+C ends the process."""
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        if self._playing:
            self._playing.cancel()

    def _fail(self, error: OSError) -> None:
        """Stop a reply that can no longer be written."""
        self._failure = self._failure or error
        if self._playing:
            self._playing.cancel()

    def _report(self, ending: Ending, fault: Fault | None) -> None:
        """Print how the reply ended: one line if there is no server, else the receipt and what went wrong."""
        receipt = plain_line(self._facts(ending), self._language)
        explained = plain(fault.sentence, self._language) if fault else None
        if self._in_json:
            self._out.write_line(self._as_json(ending, receipt, explained))
        else:
            self._printer.end_texts()
            if self._printer.is_cut_back:
                self._printer.print_again(self._reply.answer)
        if fault and _is_absent(fault):
            self._err.write_line(f"fullstop: {explained}")
        elif not self._in_json:
            self._err.write_line(receipt, dim=True)
            if explained:
                self._err.write_line(explained)

    def _facts(self, ending: Ending) -> Facts:
        reply, sent = self._reply, self._reply.prepared
        return Facts(
            ending=ending,
            so_far=reply.so_far,
            thought=bool(reply.thought),
            answer=bool(reply.answer),
            thinks=self._profile.thinking is not None,
            mode=self._mode,
            used=reply.used,
            window=sent.window if sent else None,
            most=sent.most if sent else None,
            limit=sent.limit if sent else None,
        )

    def _as_json(self, ending: Ending, receipt: str, explained: str | None) -> str:
        """Return the reply as one line of JSON, with the fields of `fullstop replay --json` first."""
        report = {
            "file": None,
            "thought": self._reply.thought,
            "answer": self._reply.answer,
            "ending": asdict(ending),
            "notices": [{**asdict(each), "sentence": self._printer.say(each)} for each in self._printer.notices],
            "receipt": receipt,
            "fault": explained,
            "request_ids": self._reply.request_ids,
        }
        return json.dumps(report, ensure_ascii=False, default=str)


def _is_absent(fault: Fault) -> bool:
    """True if there is no server at all."""
    return fault.kind == "unreachable"


def _exit_code(ending: Ending, fault: Fault | None) -> int:
    if fault and _is_absent(fault):
        return COULD_NOT
    return DONE if ending.code in _WHOLE else NOT_DONE
