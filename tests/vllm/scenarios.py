"""The contract: how a turn ends with each server, for each reply of the model and each profile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from termination.ending import EndingCode, Phase
from tests.vllm.templates import DEEPSEEK_R1, NO_SYSTEM, OPENS, PLAIN

VLLM = ("qwen3", "deepseek_r1", "no parser")
SET_UPS = (*VLLM, "embedded", "transformers")
OTHERS = ("embedded", "transformers")

THOUGHT = "One and one.\n\nIs that 👩‍🚀 2? “Yes.”"
ANSWER = "1+1 = 2 🙂, 二。"
LAST = "<|im_end|>"
SEED = "Okay, the user"  # chat/launch/think.jinja begins every English thought with it
REPLY = f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}{LAST}"
NUMBERS = " ".join(str(number) for number in range(1, 300))
AGAIN = "international communication " * 810  # more tokens than LONG, so that the model is never free
OUT_OF_VOCABULARY = 999_999
TOO_MANY = 1_000_000
NO_THINK = {"thinks": False, "chat_template_kwargs": {"enable_thinking": False}, "stop_tokens": [LAST]}


@dataclass(frozen=True, slots=True)
class End:
    """How a turn ended, with the `kind` of a fault. If the outcome depends on something else, two are named."""

    code: EndingCode
    source: str
    phase: Phase
    thought: str = ""
    answer: str = ""
    kind: str = ""
    garbled: bool = False  # the server loses characters: the texts are not compared

    @property
    def is_unanswered(self) -> bool:
        """True if the model ended its turn inside the thought."""
        return (self.code, self.phase) == ("complete", "thought")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row. `changes` are keys of the profile; `but` has the end of a set-up, None if it makes no sense there."""

    name: str
    end: End
    reply: str = REPLY
    but: Mapping[str, End | None] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    question: str = "1+1?"
    panel: str | None = None
    template: str | None = None
    step_ms: int = 0
    slow_from: int = 0
    stop_in: Literal["thought", "answer"] | None = None
    proxy: str | None = None

    def at(self, set_up: str) -> End | None:
        """Return the end that is expected with the set-up."""
        return self.but.get(set_up, self.end)


def complete(thought: str = THOUGHT, answer: str = ANSWER) -> End:
    """Return the end of a turn that the model ended itself."""
    return End("complete", "model", "answer", thought, answer)


def unanswered(thought: str) -> End:
    """Return the end of a turn that the model ended inside the thought."""
    return End("complete", "model", "thought", thought)


def thought_only(source: str = "model") -> End:
    """Return the end of a turn that THINK_ONLY ended after the thought."""
    return End("thought_complete", source, "thought", THOUGHT)


def refused(kind: str, source: str = "server") -> End:
    """Return the end of a turn without a stream."""
    return End("refused", source, "waiting", kind=kind)


def modes(**changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the key `modes` with these modes."""
    return {"modes": changed}


LENIENT = dict.fromkeys(OTHERS, complete())
IN_ANSWER = f"<think>\nHm.\n</think>\n\n{NUMBERS}"
IN_THOUGHT = f"<think>\n{NUMBERS}"
SERVER_ERROR = End("server_error", "server", "waiting", kind="server_error")
UNKNOWN_FIELD = refused("status")
BY_CLIENT = {"no parser": thought_only("model or client"), **dict.fromkeys(OTHERS, thought_only("client"))}
SLOW = 20
LONG = {"sampling": {"max_tokens": 1600}}


def _modes() -> Iterator[Scenario]:
    yield Scenario("FULL: a thought and an answer", complete())
    yield Scenario(
        "THINK_ONLY by a tag in the question", thought_only(), but=BY_CLIENT, question="[MODE:THINK_ONLY] 1+1?"
    )
    yield Scenario("THINK_ONLY by the settings panel", thought_only(), but=BY_CLIENT, panel="THINK_ONLY")
    yield Scenario(
        "FULL by a tag, THINK_ONLY in the panel", complete(), question="[MODE:FULL] 1+1?", panel="THINK_ONLY"
    )
    yield Scenario(
        "THINK_ONLY without stop tokens",
        thought_only("client"),
        changes=modes(THINK_ONLY={"stop_tokens": []}),
        panel="THINK_ONLY",
    )
    yield Scenario(
        "a mode with `enable_thinking: false`",
        complete(""),
        reply=f"{ANSWER}{LAST}",
        changes=modes(NO_THINK=NO_THINK),
        panel="NO_THINK",
    )


def _thoughts() -> Iterator[Scenario]:
    yield Scenario(
        "no thought, though the template opens one", unanswered(ANSWER), f"{ANSWER}{LAST}", but={"embedded": None}
    )
    yield Scenario("an empty thought", complete(""), f"<think>\n\n</think>\n\n{ANSWER}{LAST}", but={"embedded": None})
    yield Scenario(
        "the thought is not closed",
        unanswered(THOUGHT),
        f"<think>\n{THOUGHT}{LAST}",
    )
    yield Scenario(
        "the template opens the thought",
        complete(),
        f"{THOUGHT}\n</think>\n\n{ANSWER}{LAST}",
        template=OPENS,
    )
    yield Scenario(
        "the template opens it, it never closes, the limit cuts it",
        End("length", "server", "thought", NUMBERS),
        NUMBERS,
        changes={"sampling": {"max_tokens": 40}},
        template=OPENS,
    )
    prefix = {"thinking": {"opened": False, "prefix": "<think>\n"}}
    began = f"{THOUGHT}\n</think>\n\n{ANSWER}{LAST}"
    other = {"transformers": UNKNOWN_FIELD, "embedded": None}
    yield Scenario("`thinking.prefix`, a plain template", complete(), began, other, prefix, template=PLAIN)
    yield Scenario("`thinking.prefix`, DeepSeek-R1's template", complete(), began, other, prefix, template=DEEPSEEK_R1)
    yield Scenario("the question holds `</think>`", complete(), question="What is </think>?")
    yield Scenario("the model says nothing", End("complete", "model", "waiting"), LAST, but={"embedded": None})


def _limits() -> Iterator[Scenario]:
    few = {"sampling": {"max_tokens": 24}}
    yield Scenario("`max_tokens` in the thought", End("length", "server", "thought", NUMBERS), IN_THOUGHT, changes=few)
    yield Scenario(
        "`max_tokens` in the answer", End("length", "server", "answer", "Hm.", NUMBERS), IN_ANSWER, changes=few
    )
    yield Scenario(
        "`thinking.budget`",
        End("budget", "client", "thought", NUMBERS),
        IN_THOUGHT,
        changes={"thinking": {"budget": 20}},
        step_ms=SLOW,
    )
    yield Scenario(
        "vLLM's `thinking_token_budget`",
        # The script continues its thought behind the marker that the budget has forced.
        complete(f"One and one{THOUGHT[THOUGHT.index('Is') :]}"),
        changes={"extra": {"thinking_token_budget": 4}},
        but={"no parser": SERVER_ERROR, "embedded": complete(), "transformers": UNKNOWN_FIELD},
    )


def _stops() -> Iterator[Scenario]:
    yield Scenario(
        "a stop text of the page in the thought",
        End("stop_text", "client", "thought", THOUGHT[: THOUGHT.index("2")]),
        changes={"end": {"thought": 'stop("2")'}},
    )
    yield Scenario(
        "a stop text of the page in the answer, also said in the thought",
        End("stop_text", "client", "answer", THOUGHT, "1+1 = "),
        changes={"end": {"answer": 'stop("2")'}},
    )
    yield Scenario(
        "the server's `stop` in the thought",
        End("stop_text", "server", "thought", "One and one."),
        changes={"extra": {"stop": ["Is that"]}},
        but={
            "deepseek_r1": End("stop_text", "server", "thought", garbled=True),
            "embedded": unanswered("One and one."),
            "transformers": unanswered("One and one.\n\nIs that"),
        },
    )
    yield Scenario(
        "the server's `stop` in the answer",
        End("stop_text", "server", "answer", THOUGHT, "1+1 = 2"),
        changes={"extra": {"stop": [" 🙂"]}},
        but={
            "deepseek_r1": End("stop_text", "server", "answer", garbled=True),
            "embedded": complete(THOUGHT, "1+1 = 2"),
            "transformers": complete(THOUGHT, "1+1 = 2 🙂"),
        },
    )
    yield Scenario(
        "the second end token of the model", complete(), REPLY.replace(LAST, "<|endoftext|>"), but={"embedded": None}
    )
    yield Scenario(
        "a stop token that is several tokens",
        refused("stop_token_pieces", "client"),
        changes=modes(FULL={"stop_tokens": ["<|eot_id|>"]}),
        but=LENIENT,
    )
    yield Scenario(
        "a stop id of ordinary text, 10",
        refused("stop_token_ordinary", "client"),
        changes=modes(FULL={"stop_tokens": [10]}),
        but=LENIENT,
    )
    yield Scenario(
        "a stop id out of the vocabulary",
        refused("stop_token_nothing", "client"),
        changes=modes(FULL={"stop_tokens": [OUT_OF_VOCABULARY]}),
        but={"transformers": complete()},
    )
    yield Scenario(
        "the same, unchecked by `extra`",
        SERVER_ERROR,
        changes={"extra": {"stop_token_ids": [OUT_OF_VOCABULARY]}},
        but=LENIENT,
    )


def _loops() -> Iterator[Scenario]:
    repetition = {"max_pattern_size": 8, "min_pattern_size": 2, "min_count": 4}
    yield Scenario(
        "vLLM's `repetition_detection`",
        End("loop", "server", "thought", AGAIN),
        f"<think>\n{AGAIN}",
        changes=LONG | {"extra": {"repetition_detection": repetition}},
        but={"embedded": End("loop", "client", "thought", AGAIN), "transformers": UNKNOWN_FIELD},
    )
    yield Scenario("a loop in the thought", End("loop", "client", "thought", AGAIN), f"<think>\n{AGAIN}", changes=LONG)
    yield Scenario(
        "a loop in the answer",
        End("loop", "client", "answer", "Hm.", AGAIN),
        f"<think>\nHm.\n</think>\n\n{AGAIN}",
        changes=LONG,
    )


def _errors() -> Iterator[Scenario]:
    yield Scenario(
        "an unknown model",
        refused("model"),
        changes={"model": "no-such-model"},
        but={"embedded": complete(), "transformers": UNKNOWN_FIELD},
    )
    yield Scenario(
        "a wrong key",
        refused("key"),
        changes={"endpoint": {"api_key": "wrong"}},
        but={"transformers": complete()},
    )
    yield Scenario(
        "the chat is too long", refused("too_long"), question="one " * 5000, but={"transformers": complete()}
    )
    yield Scenario(
        "`max_tokens` above the model's room",
        refused("max_tokens"),
        changes={"sampling": {"max_tokens": TOO_MANY}},
        but=LENIENT,
    )
    yield Scenario(
        "the template refuses a system message",
        refused("status"),
        template=NO_SYSTEM,
        but={"embedded": None},
    )
    yield Scenario(
        "a proxy cuts the stream off",
        End("disconnected", "network", "answer", THOUGHT, ANSWER, kind="disconnected"),
        proxy="cuts the end",
    )


def _persons_and_timeouts() -> Iterator[Scenario]:
    yield Scenario(
        "Stop in the thought",
        End("stopped", "person", "thought", NUMBERS),
        IN_THOUGHT,
        changes=LONG,
        step_ms=SLOW,
        stop_in="thought",
    )
    yield Scenario(
        "Stop in the answer",
        End("stopped", "person", "answer", "Hm.", NUMBERS),
        IN_ANSWER,
        changes=LONG,
        step_ms=SLOW,
        stop_in="answer",
    )
    yield Scenario(
        "the first-token timeout",
        End("first_token_timeout", "client", "waiting"),
        changes={"end": {"clocks": {"first_token": "500ms"}}},
        step_ms=1000,
        but={"embedded": None},
    )
    yield Scenario(
        "the idle timeout",
        End("idle_timeout", "client", "thought", THOUGHT),
        changes={"end": {"clocks": {"idle": "500ms"}}},
        step_ms=1000,
        slow_from=12,
        but={"embedded": None},
    )
    yield Scenario(
        "the timeout of the whole turn",
        End("total_timeout", "client", "thought", NUMBERS),
        IN_THOUGHT,
        changes=LONG | {"end": {"clocks": {"total": "3s"}}},
        step_ms=SLOW,
    )


SCENARIOS = (
    *_modes(),
    *_thoughts(),
    *_limits(),
    *_stops(),
    *_loops(),
    *_persons_and_timeouts(),
    *_errors(),
)
