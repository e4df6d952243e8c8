"""A notation that cannot be read is refused with its place and what is wrong there, and nothing of it is executed."""

import pytest

from termination import BUILT_IN, BadCondition, BadNotation, Condition, parse_condition
from termination.builtin import built_in

WANTED = "a text in quotes, a number or a duration"

BAD: list[tuple[str, int, str, dict[str, str]]] = [
    # Nothing is executed: it is no condition, or none that is known
    ('__import__("os")', 1, "unknown", {"name": "__import__"}),
    ('__import__("os").system("true")', 1, "unknown", {"name": "__import__"}),
    ("loop().__class__", 8, "method", {"name": "__class__"}),
    ("loop.__class__", 5, "syntax", {"wanted": "(", "found": "."}),
    ("budget(5) > 4", 11, "syntax", {"found": "> 4"}),
    ("budget(2 * 5)", 10, "syntax", {"found": "* 5)"}),
    ("budget(2 ** 99)", 10, "syntax", {}),
    ("[loop()]", 1, "syntax", {}),
    ("lambda: loop()", 7, "syntax", {}),
    ("stop(f'{1}')", 6, "syntax", {"wanted": WANTED, "found": "f"}),
    ("stop(*'ab')", 6, "syntax", {}),
    ("loop() or loop()", 8, "syntax", {"wanted": "|, & or a method", "found": "or"}),
    # Names
    ("lop()", 1, "unknown_near", {"name": "lop", "near": "loop"}),
    ("loop() | bugdet(5)", 10, "unknown_near", {"name": "bugdet", "near": "budget"}),
    ("xyz()", 1, "unknown", {"name": "xyz", "near": "", "known": ", ".join(BUILT_IN)}),
    ("a.module:Thing()", 1, "unknown", {"name": "a.module:Thing"}),
    ("loop().befor(5)", 8, "method", {"name": "befor"}),
    ("loop().", 8, "method", {"name": ""}),
    ("loop().during(answr)", 15, "phase", {"name": "answr"}),
    ('loop().during("answer")', 15, "phase", {"name": '"answer"'}),
    ("loop().during()", 15, "phase", {"name": ")"}),
    ("loop().during(", 15, "phase", {"name": "the end"}),
    ("loop().during(answer", 21, "syntax", {"wanted": ")", "found": "the end"}),
    ("loop().during(answer, thought)", 21, "syntax", {"wanted": ")", "found": ","}),
    # Syntax
    ("", 1, "syntax", {"wanted": "a condition", "found": "the end"}),
    ("  \n", 1, "syntax", {"wanted": "a condition", "found": "the end"}),
    ("loop", 5, "syntax", {"wanted": "(", "found": "the end"}),
    ("loop(", 6, "syntax", {"wanted": WANTED, "found": "the end"}),
    ("loop()) | x", 7, "syntax", {"wanted": "|, & or a method", "found": ")"}),
    ("loop() loop()", 8, "syntax", {"wanted": "|, & or a method", "found": "loop"}),
    ("loop() |", 9, "syntax", {"wanted": "a condition", "found": "the end"}),
    ("| loop()", 1, "syntax", {"wanted": "a condition", "found": "|"}),
    ("(loop()", 8, "syntax", {"wanted": ")", "found": "the end"}),
    ("()", 2, "syntax", {"wanted": "a condition", "found": ")"}),
    ("5", 1, "syntax", {"wanted": "a condition", "found": "5"}),
    ("budget(5 6)", 10, "syntax", {"wanted": ",", "found": "6"}),
    ("stop('a',)", 10, "syntax", {"wanted": WANTED, "found": ")"}),
    ("stop('a)", 6, "syntax", {"wanted": "a condition", "found": "'a)"}),
    ("stop('a\nb')", 6, "syntax", {}),
    ("budget(abc)", 8, "syntax", {"wanted": WANTED, "found": "abc"}),
    ("budget(limit=)", 14, "syntax", {"wanted": WANTED, "found": ")"}),
    ("budget(5d)", 8, "syntax", {"found": "5d)"}),
    ("budget(1_000)", 8, "syntax", {"found": "1_000)"}),
    ("budget(" + "9" * 5000 + ")", 8, "syntax", {"found": "9" * 20}),
    ("budget(1.)", 8, "syntax", {}),
    ("loop().shadow(5)", 15, "syntax", {"wanted": ")", "found": "5"}),
    ("loop().after()", 14, "syntax", {"wanted": WANTED, "found": ")"}),
    ("(" * 51 + "loop()" + ")" * 51, 51, "deep", {"most": "50"}),
    ("~" * 51 + "loop()", 51, "deep", {"most": "50"}),
    ("(" * 100_000, 51, "deep", {"most": "50"}),
    ("loop()" + ".shadow()" * 51, 458, "deep", {"most": "50"}),
    ("budget(limit=5, limit=6)", 17, "syntax", {"wanted": "another name", "found": "limit"}),
    # Arguments
    ("budget()", 1, "arguments", {"takes": "budget(limit)"}),
    ("loop(5)", 1, "arguments", {"takes": "loop()", "problem": "too many positional arguments"}),
    ("loop() | idle(1s, 2s)", 10, "arguments", {"problem": "too many positional arguments"}),
    ("budget(most=5)", 1, "arguments", {"problem": "missing a required argument: 'limit'"}),
    ("budget(limit=5, 6)", 1, "arguments", {"problem": "multiple values for argument 'limit'"}),
    ("budget(-5)", 1, "not_positive", {"name": "budget", "value": "-5"}),
    ("budget(1.5)", 1, "amount", {"value": "1.5"}),
    ("budget(true)", 1, "amount", {"value": "true"}),
    ("tokens(5s)", 1, "tokens", {"value": "5s"}),
    ("idle('5s')", 1, "period", {"value": '"5s"'}),
    ("idle(0)", 1, "not_positive", {"value": "0s"}),
    ("tokens(" + "9" * 301 + ")", 1, "too_much", {"name": "tokens"}),
    ("loop().after(1.5)", 8, "amount", {"value": "1.5"}),
    ("loop() | idle(-1s)", 10, "not_positive", {"name": "idle", "value": "-1s"}),
    ("idle(0.0001ms)", 1, "not_positive", {"name": "idle", "value": "0s"}),
    ("loop().after(0)", 8, "not_positive", {"name": "after", "value": "0"}),
    ("loop().after('a')", 8, "amount", {"name": "after", "value": '"a"'}),
    ("stop()", 1, "no_texts", {}),
    ("stop('')", 1, "empty_text", {}),
    ("stop('" + "x" * 1001 + "')", 1, "long_text", {"length": "1001"}),
    ("stop(5)", 1, "not_text", {"value": "5"}),
    ("stop_ids(-1)", 1, "not_id", {"value": "-1"}),
    ("stop_ids(false)", 1, "not_id", {"value": "false"}),
    ("pattern('a(')", 1, "pattern", {"place": "2"}),
    (r"pattern('(?=a)')", 1, "pattern", {"place": "1"}),
]


@pytest.mark.parametrize(("notation", "place", "kind", "facts"), BAD)
def test_this_is_refused_at_its_place(notation: str, place: int, kind: str, facts: dict[str, str]) -> None:
    with pytest.raises(BadNotation) as refused:
        parse_condition(notation)
    assert (refused.value.place, refused.value.kind) == (place, kind)
    assert refused.value.facts.items() >= facts.items()


# --- Makers of other packages


def refuses() -> Condition:
    raise ValueError("not today")


def refuses_as_we_do() -> Condition:
    raise BadCondition("moody")


def gives_no_condition() -> object:
    return "loop()"


@pytest.mark.parametrize(
    ("maker", "kind", "facts"),
    [
        (refuses, "refused", {"name": "mine", "problem": "not today"}),
        (gives_no_condition, "no_condition", {"name": "mine"}),
        (refuses_as_we_do, "refused", {"name": "mine", "problem": "moody"}),
        (type, "refused", {"name": "mine", "problem": "type() takes 1 or 3 arguments"}),
    ],
)
def test_a_factory_that_makes_no_condition_is_reported(maker: object, kind: str, facts: dict[str, str]) -> None:
    with pytest.raises(BadNotation) as refused:
        parse_condition("loop() | mine()", lambda name: maker if name == "mine" else built_in(name))
    assert (refused.value.place, refused.value.kind, refused.value.facts) == (10, kind, facts)
