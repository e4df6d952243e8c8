"""The ways in which a turn can end, each as a script, and what the receipt has to say of it in both languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.browser.driver import Chat
from tests.scripted_server import (
    Content,
    Drop,
    ErrorEvent,
    Finish,
    Hang,
    KeepAlive,
    Pause,
    Reasoning,
    Reset,
    Role,
    Script,
    ScriptedServer,
    Status,
    error,
)
from tests.sentences import sentence

ROUND = "Wait, let me check that once more before I go on. "
LINE = "| 17 | blue | 4.5 | open |\n"
THINKS = [Role(), Reasoning("Two and two. "), Reasoning("That is four.")]
ANSWERS = [*THINKS, Content("It is"), Content(" four")]
LOOPS = [Role(), *(Reasoning(ROUND) for _ in range(60)), Hang()]
ANSWER_LOOPS = [*THINKS, *(Content(LINE) for _ in range(400)), Hang()]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to end. `stop_when` presses Stop as soon as that holds of the page; `rest` are further answers."""

    name: str
    script: Script
    code: str
    en: str
    zh: str
    buttons: tuple[str, ...] = ()
    question: str = "2 + 2?"
    settings: Mapping[str, str] = field(default_factory=dict)
    stop_when: Callable[[Chat, ScriptedServer], object] | None = None
    rest: tuple[Script, ...] = ()
    times: int = 1

    def choose(self, chat: Chat) -> None:
        """The settings that it needs."""
        if self.settings:
            chat.change(**self.settings)

    def play(self, chat: Chat, server: ScriptedServer) -> None:
        """Asks its question, and presses Stop where it has to be."""
        server.play(*[list(self.script)] * self.times, *map(list, self.rest))
        chat.send(self.question)
        if self.stop_when:
            self.stop_when(chat, server)
            chat.stop()


def asked(_: Chat, server: ScriptedServer) -> object:
    """Between the request and the first byte."""
    return server.wait_chat(1)


def thinks(chat: Chat, _: ScriptedServer) -> object:
    return chat.wait_for(lambda turn: turn.thoughts and "That is four." in turn.thoughts[0].text)


def answers(chat: Chat, _: ScriptedServer) -> object:
    return chat.wait_for(lambda turn: "four" in turn.answer)


REFUSED = (sentence("ending.refused"), sentence("ending.refused", "zh"))
LOST = (sentence("ending.disconnected"), sentence("ending.disconnected", "zh"))
BROKEN = (sentence("ending.server_error"), sentence("ending.server_error", "zh"))

WAYS = [
    Way(
        "complete",
        [*ANSWERS, Finish("stop")],
        "complete",
        sentence("ending.complete"),
        sentence("ending.complete", "zh"),
    ),
    Way(
        "not a word",
        [Role(), Finish("stop")],
        "complete",
        sentence("ending.empty"),
        sentence("ending.empty", "zh"),
        (sentence("act.retry"),),
    ),
    Way(
        "thought without an answer",
        [*THINKS, Content("\n\n"), Finish("stop")],
        "complete",
        sentence("ending.unanswered"),
        sentence("ending.unanswered", "zh"),
        (sentence("act.answer_now"), sentence("act.retry")),
    ),
    Way(
        "thought only",
        [*THINKS, Content("No one"), Content(" reads this")],
        "thought_complete",
        sentence("ending.thought_complete"),
        sentence("ending.thought_complete", "zh"),
        (sentence("act.answer_now"),),
        question="[MODE:THINK_ONLY] 2 + 2?",
    ),
    Way(
        "length in the thought, and the server fails then",
        [*THINKS, Finish("length")],
        "length",
        sentence("ending.length.thought"),
        sentence("ending.length.thought", "zh"),
        (sentence("act.answer_now"), sentence("act.continue")),
        rest=([error(500, "EngineCore is dead")],) * 3,
    ),
    Way(
        "length in the answer",
        [*ANSWERS, Finish("length")],
        "length",
        sentence("ending.length"),
        sentence("ending.length", "zh"),
        (sentence("act.continue"),),
    ),
    Way(
        "length in the thought, rescued",
        [*THINKS, Finish("length")],
        "complete",
        sentence("ending.complete"),
        sentence("ending.complete", "zh"),
        rest=([Content("Four."), Finish("stop")],),
    ),
    Way(
        "budget, rescued",
        [Role(), *(Reasoning("One more word. ") for _ in range(80)), Hang()],
        "complete",
        sentence("ending.complete"),
        sentence("ending.complete", "zh"),
        settings={"budget": "64"},
        rest=([Content("Four."), Finish("stop")],),
    ),
    Way(
        "a loop in the thought, rescued",
        LOOPS,
        "complete",
        sentence("ending.complete"),
        sentence("ending.complete", "zh"),
        rest=([Content("Four."), Finish("stop")],),
    ),
    Way(
        "a loop in the answer",
        ANSWER_LOOPS,
        "loop",
        sentence("ending.loop.answer", period=27),
        sentence("ending.loop.answer", "zh", period=27),
        (sentence("act.retry"),),
    ),
    Way(
        "repetition in the answer, by the server",
        [*ANSWERS, Finish("repetition", "repetition_detected")],
        "loop",
        sentence("ending.loop"),
        sentence("ending.loop", "zh"),
        (sentence("act.retry"),),
    ),
    Way(
        "a queue that never starts",
        [Hang()],
        "first_token_timeout",
        sentence("ending.first_token_timeout", evidence=1),
        sentence("ending.first_token_timeout", "zh", evidence=1),
        (sentence("act.retry"),),
        settings={"first_token": "1s"},
    ),
    Way(
        "keep-alives only",
        [Role(), *[KeepAlive(), Pause(0.2)] * 40, Hang()],
        "first_token_timeout",
        sentence("ending.first_token_timeout", evidence=1),
        sentence("ending.first_token_timeout", "zh", evidence=1),
        (sentence("act.retry"),),
        settings={"first_token": "1s"},
    ),
    Way(
        "silence in the thought",
        [*THINKS, Hang()],
        "idle_timeout",
        sentence("ending.idle_timeout", evidence=3),
        sentence("ending.idle_timeout", "zh", evidence=3),
        (sentence("act.answer_now"), sentence("act.continue"), sentence("act.retry")),
        settings={"idle": "3s"},
    ),
    Way(
        "silence in the answer",
        [*ANSWERS, Hang()],
        "idle_timeout",
        sentence("ending.idle_timeout", evidence=3),
        sentence("ending.idle_timeout", "zh", evidence=3),
        (sentence("act.continue"), sentence("act.retry")),
        settings={"idle": "3s"},
    ),
    Way(
        "too long in all",
        [*ANSWERS, *[Content(" word"), Pause(0.1)] * 100],
        "total_timeout",
        sentence("ending.total_timeout", evidence=5),
        sentence("ending.total_timeout", "zh", evidence=5),
        (sentence("act.continue"), sentence("act.retry")),
        settings={"total": "5s"},
    ),
    Way(
        "Stop before the first byte",
        [Hang()],
        "stopped",
        sentence("ending.stopped.waiting"),
        sentence("ending.stopped.waiting", "zh"),
        (sentence("act.retry"),),
        stop_when=asked,
    ),
    Way(
        "Stop in the thought",
        [*THINKS, Hang()],
        "stopped",
        sentence("ending.stopped.thought"),
        "你在思考时停止了",
        (sentence("act.answer_now"), sentence("act.continue")),
        stop_when=thinks,
    ),
    Way(
        "Stop in the answer",
        [*ANSWERS, Hang()],
        "stopped",
        sentence("ending.stopped"),
        sentence("ending.stopped", "zh"),
        (sentence("act.continue"),),
        stop_when=answers,
    ),
    Way(
        "the network goes in the thought",
        [*THINKS, Reset()],
        "disconnected",
        *LOST,
        (sentence("act.answer_now"), sentence("act.continue"), sentence("act.retry")),
    ),
    Way(
        "the network goes in the answer",
        [*ANSWERS, Drop()],
        "disconnected",
        *LOST,
        (sentence("act.continue"), sentence("act.retry")),
    ),
    Way("the network goes before the first word", [Role(), Reset()], "disconnected", *LOST, (sentence("act.retry"),)),
    Way(
        "the stream ends without a reason",
        list(ANSWERS),
        "disconnected",
        *LOST,
        (sentence("act.continue"), sentence("act.retry")),
    ),
    Way(
        "500 before the stream",
        [error(500, "EngineCore is dead")],
        "refused",
        *REFUSED,
        (sentence("act.retry"),),
        times=3,
    ),
    Way(
        "an error in the stream",
        [*ANSWERS, ErrorEvent("EngineCore is dead.")],
        "server_error",
        *BROKEN,
        (sentence("act.continue"), sentence("act.retry")),
    ),
    Way(
        "an error as the first event",
        [ErrorEvent("token_id 999999 is out of vocabulary")],
        "server_error",
        *BROKEN,
        (sentence("act.retry"),),
    ),
    Way(
        "a web page with status 200",
        [Status(200, "<html><body>Log in</body></html>")],
        "refused",
        *REFUSED,
        (sentence("act.retry"),),
    ),
    Way(
        "a tool is asked for",
        [*ANSWERS, Finish("tool_calls")],
        "tool_calls",
        sentence("ending.tool_calls"),
        sentence("ending.tool_calls", "zh"),
    ),
    Way(
        "a content filter",
        [*ANSWERS, Finish("content_filter")],
        "content_filter",
        sentence("ending.content_filter"),
        sentence("ending.content_filter", "zh"),
        (sentence("act.retry"),),
    ),
    Way(
        "aborted",
        [*ANSWERS, Finish("abort")],
        "aborted",
        sentence("ending.aborted", finish_reason="abort"),
        sentence("ending.aborted", "zh", finish_reason="abort"),
        (sentence("act.continue"), sentence("act.retry")),
    ),
    Way(
        "a reason that nobody knows",
        [*ANSWERS, Finish("tired")],
        "aborted",
        sentence("ending.aborted", finish_reason="tired"),
        sentence("ending.aborted", "zh", finish_reason="tired"),
        (sentence("act.continue"), sentence("act.retry")),
    ),
    Way(
        "a stop text",
        [*ANSWERS, Finish("stop", "Question:")],
        "stop_text",
        sentence("ending.stop_text", evidence="Question:"),
        sentence("ending.stop_text", "zh", evidence="Question:"),
        (sentence("act.continue"),),
    ),
    Way(
        "a spent budget that asks for no answer",
        [Role(), *(Reasoning("One more word. ") for _ in range(80)), Hang()],
        "budget",
        sentence("ending.budget.thought", limit=64),
        sentence("ending.budget.thought", "zh", limit=64),
        (sentence("act.answer_now"), sentence("act.continue")),
        question="[MODE:THINK_ONLY] 2 + 2?",
        settings={"budget": "64"},
    ),
]
