"""Every shipped profile fits its model: one turn in each mode, through the real app, against a server of its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from chat.profiles.read import read_profile
from tests.browser.running_app import ROOT
from tests.client.driver import Client
from tests.sentences import sentence
from tests.shapes.conftest import EMBEDDED, ON_LORAX
from tests.shapes.server import VllmServer
from tests.shapes.shape import ANSWER, CLOSE, ENDS, SHAPES, THOUGHT
from tests.shapes.templates import NO_THOUGHT
from tests.turn import Turn

Servers = dict[str, VllmServer]

QUESTION = "1 + 1 + 2?"
SYSTEM = "You are a helpful assistant."
R1 = "deepseek-r1-distill-qwen-1.5b"
PLAIN = SHAPES.keys() - CLOSE.keys()
NAMES = {name: read_profile(ROOT / "profiles" / f"{name}.yaml").name for name in SHAPES}
KNOWN = {"model", "messages", "stream", "stream_options", "stop_token_ids", "include_stop_str_in_output"}
KNOWN |= {"skip_special_tokens"}
EFFORTS = {"LOW": "low", "HIGH": "high"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a server gets in one mode besides messages and stop tokens, and how the prompt ends that comes of it."""

    fields: Mapping[str, Any]
    prompt_end: str


def same(fields: Mapping[str, Any], prompt_end: str) -> dict[str, Sent]:
    """Return the same for both modes: the one without an answer comes first, so that questions have to be joined."""
    return {mode: Sent(fields, prompt_end) for mode in ("THINK_ONLY", "FULL")}


OFF = {"chat_template_kwargs": {"enable_thinking": False}}
QWEN3 = {"temperature": 0.6, "top_p": 0.95, "top_k": 20, "min_p": 0.0, "max_tokens": 32768}
GPT_OSS = {"temperature": 1.0, "top_p": 1.0}
SENT = {
    "dasd-4b-thinking": same({"temperature": 1.0, "top_p": 1.0, "max_tokens": 32768}, "<|im_start|>assistant\n"),
    R1: same({"temperature": 0.6, "top_p": 0.95, "max_tokens": 32768}, "<｜Assistant｜><think>\n"),
    "glm-4-9b-chat": same({"temperature": 0.8, "top_p": 0.8, "max_tokens": 4096}, "<|assistant|>"),
    "glm-4.7": {
        **same({"temperature": 1.0}, "<|assistant|><think>"),
        "NO_THINK": Sent({"temperature": 1.0, **OFF}, "<|assistant|></think>"),
    },
    "gpt-oss-20b": {
        **same(GPT_OSS, "<|start|>assistant"),
        "LOW": Sent({**GPT_OSS, "reasoning_effort": "low"}, "<|start|>assistant"),
        "HIGH": Sent({**GPT_OSS, "reasoning_effort": "high"}, "<|start|>assistant"),
    },
    "llama-3.1-8b-instruct": same({"temperature": 0.6, "top_p": 0.9}, "assistant<|end_header_id|>\n\n"),
    ON_LORAX: same({"max_tokens": 2048}, f"{QUESTION} [/INST]"),
    "qwen3": {
        **same(QWEN3, "<|im_start|>assistant\n"),
        "NO_THINK": Sent({**QWEN3, "temperature": 0.7, "top_p": 0.8, **OFF}, f"<|im_start|>assistant\n{NO_THOUGHT}"),
    },
    "qwen3-4b-thinking-2507": same(QWEN3, "<|im_start|>assistant\n<think>\n"),
    "smollm2-135m": same({}, "<|im_start|>assistant\n"),
}


def test_every_shipped_profile_has_a_shape() -> None:
    assert {file.stem for file in (ROOT / "profiles").glob("[!_]*.yaml")} - set(EMBEDDED) == set(SHAPES) == set(SENT)


@pytest.mark.parametrize("name", SENT)
def test_one_turn_in_each_mode(chat: Client, servers: Servers, name: str) -> None:
    chat.change(profile=NAMES[name])
    server = servers[name]
    for parser in server.shape.parsers:
        server.becomes(parser=parser)
        for mode, sent in SENT[name].items():
            shows(chat, chat.ask(f"[MODE:{mode}] {QUESTION}"), name, mode)
            body = server.chats()[-1].body
            assert {field: value for field, value in body.items() if field not in KNOWN} == sent.fields
            stops(body, name, mode)
            assert server.prompts[-1].endswith(sent.prompt_end)
    messages = server.chats()[-1].body["messages"]
    assert [each["role"] for each in messages[-3:]] == ["user", "assistant", "user"]
    assert (messages[0]["content"] == SYSTEM) == (name == "dasd-4b-thinking")
    assert THOUGHT not in str(messages)


def shows(chat: Client, turn: Turn, name: str, mode: str) -> None:
    """Check the thought, the answer and the line below them, as the model's shape and the mode make them."""
    assert turn.errors == []
    if name in PLAIN or mode == "NO_THINK":
        assert turn.thoughts == []
    else:
        effort = f" ({EFFORTS.get(mode, 'medium')})" if name == "gpt-oss-20b" else ""
        assert chat.thought_text() == THOUGHT + effort
    thought_only = mode == "THINK_ONLY" and name not in PLAIN
    assert turn.answer == ("" if thought_only else ANSWER)
    assert turn.ending.startswith(sentence("ending.thought_complete") if thought_only else "Complete · ")


def stops(body: Mapping[str, Any], name: str, mode: str) -> None:
    """Check that the server got the ids of its own tokens; LoRAX gives none."""
    close = (CLOSE[name],) if mode == "THINK_ONLY" and name in CLOSE else ()
    expected = () if name == ON_LORAX else (*close, *ENDS[name])
    assert tuple(body.get("stop_token_ids", ())) == expected
    assert body.get("include_stop_str_in_output", False) == (mode == "THINK_ONLY" and bool(expected))


def test_r1_gets_everything_in_the_question(chat: Client, servers: Servers) -> None:
    chat.change(profile=NAMES[R1])
    chat.change(system="Be brief.", maths=True)
    assert chat.ask(QUESTION).answer == ANSWER
    hint = "Please reason step by step, and put your final answer within \\boxed{}."
    assert servers[R1].chats()[-1].body["messages"] == [{"role": "user", "content": f"Be brief.\n\n{QUESTION}\n{hint}"}]


def test_mistral_takes_a_system_prompt_in_the_question(chat: Client, servers: Servers) -> None:
    """Send it in the question: the template rejects a system message, in the second turn too."""
    chat.change(profile=NAMES[ON_LORAX], system="Be brief.")
    assert [chat.ask(asked).answer for asked in (QUESTION, "And now?")] == [ANSWER, ANSWER]
    assert servers[ON_LORAX].chats()[-1].body["messages"] == [
        {"role": "user", "content": f"Be brief.\n\n{QUESTION}"},
        {"role": "assistant", "content": ANSWER},
        {"role": "user", "content": "And now?"},
    ]
