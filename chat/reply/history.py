"""The app's own tree of turns: what was asked and answered, and what the model reads of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chat.profiles.profile import Profile
from chat.reply.surrogates import repair_surrogates
from chat.server.request import ChatMessage
from chat.server.template.quote import quote, tags_of


@dataclass(eq=False, slots=True)
class Exchange:
    """A question and its reply, from that model. `id` is the page's id of the person's message.

    A question that is asked or answered again has another exchange beside this one: another version of it. `unheard`:
    the server failed before a word came, so the model never reads it. `dropped` counts the oldest turns that were
    dropped from the prompt, as the person has seen.
    """

    id: str
    question: str
    thought: str = ""
    answer: str = ""
    model: str = ""
    unheard: bool = False
    dropped: int = 0
    parent: "Exchange | None" = None
    versions: list["Exchange"] = field(default_factory=list)  # of what followed
    chosen: "Exchange | None" = None  # the one of them that is shown


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model reads: the system prompt, the past turns and the question. The oldest turns can be dropped.

    Past thoughts are in the `thought_fields` of their messages, if there are any, else in the content between markers.
    In past answers, `quoted` tags are changed so that the template does not read them as its own. `adds_space`: the
    template writes the space that a tokenizer puts before the first word.
    """

    profile: Profile
    system: str
    past: Sequence[Exchange]
    question: str
    thought_fields: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    adds_space: bool = False

    @property
    def mentions_markers(self) -> bool:
        """True if a past answer has the text of a marker, or of a part of one."""
        tags = tags_of(self.profile.thinking)
        return any(tag in past.answer for past in self.past for tag in tags)

    @property
    def begins_with_space(self) -> bool:
        """True if a past answer begins with one space."""
        return any(_begins_with_space(past.answer) for past in self.past)

    @property
    def has_thoughts(self) -> bool:
        """True if past thoughts are sent."""
        return any(_thought(past, self.profile) for past in self.past)

    def messages(self, dropped: int = 0) -> list[ChatMessage]:
        """Return the messages without the oldest `dropped` turns. Roles alternate, as some templates insist.

        A past turn without an answer has no assistant message; its question joins the next one. A thought of another
        model is never sent.
        """
        messages: list[ChatMessage] = []
        unanswered: list[str] = []
        for past in self.past[dropped:]:
            unanswered.append(past.question)
            if reply := self._reply(past):
                messages += [_message("user", "\n\n".join(unanswered)), reply]
                unanswered = []
        messages.append(_message("user", "\n\n".join([*unanswered, self.question])))
        return self._with_system(messages) if self.system else messages

    def _reply(self, past: Exchange) -> ChatMessage | None:
        """Return what the model said, with its thought if that is sent; None if it said nothing."""
        thought, thinking = repair_surrogates(_thought(past, self.profile)), self.profile.thinking
        answer = quote(past.answer, self.quoted)
        if self.adds_space and _begins_with_space(answer):
            answer = answer[1:]
        if not thought or thinking is None:
            return _message("assistant", answer) if answer else None
        if not self.thought_fields:
            between = f"{thinking.open[0]}\n{thought}\n{thinking.close[0]}"
            return _message("assistant", f"{between}\n\n{answer}")
        message = _message("assistant", answer)
        message["reasoning"] = thought
        if "reasoning_content" in self.thought_fields:
            message["reasoning_content"] = thought
        return message

    def _with_system(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        if self.profile.messages.system_role == "user":
            first = messages[0]["content"]
            return [_message("user", f"{self.system}\n\n{first}"), *messages[1:]]
        return [_message("system", self.system), *messages]


class History:
    """One chat: the exchanges that the page shows, oldest first, and the versions beside them."""

    def __init__(self) -> None:
        self._root = Exchange("", "")
        self._came_after: dict[str, Exchange] = {}

    @property
    def shown(self) -> list[Exchange]:
        """Return what the page shows, oldest first."""
        return self.following(self._root)

    @staticmethod
    def following(exchange: Exchange) -> list[Exchange]:
        """Return what is shown after that exchange."""
        path: list[Exchange] = []
        while exchange.chosen:
            path.append(exchange := exchange.chosen)
        return path

    def note_message(self, message_id: str) -> bool:
        """Note the place of a message of the person. True if it is new, False if it was edited."""
        new = message_id not in self._came_after
        if new:
            self._came_after[message_id] = self._last
        return new

    def remove_from(self, message_id: str) -> list[Exchange]:
        """Hide the exchange of an edited message and all below it, and return them."""
        last = self._above(message_id)
        gone = self.following(last) if last else []
        if last:
            last.chosen, self._came_after[message_id] = None, last
        return gone

    @property
    def _last(self) -> Exchange:
        return next(reversed(self.shown), self._root)

    def _above(self, message_id: str) -> Exchange | None:
        """Return what is shown above that message.

        The message may be no question, and what was above it may have another version by now.
        """
        shown = self.shown
        own = next((exchange for exchange in shown if exchange.id == message_id), None)
        above = own.parent if own else self._came_after.get(message_id)
        while above and above is not self._root and above not in shown:
            above = above.parent
        return above

    def add(self, exchange: Exchange) -> None:
        """Put the exchange below what is shown."""
        self._put(exchange, self._last)

    def add_version(self, former: Exchange, exchange: Exchange) -> None:
        """Put the exchange in the place of the previous one, as another version."""
        assert former.parent
        self._put(exchange, former.parent)

    @staticmethod
    def _put(exchange: Exchange, parent: Exchange) -> None:
        exchange.parent, parent.chosen = parent, exchange
        parent.versions.append(exchange)

    @staticmethod
    def choose(exchange: Exchange) -> None:
        """Show this version, with what followed it."""
        assert exchange.parent
        exchange.parent.chosen = exchange

    def prompt(self, profile: Profile, system: str, exchange: Exchange) -> Prompt:
        """Return what the model reads for the question of that exchange."""
        return Prompt(profile, system, self.before(exchange), exchange.question)

    def before(self, exchange: Exchange) -> list[Exchange]:
        """Return what the model reads before that exchange, oldest first."""
        path: list[Exchange] = []
        parent = exchange.parent
        while parent and parent is not self._root:
            path.append(parent)
            parent = parent.parent
        return [past for past in reversed(path) if not past.unheard]


def _message(role: str, content: str) -> ChatMessage:
    return {"role": role, "content": repair_surrogates(content)}


def _begins_with_space(answer: str) -> bool:
    return answer.startswith(" ") and not answer[1:2].isspace()


def _thought(exchange: Exchange, profile: Profile) -> str:
    """Return the model's own thought, if the profile keeps past thoughts."""
    if profile.thinking is None or profile.messages.past_thoughts != "keep":
        return ""
    own = exchange.model == profile.model and exchange.thought != exchange.answer  # the same: it was the answer
    return exchange.thought if own else ""
