"""The ways in which a turn can end, each as a script, and what the receipt must show."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat.words.sentences import TEXTS
from chat.words.texts import Language
from termination import EndingCode, Phase
from termination.ending import NextStep
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
    Status,
    error,
)

ROUND = "Wait, let me check that once more before I go on. "
LINE = "| 17 | blue | 4.5 | open |\n"
THINKS = [Role(), Reasoning("Two and two. "), Reasoning("That is four.")]
ANSWERS = [*THINKS, Content("It is"), Content(" four")]
LOOPS = [Role(), *(Reasoning(ROUND) for _ in range(60)), Hang()]
WORDS = [Role(), *(Reasoning("One more word. ") for _ in range(80)), Hang()]
ANSWER_LOOPS = [*THINKS, *(Content(LINE) for _ in range(400)), Hang()]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to end. The receipt shows the sentence `key` with its facts, and offers the buttons.

    Stop is pressed in the phase `stop_in`; `times` is how often the script is played, `rest` are further answers.
    """

    name: str
    script: Script
    code: EndingCode
    key: str
    buttons: tuple[NextStep, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    question: str = "2 + 2?"
    settings: Mapping[str, str] = field(default_factory=dict)
    stop_in: Phase | None = None
    rest: tuple[Script, ...] = ()
    times: int = 1

    def scripts(self) -> list[Script]:
        """Return what the server plays, one after another."""
        return [*[list(self.script)] * self.times, *map(list, self.rest)]

    def line(self, language: Language) -> str:
        """Return how the receipt begins, up to a fact that is not known in advance."""
        text = TEXTS[self.key][language == "zh"]
        for name, fact in self.facts.items():
            text = text.replace(f"{{{name}}}", fact)
        return text.partition("{")[0]


def timed_out(name: str, script: Script, code: EndingCode, seconds: int, *buttons: NextStep) -> Way:
    """Return the way of a timeout that the person has set to that many seconds."""
    setting, limit = code.removesuffix("_timeout"), str(seconds)
    facts = {"evidence": limit}
    return Way(name, script, code, f"ending.{code}", buttons, facts=facts, settings={setting: f"{limit}s"})


def rescued(name: str, script: Script, **settings: str) -> Way:
    """Return the way of a thought that is cut, and whose answer comes from a second request."""
    rest = ([Content("Four."), Finish("stop")],)
    return Way(name, script, "complete", "ending.complete", settings=settings, rest=rest)


WAYS = [
    Way("complete", [*ANSWERS, Finish("stop")], "complete", "ending.complete"),
    Way("no text", [Role(), Finish("stop")], "complete", "ending.empty", ("retry",)),
    Way(
        "thought without an answer, and the server fails then",
        [*THINKS, Content("\n\n"), Finish("stop")],
        "complete",
        "ending.unanswered",
        ("answer_now", "retry"),
        rest=([error(500, "EngineCore is dead")],) * 3,
    ),
    Way(
        "thought only",
        [*THINKS, Content("No one"), Content(" reads this")],
        "thought_complete",
        "ending.thought_complete",
        ("answer_now",),
        question="[MODE:THINK_ONLY] 2 + 2?",
    ),
    Way(
        "length in the thought, and the server fails then",
        [*THINKS, Finish("length")],
        "length",
        "ending.length.thought",
        ("answer_now", "continue"),
        rest=([error(500, "EngineCore is dead")],) * 3,
    ),
    Way("length in the answer", [*ANSWERS, Finish("length")], "length", "ending.length", ("continue",)),
    rescued("length in the thought, rescued", [*THINKS, Finish("length")]),
    rescued("an end inside the thought, rescued", [Role(), Reasoning("\nTwo and two. "), Finish("stop")]),
    rescued("a stop text in the thought, rescued", [*THINKS, Finish("stop", "Question:")]),
    rescued("budget, rescued", WORDS, budget="64"),
    rescued("a loop in the thought, rescued", LOOPS),
    Way("a loop in the answer", ANSWER_LOOPS, "loop", "ending.loop.answer", ("retry",), facts={"period": "27"}),
    Way(
        "repetition in the answer, by the server",
        [*ANSWERS, Finish("repetition", "repetition_detected")],
        "loop",
        "ending.loop",
        ("retry",),
    ),
    timed_out("a queue that never starts", [Hang()], "first_token_timeout", 1, "retry"),
    timed_out("keep-alives only", [Role(), *[KeepAlive(), Pause(0.2)] * 40, Hang()], "first_token_timeout", 1, "retry"),
    timed_out("silence in the thought", [*THINKS, Hang()], "idle_timeout", 3, "answer_now", "continue", "retry"),
    timed_out("silence in the answer", [*ANSWERS, Hang()], "idle_timeout", 3, "continue", "retry"),
    timed_out(
        "too long in all", [*ANSWERS, *[Content(" word"), Pause(0.1)] * 100], "total_timeout", 5, "continue", "retry"
    ),
    Way("Stop before the first byte", [Hang()], "stopped", "ending.stopped.waiting", ("retry",), stop_in="waiting"),
    Way(
        "Stop in the thought",
        [*THINKS, Hang()],
        "stopped",
        "ending.stopped.thought",
        ("answer_now", "continue"),
        stop_in="thought",
    ),
    Way("Stop in the answer", [*ANSWERS, Hang()], "stopped", "ending.stopped", ("continue",), stop_in="answer"),
    Way(
        "the network goes in the thought",
        [*THINKS, Reset()],
        "disconnected",
        "ending.disconnected",
        ("answer_now", "continue", "retry"),
    ),
    Way(
        "the network goes in the answer",
        [*ANSWERS, Drop()],
        "disconnected",
        "ending.disconnected",
        ("continue", "retry"),
    ),
    Way("the network goes before the first word", [Role(), Reset()], "disconnected", "ending.disconnected", ("retry",)),
    Way(
        "the stream ends without a reason",
        list(ANSWERS),
        "disconnected",
        "ending.disconnected",
        ("continue", "retry"),
    ),
    Way("500 before the stream", [error(500, "EngineCore is dead")], "refused", "ending.refused", ("retry",), times=3),
    Way(
        "an error in the stream",
        [*ANSWERS, ErrorEvent("EngineCore is dead.")],
        "server_error",
        "ending.server_error",
        ("continue", "retry"),
    ),
    Way(
        "an error as the first event",
        [ErrorEvent("token_id 999999 is out of vocabulary")],
        "server_error",
        "ending.server_error",
        ("retry",),
    ),
    Way(
        "a web page with status 200",
        [Status(200, "<html><body>Log in</body></html>")],
        "refused",
        "ending.refused",
        ("retry",),
    ),
    Way("a tool is asked for", [*ANSWERS, Finish("tool_calls")], "tool_calls", "ending.tool_calls"),
    Way(
        "a content filter", [*ANSWERS, Finish("content_filter")], "content_filter", "ending.content_filter", ("retry",)
    ),
    Way(
        "aborted",
        [*ANSWERS, Finish("abort")],
        "aborted",
        "ending.aborted",
        ("continue", "retry"),
        facts={"finish_reason": "abort"},
    ),
    Way(
        "an unknown reason",
        [*ANSWERS, Finish("tired")],
        "aborted",
        "ending.aborted",
        ("continue", "retry"),
        facts={"finish_reason": "tired"},
    ),
    Way(
        "a stop text",
        [*ANSWERS, Finish("stop", "Question:")],
        "stop_text",
        "ending.stop_text",
        ("continue",),
        facts={"evidence": "Question:"},
    ),
    Way(
        "a budget that is used up and asks for no answer",
        WORDS,
        "budget",
        "ending.budget.thought",
        ("answer_now", "continue"),
        facts={"limit": "64"},
        question="[MODE:THINK_ONLY] 2 + 2?",
        settings={"budget": "64"},
    ),
]
