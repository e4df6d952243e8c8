"""The app's own tree of turns: what was asked and answered, and what the model is shown of it."""

from dataclasses import dataclass, field

from chat.profiles.profile import Profile
from chat.reply.surrogates import mended
from chat.server.request import ChatMessage


@dataclass(eq=False, slots=True)
class Exchange:
    """A question and what came of it, from that model. `id` is the page's id of the person's message.

    A question that is asked or answered again gives another exchange beside this one: another version of it.
    `unheard`: the server failed before a word came, so the model is not shown it. The person was told that `folded` of
    the oldest turns were left out.
    """

    id: str
    question: str
    thought: str = ""
    answer: str = ""
    model: str = ""
    unheard: bool = False
    folded: int = 0
    parent: "Exchange | None" = None
    versions: list["Exchange"] = field(default_factory=list)  # of what followed
    chosen: "Exchange | None" = None  # the one that is shown of them


class History:
    """One chat: the exchanges that the page shows, oldest first, and the versions beside them."""

    def __init__(self) -> None:
        self._root = Exchange("", "")
        self._came_after: dict[str, Exchange] = {}

    @property
    def shown(self) -> list[Exchange]:
        """What stands on the page, oldest first."""
        return self.following(self._root)

    @staticmethod
    def following(exchange: Exchange) -> list[Exchange]:
        """What is shown after that exchange."""
        path: list[Exchange] = []
        while exchange.chosen:
            path.append(exchange := exchange.chosen)
        return path

    def came(self, message_id: str) -> bool:
        """That message of the person stands below what is shown, whatever comes of it. False: it was edited only."""
        new = message_id not in self._came_after
        if new:
            self._came_after[message_id] = self._last
        return new

    def cut(self, message_id: str) -> list[Exchange]:
        """The person edited that message: it and all that follows is no longer shown. Gives what that was."""
        last = self._above(message_id)
        gone = self.following(last) if last else []
        if last:
            last.chosen, self._came_after[message_id] = None, last
        return gone

    @property
    def _last(self) -> Exchange:
        return next(reversed(self.shown), self._root)

    def _above(self, message_id: str) -> Exchange | None:
        """What is shown above that message; it may be no question, and what stood there another version by now."""
        shown = self.shown
        own = next((exchange for exchange in shown if exchange.id == message_id), None)
        above = own.parent if own else self._came_after.get(message_id)
        while above and above is not self._root and above not in shown:
            above = above.parent
        return above

    def add(self, exchange: Exchange) -> None:
        """It follows what is shown."""
        self._put(exchange, self._last)

    def beside(self, former: Exchange, exchange: Exchange) -> None:
        """Another version of the former one, shown in its place."""
        assert former.parent
        self._put(exchange, former.parent)

    @staticmethod
    def _put(exchange: Exchange, parent: Exchange) -> None:
        exchange.parent, parent.chosen = parent, exchange
        parent.versions.append(exchange)

    @staticmethod
    def choose(exchange: Exchange) -> None:
        """Shows this version, with what followed it."""
        assert exchange.parent
        exchange.parent.chosen = exchange

    def messages(self, profile: Profile, system: str, exchange: Exchange, skipped: int = 0) -> list[ChatMessage]:
        """The prompt: system, past turns, the question. Roles alternate, as some templates insist.

        The oldest `skipped` turns are left out. A past turn without an answer gives no assistant message; its question
        joins the one that follows. A thought of another model is never sent.
        """
        messages: list[ChatMessage] = []
        asked: list[str] = []
        for past in self.before(exchange)[skipped:]:
            asked.append(past.question)
            if reply := _reply(past, profile):
                messages += [_message("user", "\n\n".join(asked)), _message("assistant", reply)]
                asked = []
        messages.append(_message("user", "\n\n".join([*asked, exchange.question])))
        if system and profile.messages.system_role == "user":
            first = messages[0]["content"]
            return [_message("user", f"{system}\n\n{first}"), *messages[1:]]
        return [_message("system", system), *messages] if system else messages

    def before(self, exchange: Exchange) -> list[Exchange]:
        """What the model is shown before that exchange, oldest first."""
        path: list[Exchange] = []
        parent = exchange.parent
        while parent and parent is not self._root:
            path.append(parent)
            parent = parent.parent
        return [past for past in reversed(path) if not past.unheard]


def _message(role: str, content: str) -> ChatMessage:
    return {"role": role, "content": mended(content)}


def _reply(exchange: Exchange, profile: Profile) -> str:
    """What the model said, with its thought where the profile wants past thoughts kept and the thought is its own."""
    ours = exchange.model == profile.model and exchange.thought != exchange.answer  # the same: it was the answer
    thought = exchange.thought if ours else ""
    if profile.messages.past_thoughts == "keep" and profile.thinking and thought:
        opening, closing = profile.thinking.open[0], profile.thinking.close[0]
        return f"{opening}\n{thought}\n{closing}\n\n{exchange.answer}"
    return exchange.answer
