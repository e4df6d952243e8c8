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


REFUSED = ("The server did not take the request", "服务器没有接受请求")
LOST = ("Cut off: the connection to the server was lost", "被中断：与服务器的连接断开")
BROKEN = ("Broken off by an error of the server", "因服务器出错而中断")

WAYS = [
    Way("complete", [*ANSWERS, Finish("stop")], "complete", "Complete", "回答完毕"),
    Way(
        "not a word",
        [Role(), Finish("stop")],
        "complete",
        "The model ended its turn without a word",
        "模型没有输出任何内容就结束了",
        ("Try again",),
    ),
    Way(
        "thought without an answer",
        [*THINKS, Content("\n\n"), Finish("stop")],
        "complete",
        "The model ended its turn after the thought, without an answer",
        "模型思考后没有回答就结束了",
        ("Answer now", "Try again"),
    ),
    Way(
        "thought only",
        [*THINKS, Content("No one"), Content(" reads this")],
        "thought_complete",
        "Thought only: the turn ends where the thought ends",
        "仅思考：按 THINK_ONLY 模式",
        ("Answer now",),
        question="[MODE:THINK_ONLY] 2 + 2?",
    ),
    Way(
        "length in the thought, and the server fails then",
        [*THINKS, Finish("length")],
        "length",
        "Cut off in the thought: the limit of tokens is reached",
        "思考被截断：已达词元上限",
        ("Answer now", "Continue"),
        rest=([error(500, "EngineCore is dead")],) * 3,
    ),
    Way(
        "length in the answer",
        [*ANSWERS, Finish("length")],
        "length",
        "Cut off: the limit of tokens is reached",
        "被截断：已达词元上限",
        ("Continue",),
    ),
    Way(
        "length in the thought, rescued",
        [*THINKS, Finish("length")],
        "complete",
        "Complete",
        "回答完毕",
        rest=([Content("Four."), Finish("stop")],),
    ),
    Way(
        "budget, rescued",
        [Role(), *(Reasoning("One more word. ") for _ in range(80)), Hang()],
        "complete",
        "Complete",
        "回答完毕",
        settings={"budget": "64"},
        rest=([Content("Four."), Finish("stop")],),
    ),
    Way(
        "a loop in the thought, rescued",
        LOOPS,
        "complete",
        "Complete",
        "回答完毕",
        rest=([Content("Four."), Finish("stop")],),
    ),
    Way(
        "a loop in the answer",
        ANSWER_LOOPS,
        "loop",
        "Stopped: the answer repeats itself, the same 27 characters",
        "回答陷入循环：相同的 27 个字符",
        ("Try again",),
    ),
    Way(
        "repetition in the answer, by the server",
        [*ANSWERS, Finish("repetition", "repetition_detected")],
        "loop",
        "Ended by the server: the text repeats itself",
        "服务器已终止：文本重复",
        ("Try again",),
    ),
    Way(
        "a queue that never starts",
        [Hang()],
        "first_token_timeout",
        "Stopped waiting: no first token after 1 s (first-token clock)",
        "不再等待：1 秒内没有第一个词元（首词元时限）",
        ("Try again",),
        settings={"first_token": "1s"},
    ),
    Way(
        "keep-alives only",
        [Role(), *[KeepAlive(), Pause(0.2)] * 40, Hang()],
        "first_token_timeout",
        "Stopped waiting: no first token after 1 s (first-token clock)",
        "不再等待：1 秒内没有第一个词元（首词元时限）",
        ("Try again",),
        settings={"first_token": "1s"},
    ),
    Way(
        "silence in the thought",
        [*THINKS, Hang()],
        "idle_timeout",
        "Stopped waiting: nothing new for 3 s (idle clock)",
        "不再等待：3 秒没有新内容（静默时限）",
        ("Answer now", "Continue", "Try again"),
        settings={"idle": "3s"},
    ),
    Way(
        "silence in the answer",
        [*ANSWERS, Hang()],
        "idle_timeout",
        "Stopped waiting: nothing new for 3 s (idle clock)",
        "不再等待：3 秒没有新内容（静默时限）",
        ("Continue", "Try again"),
        settings={"idle": "3s"},
    ),
    Way(
        "too long in all",
        [*ANSWERS, *[Content(" word"), Pause(0.1)] * 100],
        "total_timeout",
        "Stopped: the turn took longer than 5 s (total clock)",
        "已停止：本轮超过 5 秒（总时限）",
        ("Continue", "Try again"),
        settings={"total": "5s"},
    ),
    Way(
        "Stop before the first byte",
        [Hang()],
        "stopped",
        "Stopped by you before the first token",
        "你在首个词元之前停止了",
        ("Try again",),
        stop_when=asked,
    ),
    Way(
        "Stop in the thought",
        [*THINKS, Hang()],
        "stopped",
        "Stopped by you in the thought",
        "你在思考时停止了",
        ("Answer now", "Continue"),
        stop_when=thinks,
    ),
    Way(
        "Stop in the answer",
        [*ANSWERS, Hang()],
        "stopped",
        "Stopped by you",
        "你已停止",
        ("Continue",),
        stop_when=answers,
    ),
    Way(
        "the network goes in the thought",
        [*THINKS, Reset()],
        "disconnected",
        *LOST,
        ("Answer now", "Continue", "Try again"),
    ),
    Way("the network goes in the answer", [*ANSWERS, Drop()], "disconnected", *LOST, ("Continue", "Try again")),
    Way("the network goes before the first word", [Role(), Reset()], "disconnected", *LOST, ("Try again",)),
    Way("the stream ends without a reason", list(ANSWERS), "disconnected", *LOST, ("Continue", "Try again")),
    Way("500 before the stream", [error(500, "EngineCore is dead")], "refused", *REFUSED, ("Try again",), times=3),
    Way(
        "an error in the stream",
        [*ANSWERS, ErrorEvent("EngineCore is dead.")],
        "server_error",
        *BROKEN,
        ("Continue", "Try again"),
    ),
    Way(
        "an error as the first event",
        [ErrorEvent("token_id 999999 is out of vocabulary")],
        "server_error",
        *BROKEN,
        ("Try again",),
    ),
    Way(
        "a web page with status 200",
        [Status(200, "<html><body>Log in</body></html>")],
        "refused",
        *REFUSED,
        ("Try again",),
    ),
    Way(
        "a tool is asked for",
        [*ANSWERS, Finish("tool_calls")],
        "tool_calls",
        "The model asks for a tool, which this page does not have",
        "模型要调用工具，本页面没有工具",
    ),
    Way(
        "a content filter",
        [*ANSWERS, Finish("content_filter")],
        "content_filter",
        "Ended by the server's content filter",
        "被服务器的内容过滤器终止",
        ("Try again",),
    ),
    Way(
        "aborted",
        [*ANSWERS, Finish("abort")],
        "aborted",
        "Ended by the server before the answer was complete (abort)",
        "回答完成前被服务器终止（abort）",
        ("Continue", "Try again"),
    ),
    Way(
        "a reason that nobody knows",
        [*ANSWERS, Finish("tired")],
        "aborted",
        "Ended by the server before the answer was complete (tired)",
        "回答完成前被服务器终止（tired）",
        ("Continue", "Try again"),
    ),
    Way(
        "a stop text",
        [*ANSWERS, Finish("stop", "Question:")],
        "stop_text",
        "Ended at the stop text “Question:”",
        "遇到停止文本“Question:”而结束",
        ("Continue",),
    ),
    Way(
        "a spent budget that asks for no answer",
        [Role(), *(Reasoning("One more word. ") for _ in range(80)), Hang()],
        "budget",
        "The thinking budget of 64 tokens is spent, there is no answer yet",
        "思考预算 64 个词元已用完，还没有回答",
        ("Answer now", "Continue"),
        question="[MODE:THINK_ONLY] 2 + 2?",
        settings={"budget": "64"},
    ),
]
