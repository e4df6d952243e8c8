"""Servers that show less, or nothing that makes sense: asking costs few requests, and claims only what it has seen."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chat.discover.discover import discover_profile
from chat.discover.questions import MOST_REQUESTS
from chat.profiles.profile import Endpoint, Profile
from chat.profiles.read import read_profile
from tests.browser.running_app import ROOT
from tests.discover.models import CASES, Case
from tests.scripted_server import Content, Drop, Hang, ScriptedServer, Status, error
from tests.scripted_server.steps import Step
from tests.shapes.server import VllmServer
from tests.shapes.shape import SHAPES
from tests.shapes.templates import qwen3_thinking

BY_MODEL = {each.model: each for each in CASES}
QWEN3, R1 = BY_MODEL["Qwen/Qwen3-8B"], BY_MODEL["deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"]
PROMPT_POINTS = {"opened", "switch", "system", "past_thoughts"}
NOWHERE = Endpoint(base_url="http://127.0.0.1:9/v1")
SHIPPED = ("system_role", "system", "system_needed", "past_thoughts")


def expected(case: Case, server: ScriptedServer) -> Profile:
    return Profile.model_validate(case.profile(server.base_url))


def test_every_shipped_model_is_asked() -> None:
    shipped = {file.stem for file in (ROOT / "profiles").glob("[!_]*.yaml")} - {"embedded", "gguf"}
    assert shipped == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
async def test_the_made_profile_equals_the_shipped_one_in_what_can_be_asked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VLLM_MODEL", raising=False)
    shipped = read_profile(ROOT / "profiles" / f"{name}.yaml")
    with VllmServer(SHAPES[name]) as server:
        if name == "dasd-4b-thinking":  # its own template is not established; the shipped profile is right for this one
            server.becomes(template=qwen3_thinking)
        made = (await discover_profile(Endpoint(base_url=server.base_url), shipped.model)).profile
    assert {key: getattr(made.messages, key) for key in SHIPPED} == {
        key: getattr(shipped.messages, key) for key in SHIPPED
    }
    assert made.modes.keys() == shipped.modes.keys()
    for mode, values in shipped.modes.items():
        without = {"sampling": values.sampling}
        assert made.modes[mode].model_copy(update=without) == values
        assert made.markers(mode) == shipped.markers(mode)


@pytest.mark.parametrize("case", CASES, ids=[each.model for each in CASES])
async def test_llama_cpp_shows_prompts_as_text(case: Case) -> None:
    """Use /apply-template and the names of tokens, because llama.cpp has no /detokenize of vLLM's kind."""
    with VllmServer(case.shape) as server:
        server.n_ctx = 4096
        found = await discover_profile(Endpoint(base_url=server.base_url), case.model)
        assert len(server.requests) <= MOST_REQUESTS
    wanted = expected(case, server)
    if "switch" in found.unknown:
        assert set(found.profile.modes) <= set(wanted.modes)
    else:
        assert found.profile == wanted


async def test_without_prompts_the_rest_is_unknown() -> None:
    with VllmServer(QWEN3.shape) as server:
        server.bare = True
        found = await discover_profile(Endpoint(base_url=server.base_url), QWEN3.model)
    assert set(found.unknown) > PROMPT_POINTS
    assert found.profile.markers("FULL") == expected(QWEN3, server).markers("FULL")
    assert set(found.profile.modes) == {"FULL", "THINK_ONLY"}


async def test_without_names_of_tokens_no_token_is_claimed() -> None:
    with VllmServer(R1.shape) as server:
        server.names_tokens = False
        found = await discover_profile(Endpoint(base_url=server.base_url), R1.model)
    assert set(found.unknown) == {"stop_tokens"}
    assert [mode.stop_tokens for mode in found.profile.modes.values()] == [(), ()]
    assert found.profile.thinking == expected(R1, server).thinking


async def test_a_template_that_fails_leaves_the_prompt_unknown_and_says_why() -> None:
    def broken(*_: object) -> tuple[str, str]:
        raise ValueError("unexpected '}', expected 'end of print statement'")

    with VllmServer(replace(R1.shape, model="served", template=broken)) as server:
        found = await discover_profile(Endpoint(base_url=server.base_url), "served")
    assert "system" in found.unknown
    [said] = [each for each in found.findings if each.key == "discover.system.failed"]
    assert "end of print statement" in str(said.facts["message"])
    assert found.profile.thinking is None


async def test_a_server_that_is_not_there() -> None:
    found = await discover_profile(NOWHERE, "served")
    assert found.profile.thinking is None
    assert {"thinking", "system", "stop_tokens", "window", "family"} <= set(found.unknown)


GARBAGE: dict[str, Callable[[], Status]] = {
    "numbers": lambda: Status(200, 7),  # type: ignore[arg-type]
    "a list": lambda: Status(200, []),  # type: ignore[arg-type]
    "a page": lambda: Status(200, "<html>hello</html>"),
    "broken tokens": lambda: Status(200, {"tokens": ["x", None], "token_strs": 7, "prompt": 3}),
    "huge ids": lambda: Status(200, {"tokens": [10**30, -5], "token_strs": ["a", "b"]}),
    "odd pieces": lambda: Status(200, {"tokens": [{"id": 1}, {"id": "x"}, 5], "prompt": ["x"]}),
    "an error": lambda: error(500, "internal"),
    "forbidden": lambda: Status(403, {"detail": "no"}),
}


@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
async def test_garbage_means_unknown(answer: Callable[[], Status]) -> None:
    with ScriptedServer(model="served") as server:
        server.says = dict.fromkeys(("/tokenize", "/detokenize", "/apply-template"), answer)
        server.by_message({"": [Content("Two.")]})
        found = await discover_profile(Endpoint(base_url=server.base_url), "served")
        assert len(server.requests) <= MOST_REQUESTS
    assert found.profile.thinking is None
    assert found.profile.modes["FULL"].stop_tokens == ()
    assert {"system", "past_thoughts", "stop_tokens"} <= set(found.unknown)


@pytest.mark.parametrize("step", [Drop(), Hang()], ids=["breaks off", "is silent"])
async def test_a_reply_that_does_not_come(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_REPLY_SECONDS", "0.5")
    with ScriptedServer(model="served") as server:
        server.by_message({"": [step]})
        found = await discover_profile(Endpoint(base_url=server.base_url), "served")
    assert {"thinking", "family"} == set(found.unknown) & {"thinking", "family"}
    assert found.profile.thinking is None


@pytest.mark.parametrize("name", ["a b/c d", "模型/千问", "x" * 300, "/", "..", "a`b*c|d\n#e"])
async def test_any_name_of_a_model(name: str) -> None:
    with ScriptedServer(model=name) as server:
        server.by_message({"": [Content("Two.")]})
        found = await discover_profile(Endpoint(base_url=server.base_url), name)
    assert found.profile.model == name
    assert 0 < len(found.profile.name) <= 80
