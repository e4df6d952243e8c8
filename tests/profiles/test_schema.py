"""The published JSON Schema is that of the code, and accepts and rejects the same profiles as the app."""

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from chat.command.cli import main
from chat.profiles.profile import Profile
from chat.profiles.schema import FILE, schema

PROFILES = Path(__file__).parents[2] / "profiles"
SHIPPED = sorted(PROFILES.glob("*.yaml"))
VALIDATOR = Draft202012Validator(schema())
WHOLE = """
name: A
model: a
endpoint: {base_url: "http://localhost:8000/v1"}
modes: {FULL: {}, THINK_ONLY: {}}
"""


def test_the_command_prints_what_the_file_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == (PROFILES / FILE).read_text(encoding="utf-8")


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())
    assert set(schema()["properties"]) == {"extends", *Profile.model_fields}


def test_every_key_is_described() -> None:
    parts = [schema(), *schema()["$defs"].values()]
    bare = [name for part in parts for name, key in part["properties"].items() if not key.get("description")]
    assert bare == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_profiles_name_it_and_fit_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={FILE}"
    VALIDATOR.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "extends: a",
        "extends: a\nendpoint: {api_key: x}\nthinking: null",
        WHOLE + "sampling: {max_tokens: 16k, temperature: 0.5}",
        WHOLE + "sampling: {max_tokens: '500 tokens', temperature: '${T:-0.5}'}",
        WHOLE + "end: {clocks: {idle: off, total: 30m, first_token: 5}, thought: 'loop()', any: off}",
        WHOLE + "thinking: {open: <think>, close: [</think>], budget: 90s}",
    ],
)
def test_a_good_profile_fits(text: str) -> None:
    VALIDATOR.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        WHOLE + "samplin: {}",
        WHOLE + "sampling: {max_token: 5}",
        WHOLE + "sampling: {max_tokens: many}",
        WHOLE + "sampling: {temperature: 3}",
        WHOLE + "sampling: {temperature: hot}",
        WHOLE + "end: {clocks: {idle: soon}}",
        WHOLE + "end: {thought: 5}",
        WHOLE + "messages: {past_thoughts: burn}",
        WHOLE.replace("FULL", "full"),
        "extends: 5",
    ],
)
def test_a_bad_one_does_not(text: str) -> None:
    assert not VALIDATOR.is_valid(yaml.safe_load(text))
