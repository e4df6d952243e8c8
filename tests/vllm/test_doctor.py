"""The doctor finds no problem at a healthy server, and each seeded fault as exactly one problem."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from chat.doctor.examine import examine
from chat.doctor.finding import Finding
from chat.profiles.profile import Profile
from chat.server.server import server_of
from tests.vllm.child import free_port
from tests.vllm.playing import Gate, Player, merged, way
from tests.vllm.scenarios import ANSWER, LAST, LONG, NUMBERS, OTHERS, OUT_OF_VOCABULARY, REPLY, THOUGHT, TOO_MANY
from tests.vllm.server import Server
from tests.vllm.templates import NO_SYSTEM, OPENS


@dataclass(frozen=True, slots=True)
class Seeded:
    """One fault, and the check and kind under which the doctor names it."""

    found: tuple[str, str]
    changes: dict[str, Any] = field(default_factory=dict)
    base_url: str | None = None
    template: str | None = None
    proxy: str | None = None
    reply: str = REPLY
    step_ms: int = 0
    held_from: int = 0  # the model is silent from this token on, until the examination is over
    beside: tuple[str, ...] = ()  # checks whose problems do not count


LASTING = f"<think>\n{NUMBERS}"
SHORT = 300  # tokens: the doctor's whole replies have at most 256, that whose abort it tries has 512
SLOW_MS = 20
PATIENT = ("REPLY", "FIELD", "STREAM", "LONG_REPLY", "SETTLED")  # waits of the doctor of which no finding depends
UNOPENED = {"thinking": {"opened": False}}
FAULTS = {
    "wrong key": Seeded(("key", "wrong"), {"endpoint": {"api_key": "wrong"}}),
    "no key": Seeded(("key", "missing"), {"endpoint": {"api_key": ""}}),
    "wrong model": Seeded(("model", "other"), {"model": "no-such-model"}),
    "address of nothing": Seeded(("reach", "unreachable"), base_url="http://127.0.0.1:{free}/v1"),
    "address without /v1": Seeded(("reach", "path"), base_url="{root}"),
    "stop token in pieces": Seeded(("stop_tokens", "pieces"), {"modes": {"FULL": {"stop_tokens": ["<|eot_id|>"]}}}),
    "stop id of a plus": Seeded(("stop_tokens", "ordinary"), {"modes": {"FULL": {"stop_tokens": [10]}}}),
    "stop id of nothing": Seeded(
        ("stop_tokens", "nothing"), {"modes": {"THINK_ONLY": {"stop_tokens": [OUT_OF_VOCABULARY]}}}
    ),
    "too many tokens": Seeded(("max_tokens", "too_large"), {"sampling": {"max_tokens": TOO_MANY}}),
    "too few tokens": Seeded(("max_tokens", "too_small"), {"sampling": {"max_tokens": 16}}),
    "template without system": Seeded(("system", "refused"), template=NO_SYSTEM),
    "template opens unseen": Seeded(
        ("thought", "opened_unseen"), UNOPENED, template=OPENS, reply=f"{THOUGHT}\n</think>\n\n{ANSWER}{LAST}"
    ),
    "a proxy buffers": Seeded(("flow", "held_back"), proxy="buffers", step_ms=30),
    "a proxy drops the stop ids": Seeded(("think_only", "goes_on"), proxy="drops stop_token_ids"),
    "a proxy keeps on reading": Seeded(
        ("abort", "goes_on"),
        LONG,
        proxy="keeps on reading",
        reply=LASTING,
        held_from=SHORT,
        beside=("flow",),  # the proxy shares the tests' loop: a quick stream may come through it all at once
    ),
    "a proxy cuts the end": Seeded(("finish", "missing"), proxy="cuts the end"),
}


async def findings(profile: Profile) -> list[Finding]:
    found: list[Finding] = []
    try:
        await examine(profile, found.append)
    finally:
        await server_of(profile).connection.close()
    return found


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise the waits, because here a slow server is no finding."""
    for name in (*PATIENT, "AFTER_FIRST", "ABORT"):
        monkeypatch.setenv(f"FULLSTOP_DOCTOR_{name}_SECONDS", "60")


@pytest.mark.usefixtures("unhurried")
async def test_a_healthy_server_has_no_problem(player: Player) -> None:
    found = await findings(player.profile(extra=player.server.says(REPLY)))
    assert [each for each in found if each.state == "problem"] == []
    well = {each.check for each in found if each.state == "ok"}
    assert well >= {"reach", "key", "model", "max_tokens", "stop_tokens", "markers", "thought", "finish", "full"}
    assert "think_only" in well


@pytest.mark.servers(*OTHERS)
@pytest.mark.usefixtures("unhurried")
async def test_what_another_server_does_not_know_is_no_problem(player: Player) -> None:
    found = await findings(player.profile(extra=player.server.says(REPLY)))
    assert [each for each in found if each.state == "problem"] == []


@pytest.mark.usefixtures("unhurried")
async def test_the_doctor_sees_the_server_abort(player: Player) -> None:
    found = await findings(player.profile(**LONG, extra=player.server.says(LASTING, SLOW_MS, SHORT)))
    assert [(each.state, each.kind) for each in found if each.check == "abort"] == [("ok", "aborts")]


@pytest.mark.servers("no parser")
@pytest.mark.parametrize("seeded", FAULTS.values(), ids=FAULTS)
async def test_the_doctor_finds_it(player: Player, seeded: Seeded, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    server = player.server
    for name in PATIENT:
        monkeypatch.setenv(f"FULLSTOP_DOCTOR_{name}_SECONDS", "60")
    extra = server.says(seeded.reply, seeded.step_ms)
    if seeded.held_from:
        extra = merged(extra, {"vllm_xargs": {"until": str(gate.file), "held_from": seeded.held_from}})
    if seeded.template:
        extra = merged(extra, server.templated(seeded.template))
    async with way(server, seeded.proxy) as through:
        base_url = _address(seeded.base_url, server) if seeded.base_url else through
        found = await findings(player.profile(base_url, **merged(seeded.changes, {"extra": extra})))
    problems = [(each.check, each.kind) for each in found if each.state == "problem"]
    assert [each for each in problems if each[0] not in seeded.beside] == [seeded.found]


def _address(pattern: str, server: Server) -> str:
    return pattern.format(free=free_port(), root=server.root)
