"""Each error in a profile has its file, line, key and kind."""

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError
from chat.words.texts import say
from termination.phrases import PHRASES
from tests.core.test_bad_notation import BAD
from tests.profiles.good_profile import GOOD, changed, read


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
        (changed("  system: Be brief.", "  system: &a [*a]"), 1, "", "alias_loop"),
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
        *(
            (changed("http://localhost:8000/v1", value), 3, "endpoint.base_url", "value_address")
            for value in ("localhost:8000/v1", "http://", "ftp://a/v1", "/v1", "http://[::1/v1", "http://a:b/v1")
        ),
        (changed("  max_tokens: 100", "  max_tokens: yes"), 11, "sampling.max_tokens", "value_whole"),
        (changed("  max_tokens: 100", "  max_tokens: 1.2345k"), 11, "sampling.max_tokens", "value_whole"),
        (changed("  temperature: 0.5", "  temperature: '0.5'"), 10, "sampling.temperature", "value_number"),
        (changed("  FULL:", "  full:"), 13, "modes.full", "mode_name"),
        (changed("  open: <think>", "  prefix: Hm\n  open: <think>"), 7, "thinking.prefix", "prefix"),
        (changed("  open: <think>", "  budget: -5\n  open: <think>"), 7, "thinking.budget", "value_budget"),
        (changed("  open: <think>", "  budget: 0s\n  open: <think>"), 7, "thinking.budget", "value_duration"),
        (changed("  open: <think>", "  open: [<think>, 3]"), 7, "thinking.open.1", "value_text"),
        (changed("  open: <think>", "  open: []"), 7, "thinking.open", "value_empty_list"),
        *(
            (changed("{first_token: 2m", f"{{first_token: {value}"), 16, "end.clocks.first_token", "value_duration")
            for value in ("soon", "0", "-5s", "yes", "5 days")
        ),
    ],
)
def test_an_error_is_reported_with_line_and_key(
    tmp_path: Path, text: str | bytes, line: int, key: str | None, kind: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert (error.path.name, error.line, error.problem.key) == ("good.yaml", line, f"profile.{kind}")
    assert key in (error.key, None)


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
        ("os:sep()", "no_condition", {"name": "os:sep"}),
        ("math:sqrt(-1)", "refused", {}),
        ("stop_ids('a')", "not_id", {}),
        ("stop_ids()", "no_ids", {}),
    ],
)
def test_a_senseless_condition_is_reported_with_line_and_key(
    tmp_path: Path, written: str, kind: str, facts: dict[str, str]
) -> None:
    with pytest.raises(ProfileError) as caught:
        read(
            tmp_path,
            changed("  clocks:", f"  thought: {yaml.safe_dump(written, width=9999).splitlines()[0]}\n  clocks:"),
        )
    error = caught.value
    assert (error.line, error.key, error.problem.key) == (16, "end.thought", f"profile.condition_{kind}")
    assert facts.items() <= error.problem.facts.items()
    assert "\n" not in say(error.sentence, "en") + say(error.sentence, "zh")


@pytest.mark.parametrize("written", ["!key {key}", "!{key} x", "!!int {key}", "[!key {key}]", "{{a: !key {key}}}"])
def test_an_api_key_with_a_bad_tag_does_not_appear_in_the_error(tmp_path: Path, written: str) -> None:
    value = written.format(key="sk-5ecre7")
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, changed("}\nmessages:", f", api_key: {value}}}\nmessages:"))
    assert caught.value.key.startswith("endpoint.api_key")
    assert "5ecre7" not in say(caught.value.sentence, "en") + say(caught.value.sentence, "zh")


@pytest.mark.parametrize("notation", [*(notation for notation, *_ in BAD), "math:sqrt(-1)", "os:getcwd()", "stop(f)"])
def test_a_chinese_page_reads_no_english_about_a_condition(tmp_path: Path, notation: str) -> None:
    """Allow English only in the person's words, in names of the notation, and in the words of third parties."""
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, changed("  clocks:", f"  any: {json.dumps(notation)}\n  clocks:"))
    said = say(caught.value.sentence, "zh")
    assert not re.search("[A-Za-z]{2,}", re.sub("`[^`]*`", "", said)), said
    assert [phrase for phrase in PHRASES.values() if phrase in said] == []


def test_contradictory_phases_within_a_condition_are_reported(tmp_path: Path) -> None:
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
        (changed("  system: Be brief.", "  past_thoughts: burn"), {"choices": "strip, keep"}),
    ],
)
def test_the_facts_fill_the_sentence(tmp_path: Path, text: str, facts: dict[str, str]) -> None:
    with pytest.raises(ProfileError) as caught:
        read(tmp_path, text)
    assert facts.items() <= caught.value.problem.facts.items()


@pytest.mark.parametrize("name", ["nowhere.yaml", "folder.yaml"])
def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(ProfileError) as caught:
        read_profile(tmp_path / name)
    assert (caught.value.path.name, caught.value.problem.key) == (name, "profile.unreadable")


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
