"""docs/servers.md holds the scenarios that `make test-vllm` plays, each profile for vLLM, and the limits on servers."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from chat.process.limits import PREFIX, Limits
from tests.vllm.scenarios import SCENARIOS, SET_UPS, Scenario
from tests.vllm.table import table

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "servers.md").read_text(encoding="utf-8")
LIMIT = re.compile(rf"^\| `{PREFIX}(\w+)` \| ([\d,]+) \| ", re.MULTILINE)
OF_SERVERS = (
    *("line_bytes", "error_bytes", "answer_bytes", "reply_bytes"),
    *("json_depth", "json_values", "header_bytes"),
)
ON_VLLM = [
    path.stem
    for path in sorted((ROOT / "profiles").glob("[!_]*.yaml"))
    if "VLLM_MODEL" in path.read_text(encoding="utf-8")
]


def test_the_table_is_that_of_the_scenarios() -> None:
    assert f"\n\n{table()}\n\n" in DOCUMENT, "put the output of python -m tests.vllm.table into docs/servers.md"


def test_every_scenario_has_a_name_of_its_own() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_speaks_of_known_servers(scenario: Scenario) -> None:
    assert set(scenario.but) <= set(SET_UPS)


@pytest.mark.parametrize("profile", ON_VLLM)
def test_it_says_how_vllm_is_started_for_a_profile(profile: str) -> None:
    assert f"\n| `{profile}` | " in DOCUMENT


def test_the_limits_on_servers_are_those_of_the_code() -> None:
    written = {name.lower(): int(number.replace(",", "")) for name, number in LIMIT.findall(DOCUMENT)}
    assert written == {name: number for name, number in asdict(Limits()).items() if name in OF_SERVERS}
