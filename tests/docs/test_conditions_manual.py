"""The manual of conditions, docs/conditions.md, says what the code does: every name, notation, example and error."""

import io
import re
from contextlib import redirect_stdout
from dataclasses import dataclass, fields
from pathlib import Path
from shutil import copy
from typing import Any, get_args

import pytest
import yaml

from chat.command.cli import main
from chat.profiles.profile import End
from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError
from chat.words.texts import say
from termination import (
    BUILT_IN,
    Condition,
    ConditionFailed,
    Delta,
    Ending,
    EndingCode,
    Event,
    Markers,
    Nudged,
    Phase,
    Policy,
    Turn,
    check_condition,
    next_steps,
    parse_condition,
)

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "conditions.md").read_text(encoding="utf-8")
THINK = Markers(("<think>",), ("</think>",))
PROFILE = """\
name: Mine
model: mine
endpoint: {base_url: "http://localhost:8000/v1"}
thinking: {open: <think>, close: </think>}
modes: {FULL: {}, THINK_ONLY: {}}
default_mode: FULL
"""


def section(title: str) -> str:
    """Return the text under that heading."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,3}} |\Z)", MANUAL, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[2]


def fenced(language: str, text: str = MANUAL) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def tables(header: str, text: str = MANUAL) -> list[list[str]]:
    """Return the rows of every table whose header begins so."""
    found: list[list[str]] = []
    for table in re.findall(rf"^\| {re.escape(header)} .*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE):
        found += [[cell.strip(" ") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in table.splitlines()]
    return [[cell.replace(r"\|", "|") for cell in row] for row in found]


def spans(cell: str) -> list[str]:
    """Return the texts in backticks. A line break, which a table cannot contain, is written ↵."""
    return [text.replace("↵", "\n") for text in re.findall(r"`([^`]*)`", cell)]


# --- The conditions

NAMES = re.findall(r"^### `(\w+)`$", MANUAL, re.MULTILINE)
SUMMARY = tables("condition", section("The built-in conditions"))


def test_every_condition_has_its_section_and_its_line_and_no_other_has() -> None:
    assert list(BUILT_IN) == NAMES == [spans(row[0])[0].partition("(")[0] for row in SUMMARY]


@pytest.mark.parametrize("row", SUMMARY, ids=lambda row: row[0])
def test_the_line_says_where_a_condition_looks_and_how_it_ends_a_turn(row: list[str]) -> None:
    condition = parse_condition(spans(row[0])[0])
    ends = [condition.code] if condition.action != "nudge" else []
    assert (spans(row[1]), spans(row[2])) == ([condition.scope], ends)


def test_the_conditions_of_the_whole_turn_are_those_that_the_manual_names() -> None:
    whole = [
        name for row, name in zip(SUMMARY, NAMES, strict=True) if parse_condition(spans(row[0])[0]).scopes == ("any",)
    ]
    assert re.search(r"([^.]*) are about the whole turn", section("The built-in conditions"))
    assert spans(re.findall(r"([^.]*) are about the whole turn", MANUAL)[0]) == whole


_INLINE = rf"`([~(]*(?:{'|'.join(BUILT_IN)})\([^`]*)`"
NOTATIONS = [line for block in fenced("condition") for line in block.splitlines()]
NOTATIONS += [span.replace(r"\|", "|") for span in re.findall(_INLINE, MANUAL) if "${" not in span]


@pytest.mark.parametrize("notation", sorted(set(NOTATIONS)))
def test_every_notation_can_be_read(notation: str) -> None:
    assert isinstance(parse_condition(notation), Condition)


def test_the_notations_of_the_blocks_can_be_used() -> None:
    for block in fenced("condition"):
        for line in block.splitlines():
            check_condition(parse_condition(line).during("any"))


# --- The examples


@dataclass(frozen=True)
class Example:
    """One row: text, pauses in seconds and token ids in the order in which they come, and what becomes of them."""

    stream: list[str | int | Delta]
    condition: str
    thought: str
    answer: str
    code: str
    because: str
    is_shown: bool


def example(row: list[str]) -> Example:
    stream, condition, shown, code, because = row
    thought, _, answer = shown.partition("answer")
    return Example(
        parts(stream),
        spans(condition)[0],
        "".join(text for text in parts(thought) if isinstance(text, str)),
        "".join(text for text in parts(answer) if isinstance(text, str)),
        *spans(code),
        "".join(spans(because)),
        because.startswith("reports"),
    )


def parts(cell: str) -> list[str | int | Delta]:
    """Parse `text`, `text` × 3, 20 s, id 5."""
    found: list[str | int | Delta] = []
    for text, times, seconds, token in re.findall(r"`([^`]*)`(?: × (\d+))?|(\d+) s\b|\bid (\d+)", cell):
        if text:
            found.append(text.replace("↵", "\n") * int(times or 1))
        else:
            found.append(int(seconds) if seconds else Delta(token_ids=(int(token),)))
    return found


def play(shown: Example, alone: bool) -> tuple[Turn, list[Event]]:
    """Play a turn to the model's own end, with each text whole or every character alone."""
    turn, now, events = Turn(Policy(THINK, end=parse_condition(shown.condition)), 0.0), 0.0, []
    for part in shown.stream:
        if isinstance(part, int):
            while turn.deadline is not None and turn.deadline <= now + part:
                events += turn.tick(turn.deadline)
            now += part
        elif isinstance(part, Delta):
            events += turn.feed(part, now)
        else:
            for text in part if alone else [part]:
                events += turn.feed(Delta(content=text), now)
    return turn, events + turn.feed(Delta(finish_reason="stop"), now)


EXAMPLES = tables("the model writes")


@pytest.mark.parametrize("alone", [False, True], ids=["whole", "alone"])
@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row[1])
def test_every_example_is_as_the_manual_says(row: list[str], alone: bool) -> None:
    expected = example(row)
    turn, events = play(expected, alone)
    assert turn.ending
    assert (turn.thought, turn.answer, turn.ending.code) == (expected.thought, expected.answer, expected.code)
    shown = [event.evidence for event in events if isinstance(event, Nudged)]
    assert "".join(shown if expected.is_shown else [turn.ending.evidence]) == expected.because
    assert not [event for event in events if isinstance(event, ConditionFailed)]


def test_every_condition_has_an_example() -> None:
    assert [name for name in NAMES if not tables("the model writes", section(f"`{name}`"))] == []


def test_a_natural_finish_in_the_same_chunk_goes_before_a_budget_but_not_before_a_text() -> None:
    for notation, code in [("tokens(1)", "complete"), ("total(1s)", "complete"), ('stop("four")', "stop_text")]:
        turn = Turn(Policy(end=parse_condition(notation)), 0.0)
        turn.feed(Delta(content="One two three four.", finish_reason="stop"), 2.0)
        assert turn.ending
        assert turn.ending.code == code
        assert [each.condition for each in turn.ending.runners_up] == ([notation] if code == "complete" else [])


# --- The ending, Python


def test_the_fields_of_the_ending_are_all_there() -> None:
    named = [name for row in tables("field") for name in spans(row[0])]
    assert named == [each.name for each in fields(Ending)]


def test_the_table_of_what_can_be_done_next_is_true() -> None:
    rows = tables("`code`", section("The ending"))
    phases: tuple[Phase, ...] = ("thought", "answer", "waiting")
    said = {code: tuple(tuple(spans(cell)) for cell in row[1:]) for row in rows for code in spans(row[0])}
    assert said == {code: tuple(next_steps(code, phase) for phase in phases) for code in get_args(EndingCode)}


@pytest.mark.parametrize("title", ["In Python", "A reply that continues"])
def test_the_snippet_prints_what_the_manual_says(title: str) -> None:
    text = section(title)
    (snippet,), (output,) = fenced("python", text), fenced("text", text)
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(snippet, {})
    assert printed.getvalue() == output


# --- A profile


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of profiles, with the manual's own condition beside it."""
    (tmp_path / "profiles").mkdir()
    (own,) = fenced("python", section("A condition of your own"))
    (tmp_path / "shouting.py").write_text(own, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def profile_error(folder: Path, end: str) -> str:
    path = folder / "profiles" / "mine.yaml"
    path.write_text(f"{PROFILE}end:\n  {end}\n", encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        read_profile(path)
    return say(caught.value.sentence, "en")


def test_the_snippet_of_a_profile_can_be_used(folder: Path) -> None:
    (snippet,) = fenced("yaml")
    path = folder / "profiles" / "mine.yaml"
    path.write_text(PROFILE + snippet, encoding="utf-8")
    end = read_profile(path).end
    said = yaml.safe_load(snippet)["end"]
    assert {name: str(getattr(end, name)) for name in ("thought", "answer", "any")} == {
        name: during(said[name], name) for name in ("thought", "answer", "any")
    }


def during(notation: str, scope: Any) -> str:
    return str(parse_condition(notation).during(scope))


def test_the_profile_of_the_other_manual_can_be_used(folder: Path) -> None:
    whole, *_ = fenced("yaml", (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8"))
    path = folder / "profiles" / "mine.yaml"
    path.write_text(whole, encoding="utf-8")
    check_condition(read_profile(path).condition)


@pytest.mark.parametrize("row", tables("key")[:3], ids=lambda row: row[0])
def test_the_defaults_are_those_of_the_schema(row: list[str]) -> None:
    name = spans(row[0])[0].removeprefix("end.")
    default = getattr(End(), name)
    assert str(default) == (during(spans(row[2])[0], name) if spans(row[2]) else "")


def test_a_variable_of_the_environment_fills_a_condition(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (notation,) = [span for span in re.findall(r"`([^`]*\$\{[^`]*)`", section("Conditions")) if "(" in span]
    monkeypatch.setenv("BUDGET", "77")
    path = folder / "profiles" / "mine.yaml"
    path.write_text(f"{PROFILE}end:\n  thought: {notation}\n", encoding="utf-8")
    assert str(read_profile(path).end.thought) == "budget(77).during(thought)"


def test_the_whole_error_names_what_the_manual_names(folder: Path) -> None:
    (error,) = fenced("text", section("What is wrong in a condition"))
    assert spans(profile_error(folder, "answer: lop()")) == spans(error)


@pytest.mark.parametrize("row", tables("written", section("What is wrong in a condition")), ids=lambda row: row[0])
def test_every_error_names_what_the_manual_names(folder: Path, row: list[str]) -> None:
    error = profile_error(folder, row[0].strip("`"))
    assert spans(row[1])
    assert [name for name in spans(row[1]) if name not in error] == []


def test_the_manuals_own_condition_works_from_beside_the_folder_profiles(folder: Path) -> None:
    (notation,) = [span for span in spans(section("A condition of your own")) if span.startswith("answer: shouting:")]
    path = folder / "profiles" / "mine.yaml"
    path.write_text(f"{PROFILE}end:\n  {notation}\n", encoding="utf-8")
    end = read_profile(path).end.answer
    check_condition(end)
    for cut in (["A! B! C! D"], list("A! B! C! D")):
        turn = Turn(Policy(end=end), 0.0)
        for text in cut:
            turn.feed(Delta(content=text), 0.0)
        assert turn.ending
        assert (turn.answer, turn.ending.code, turn.ending.evidence) == ("A! B! C!", "stop_text", "too loud")


def test_replay_prints_what_the_manual_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = section("Trying it out")
    (session,) = fenced("console", text)
    command, _, output = session.partition("\n")
    (end,) = [span for span in spans(text) if span.startswith("end:")]
    (folder / "mine.yaml").write_text(f"{PROFILE}{end}\n", encoding="utf-8")
    copy(ROOT / "tests" / "captures" / "full.noparser.sse", folder)
    assert main(command.removeprefix("$ fullstop ").split()) == 0
    assert capsys.readouterr().out == output
