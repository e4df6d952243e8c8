"""What comes of one question: a turn, and a second one for the answer where the thought of the first was cut."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from chat.faults import Fault
from chat.handoff import answering, handed_off, is_wanted, joined
from chat.modes import policy
from chat.play import Ask, play
from chat.profile import Profile
from chat.request import Request
from termination import Ended, Ending, Event, Turn

log = logging.getLogger("fullstop")


@dataclass(frozen=True, slots=True)
class HandedOff:
    """The thought was cut for that reason, and the answer is asked for."""

    ending: Ending


Show = Callable[[Event | HandedOff], None]


class Reply:
    """Plays one question to its end. What has come so far can be read at any time."""

    def __init__(self, profile: Profile, mode: str, ask: Ask, show: Show) -> None:
        self._profile, self._mode = profile, mode
        self._ask_first, self._show = ask, show
        self._request: Request | None = None
        self._turn = Turn(policy(profile, mode), _now())
        self._second: Turn | None = None

    @property
    def thought(self) -> str:
        """All that was thought."""
        return self._turn.thought + (self._second.thought if self._second else "")

    @property
    def answer(self) -> str:
        """All that was answered."""
        return self._turn.answer + (self._second.answer if self._second else "")

    @property
    def ending(self) -> Ending | None:
        """How it ended: for both turns where there were two."""
        if self._second and self._second.ending and self._turn.ending:
            return joined(self._turn.ending, self._second.ending)
        return self._turn.ending

    async def play(self) -> Fault | None:
        """Runs to the end, and returns the fault if the server caused it. CancelledError is the Stop button.

        Where the server refuses to go on with a reply, the turn ends as it was cut.
        """
        fault = await play(self._asked, self._turn, self._show_first)
        ending = self._turn.ending
        if fault or ending is None or not self._is_cut(ending):
            return fault
        request = await self._handed_off(ending)
        if request is None:
            self._show(Ended(ending))
            return None
        self._show(HandedOff(ending))
        self._second = Turn(answering(self._profile), _now())
        self._second.expect(_stop_ids(request))
        fault = await play(_said(request), self._second, self._show_second)
        if fault and fault.code == "refused":
            log.warning("the server does not take a reply that is begun: %s %s", fault.kind, fault.facts)
            self._second, fault = None, None
            self._show(Ended(ending))
        return fault

    async def _asked(self) -> Request:
        self._request = await self._ask_first()
        self._turn.expect(_stop_ids(self._request))
        return self._request

    async def _handed_off(self, ending: Ending) -> Request | None:
        assert self._request is not None
        try:
            return await handed_off(self._profile, self._request, self._turn.thought, ending.tokens.thought)
        except asyncio.CancelledError:
            self._show(Ended(replace(ending, code="stopped", source="person", next=("continue",))))
            raise

    def _is_cut(self, ending: Ending) -> bool:
        return is_wanted(ending, self._profile, self._mode)

    def _show_first(self, event: Event) -> None:
        """An ending that may not be the last one waits."""
        if not (isinstance(event, Ended) and self._is_cut(event.ending)):
            self._show(event)

    def _show_second(self, event: Event) -> None:
        if not isinstance(event, Ended):
            self._show(event)
        elif event.ending.code != "refused":
            assert self._turn.ending
            self._show(Ended(joined(self._turn.ending, event.ending)))


def _said(request: Request) -> Ask:
    async def ask() -> Request:
        return request

    return ask


def _stop_ids(request: Request) -> tuple[int, ...]:
    return tuple(request.extra.get("stop_token_ids", ()))


def _now() -> float:
    return asyncio.get_running_loop().time()
