"""The app's own list of turns: what the model is shown of the chat so far."""

from dataclasses import dataclass
from typing import TypedDict

from chat.profile import Profile
from termination import Ending


class ChatMessage(TypedDict):
    """One message as the chat endpoint takes it."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it, from that model. `id` is the page's id of the person's message."""

    id: str
    question: str
    thought: str
    answer: str
    model: str = ""


class History:
    """The exchanges of one chat, oldest first."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []

    def cut(self, message_id: str) -> None:
        """The person edited that message: it and all that followed is forgotten."""
        ids = [exchange.id for exchange in self._exchanges]
        if message_id in ids:
            del self._exchanges[ids.index(message_id) :]

    def add(self, exchange: Exchange, ending: Ending) -> None:
        """Remembers a turn; one that brought no text because the server failed is not held against the next."""
        failed = ending.code in ("refused", "server_error")
        if exchange.thought or exchange.answer or not failed:
            self._exchanges.append(exchange)

    def messages(self, profile: Profile, system: str, question: str) -> list[ChatMessage]:
        """The prompt: system, past turns, the new question. Roles alternate, as some templates insist.

        A past turn without an answer gives no assistant message; its question joins the one that follows. A thought
        of another model is never sent.
        """
        messages: list[ChatMessage] = []
        asked: list[str] = []
        for exchange in self._exchanges:
            asked.append(exchange.question)
            if reply := _reply(exchange, profile):
                messages += [_message("user", "\n\n".join(asked)), _message("assistant", reply)]
                asked = []
        messages.append(_message("user", "\n\n".join([*asked, question])))
        if system and profile.messages.system_role == "user":
            first = messages[0]["content"]
            return [_message("user", f"{system}\n\n{first}"), *messages[1:]]
        return [_message("system", system), *messages] if system else messages


def _message(role: str, content: str) -> ChatMessage:
    return {"role": role, "content": content}


def _reply(exchange: Exchange, profile: Profile) -> str:
    """What the model said, with its thought where the profile wants past thoughts kept and the thought is its own."""
    ours = exchange.model == profile.model and exchange.thought != exchange.answer  # the same: it was the answer
    thought = exchange.thought if ours else ""
    if profile.messages.past_thoughts == "keep" and profile.thinking and thought:
        opening, closing = profile.thinking.open[0], profile.thinking.close[0]
        return f"{opening}\n{thought}\n{closing}\n\n{exchange.answer}"
    return exchange.answer
