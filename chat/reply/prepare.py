"""A question in its chat, and what has to be known of the server before its request can be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chat.profiles.profile import THINK_ONLY, Profile
from chat.profiles.sentence import Sentence
from chat.reply.folding import fit_prompt
from chat.reply.handoff import remaining_limit, thought_share
from chat.reply.history import Exchange, History, Prompt
from chat.reply.notice import NoWay
from chat.reply.raw_reply import reply_after
from chat.reply.resume import is_hopeless, resume_request
from chat.server.budget import budget_field, end_condition, supports_budget
from chat.server.request import Request, request
from chat.server.status.thought_fields import read_thought_fields
from chat.server.status.version import check_effort
from chat.server.stop_ids import resolve_stop_ids
from chat.server.template.learn import template_form
from chat.server.template.quote import read_quoted_tags
from chat.server.window import clamp_limit
from termination import Begun, Budget, Condition, Ending, any_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that can be sent, the conditions of its turn, and what the page reports of it.

    `end` replaces the conditions of the profile. `dropped` counts the oldest turns that were dropped from the prompt.
    `share` caps the thought so that the answer keeps its reserve of `max_tokens`. `limit` is the request's
    `max_tokens`, and `most` is what the model's `window` leaves of it.
    """

    request: Request
    end: Condition | None = None
    notices: tuple[Sentence, ...] = ()
    dropped: int = 0
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

    def prompt(self) -> Prompt:
        """Return what the model reads."""
        return self.history.prompt(self.profile, self.system, self.exchange)

    async def prepare(self, mode: str, partial: Begun | None = None, reported: int = 0) -> Prepared:
        """Return the request for the question in `mode`, in a window that has room for the `partial` reply too.

        `reported` is the number of dropped turns that the person has seen. Raises Fault if the profile's stop tokens do
        not fit the model, if its effort does not fit the server, or if the server cannot be asked.
        """
        profile, prompt = self.profile, self.prompt()
        reported = max(reported, *(past.dropped for past in prompt.past), 0)
        written = reply_after(profile, mode, partial) if partial else ""
        is_answerable = not await is_hopeless(profile)
        stops = await resolve_stop_ids(profile, profile.modes[mode].stop_tokens)
        by_server = profile.modes[mode].thinks and await supports_budget(profile)
        bare = request(profile, mode, [], stops, self.chat_id)
        prompt = await _fit_template(prompt, bare.extra)
        await check_effort(profile, bare.extra.get("reasoning_effort"))
        limit = bare.sampling.get("max_tokens")
        fit = await fit_prompt(prompt, bare.extra, limit, written, reported)
        limits = (clamp_limit(limit, fit.window, fit.prompt), limit, fit.room)
        most = next((each for each in limits if each is not None), None)
        part = _share(profile, mode, least(most, fit.room)) if is_answerable else None
        ends = [end_condition(profile, by_server)]
        if part is not None:
            ends.append(part)
        return Prepared(
            request=replace(
                bare, messages=[*fit.messages, *bare.messages], extra=bare.extra | budget_field(profile, by_server)
            ),
            end=any_of(*ends),
            notices=_notices(fit.dropped, reported, fit.window),
            dropped=fit.dropped,
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
        limit = most
        if cut:
            limit = remaining_limit(most, cut.tokens.thought)
        resumed = await resume_request(self.profile, mode, prepared.request, partial, limit)
        if resumed is None:
            raise NoWay
        return replace(prepared, request=resumed, limit=limit, most=least(prepared.most, limit))


async def _fit_template(prompt: Prompt, extra: Mapping[str, Any]) -> Prompt:
    """Return the prompt with its past replies as the server's template reads them. Nothing is asked in most chats."""
    profile = prompt.profile
    if prompt.has_thoughts:
        prompt = replace(prompt, thought_fields=await read_thought_fields(profile, extra))
    if prompt.mentions_markers:
        prompt = replace(prompt, quoted=await read_quoted_tags(profile, extra))
    if prompt.begins_with_space:
        form = await template_form(profile, extra)
        prompt = replace(prompt, adds_space=form.before_answer.endswith(" "))
    return prompt


def least(first: int | None, second: int | None) -> int | None:
    """Return the lower of two limits; None is no limit."""
    return min((each for each in (first, second) if each is not None), default=None)


def _share(profile: Profile, mode: str, most: int | None) -> Budget | None:
    """Return the cap of the thought, if an answer may follow once it is cut."""
    thinking = profile.thinking
    if thinking is None or not thinking.rescue or mode == THINK_ONLY or not profile.modes[mode].thinks:
        return None
    tokens = thought_share(most)
    if not tokens:
        return None
    return Budget(tokens)


def _notices(dropped: int, reported: int, window: int | None) -> tuple[Sentence, ...]:
    """Return a notice if more turns are dropped than the person has seen."""
    if dropped <= reported:
        return ()
    key = "context.folded.one" if dropped == 1 else "context.folded"
    return (Sentence(key, {"number": dropped, "window": f"{window:,}" if window else "?"}),)
