"""A profile is read from YAML, and its errors have file, line and key."""

from pathlib import Path

import pytest

from chat.profiles.modes import policy
from chat.profiles.profile import THINK_ONLY, ClockLimits, Profile
from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError
from chat.words.texts import say
from termination import Markers, check_condition
from tests.profiles.good_profile import GOOD, changed, read

SHIPPED = sorted((Path(__file__).parents[2] / "profiles").glob("[!_]*.yaml"))


# --- The profiles we ship


def test_there_are_shipped_profiles() -> None:
    assert {"dasd-4b-thinking", "embedded", "mistral-7b-instruct-v0.1"} <= {path.stem for path in SHIPPED}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_profile_can_be_used(path: Path) -> None:
    profile = read_profile(path)
    assert profile.endpoint.base_url.startswith("http")
    assert profile.end.clocks.total is not None
    check_condition(policy(profile, profile.default_mode).end)
    if profile.thinking:
        assert profile.thinking.close[0] in profile.modes[THINK_ONLY].stop_tokens
        assert profile.thinking.close[0] not in profile.modes["FULL"].stop_tokens


def test_no_two_shipped_profiles_have_one_name() -> None:
    names = [read_profile(path).name for path in SHIPPED]
    assert len(set(names)) == len(names)


# --- A good file


def test_a_profile_says_what_the_file_says(tmp_path: Path) -> None:
    profile = read(tmp_path, GOOD)
    assert (profile.name, profile.model, profile.messages.system) == ("Good", "good-1", "Be brief.")
    assert profile.modes["FULL"].stop_tokens == ("<|im_end|>", 151643)
    assert str(policy(profile, "FULL").end).endswith(" | first_token(120s) | idle(1.5s)")
    assert policy(profile, "FULL").markers == Markers(("<think>",), ("</think>",))


@pytest.mark.parametrize("text", [GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD, "# a comment\n---\n" + GOOD])
def test_what_other_editors_write_is_read_too(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).model == "good-1"


def test_aliases_are_yaml_too(tmp_path: Path) -> None:
    text = changed('["<|im_end|>", 151643]', '&ends ["<|im_end|>"]').replace('["</think>"]', "*ends")
    assert read(tmp_path, text).modes[THINK_ONLY].stop_tokens == ("<|im_end|>",)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90", 90.0),
        ("90s", 90.0),
        ("1.5h", 5400.0),
        ("30m", 1800.0),
        ("250 ms", 0.25),
        ('"off"', None),
        ("off", None),
        ("null", None),
        ("0.5", 0.5),
    ],
)
def test_a_duration_is_written_as_people_write_it(tmp_path: Path, written: str, seconds: float | None) -> None:
    assert read(tmp_path, changed("2m", written)).end.clocks.first_token == seconds


def test_clocks_that_are_not_named_keep_their_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD[: GOOD.index("end:")]).end.clocks == ClockLimits(first_token=120, idle=60, total=1800)


@pytest.mark.parametrize(
    ("written", "variables", "value"),
    [
        ("${HERE}", {"HERE": "http://a/v1"}, "http://a/v1"),
        ("${HERE:-http://b/v1}", {"HERE": "http://a/v1"}, "http://a/v1"),
        ("${HERE:-http://b/v1}", {}, "http://b/v1"),
        ("${HERE:-http://b/v1}", {"HERE": ""}, "http://b/v1"),
        ("${HERE:-}", {}, ""),
        ("http://${HOST:-localhost}:${PORT:-8000}/v1", {"PORT": "9"}, "http://localhost:9/v1"),
        ("$HERE and ${}", {"HERE": "x"}, "$HERE and ${}"),
        ("${HERE}", {"HERE": "${HOME}"}, "${HOME}"),
    ],
)
def test_the_environment_fills_the_gaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, variables: dict[str, str], value: str
) -> None:
    for name in ("HERE", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, said in variables.items():
        monkeypatch.setenv(name, said)
    assert read(tmp_path, changed("Be brief.", f'"{written}"')).messages.system == value


# --- Numbers with units, or from the environment


@pytest.mark.parametrize(
    ("written", "tokens"),
    [("4096", 4096), ("'4096'", 4096), ("16k", 16000), ("16K", 16384), ("1.5k", 1500), ("500 tokens", 500)],
)
def test_a_number_of_tokens_is_written_as_people_write_it(tmp_path: Path, written: str, tokens: int) -> None:
    assert read(tmp_path, changed("max_tokens: 100", f"max_tokens: {written}")).sampling.max_tokens == tokens


@pytest.mark.parametrize(("written", "limit"), [("4k", 4000), ("4096 tokens", 4096), ("5m", 300.0), ("90s", 90.0)])
def test_a_budget_is_tokens_or_a_time(tmp_path: Path, written: str, limit: float) -> None:
    thinking = read(tmp_path, changed("  open: <think>", f"  budget: {written}\n  open: <think>")).thinking
    assert thinking
    assert thinking.budget == limit


def test_a_number_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOW_WARM", "0.25")
    text = changed("temperature: 0.5", "temperature: ${HOW_WARM:-1}").replace("max_tokens: 100", "top_k: '${K:-20}'")
    sampling = read(tmp_path, text.replace("  open: <think>", "  open: <think>\n  opened: ${OPENED:-true}")).sampling
    assert (sampling.temperature, sampling.top_k) == (0.25, 20)
    monkeypatch.setenv("HOW_WARM", "warm")
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, text)
    assert (caught.value.key, caught.value.problem.key) == ("sampling.temperature", "profile.value_number")


# --- A file on top of another


def extending(folder: Path, **texts: str) -> Profile:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return read_profile(folder / f"{next(iter(texts))}.yaml")


def test_a_profile_says_only_what_differs_from_its_base(tmp_path: Path) -> None:
    profile = extending(
        tmp_path,
        mine="extends: _middle\nname: Mine\nsampling: {temperature: 1}\n",
        _middle="extends: good\nmodes: {FULL: {stop_tokens: []}, FAST: {}}\nthinking: null\n",
        good=GOOD,
    )
    assert (profile.name, profile.model, profile.thinking) == ("Mine", "good-1", None)
    assert (profile.sampling.temperature, profile.sampling.max_tokens) == (1.0, 100)
    assert {name: mode.stop_tokens for name, mode in profile.modes.items()} == {
        "FULL": (),
        "THINK_ONLY": ("</think>",),
        "FAST": (),
    }


@pytest.mark.parametrize(
    ("texts", "file", "line", "key", "kind"),
    [
        ({"mine": "name: x\nextends: nobody"}, "mine.yaml", 2, "extends", "extends_nothing"),
        ({"mine": "extends: goood", "good": GOOD}, "mine.yaml", 1, "extends", "extends_near"),
        ({"mine": "extends: ../good", "good": GOOD}, "mine.yaml", 1, "extends", "extends_near"),
        ({"mine": "extends: 5"}, "mine.yaml", 1, "extends", "value_text"),
        ({"mine": "extends: mine"}, "mine.yaml", 1, "extends", "extends_circle"),
        ({"mine": "extends: a", "a": "name: x\nextends: mine"}, "a.yaml", 2, "extends", "extends_circle"),
        ({"mine": "extends: a", "a": "name: [x"}, "a.yaml", 1, "", "syntax"),
        (
            {"mine": "extends: a", "a": GOOD.replace("0.5", "warm")},
            "a.yaml",
            10,
            "sampling.temperature",
            "value_number",
        ),
        ({"mine": "extends: a\nsampling: {top_p: 9}", "a": GOOD}, "mine.yaml", 2, "sampling.top_p", "value_range"),
        ({"mine": "extends: a\nsamplin: {}", "a": GOOD}, "mine.yaml", 2, "samplin", "unknown"),
        ({"mine": "extend: a", "a": GOOD}, "mine.yaml", 1, "extend", "unknown_near"),
        ({"mine": "extends: a", "a": "name: x"}, "mine.yaml", 1, "model", "missing"),
    ],
)
def test_an_error_is_reported_with_the_file_that_contains_it(
    tmp_path: Path, texts: dict[str, str], file: str, line: int, key: str, kind: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        extending(tmp_path, **texts)
    error = caught.value
    assert (error.path.name, error.line, error.key, error.problem.key) == (file, line, key, f"profile.{kind}")
    assert say(error.sentence, "en") != say(error.sentence, "zh")
