"""A question in its chat, and what has to be known of the server before its request can be sent."""

from dataclasses import dataclass, replace

from chat.profiles.profile import THINK_ONLY, Profile
from chat.profiles.sentence import Sentence
from chat.reply.folding import fitted
from chat.reply.handoff import left, share
from chat.reply.history import Exchange, History
from chat.reply.notice import NoWay
from chat.reply.raw_reply import reply_after
from chat.reply.resume import is_hopeless, resume_request
from chat.server.budget import budget_field, end_condition, supports_budget
from chat.server.request import ChatMessage, Request, request
from chat.server.stop_ids import resolve_stop_ids
from chat.server.window import clamp_limit
from termination import Begun, Budget, Condition, Ending, any_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that can be sent, the conditions of its turn, and what the page reports of it.

    `end` replaces the conditions of the profile. `folded` counts the oldest turns that were dropped from the prompt.
    `share` caps the thought so that the answer keeps its reserve of `max_tokens`. `limit` is the request's
    `max_tokens`, and `most` is what the model's `window` leaves of it.
    """

    request: Request
    end: Condition | None = None
    notices: tuple[Sentence, ...] = ()
    folded: int = 0
    share: Budget | None = None
    limit: int | None = None
    most: int | None = None
    window: int | None = None


@dataclass(frozen=True)
class Question:
    """A question at its place in a chat: `exchange` holds its text, `history` what came before it."""

    profile: Profile
    mode: str
    system: str
    exchange: Exchange
    history: History
    chat_id: str

    def another(self, mode: str) -> "Question":
        """Return the same question in `mode`, for another version of its reply."""
        exchange = Exchange(self.exchange.id, self.exchange.question, model=self.profile.model)
        return replace(self, mode=mode, exchange=exchange)

    def messages(self, dropped: int = 0) -> list[ChatMessage]:
        """Return the prompt without the oldest `dropped` turns."""
        return self.history.messages(self.profile, self.system, self.exchange, dropped)

    async def prepare(self, mode: str, partial: Begun | None = None, reported: int = 0) -> Prepared:
        """Return the request for the question in `mode`, in a window that has room for the `partial` reply too.

        `reported` is the number of dropped turns that the person has seen. Raises Fault if the profile's stop tokens do
        not fit the model, or if the server cannot be asked.
        """
        profile, written = self.profile, reply_after(self.profile, mode, partial) if partial else ""
        past = self.history.before(self.exchange)
        reported = max(reported, *(each.folded for each in past), 0)
        stops = await resolve_stop_ids(profile, profile.modes[mode].stop_tokens)
        bare = request(profile, mode, [], stops, self.chat_id)
        limit = bare.sampling.get("max_tokens")
        fit = await fitted(profile, self.messages, len(past), bare.extra, limit, reported, written)
        in_force = profile.modes[mode].thinks and await supports_budget(profile)
        whole = request(profile, mode, fit.messages, stops, self.chat_id)
        limits = (clamp_limit(limit, fit.window, fit.prompt), limit, fit.room)
        most = next((each for each in limits if each is not None), None)
        part = None if await is_hopeless(profile) else _share(profile, mode, least(most, fit.room))
        return Prepared(
            request=replace(whole, extra=whole.extra | budget_field(profile, in_force)),
            end=any_of(end_condition(profile, in_force), *([part] if part else [])),
            notices=_notices(fit.folded, reported, fit.window),
            folded=fit.folded,
            share=part,
            limit=limit,
            most=most,
            window=fit.window,
        )

    async def resume(self, mode: str, partial: Begun, cut: Ending | None = None, reported: int = 0) -> Prepared:
        """Return the request for more of the `partial` reply, or for the answer to its thought, which was `cut`.

        The answer to a cut thought has what is left of `max_tokens`; any other reply has all of it again. Raises NoWay
        if the server does not accept a partial reply, and Fault as `prepare` does.
        """
        prepared = await self.prepare(mode, partial, reported)
        most = prepared.request.sampling.get("max_tokens")
        limit = left(most, cut.tokens.thought) if cut else most
        resumed = await resume_request(self.profile, mode, prepared.request, partial, limit)
        if resumed is None:
            raise NoWay
        return replace(prepared, request=resumed, limit=limit, most=least(prepared.most, limit))


def least(first: int | None, second: int | None) -> int | None:
    """Return the lower of two limits; None is no limit."""
    return min((each for each in (first, second) if each is not None), default=None)


def _share(profile: Profile, mode: str, most: int | None) -> Budget | None:
    """Return the cap of the thought, if an answer may follow once it is cut."""
    thinking = profile.thinking
    if thinking is None or not thinking.rescue or mode == THINK_ONLY or not profile.modes[mode].thinks:
        return None
    tokens = share(most)
    return Budget(tokens) if tokens else None


def _notices(folded: int, before: int, window: int | None) -> tuple[Sentence, ...]:
    """Return a notice if more turns are dropped than the person has seen `before`."""
    if folded <= before:
        return ()
    key = "context.folded.one" if folded == 1 else "context.folded"
    return (Sentence(key, {"number": folded, "window": f"{window:,}" if window else "?"}),)
