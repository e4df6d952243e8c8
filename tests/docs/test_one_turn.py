"""docs/one-turn.md names files, functions and classes that exist, in the files that it mentions."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "one-turn.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`]+)`")
OF_ASYNCIO = "CancelledError"


def spans(text: str) -> list[str]:
    """Return what the text has in code font."""
    return CODE.findall(text)


def is_path(span: str) -> bool:
    return span.endswith(".py")


def defined(path: Path) -> set[str]:
    """Return `module.name` and `Class.member` for all definitions of a file, and the names of its classes."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names.add(f"{path.stem}.{node.name}")
            case ast.ClassDef():
                members = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
                names |= {node.name, *(f"{node.name}.{each.name}" for each in members)}
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
    return names


def unknown(text: str) -> list[str]:
    """Return what is in code font and is neither a file nor a definition in one of the files that are named."""
    paths = [span for span in spans(text) if is_path(span)]
    missing = [path for path in paths if not (ROOT / path).is_file()]
    names = {OF_ASYNCIO}
    for path in paths:
        if path not in missing:
            names |= defined(ROOT / path)
    return missing + [span for span in spans(text) if not is_path(span) and span not in names]


def test_every_file_and_every_name_exists() -> None:
    assert {"app.answer", "turns.ask", "Reply.play", "Question.prepare", "Play.run", "Turn.feed"} <= {*spans(DOCUMENT)}
    assert unknown(DOCUMENT) == []


@pytest.mark.parametrize(
    "wrong",
    ["`chat/page/turn.py`", "`turns.play`", "`Reply.plays`", "`Replies`", "`reply.Reply.play`"],
)
def test_a_name_that_does_not_exist_is_found(wrong: str) -> None:
    assert unknown(f"{DOCUMENT}\n{wrong}\n") == [wrong.strip("`")]
