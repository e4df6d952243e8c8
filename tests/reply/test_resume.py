"""A reply continues where it ended: the model reads what it has written, on every server that accepts it."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chat.reply.resume import is_hopeless, note_accepted, note_rejected, resume_request
from chat.server.endpoint import open_stream
from chat.server.faults import Fault
from chat.server.request import ChatMessage, Request
from termination import Begun
from tests.scripted_server import Content, Done, Finish, Hang, Hold, Role, ScriptedServer, Step
from tests.scripted_server.begun import ShowsPrompt
from tests.scripted_server.families import FAMILIES
from tests.scripted_server.steps import Body
from tests.scripted_server.templates import QWEN3, jinja
from tests.vllm.templates import DEEPSEEK_R1, OPENS, PLAIN, TRIMS
from tests.wire.fixtures import Chat

THOUGHT, ANSWER = "Two, 二加二 🙂,\n\n\tand  two. ", "Four 🙂, 是四：\n\n- 2 + 2  "
HEAD = "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n"
CLOSED = f"<think>\n{THOUGHT}\n</think>\n\n"
ANSWERS, OPEN, NO_THOUGHT = (
    Begun("answer", THOUGHT, ANSWER),
    Begun("thought", THOUGHT, space=" "),
    Begun("answer", "", ANSWER),
)
MORE: list[Step] = [Role(), Content(" more"), Finish("stop"), Done()]
SAID: dict[str, Any] = {"stop_token_ids": [151645], "top_k": 20}


async def resume(chat: Chat, begun: Begun, limit: int | None = 50, mode: str = "FULL", **extra: Any) -> Request | None:
    request = chat.request(mode)
    request = replace(request, sampling={"temperature": 0.6}, extra={**request.extra, **SAID, **extra})
    return await resume_request(chat.profile, mode, request, begun, limit)


async def read(server: ScriptedServer, request: Request | None) -> str:
    """Send the request, and return what the model reads of it."""
    assert request
    server.play(MORE)
    async with open_stream(request) as deltas:
        assert "".join([delta.content async for delta in deltas]) == " more"
    return server.prompt_of(server.chats()[-1])


def last(request: Request | None) -> ChatMessage:
    assert request
    assert not request.prompt
    assert request.extra["continue_final_message"] is True
    assert request.extra["add_generation_prompt"] is False
    return request.messages[-1]


# --- As a prompt


@pytest.mark.parametrize(
    ("begun", "reply"),
    [
        (ANSWERS, CLOSED + ANSWER),
        (Begun("answer", THOUGHT), CLOSED),
        (OPEN, f"<think>\n{THOUGHT} "),
        (NO_THOUGHT, ANSWER),
        (Begun("answer"), ""),
    ],
)
@pytest.mark.parametrize("llama_cpp", [False, True])
async def test_the_model_reads_its_exact_reply(
    server: ScriptedServer, chat: Chat, begun: Begun, reply: str, llama_cpp: bool
) -> None:
    server.tokenizes, server.applies_template = not llama_cpp, llama_cpp
    request = await resume(chat, begun)
    assert request
    assert isinstance(request.prompt, str) == llama_cpp
    assert await read(server, request) == HEAD + reply
    body = server.chats()[-1].body
    assert (server.chats()[-1].path, body["max_tokens"], body["temperature"]) == ("/v1/completions", 50, 0.6)
    assert {name: body[name] for name in SAID} == SAID
    may_think = begun.phase == "thought" or not begun.thought + begun.answer
    assert body["skip_special_tokens"] != may_think  # else a marker that is a special token is unseen
    assert server.chats()[-1].headers["x-session-id"] == "chat-1"
    assert not server.tries()


@pytest.mark.parametrize(
    ("begun", "reply"), [(OPEN, f"{THOUGHT} "), (ANSWERS, CLOSED[8:] + ANSWER), (NO_THOUGHT, f"\n</think>\n\n{ANSWER}")]
)
async def test_a_thought_that_the_prompt_opens_is_not_opened_twice(
    server: ScriptedServer, chat: Chat, begun: Begun, reply: str
) -> None:
    server.template = jinja(OPENS)
    assert await read(server, await resume(chat, begun)) == f"{HEAD}<think>\n{reply}"


@pytest.mark.parametrize("begun", [OPEN, ANSWERS])
async def test_a_prefix_is_in_the_prompt_once(server: ScriptedServer, chat: Chat, begun: Begun) -> None:
    chat.use(thinking={"open": "<think>", "close": "</think>", "prefix": "<think>\n"})
    request = await resume(chat, begun)
    assert (await read(server, request)).count("<think>") == 1
    assert "continue_final_message" not in server.chats()[-1].body


async def test_fields_of_chat_requests_alone_are_omitted(server: ScriptedServer, chat: Chat) -> None:
    server.template = jinja(QWEN3)
    only: dict[str, Any] = {"chat_template_kwargs": {"enable_thinking": False}, "thinking_token_budget": 9}
    only |= {"include_stop_str_in_output": True, "grammar": "root ::= line", "reasoning_effort": "none"}
    request = await resume(chat, NO_THOUGHT, **only)
    assert request
    assert request.extra == SAID
    assert await read(server, request) == f"{HEAD}<think>\n\n</think>\n\n{ANSWER}"


@pytest.mark.parametrize(
    ("effort", "kwargs", "sent"),
    [
        ("none", {}, {"enable_thinking": False, "reasoning_effort": "none"}),
        ("high", {"enable_thinking": False}, {"enable_thinking": False, "reasoning_effort": "high"}),
    ],
)
async def test_the_template_receives_the_effort_as_in_a_chat(
    server: ScriptedServer, chat: Chat, effort: str, kwargs: Body, sent: Body
) -> None:
    await resume(chat, NO_THOUGHT, reasoning_effort=effort, chat_template_kwargs=kwargs)
    bodies = [each.body for each in server.requests if "messages" in each.body]
    assert bodies
    assert [body["chat_template_kwargs"] for body in bodies] == [sent] * len(bodies)


async def test_without_a_limit_a_prompt_may_use_all_the_room(server: ScriptedServer, chat: Chat) -> None:
    request = await resume(chat, ANSWERS, limit=None)
    assert request
    assert request.sampling["max_tokens"] == server.max_model_len - len(request.prompt)
    server.tokenizes, server.applies_template = False, True
    request = await resume(chat, ANSWERS, limit=None)
    assert request
    assert "max_tokens" not in request.sampling


# --- As a last message


@pytest.mark.parametrize("shows", ["text", "no"])
@pytest.mark.parametrize(
    ("template", "begun", "fields", "reply"),
    [
        (QWEN3, ANSWERS, {"reasoning": THOUGHT, "content": ANSWER}, CLOSED + ANSWER),
        (QWEN3, Begun("answer", THOUGHT), {"reasoning": THOUGHT, "content": ""}, CLOSED),
        (QWEN3, NO_THOUGHT, {"content": ANSWER}, f"<think>\n\n</think>\n\n{ANSWER}"),
        (PLAIN, ANSWERS, {"content": CLOSED + ANSWER}, CLOSED + ANSWER),
        (PLAIN, NO_THOUGHT, {"content": ANSWER}, ANSWER),
        (OPENS, ANSWERS, {"content": CLOSED + ANSWER}, CLOSED + ANSWER),
        (TRIMS, ANSWERS, {"content": CLOSED + ANSWER}, CLOSED + ANSWER.rstrip()),
        (DEEPSEEK_R1, NO_THOUGHT, {"content": ANSWER}, None),
    ],
)
async def test_without_a_prompt_the_chat_endpoint_continues(
    server: ScriptedServer, chat: Chat, template: str, begun: Begun, fields: Body, reply: str | None, shows: ShowsPrompt
) -> None:
    """Expect the thought in its field if the template has one, otherwise between its markers."""
    server.tokenizes, server.template, server.shows_prompt = False, jinja(template), shows
    request = await resume(chat, begun)
    assert last(request) == {"role": "assistant", **fields}
    assert request
    assert (request.sampling["max_tokens"], request.extra["stop_token_ids"]) == (50, [151645])
    assert await read(server, request) == (f"<｜User｜>hello<｜Assistant｜>{ANSWER}" if reply is None else HEAD + reply)


@pytest.mark.parametrize("template", [PLAIN, OPENS])
async def test_an_open_thought_continues_if_the_prompt_shows_that_it_is_whole(
    server: ScriptedServer, chat: Chat, template: str
) -> None:
    server.tokenizes, server.template = False, jinja(template)
    request = await resume(chat, OPEN)
    assert last(request)["content"] == f"<think>\n{THOUGHT} "
    assert await read(server, request) == f"{HEAD}<think>\n{THOUGHT} "


@pytest.mark.parametrize(("template", "shows"), [(QWEN3, "text"), (TRIMS, "no"), (PLAIN, "no"), (PLAIN, "ids")])
async def test_an_open_thought_that_may_not_be_whole_is_not_continued(
    server: ScriptedServer, chat: Chat, template: str, shows: ShowsPrompt
) -> None:
    server.tokenizes, server.template, server.shows_prompt = False, jinja(template), shows
    assert await resume(chat, OPEN) is None


async def test_a_prompt_in_token_ids_is_read_too(server: ScriptedServer, chat: Chat) -> None:
    server.completes, server.shows_prompt, server.counts = False, "ids", False
    assert await give_up_the_prompt(chat, OPEN)
    assert last(await resume(chat, OPEN))["content"] == f"<think>\n{THOUGHT} "


async def give_up_the_prompt(chat: Chat, begun: Begun) -> bool:
    request = await resume(chat, begun)
    assert request
    assert note_rejected(request, 404)
    return bool(request.prompt)


async def test_the_grammar_of_a_first_turn_is_omitted(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes, server.template = False, jinja(QWEN3)
    request = await resume(chat, ANSWERS, grammar="root ::= line", thinking_token_budget=9)
    assert request
    assert "grammar" not in request.extra
    assert request.extra["thinking_token_budget"] == 9


async def test_a_prefix_is_in_the_last_message_once(server: ScriptedServer, chat: Chat) -> None:
    chat.use(thinking={"open": "<think>", "close": "</think>", "prefix": "<think>\nOkay,"})
    server.tokenizes, server.template = False, jinja(QWEN3)
    begun = Begun("answer", " hm", "4")
    assert await read(server, await resume(chat, begun)) == f"{HEAD}<think>\nOkay, hm\n</think>\n\n4"


OFF = {"chat_template_kwargs": {"enable_thinking": False}}
_OPENING = "{{- '<|im_start|>assistant\\n' }}"
_EMPTY = "{%- if enable_thinking is defined %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}"
SWITCHED = PLAIN.replace(_OPENING, _OPENING + _EMPTY)
"""Switches thinking off in the generation prompt alone."""


@pytest.mark.parametrize("template", [SWITCHED, QWEN3])
async def test_without_a_prompt_the_switch_is_there_if_an_answer_without_a_thought_is_continued(
    server: ScriptedServer, chat: Chat, template: str
) -> None:
    chat.use(modes={"FULL": {}, "THINK_ONLY": {}, "NO_THINK": {"thinks": False}})
    server.tokenizes, server.template = False, jinja(template)
    request = await resume(chat, NO_THOUGHT, mode="NO_THINK", **OFF)
    assert await read(server, request) == f"{HEAD}<think>\n\n</think>\n\n{ANSWER}"


# --- No way


async def test_a_thought_that_would_be_opened_twice_is_not_continued(server: ScriptedServer, chat: Chat) -> None:
    family = FAMILIES["Nemotron-Nano-v2"]
    chat.use(thinking=family.thinking, modes={"FULL": {}, "THINK_ONLY": {}, "NO_THINK": {"thinks": False}})
    server.tokenizes, server.template = False, jinja(family.template)
    assert await resume(chat, ANSWERS) is None
    assert await resume(chat, NO_THOUGHT, mode="NO_THINK", **OFF) is None


def ignores(body: Body) -> str:
    """Render as a server that ignores the flags: the reply is over, and another one starts."""
    return jinja(PLAIN)({**body, "continue_final_message": False, "add_generation_prompt": True})


def drops_thoughts(body: Body) -> str:
    """Render as DeepSeek-R1's template with a server that accepts the flags."""
    messages = [{**each, "content": each["content"].rpartition("</think>")[2]} for each in body["messages"]]
    return jinja(PLAIN)({**body, "messages": messages})


def refuses(body: Body) -> str:
    if body["messages"][-1]["role"] == "assistant":
        raise ValueError("The last message has to be the user's.")
    return jinja(PLAIN)(body)


@pytest.mark.parametrize("shows", ["text", "no"])
@pytest.mark.parametrize("template", [ignores, drops_thoughts, refuses, jinja(DEEPSEEK_R1)])
async def test_a_server_that_would_not_continue_is_not_asked_to(
    server: ScriptedServer, chat: Chat, template: Callable[[Body], str], shows: ShowsPrompt
) -> None:
    server.tokenizes, server.template, server.shows_prompt = False, template, shows
    assert await resume(chat, ANSWERS) is None
    assert not server.chats()


async def test_a_server_that_counts_nothing_is_not_trusted(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes, server.template, server.shows_prompt, server.counts = False, jinja(QWEN3), "no", False
    assert await resume(chat, ANSWERS) is None


async def trouble(chat: Chat) -> str:
    """Return the kind of a fault that leaves the server's ways open."""
    with pytest.raises(Fault) as raised:
        await resume(chat, ANSWERS)
    assert not await is_hopeless(chat.profile)
    return raised.value.kind


async def test_a_server_that_is_gone_is_reported(chat: Chat) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    chat.use(f"http://127.0.0.1:{port}/v1")
    assert await trouble(chat) == "unreachable"


async def test_a_server_that_is_busy_is_reported(chat: Chat, web: Callable[..., Any]) -> None:
    chat.use(await web(POST="503|text/plain|busy", GET="404|text/plain|no"))
    assert await trouble(chat) == "busy"


async def test_a_window_that_is_full_is_reported(server: ScriptedServer, chat: Chat) -> None:
    server.max_model_len = 20
    assert await trouble(chat) == "window_full"


@pytest.mark.parametrize("answer", ["200|text/html|<html>", "200|application/json|[]"])
async def test_invalid_answers_are_no_way_and_no_error(chat: Chat, web: Callable[..., Any], answer: str) -> None:
    chat.use(await web(POST=answer, GET="404|text/plain|no"))
    assert await resume(chat, ANSWERS) is None


async def test_a_server_that_is_silent_is_not_waited_for_long(
    server: ScriptedServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.tokenizes = False
    server.tried = [Hang()]
    with monkeypatch.context() as short:
        short.setenv("FULLSTOP_SIDE_REQUEST_SECONDS", "0.1")
        assert await trouble(chat) == "busy"
    server.tried, server.template = None, jinja(QWEN3)
    assert await resume(chat, ANSWERS)


async def test_stop_cancels_the_probe(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes, server.tried = False, [hold := Hold()]
    asking = asyncio.create_task(resume(chat, ANSWERS))
    assert await asyncio.to_thread(hold.reached.wait, 30)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


# --- What is remembered


async def test_a_kind_of_reply_is_tried_once(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes, server.template = False, jinja(QWEN3)
    counts = []
    for begun in (ANSWERS, Begun("answer", "Hm.", "Yes."), NO_THOUGHT, NO_THOUGHT, OPEN, OPEN):
        await resume(chat, begun)
        counts.append(len(server.tries()))
    assert counts == [1, 1, 2, 2, 4, 4]
    assert sum(each.path == "/tokenize" for each in server.requests) == 1


async def test_another_template_is_probed_again(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes, server.template = False, jinja(QWEN3)
    for switch in (True, False, True):
        await resume(chat, ANSWERS, chat_template_kwargs={"enable_thinking": switch})
    assert len(server.tries()) == 2


async def test_a_way_that_is_rejected_is_not_tried_again(server: ScriptedServer, chat: Chat) -> None:
    server.template = jinja(QWEN3)
    seen = []
    while request := await resume(chat, ANSWERS):
        seen.append("prompt" if request.prompt else "field" if "reasoning" in request.messages[-1] else "markers")
        assert not await is_hopeless(chat.profile)
        assert note_rejected(request, 400)
    assert seen == ["prompt", "field", "markers"]
    assert await resume(chat, ANSWERS) is None
    assert await is_hopeless(chat.profile)


async def test_a_temporary_failure_does_not_make_a_server_hopeless(server: ScriptedServer, chat: Chat) -> None:
    def fails(_: Body) -> str:
        raise ValueError("not now")

    server.template = fails
    assert await resume(chat, ANSWERS) is None
    assert not await is_hopeless(chat.profile)
    server.template = jinja(PLAIN)
    request = await resume(chat, ANSWERS)
    assert request
    assert request.prompt


@pytest.mark.parametrize(("status", "of_the_way"), [(400, False), (422, False), (404, True), (500, False)])
async def test_a_later_refusal_does_not_reject_an_accepted_way(chat: Chat, status: int, of_the_way: bool) -> None:
    first = await resume(chat, ANSWERS)
    assert first
    note_accepted(first)
    assert note_rejected(first, status) == of_the_way
    again = await resume(chat, ANSWERS)
    assert bool(again and again.prompt) != of_the_way


async def test_other_markers_are_probed_again(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes, server.template = False, jinja(QWEN3)
    tries = []
    for close in ("</thought>", "</think>", "</thought>", "</think>"):
        chat.use(thinking={"open": "<think>", "close": close})
        made = await resume(chat, ANSWERS)
        tries.append(len(server.tries()))
    assert made
    assert tries[0] < tries[1] == tries[2] == tries[3]


async def test_a_request_of_a_first_turn_can_be_noted_too(chat: Chat) -> None:
    note_accepted(chat.request())
    assert note_rejected(chat.request(), 404)
    assert not note_rejected(chat.request(), 503)


async def test_a_restarted_server_is_probed_again(monkeypatch: pytest.MonkeyPatch, chat: Chat) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    with ScriptedServer(max_model_len=1000) as first:
        chat.use(first.base_url)
        first.tokenizes = False
        assert "reasoning" not in last(await resume(chat, ANSWERS))
        request = await resume(chat, ANSWERS)
        assert request
        assert note_rejected(request, 400)
        assert await resume(chat, ANSWERS) is None
    with ScriptedServer(port=first.port, max_model_len=2000) as second:
        second.template = jinja(QWEN3)
        assert await give_up_the_prompt(chat, ANSWERS)
        assert "reasoning" in last(await resume(chat, ANSWERS))


async def test_a_fault_of_the_prompt_counts_once(server: ScriptedServer, chat: Chat) -> None:
    templates = iter([ValueError("not now")])

    def stumbles(body: Body) -> str:
        for problem in templates:
            raise problem
        return jinja(QWEN3)(body)

    server.template = stumbles
    assert "reasoning" in last(await resume(chat, ANSWERS))
    request = await resume(chat, ANSWERS)
    assert request
    assert request.prompt
