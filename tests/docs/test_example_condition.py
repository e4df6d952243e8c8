"""A condition from outside: a package with an entry point, or a class beside the folder of profiles."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.profiles.conditions import load_condition
from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError
from chat.words.texts import say
from termination import (
    BUILT_IN,
    AnswerDelta,
    Condition,
    ConditionFailed,
    Delta,
    Ended,
    Ending,
    Event,
    PhaseChanged,
    Policy,
    TokenCounts,
    Turn,
)
from tests.sentences import sentence

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "docs" / "example-condition"
RUN = "import sys; from chat.command.cli import main; sys.exit(main())"
PROFILE = """\
name: Mine
model: mine
endpoint: {base_url: "http://localhost:8000/v1"}
thinking: {open: <think>, close: </think>}
modes: {FULL: {}, THINK_ONLY: {}}
end:
  answer: CONDITION
"""
FAILING = """\
from termination import Condition, Watch

class Breaks(Condition):
    def start(self):
        return BreaksAtOnce()

class BreaksAtOnce(Watch):
    def feed(self, text, progress):
        raise RuntimeError("no idea")

class NeverStarts(Condition):
    def start(self):
        raise RuntimeError("not today")
"""


def event(**choice: object) -> str:
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


# The thought has question marks too, and one chunk holds more than the answer may have.
STREAM = "".join(
    event(delta={"content": text}) for text in ("<think>Is it? Or?", "</think>Is it 4", "？ Is it 5? Is it 6? Is it")
) + event(delta={}, finish_reason="stop")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the example package, so that nothing is written into the repository."""
    return copytree(PACKAGE, tmp_path_factory.mktemp("source") / "package", ignore=ignore_patterns("__pycache__"))


@pytest.fixture(scope="module")
def installed(copied: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the example package in it, as pip installs it there."""
    pytest.importorskip("hatchling", reason="hatchling is not here; make installs the app itself with it")
    target = tmp_path_factory.mktemp("installed")
    offline = ["--disable-pip-version-check", "--no-build-isolation", "--no-deps", "--no-index", "--quiet"]
    command = [sys.executable, "-m", "pip", "install", *offline, "--target", str(target), str(copied)]
    subprocess.run(command, check=True, timeout=120)
    return target


def written(folder: Path, notation: str) -> Path:
    """Write a profile with that condition for the answer, in a folder of profiles, and return it."""
    path = folder / "profiles" / "mine.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(PROFILE.replace("CONDITION", notation), encoding="utf-8")
    return path


def replayed(folder: Path, notation: str, *packages: Path) -> subprocess.CompletedProcess[str]:
    """Run `fullstop replay --json` with that condition and these installed packages."""
    recorded = folder / "recorded.sse"
    recorded.write_text(STREAM, encoding="utf-8")
    paths = os.pathsep.join(map(str, [ROOT, *packages, *filter(None, [os.environ.get("PYTHONPATH")])]))
    environment = {**os.environ, "PYTHONPATH": paths, "CHAINLIT_ENV_FILE": os.devnull}
    command = ["replay", "--json", "--profile", str(written(folder, notation)), str(recorded)]
    return subprocess.run(
        [sys.executable, "-c", RUN, *command], env=environment, capture_output=True, encoding="utf-8", timeout=60
    )


# --- The package


def test_an_installed_package_adds_a_condition(installed: Path, tmp_path: Path) -> None:
    done = replayed(tmp_path, "questions(2)", installed)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    ending = report["ending"]
    assert (report["thought"], report["answer"]) == ("Is it? Or?", "Is it 4？ Is it 5?")
    assert (ending["code"], ending["source"], ending["phase"]) == ("stop_text", "client", "answer")
    assert ending["condition"] == "questions(2).during(answer)"
    assert (ending["cut_at"], ending["evidence"]) == (len("Is it 4？ Is it 5?"), "question mark 2")


def test_it_goes_with_the_built_in_ones(installed: Path, tmp_path: Path) -> None:
    done = replayed(tmp_path, 'stop("Nobody") | questions(1) & stop("it 6")', installed)
    assert json.loads(done.stdout)["answer"] == "Is it 4？ Is it 5? Is "


TOO_SMALL = "the number of questions is a whole number above 0"


@pytest.mark.parametrize(
    ("notation", "message"),
    [
        ("question(2)", sentence("profile.condition_unknown_near", name="question", near="questions")),
        (
            "questions(0)",
            sentence("profile.condition_refused", name="questions", problem=TOO_SMALL),
        ),
        (
            "questions(2s)",
            sentence("profile.condition_refused", name="questions", problem=TOO_SMALL),
        ),
        ("questions()", sentence("profile.condition_arguments", takes="questions(limit)")),
    ],
)
def test_what_is_wrong_with_its_name_or_its_arguments_is_reported(
    installed: Path, tmp_path: Path, notation: str, message: str
) -> None:
    done = replayed(tmp_path, notation, installed)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"mine.yaml:7, end.answer: {message}" in done.stderr


def test_without_the_package_the_profile_is_refused_in_one_line(tmp_path: Path) -> None:
    done = replayed(tmp_path, "questions(2)")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"fullstop: {tmp_path}/profiles/mine.yaml:7, end.answer: "
        + sentence("profile.condition_unknown", name="questions", known=", ".join(BUILT_IN))
        + "\n"
    )


# --- The class


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """Return a folder with the example's module, and one that fails, beside the folder of profiles."""
    module = PACKAGE / "fullstop_questions.py"
    (tmp_path / "questions_here.py").write_text(module.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "failing.py").write_text(FAILING, encoding="utf-8")
    return tmp_path


def test_a_class_beside_the_folder_of_profiles_is_found(beside: Path) -> None:
    done = replayed(beside, "questions_here:Questions(limit=1)")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["answer"] == "Is it 4？"


def test_a_missing_class_is_reported(beside: Path) -> None:
    with pytest.raises(ProfileError) as refused:
        read_profile(written(beside, "questions_here:Question(1)"))
    assert "has no attribute 'Question'" in say(refused.value.sentence, "en")


def played(turn: Turn, chunks: list[str]) -> list[Event]:
    events = [event for text in chunks for event in turn.feed(Delta(content=text), 0.0)]
    return events + turn.feed(Delta(finish_reason="stop"), 0.0)


@pytest.mark.parametrize(
    ("notation", "problem"),
    [
        ("failing:Breaks()", "RuntimeError: no idea"),
        ("failing:NeverStarts()", "RuntimeError: not today"),
    ],
)
def test_the_turn_goes_on_without_a_condition_that_raises(beside: Path, notation: str, problem: str) -> None:
    end = read_profile(written(beside, f'{notation} | stop("END")')).end.answer
    events = played(Turn(Policy(end=end), 0.0), ["One ", "two ", "END"])
    failed, *texts, ended = (each for each in events if not isinstance(each, PhaseChanged))
    assert failed == ConditionFailed(notation, problem)
    assert texts == [AnswerDelta("One "), AnswerDelta("two ")]
    assert isinstance(ended, Ended)
    assert (ended.ending.code, ended.ending.condition) == ("stop_text", 'stop("END").during(answer)')


def test_replay_goes_on_as_well(beside: Path) -> None:
    done = replayed(beside, "failing:Breaks()")
    assert (done.returncode, json.loads(done.stdout)["ending"]["code"]) == (0, "complete")


# --- However the text is cut


@given(st.lists(st.sampled_from(["?", "？", "?!", "a", "Is it", " ", "。"]), max_size=20), st.integers(1, 4), st.data())
def test_the_cut_is_the_same_however_the_text_is_cut(
    copied: Path, words: list[str], limit: int, data: st.DataObject
) -> None:
    text = "So" + "".join(words)
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    chunks = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    end = load_condition(f"fullstop_questions:Questions({limit})", "answer", copied)
    endings = [ending_of(end, cut) for cut in ([text], chunks, list(text))]
    assert endings[1:] == endings[:-1]
    marks = [at for at, character in enumerate(text, 1) if character in "?？"]
    assert endings[0].cut_at == (marks[limit - 1] if len(marks) >= limit else len(text))


def ending_of(end: Condition, chunks: list[str]) -> Ending:
    turn = Turn(Policy(end=end), 0.0)
    played(turn, chunks)
    assert turn.ending
    return replace(turn.ending, tokens=TokenCounts())  # they count what had come, also behind the cut
