"""The library's manual, termination/README.md, runs as it is printed."""

import asyncio
import io
import re
import sys
import tomllib
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path
from subprocess import run
from typing import Any
from zipfile import ZipFile

import pytest
from openai import AsyncOpenAI

import termination
from termination import Turn
from tests.scripted_server import Content, Hang, Role, ScriptedServer, thought_and_answer

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "termination" / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?", MANUAL, re.MULTILINE | re.DOTALL)
EXAMPLE = SNIPPETS[0][0]
BUILD = """
import sys
from hatchling.builders.wheel import WheelBuilder
print(*WheelBuilder(sys.argv[1]).build(directory=sys.argv[2]))
"""
ASYNCHRONOUS = next(code for code, _ in SNIPPETS if "async def" in code)


def printed(code: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def at(server: ScriptedServer, code: str) -> str:
    """Return the example with the address of the server that the test has started."""
    assert "http://localhost:8000/v1" in code
    return code.replace("http://localhost:8000/v1", server.base_url)


@pytest.fixture(scope="module")
def server() -> Any:
    with ScriptedServer() as server:
        yield server


@pytest.mark.parametrize(
    ("markers", "answer", "shown", "code"),
    [
        (("<think>", "</think>"), "Four. END of story.", "Two and two.Four. ", "stop_text END"),
        (("<think>", "</think>"), "Four.", "Two and two.Four.", "complete "),
        (None, "Four. END", "Two and two.Four. ", "stop_text END"),
    ],
)
def test_the_example_runs_as_it_is(
    server: ScriptedServer, markers: tuple[str, str] | None, answer: str, shown: str, code: str
) -> None:
    server.reset()
    server.play(thought_and_answer("Two and two.", answer, markers=markers))
    assert printed(at(server, EXAMPLE)) == f"{shown}{code}\n"
    assert [request.body["messages"] for request in server.requests] == [[{"role": "user", "content": "2+2?"}]]


@pytest.mark.parametrize(("code", "output"), [each for each in SNIPPETS if each[1]], ids=["notation", "when"])
def test_a_snippet_prints_what_the_manual_says(code: str, output: str) -> None:
    assert printed(code) == output


@pytest.mark.parametrize(
    ("steps", "code", "answer"),
    [
        ([Role(), Content("One."), Hang()], "idle_timeout", "One."),
        ([Role(), Hang()], "first_token_timeout", ""),
        ([Role(), Content("One.")], "disconnected", "One."),
        (thought_and_answer("", "One."), "complete", "One."),
    ],
)
def test_a_silent_stream_ends_in_time(server: ScriptedServer, steps: list[Any], code: str, answer: str) -> None:
    server.reset()
    server.play(steps)
    names: dict[str, Any] = {}
    exec(compile(ASYNCHRONOUS.replace("120", "0.4").replace("60", "0.2"), "README.md", "exec"), names)

    async def asked() -> Turn:
        async with AsyncOpenAI(base_url=server.base_url, api_key="none") as client:
            return await names["ask"](client, "1+1?")

    turn = asyncio.run(asked())
    assert (turn.ending.code, turn.answer) == (code, answer)


@pytest.mark.parametrize("row", re.findall(r"^\| (`+)(.+?)\1 \| (`+)(\w+): (.+?)\3 \|$", MANUAL, re.MULTILINE))
def test_an_error_is_as_the_manual_says(row: tuple[str, ...]) -> None:
    written, error, sentence = row[1], row[3], row[4]
    with pytest.raises((ValueError, TypeError)) as raised:
        eval(written.replace(r"\|", "|"), vars(termination))
    assert (type(raised.value).__name__, str(raised.value)) == (error, sentence.replace(r"\|", "|"))


def test_every_condition_of_the_library_is_in_the_table() -> None:
    table = MANUAL[MANUAL.index("## Conditions") :]
    assert [name for name in (*termination.BUILT_IN, "when") if f"`{name}(" not in table] == []


# --- The package


def test_the_library_has_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert termination.__version__ == project["version"] == version("fullstop")


def test_names_that_differ_only_in_capitals_are_a_class_and_the_function_that_makes_it() -> None:
    public = {name: getattr(termination, name) for name in termination.__all__}
    classes = {name.lower(): each for name, each in public.items() if isinstance(each, type)}
    pairs = {
        name: classes[name.replace("_", "")] for name in public if name.islower() and name.replace("_", "") in classes
    }
    assert set(pairs) == {"any_of", "budget", "delta", "mode_tag"}
    for name, made in pairs.items():
        assert public[name].__annotations__["return"] in (made, made.__name__)


def test_the_wheel_has_the_manual_and_the_types(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is not here; make installs the app itself with it")
    done = run([sys.executable, "-c", BUILD, str(ROOT), str(tmp_path)], capture_output=True, text=True, check=True)
    names = ZipFile(done.stdout.split()[-1]).namelist()
    assert {"termination/README.md", "termination/py.typed", "termination/notation/parse.py"} <= set(names)
