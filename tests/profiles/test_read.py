"""A profile is read from YAML; what is wrong in it is told with file, line and key."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chat.profiles.modes import policy
from chat.profiles.profile import THINK_ONLY, ClockLimits, Profile
from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError
from chat.words.texts import say
from termination import Markers, check_condition

SHIPPED = sorted((Path(__file__).parents[2] / "profiles").glob("[!_]*.yaml"))

GOOD = """\
name: Good
model: good-1
endpoint: {base_url: "http://localhost:8000/v1"}
messages:
  system: Be brief.
thinking:
  open: <think>
  close: </think>
sampling:
  temperature: 0.5
  max_tokens: 100
modes:
  FULL: {stop_tokens: ["<|im_end|>", 151643]}
  THINK_ONLY: {stop_tokens: ["</think>"]}
end:
  clocks: {first_token: 2m, idle: 1500ms, total: "off"}
"""


@pytest.fixture(autouse=True)
def _no_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VLLM_BASE_URL", "VLLM_MODEL", "VLLM_API_KEY", "FULLSTOP_EMBEDDED_MODEL", "FULLSTOP_EMBEDDED_URL"):
        monkeypatch.delenv(name, raising=False)


def read(folder: Path, text: str | bytes) -> Profile:
    path = folder / "good.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_profile(path)


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


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
def test_what_is_wrong_is_told_of_the_file_where_it_stands(
    tmp_path: Path, texts: dict[str, str], file: str, line: int, key: str, kind: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        extending(tmp_path, **texts)
    told = caught.value
    assert (told.file, told.line, told.key, told.problem.key) == (file, line, key, f"profile.{kind}")
    assert say(told.sentence, "en") != say(told.sentence, "zh")


# --- A broken file


@pytest.mark.parametrize(
    ("text", "line", "key", "kind"),
    [
        # YAML
        ("", 1, "", "not_a_mapping"),
        ("# nothing yet\n", 1, "", "not_a_mapping"),
        ("just words", 1, "", "not_a_mapping"),
        ("- a\n- b\n", 1, "", "not_a_mapping"),
        (changed("  max_tokens: 100", "  max_tokens: 100: 200"), 11, "", "syntax"),
        (changed("  system: Be brief.", "  system: 'Be brief."), 17, "", "syntax"),
        (changed("name: Good", "name: [Good"), 2, "", "syntax"),
        (changed("  temperature: 0.5", "\ttemperature: 0.5"), 10, "", "syntax"),
        (changed('["</think>"]', "*nobody"), 14, "", "syntax"),
        (GOOD + "---\nname: Second\n", 17, "", "syntax"),
        (changed("name: Good", "name: !mine Good"), 1, "name", "value_other"),
        (changed("Be brief.", "!!int x"), 5, "messages.system", "value_other"),
        (changed("Be brief.", "!!bool x"), 5, "messages.system", "value_other"),
        (changed("Be brief.", "!!timestamp x"), 5, "messages.system", "value_other"),
        (changed("Be brief.", "2001-99-99"), 5, "messages.system", "value_other"),
        (changed("Be brief.", "!!python/object/apply:os.getpid []"), 5, "messages.system", "value_text"),
        (changed("  system: Be brief.", "  system: &a [*a]"), 1, "", "unreadable"),
        (b"name: \xff\xfe\n", 1, "", "unreadable"),
        ("name: \x00\n", 1, "", "unreadable"),
        # Keys
        (changed("name: Good", "name: Good\nname: Better"), 2, "name", "twice"),
        (changed("  temperature: 0.5", "  temperature: 0.5\n  temperature: 1"), 11, "sampling.temperature", "twice"),
        (changed("sampling:", "samplin:"), 9, "samplin", "unknown_near"),
        (changed("  max_tokens:", "  max_token:"), 11, "sampling.max_token", "unknown_near"),
        (changed("  FULL: {stop_tokens:", "  FULL: {stop_token:"), 13, "modes.FULL.stop_token", "unknown_near"),
        (changed("{first_token:", "{first_tokens:"), 16, "end.clocks.first_tokens", "unknown_near"),
        (changed("  clocks:", "  clock:"), 16, "end.clock", "unknown_near"),
        (changed("model: good-1", "modle: good-1"), 2, "modle", "unknown_near"),
        (changed("  open: <think>", "  opne: <think>"), 7, "thinking.opne", "unknown_near"),
        (changed("  open: <think>", "  open: <think>\n  zzz: 1"), 8, "thinking.zzz", "unknown"),
        (changed("name: Good", "7: Good"), 1, "7", "unknown"),
        (changed("name: Good", "? [a, b]\n: Good"), 1, None, "unknown"),
        (changed("name: Good\n", ""), 1, "name", "missing"),
        (changed('{base_url: "http://localhost:8000/v1"}', "{}"), 3, "endpoint.base_url", "missing"),
        (changed("  close: </think>\n", ""), 6, "thinking.close", "missing"),
        (GOOD[: GOOD.index("modes:")], 1, "modes", "missing"),
        (changed("  THINK_ONLY:", "  THINK:"), 12, "modes", "mode_missing"),
        (GOOD + "default_mode: FAST\n", 12, "modes", "mode_missing"),
        # Values
        (changed("Good", "${NOBODY_SET_THIS}"), 1, "name", "variable"),
        (changed('"<|im_end|>"', '"${NOBODY_SET_THIS}"'), 13, "modes.FULL.stop_tokens.0", "variable"),
        (changed("Good", "12"), 1, "name", "value_text"),
        (changed("Good", ""), 1, "name", "value_text"),
        (changed("  open: <think>", '  open: ""'), 7, "thinking.open", "value_text"),
        (changed("0.5", "warm"), 10, "sampling.temperature", "value_number"),
        (changed("0.5", "3"), 10, "sampling.temperature", "value_range"),
        (changed("0.5", ".nan"), 10, "sampling.temperature", "value_range"),
        (changed("  max_tokens: 100", "  max_tokens: 1.5"), 11, "sampling.max_tokens", "value_whole"),
        (changed("  max_tokens: 100", "  max_tokens: many"), 11, "sampling.max_tokens", "value_whole"),
        (changed("  max_tokens: 100", "  max_tokens: 0"), 11, "sampling.max_tokens", "value_range"),
        (changed("  open: <think>", "  open: <think>\n  opened: maybe"), 8, "thinking.opened", "value_boolean"),
        (changed("  system: Be brief.", "  past_thoughts: burn"), 5, "messages.past_thoughts", "value_choice"),
        (changed('["</think>"]', "</think>"), 14, "modes.THINK_ONLY.stop_tokens", "value_list"),
        (changed("151643]", "[1]]"), 13, "modes.FULL.stop_tokens.1", "value_text"),
        (changed('{base_url: "http://localhost:8000/v1"}', "http://a/v1"), 3, "endpoint", "value_mapping"),
        (changed("http://localhost:8000/v1", "localhost:8000/v1"), 3, "endpoint.base_url", "value_address"),
        (changed("http://localhost:8000/v1", "http://"), 3, "endpoint.base_url", "value_address"),
        (changed("http://localhost:8000/v1", "ftp://a/v1"), 3, "endpoint.base_url", "value_address"),
        (changed("http://localhost:8000/v1", "/v1"), 3, "endpoint.base_url", "value_address"),
        (changed("http://localhost:8000/v1", "http://[::1/v1"), 3, "endpoint.base_url", "value_address"),
        (changed("http://localhost:8000/v1", "http://a:b/v1"), 3, "endpoint.base_url", "value_address"),
        (changed("  max_tokens: 100", "  max_tokens: yes"), 11, "sampling.max_tokens", "value_whole"),
        (changed("  max_tokens: 100", "  max_tokens: 1.2345k"), 11, "sampling.max_tokens", "value_whole"),
        (changed("  temperature: 0.5", "  temperature: '0.5'"), 10, "sampling.temperature", "value_number"),
        (changed("  FULL:", "  full:"), 13, "modes.full", "mode_name"),
        (changed("  open: <think>", "  prefix: Hm\n  open: <think>"), 7, "thinking.prefix", "prefix"),
        (changed("  open: <think>", "  budget: -5\n  open: <think>"), 7, "thinking.budget", "value_budget"),
        (changed("  open: <think>", "  budget: 0s\n  open: <think>"), 7, "thinking.budget", "value_duration"),
        (changed("  open: <think>", "  open: [<think>, 3]"), 7, "thinking.open.1", "value_text"),
        (changed("  open: <think>", "  open: []"), 7, "thinking.open", "value_other"),
        (changed("{first_token: 2m", "{first_token: soon"), 16, "end.clocks.first_token", "value_duration"),
        (changed("{first_token: 2m", "{first_token: 0"), 16, "end.clocks.first_token", "value_duration"),
        (changed("{first_token: 2m", "{first_token: -5s"), 16, "end.clocks.first_token", "value_duration"),
        (changed("{first_token: 2m", "{first_token: yes"), 16, "end.clocks.first_token", "value_duration"),
        (changed("{first_token: 2m", "{first_token: 5 days"), 16, "end.clocks.first_token", "value_duration"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_key(
    tmp_path: Path, text: str | bytes, line: int, key: str | None, kind: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, text)
    told = caught.value
    assert (told.file, told.line, told.problem.key) == ("good.yaml", line, f"profile.{kind}")
    assert key in (told.key, None)


@pytest.mark.parametrize(
    ("written", "kind", "facts"),
    [
        ("stop()", "no_texts", {}),
        ("stop('')", "empty_text", {}),
        ("stop(5)", "not_text", {"value": "5"}),
        (f"stop('{'x' * 1001}')", "long_text", {"length": "1001", "most": "1000"}),
        ("stopp('x')", "unknown_near", {"name": "stopp", "near": "stop"}),
        ("zzz()", "unknown", {"name": "zzz"}),
        ("budget(-5)", "not_positive", {"name": "budget", "value": "-5"}),
        ("budget(0s)", "not_positive", {}),
        ("budget('x')", "amount", {}),
        ("budget(1.5)", "amount", {"value": "1.5"}),
        ("budget(9, 9)", "arguments", {"takes": "budget(limit)"}),
        ("budget(limt=9)", "arguments", {}),
        ("tokens(5s)", "tokens", {}),
        ("seconds('5s')", "period", {"name": "seconds", "value": '"5s"'}),
        ("loop(", "syntax", {"found": "the end"}),
        ("loop() or stop('x')", "syntax", {"found": "or"}),
        ("loop", "syntax", {"wanted": "("}),
        ("__import__('os').system('true')", "unknown", {}),
        ("pattern('(')", "pattern", {"place": "1"}),
        ("pattern('(a)\\\\1')", "pattern", {}),
        ("pattern('a*')", "pattern", {}),
        ("pattern('(a{900}){900}')", "pattern", {}),
        ("stop('x').during(answer)", "scopes", {"outer": "thought", "inner": "answer"}),
        ("total(5s)", "scope", {"scope": "thought", "allowed": "any"}),
        ("first_token(5s)", "scope", {}),
        ("stop('x').shadow() & loop()", "shadow_inside", {}),
        ("~loop()", "at_once", {"condition": "(~loop()).during(thought)"}),
        ("loop().after(5).after(5)", "after_twice", {}),
        ("loop().soon()", "method", {"name": "soon"}),
        ("loop().during(night)", "phase", {"name": "night"}),
        ("(" * 60 + "loop()" + ")" * 60, "deep", {"most": "50"}),
        ("no.such.module:Condition()", "plugin", {"name": "no.such.module:Condition"}),
        ("os:getcwd()", "no_condition", {"name": "os:getcwd"}),
        ("os:sep()", "plugin", {}),
        ("math:sqrt(-1)", "refused", {}),
        ("stop_ids('a')", "not_id", {}),
        ("stop_ids()", "no_ids", {}),
    ],
)
def test_a_condition_that_cannot_be_meant_is_told_with_line_and_key(
    tmp_path: Path, written: str, kind: str, facts: dict[str, str]
) -> None:
    with pytest.raises(ProfileError) as caught:
        read(
            tmp_path,
            changed("  clocks:", f"  thought: {yaml.safe_dump(written, width=9999).splitlines()[0]}\n  clocks:"),
        )
    told = caught.value
    assert (told.line, told.key, told.problem.key) == (16, "end.thought", f"profile.condition_{kind}")
    assert facts.items() <= told.problem.facts.items()
    assert "\n" not in say(told.sentence, "en") + say(told.sentence, "zh")


@pytest.mark.parametrize("written", ["!key {key}", "!{key} x", "!!int {key}", "[!key {key}]", "{{a: !key {key}}}"])
def test_an_api_key_with_a_bad_tag_does_not_appear_in_the_error(tmp_path: Path, written: str) -> None:
    value = written.format(key="sk-5ecre7")
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, changed("}\nmessages:", f", api_key: {value}}}\nmessages:"))
    assert caught.value.key.startswith("endpoint.api_key")
    assert "5ecre7" not in say(caught.value.sentence, "en") + say(caught.value.sentence, "zh")


def test_contradictory_phases_within_a_condition_are_told(tmp_path: Path) -> None:
    never = "stop('x').during(thought) & stop('y').during(answer)"
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, changed("  clocks:", f'  any: "{never}"\n  clocks:'))
    assert (caught.value.key, caught.value.problem.key) == ("end.any", "profile.condition_never")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (changed("sampling:", "samplin:"), {"near": "sampling"}),
        (changed("model: good-1", "modle: good-1"), {"near": "model"}),
        (changed("Good", "${NOBODY_SET_THIS}"), {"name": "NOBODY_SET_THIS"}),
        (changed("  THINK_ONLY:", "  THINK:"), {"name": "THINK_ONLY"}),
        (GOOD + "default_mode: FAST\n", {"name": "FAST"}),
        (changed("0.5", "warm"), {"value": "'warm'"}),
        (changed("  system: Be brief.", "  past_thoughts: burn"), {"choices": "'strip' or 'keep'"}),
    ],
)
def test_the_facts_fill_the_sentence(tmp_path: Path, text: str, facts: dict[str, str]) -> None:
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, text)
    assert facts.items() <= caught.value.problem.facts.items()


@pytest.mark.parametrize("name", ["nowhere.yaml", "folder.yaml"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(ProfileError) as caught:
        read_profile(tmp_path / name)
    assert (caught.value.file, caught.value.problem.key) == (name, "profile.unreadable")


def problem_of(path: Path) -> ProfileError | None:
    try:
        read_profile(path)
    except ProfileError as problem:
        return problem
    return None


@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text(st.sampled_from(" \n\t:-[]{}&*!#|>'\"%@`,?\x00é$0")))
def test_no_edit_raises_anything_but_a_profile_error(tmp_path_factory: object, at: int, cut: int, typed: str) -> None:
    path = tmp_path_factory.getbasetemp() / "edited.yaml"
    path.write_text(GOOD[:at] + typed + GOOD[at + cut :], encoding="utf-8")
    problem = problem_of(path)
    lines = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", path.read_text(encoding="utf-8"))
    assert problem is None or 1 <= problem.line <= len(lines) + 1


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(["name", "endpoint", "thinking", "sampling", "modes", "end", "extra"]), values)
def test_no_value_raises_anything_but_a_profile_error(tmp_path_factory: object, key: str, value: object) -> None:
    path = tmp_path_factory.getbasetemp() / "valued.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(GOOD) | {key: value}, allow_unicode=True), encoding="utf-8")
    problem = problem_of(path)
    assert problem is None or problem.key in ("", key) or problem.key.startswith(f"{key}.")
