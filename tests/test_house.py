"""The house stays easy to walk through: small folders and files, and docstrings that begin with a verb."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
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


def test_a_folder_is_small() -> None:
    sizes = {name(folder): len(list(folder.glob("*.py"))) for folder in FOLDERS}
    assert {folder: size for folder, size in sizes.items() if size > MOST_FILES[folder.split("/")[0]]} == {}


def test_a_module_is_short() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_a_docstring_of_a_function_begins_with_a_verb() -> None:
    found = [(name(path), *each) for path in (ROOT / "app.py", *SOURCES) for each in docstrings(path)]
    assert len(found) > 500
    assert [each for each in found if each[-1].split()[0].lower().strip(",.:;") in NOT_A_VERB] == []
