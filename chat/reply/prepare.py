"""All that has to be known of the server before a turn is asked for: stop ids, the window, whose budget it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chat.profiles.profile import THINK_ONLY, Profile
from chat.reply.folding import fitted
from chat.reply.handoff import share
from chat.reply.notice import Notice
from chat.reply.resume import is_hopeless
from chat.server.budget import budget_field, net, takes_budget
from chat.server.request import ChatMessage, Request, request
from chat.server.stop_ids import checked
from chat.server.window import clamped
from termination import Budget, Condition, any_of

MakeMessages = Callable[[int], list[ChatMessage]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn's request, what the turn is held to, and what the person is told of it.

    `end` takes the place of what the profile says. `folded` oldest turns are left out of the request. `share` is the
    budget of the thought that holds back an answer's allowance from the limit of tokens. `limit` is the request's, and
    `most` what the model's `window` leaves of it.
    """

    request: Request
    end: Condition | None = None
    notices: tuple[Notice, ...] = ()
    folded: int = 0
    share: Budget | None = None
    limit: int | None = None
    most: int | None = None
    window: int | None = None


async def asked(
    profile: Profile, mode: str, messages: MakeMessages, past: int, chat_id: str, told: int = 0, begun: str = ""
) -> Asked:
    """The request for a turn in `mode`. `messages` gives the prompt without so many of the `past` turns.

    The person was `told` that so many are left out. `begun` is what the model has written of the reply: it takes its
    part of the window, too. Raises Fault where the profile's stop tokens do not fit the model, or the server cannot be
    asked.
    """
    stops = await checked(profile, profile.modes[mode].stop_tokens)
    bare = request(profile, mode, [], stops, chat_id)
    limit = bare.sampling.get("max_tokens")
    fit = await fitted(profile, messages, past, bare.extra, limit, told, begun)
    in_force = profile.modes[mode].thinks and await takes_budget(profile)
    whole = request(profile, mode, fit.messages, stops, chat_id)
    clamp = clamped(limit, fit.window, fit.prompt)
    most = (fit.room if limit is None else limit) if clamp is None else clamp
    part = None if await is_hopeless(profile) else _share(profile, mode, least(most, fit.room))
    return Asked(
        request=replace(whole, extra=whole.extra | budget_field(profile, in_force)),
        end=any_of(net(profile, in_force), *([part] if part else [])),
        notices=_notices(fit.folded, told, fit.window),
        folded=fit.folded,
        share=part,
        limit=limit,
        most=most,
        window=fit.window,
    )


def least(first: int | None, second: int | None) -> int | None:
    """Of two limits, where None is none."""
    return min((each for each in (first, second) if each is not None), default=None)


def _share(profile: Profile, mode: str, most: int | None) -> Budget | None:
    """Only where an answer may follow a cut thought."""
    thinking = profile.thinking
    if thinking is None or not thinking.rescue or mode == THINK_ONLY or not profile.modes[mode].thinks:
        return None
    tokens = share(most)
    return Budget(tokens) if tokens else None


def _notices(folded: int, before: int, window: int | None) -> tuple[Notice, ...]:
    """Told once for each number of turns."""
    if folded <= before:
        return ()
    key = "context.folded.one" if folded == 1 else "context.folded"
    return (Notice(key, {"number": folded, "window": f"{window:,}" if window else "?"}),)
