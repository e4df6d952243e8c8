"""Every error of the library has its sentence, and what is no condition cannot be composed."""

import ast
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter

import pytest

import termination
from termination import BadArgument, BadCondition, Condition, any_of, closest, loop, stop, unknown_condition
from termination.errors import SENTENCES
from termination.phrases import PHRASES, Phrase

SOURCES = sorted(Path(termination.__file__).parent.rglob("*.py"))
RAISED = {"BadArgument": 0, "BadCondition": 0, "BadNotation": 1}


def raised() -> Iterator[tuple[str, set[str]]]:
    """Yield the kinds that the sources raise, with the names of their facts."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = RAISED.get(getattr(getattr(node, "func", None), "id", ""), 99)
            if isinstance(node, ast.Call) and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                facts = {str(word.arg) for word in node.keywords}
                facts |= {key.value for each in node.args if isinstance(each, ast.Dict) for key in each.keys}
                yield node.args[place].value, facts


def test_every_error_has_its_sentence_and_the_facts_for_it() -> None:
    kinds = list(raised())
    assert len(kinds) > 25
    for kind, facts in kinds:
        wanted = {name for _, name, _, _ in Formatter().parse(SENTENCES[kind]) if name}
        assert wanted <= facts or not facts, kind


def test_every_sentence_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "errors.py")
    elsewhere = {"unknown", "unknown_near", "plugin"}  # in errors.py itself, and for programs that load plugins
    assert [kind for kind in SENTENCES if f'"{kind}"' not in source and kind not in elsewhere] == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BadCondition("the number is odd"), "the number is odd"),
        (BadCondition("odd", number=5), "odd: {'number': '5'}"),
        (BadCondition("tokens", name="mine"), SENTENCES["tokens"].format(name="mine", value="?")),
    ],
)
def test_a_plugin_may_say_what_it_wants(error: BadArgument, said: str) -> None:
    assert str(error) == said
    assert isinstance(error, ValueError)


@pytest.mark.parametrize("value", [5, None, "END", loop, len, lambda text: text, Condition, object(), [loop()]])
@pytest.mark.parametrize(
    ("compose", "sign"),
    [
        (lambda value: loop() | value, "`|`"),
        (lambda value: loop() & value, "`&`"),
        (lambda value: value | loop(), "`|`"),
        (lambda value: value & loop(), "`&`"),
        (any_of, "`any_of`"),
        (lambda value: any_of(loop(), value), "`any_of`"),
    ],
)
def test_only_conditions_can_be_joined(compose: Callable[[object], Condition], sign: str, value: object) -> None:
    with pytest.raises(TypeError) as refused:
        compose(value)
    assert str(refused.value).startswith(sign)


def test_the_sentence_says_what_to_write_for_a_text_and_for_a_function() -> None:
    for value, wanted in [("END", 'stop("END")'), (loop, "when(loop)")]:
        with pytest.raises(TypeError) as refused:
            stop("a") | value
        assert wanted in str(refused.value)


def test_a_phase_has_one_of_three_names() -> None:
    with pytest.raises(BadCondition) as refused:
        stop("a").during("answr")
    assert (refused.value.kind, refused.value.facts) == ("phase", {"name": "answr"})


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [("stpo", ["stop", "loop"], "stop"), ("x", ["stop"], ""), ("stop", [], ""), ("lop", ["loop"], "loop")],
)
def test_a_mistyped_name_has_a_closest_one(name: str, known: list[str], near: str) -> None:
    assert closest(name, known) == near
    assert unknown_condition(name, iter(known)).facts == {"name": name, "near": near, "known": ", ".join(known)}


@pytest.mark.parametrize("key", PHRASES)
def test_a_phrase_is_its_text_with_the_key_and_the_facts_for_a_translation(key: str) -> None:
    names = {name for _, name, _, _ in Formatter().parse(PHRASES[key]) if name}
    phrase = Phrase(key, **dict.fromkeys(names, 5))
    again = pickle.loads(pickle.dumps(phrase))
    assert phrase == again == PHRASES[key].format(**dict.fromkeys(names, 5))
    assert (phrase.key, phrase.facts) == (again.key, again.facts) == (key, dict.fromkeys(names, "5"))


def test_every_phrase_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "phrases.py")
    assert [key for key in PHRASES if f'"{key}"' not in source] == []
