"""Every finding that the doctor can make has its sentences, and every sentence has its finding."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.doctor.finding import info
from chat.doctor.report import as_text
from chat.words.tables.doctor import DOCTOR_TEXTS

CHAT = Path(__file__).parents[2] / "chat"
DOCTOR = [*(CHAT / "doctor").rglob("*.py"), CHAT / "command" / "doctor.py"]
SAID_OTHERWISE = {"summary", "summary_good", "line", "about", "examining", "greeting"}
"""The sentences about the report as a whole, and the page's own."""


def texts(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def calls(*names: str) -> Iterator[ast.Call]:
    for path in DOCTOR:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                yield node


def written(*names: str) -> set[str]:
    """Return the findings whose check and kind are both literals in the call."""
    plain = [call for call in calls(*names) if len(call.args) == 2]
    pairs = [call.args for call in plain if all(isinstance(each, ast.Constant | ast.IfExp) for each in call.args)]
    return {f"{check}.{kind}" for first, second in pairs for check in texts(first) for kind in kinds(second)}


def kinds(node: ast.expr) -> set[str]:
    return texts(node.body) | texts(node.orelse) if isinstance(node, ast.IfExp) else texts(node)


def test_every_finding_has_its_sentences() -> None:
    found = written("good", "info", "unknown", "problem")
    assert len(found) > 50
    missing = [
        name for name in found if not {f"doctor.{name}", f"doctor.{name.partition('.')[0]}"} <= set(DOCTOR_TEXTS)
    ]
    assert missing == []


def test_every_problem_says_what_to_do_and_nothing_else_does() -> None:
    fixes = {name for name in DOCTOR_TEXTS if name.endswith(".do")}
    assert {f"doctor.{name}.do" for name in written("problem")} <= fixes
    assert {f"doctor.{name}.do" for name in written("good", "info", "unknown")}.isdisjoint(fixes)


def test_every_sentence_is_used() -> None:
    source = "".join(path.read_text() for path in DOCTOR)
    source += "".join(f'"{kind}"' for kind in ("pieces", "ordinary", "ordinary_text", "nothing", "refused_unused"))
    source += '"dropped_unused"'
    parts = {part for name in DOCTOR_TEXTS for part in name.split(".")[1:]} - SAID_OTHERWISE - {"do"}
    assert [part for part in parts if f'"{part}"' not in source] == []


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[31mred", "`tick`"])
def test_a_servers_words_cannot_break_the_line(text: str) -> None:
    line = as_text(info("reply", "busy", message=text))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
