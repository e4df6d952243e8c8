"""The house stays easy to walk through: small folders and files, and docstrings that begin with a verb."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "chat" / "words" / "tables"
FOLDERS = sorted({path.parent for name in ("chat", "termination") for path in (ROOT / name).rglob("*.py")})
SOURCES = sorted(path for folder in FOLDERS for path in folder.glob("*.py"))
MOST_FILES = {"chat": 15, "termination": 25}
MOST_LINES = 300
NOT_A_VERB = {
    *("a", "all", "an", "any", "as", "both", "each", "every", "false", "for", "from", "how", "if", "in", "it", "its"),
    *("no", "none", "not", "of", "on", "one", "the", "these", "they", "this", "those", "to", "what", "when", "where"),
    *("whether", "which", "who", "why", "with", "that"),
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def docstrings(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the docstring of each function that has one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (text := ast.get_docstring(node)):
            yield node.name, text


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_a_folder_is_small(folder: Path) -> None:
    assert len(list(folder.glob("*.py"))) <= MOST_FILES[name(folder).split("/")[0]]


@pytest.mark.parametrize("source", [path for path in SOURCES if path.parent != TABLES], ids=name)
def test_a_module_is_short(source: Path) -> None:
    assert len(source.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("source", [ROOT / "app.py", *SOURCES], ids=name)
def test_a_docstring_of_a_function_begins_with_a_verb(source: Path) -> None:
    found = [f"{function}: {text}" for function, text in docstrings(source)]
    assert [each for each in found if each.split(": ", 1)[1].split()[0].lower().strip(",.:;") in NOT_A_VERB] == []
