"""The doctor raises no false alarm: a working setup has no problem, also if its server does not answer everything."""

import pytest

from chat.doctor.finding import Finding
from tests.doctor.conftest import Examined
from tests.doctor.patient import Vllm, only_chat, opening_template
from tests.scripted_server import Answer, ScriptedServer
from tests.scripted_server.families import FAMILIES
from tests.scripted_server.templates import jinja

NO_THINKING = {
    "thinking": None,
    "modes": {"FULL": {"stop_tokens": ["<|im_end|>"]}, "THINK_ONLY": {"stop_tokens": ["<|im_end|>"]}},
}
OPENED = {"thinking": {"open": "<think>", "close": "</think>", "opened": True}}
ROOMY = {"sampling": {"max_tokens": 32768}}


def states(findings: list[Finding], *states: str) -> dict[str, str]:
    return {each.check: each.kind for each in findings if each.state in states}


@pytest.mark.parametrize(
    ("answer", "values"),
    [
        (Vllm(), ROOMY),
        (Vllm(parser=False), ROOMY),
        (Vllm(thought=""), NO_THINKING),
        (Vllm(knows_fields=False), {}),
        (Vllm(thought=""), {}),
        (Vllm(), {"extra": {"thinking_token_budget": 100, "repetition_detection": {"min_count": 4}}}),
        (Vllm(), {"messages": {"system": "[MODE:FULL]\nBe brief.", "system_role": "user"}}),
    ],
)
async def test_a_healthy_vllm_has_no_problem(
    server: ScriptedServer, examined: Examined, answer: Answer, values: dict[str, object]
) -> None:
    server.by_message({"": answer})
    findings = await examined(**values)
    assert states(findings, "problem") == {}
    assert {"reach", "key", "model", "version", "template", "stop_tokens", "finish", "full", "abort"} <= states(
        findings, "ok", "info"
    ).keys()


async def test_every_line_of_a_healthy_vllm_is_reported(examined: Examined) -> None:
    findings = await examined(**ROOMY)
    assert [(each.check, each.kind) for each in findings] == [
        ("reach", "reached"),
        ("key", "not_needed"),
        ("model", "served"),
        ("max_tokens", "fits"),
        ("version", "known"),
        ("template", "plain"),
        ("system", "supported"),
        ("past_thoughts", "kept"),
        ("markers", "single"),
        ("stop_tokens", "single"),
        ("thinking_token_budget", "supported"),
        ("repetition_detection", "supported"),
        ("errors", "explained"),
        ("finish", "said"),
        ("thought", "field"),
        ("flow", "flows"),
        ("protocol", "standard"),
        ("full", "ends"),
        ("think_only", "ends"),
        ("abort", "aborts"),
    ]


@pytest.mark.parametrize(("parser", "kind"), [(True, "field"), (False, "opened")])
async def test_a_template_that_opens_the_thought_is_no_problem_where_the_profile_says_so(
    server: ScriptedServer, examined: Examined, parser: bool, kind: str
) -> None:
    server.template = opening_template
    server.by_message({"": Vllm(parser=parser, opens=True)})
    findings = await examined(**OPENED)
    assert states(findings, "problem") == {}
    assert states(findings, "ok")["thought"] == kind


@pytest.mark.parametrize("values", [{}, NO_THINKING, ROOMY])
async def test_a_server_with_nothing_but_its_chat_has_no_problem(
    server: ScriptedServer, examined: Examined, values: dict[str, object]
) -> None:
    server.bare = True
    server.by_message({"": only_chat})
    findings = await examined(**values)
    assert states(findings, "problem") == {}
    assert {"template", "stop_tokens", "abort"} <= states(findings, "unknown").keys()


async def test_a_server_that_serves_any_name_has_no_problem(server: ScriptedServer, examined: Examined) -> None:
    server.bare = True
    server.by_message({"": only_chat})
    assert states(await examined(model="gpt-3.5-turbo"), "problem") == {}


async def test_a_server_without_stop_ids_has_no_problem(server: ScriptedServer, examined: Examined) -> None:
    """Examine a server like llama.cpp, where the page ends the turn itself."""
    server.bare = True
    server.by_message({"": Vllm(parser=False, knows_ids=False, knows_fields=False)})
    findings = await examined()
    assert states(findings, "problem") == {}
    assert states(findings, "info")["think_only"] == "page"


async def test_a_model_that_thinks_long_is_not_blamed(server: ScriptedServer, examined: Examined) -> None:
    server.by_message({"": Vllm(thought=" ".join(map(str, range(1000, 1400))), tokens_per_second=1000)})
    findings = await examined()
    assert states(findings, "problem") == {}
    assert {"full": "unfinished", "think_only": "unfinished"}.items() <= states(findings, "unknown").items()


async def test_a_server_that_is_done_before_it_is_left_is_not_blamed(
    server: ScriptedServer, examined: Examined
) -> None:
    server.by_message({"": Vllm(tokens_per_second=None)})
    findings = await examined()
    assert states(findings, "problem") == {}
    assert states(findings, "unknown")["abort"] == "unseen"


async def test_another_ones_request_is_not_blamed(
    server: ScriptedServer, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_SETTLED_SECONDS", "0.2")
    monkeypatch.setenv("FULLSTOP_DOCTOR_ABORT_SECONDS", "0.2")
    server.aborts = False
    server._deserted = 1
    findings = await examined()
    assert states(findings, "problem") == {}
    assert states(findings, "unknown")["abort"] == "others"


@pytest.mark.parametrize(
    ("name", "wanted", "kind"),
    [
        ("gpt-oss", "keep", "rejected_but_wanted"),
        ("gpt-oss", "strip", "rejected"),
        ("field only", "keep", "kept_in_field"),
        ("Qwen3", "keep", "stripped_but_wanted"),
        ("Qwen3", "strip", "stripped"),
        ("Granite", "keep", "kept"),
    ],
)
async def test_what_becomes_of_past_thoughts(
    server: ScriptedServer, examined: Examined, name: str, wanted: str, kind: str
) -> None:
    family = FAMILIES[name]
    server.template = jinja(family.template)
    findings = await examined(thinking=family.thinking, messages={"past_thoughts": wanted})
    assert states(findings, "info")["past_thoughts"] == kind
