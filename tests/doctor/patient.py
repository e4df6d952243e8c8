"""A scripted server that accepts and rejects what vLLM does. It is healthy until a test gives it a fault."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.scripted_server import (
    Content,
    Done,
    ErrorEvent,
    Finish,
    Model,
    Pause,
    Raw,
    Request,
    Role,
    Script,
    Status,
    error,
)
from tests.scripted_server.steps import Body, Step
from tests.scripted_server.voice import Voice

THOUGHT = "The person asks for one and one, which is known to be two; I say so in a whole sentence.\n"
ANSWER = "\n\nOne and one makes two, as everybody knows who has ever counted sheep."
NUMBERS = "one, two, three, four, five, six, seven, eight, nine, ten, " * 40
MARKERS = ("<think>\n", "</think>")
VOCABULARY = 151_936
OBJECTS = {"thinking_token_budget": int, "repetition_detection": dict}


@dataclass(frozen=True, slots=True)
class Vllm:
    """What vLLM makes of a request. Without a parser everything comes as content, between the markers."""

    thought: str = THOUGHT
    parser: bool = True
    opens: bool = False
    knows_ids: bool = True
    knows_fields: bool = True
    tokens_per_second: float | None = 200

    def __call__(self, request: Body) -> Script:
        yield from self._refusal(request) or self._reply(request)

    def _reply(self, request: Body) -> Script:
        long = "numbers" in request["messages"][-1]["content"]
        markers: tuple[str, str] | None = None
        if self.thought and not self.parser:
            markers = MARKERS
            if self.opens:
                markers = ("", MARKERS[1])
        answer, pace = ANSWER, self.tokens_per_second
        if long:
            answer, pace = NUMBERS, pace and pace / 10
        model = Model(self.thought, answer, pace, 1, markers)
        ignored = [*OBJECTS]
        if not self.knows_ids:
            ignored += ["stop_token_ids", "include_stop_str_in_output"]
        return model({key: value for key, value in request.items() if key not in ignored})

    def _refusal(self, request: Body) -> list[Step]:
        """Return the error for a bad value. vLLM reports a wrong type at once, an error of its engine in the stream."""
        if not isinstance(request.get("temperature", 0), float | int):
            return [error(400, "temperature: Input should be a valid number")]
        for name, kind in OBJECTS.items():
            if self.knows_fields and not isinstance(request.get(name, kind()), kind):
                return [error(400, f"{name}: Input should be a valid {kind.__name__}")]
        if self.knows_fields and "thinking_token_budget" in request and not self.parser:
            return [ErrorEvent("thinking_token_budget is set but reasoning_config is not configured", code=400), Done()]
        ids = request.get("stop_token_ids", ()) if self.knows_ids else ()
        if any(id_ >= VOCABULARY for id_ in ids):
            return [ErrorEvent(f"token_id(s) {ids} in stop_token_ids contain out-of-vocab token ids", code=400), Done()]
        return []


def other_names(reply: Callable[[Body], Script], served: str) -> Callable[[Body], Script]:
    """Return the reply of a server that has only the model `served`."""

    def named(request: Body) -> Script:
        if request["model"] != served:
            return [error(404, f"The model `{request['model']}` does not exist.", "NotFoundError")]
        return reply(request)

    return named


def without_end(request: Body) -> Script:
    """Return a reply whose stream ends without a reason."""
    return [step for step in Vllm()(request) if not isinstance(step, Finish | Done)]


def held_back(request: Body) -> Iterator[Step]:
    """Yield a reply through a buffering proxy: nothing at first, then everything at once. It takes about 3 s."""
    steps = list(Vllm(tokens_per_second=13)(request))
    yield Pause(sum(step.seconds for step in steps if isinstance(step, Pause)))
    voice = Voice(Request("/v1/chat/completions", {}, request), request["model"], 1)
    yield Raw(b"".join(map(voice.event, steps)))
    yield from (step for step in steps if isinstance(step, Status))


def only_chat(request: Body) -> Script:
    """Return the reply of a simple server: no thought, and no field of vLLM's is supported."""
    steps: list[Step] = [Role(), *(Content(f" {word}") for word in ANSWER.split())]
    room = request["max_tokens"]
    return [*steps[: room + 1], Finish("length" if room < len(steps) - 1 else "stop"), Done()]


def opening_template(body: Body) -> str:
    """Render a template like that of Qwen3's Thinking-2507: the prompt ends within the thought."""
    said = (f"<|im_start|>{each['role']}\n{each['content']}<|im_end|>\n" for each in body["messages"])
    return "".join(said) + "<|im_start|>assistant\n<think>\n"


def without_system(body: Body) -> str:
    """Render a template like that of Mistral-7B-Instruct: the roles are user and assistant."""
    if body["messages"][0]["role"] == "system":
        raise ValueError("Conversation roles must alternate user/assistant/user/assistant/...")
    return "".join(f"[INST] {each['content']} [/INST]" for each in body["messages"])
