"""Conditions are taken apart into alternatives, each in its scope; those that contradict themselves are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import BadCondition, Condition, Delta, Policy, Turn, check_condition, parse_condition, timeouts
from termination.condition import AllOf
from termination.watching.rules import rules


def scopes(notation: str) -> list[str]:
    return [leaf.scope for rule in rules(parse_condition(notation)) for leaf in rule.node.leaves]


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ("stop('a') | budget(5) | loop() | idle(1s) | tokens(5)", ["answer", "thought", "any", "any", "any"]),
        ("stop_ids(1) | pattern('a') | circling() | seconds(1s)", ["any"] * 4),
        ("max_tokens(5) | first_token(1s) | total(1s)", ["any"] * 3),
        ("stop('a').during(thought)", ["thought"]),
        ("stop('a').during(any)", ["any"]),
        ("budget(5).during(answer)", ["answer"]),
        ("(stop('a') | loop()).during(thought)", ["thought", "thought"]),
        ("(stop('a').during(thought) | loop()).during(thought)", ["thought", "thought"]),
        ("(stop('a') & ~loop()).during(thought)", ["thought", "thought"]),
        ("stop('a') & loop().during(answer)", ["answer", "answer"]),
        ("(stop('a').during(any) & loop()).shadow().after(5)", ["any", "any"]),
    ],
)
def test_a_condition_looks_where_the_notation_says_else_at_its_default(notation: str, expected: list[str]) -> None:
    assert scopes(notation) == expected


@pytest.mark.parametrize(
    ("notation", "texts"),
    [
        ("loop()", ["loop()"]),
        ("loop() | idle(1s) & stop('a')", ["loop()", 'idle(1s) & stop("a")']),
        ("(loop() | idle(1s)).during(answer)", ["loop().during(answer)", "idle(1s).during(answer)"]),
        (
            "(loop() | idle(1s)).after(5).during(answer)",
            ["loop().after(5).during(answer)", "idle(1s).after(5).during(answer)"],
        ),
        ("(loop() | idle(1s)).shadow()", ["loop()", "idle(1s)"]),
        ("(loop() & idle(1s)).after(5s)", ["(loop() & idle(1s)).after(5s)"]),
        ("(loop() | idle(1s)) & stop('a')", ['(loop() | idle(1s)) & stop("a")']),
    ],
)
def test_each_alternative_is_a_rule_of_its_own(notation: str, texts: list[str]) -> None:
    made = rules(parse_condition(notation))
    assert [rule.text for rule in made] == texts
    assert [rule.order for rule in made] == list(range(len(texts)))


def test_nothing_has_no_rules() -> None:
    assert rules(None) == rules(timeouts()) == []


def test_only_what_stands_in_the_shadow_is_in_the_shadow() -> None:
    made = rules(parse_condition("loop() | (idle(1s) | (stop('a') | total(1s)).shadow()).during(any)"))
    assert [rule.shadow for rule in made] == [False, False, True, True]


def test_each_turn_starts_its_own_watches() -> None:
    condition = parse_condition("loop() & stop('a')")
    first, second = (rules(condition)[0].node.leaves for _ in range(2))
    assert not {id(leaf.watch) for leaf in first} & {id(leaf.watch) for leaf in second}


REFUSED: list[tuple[str, str, dict[str, str]]] = [
    (
        "stop('a').during(answer).during(thought)",
        "scopes",
        {"condition": 'stop("a").during(answer)', "outer": "thought", "inner": "answer"},
    ),
    ("(loop() | stop('a').during(any)).during(answer)", "scopes", {"outer": "answer", "inner": "any"}),
    ("(loop() & stop('a').during(thought)).during(answer)", "scopes", {"outer": "answer", "inner": "thought"}),
    ("total(5s).during(answer)", "scope", {"condition": "total(5s)", "scope": "answer", "allowed": "any"}),
    ("(loop() | first_token(5s)).during(thought)", "scope", {"condition": "first_token(5s)", "allowed": "any"}),
    ("max_tokens(5).during(thought)", "scope", {"condition": "max_tokens(5)", "scope": "thought"}),
    ("loop().after(5).after(6)", "after_twice", {"condition": "loop().after(5)"}),
    ("(loop() | idle(1s).after(5)).after(6s)", "after_twice", {"condition": "idle(1s).after(5)"}),
    ("(loop().after(5) & idle(1s)).after(6)", "after_twice", {"condition": "loop().after(5)"}),
    ("loop().shadow() & idle(1s)", "shadow_inside", {"condition": "loop().shadow()"}),
    ("~(loop().shadow())", "shadow_inside", {"condition": "loop().shadow()"}),
    ("~loop()", "at_once", {"condition": "~loop()"}),
    ("idle(1s) | ~loop().during(answer)", "at_once", {"condition": "~loop().during(answer)"}),
    ("~loop() & ~idle(1s)", "at_once", {"condition": "~loop() & ~idle(1s)"}),
    ("~(loop() & idle(1s))", "at_once", {}),
    ("(stop('a') | ~stop('b')) & ~stop('c')", "at_once", {}),
    ("stop('a') & loop().during(thought)", "never", {"condition": 'stop("a") & loop().during(thought)'}),
    ("budget(5) & stop('a')", "never", {"condition": 'budget(5) & stop("a")'}),
    ("loop() | idle(1s) & budget(5) & stop('a')", "never", {}),
]


@pytest.mark.parametrize(("notation", "kind", "facts"), REFUSED)
def test_what_contradicts_itself_is_refused(notation: str, kind: str, facts: dict[str, str]) -> None:
    with pytest.raises(BadCondition) as refused:
        check_condition(parse_condition(notation))
    assert refused.value.kind == kind
    assert refused.value.facts.items() >= facts.items()
    with pytest.raises(BadCondition):
        Turn(Policy(end=parse_condition(notation)), 0)


@pytest.mark.parametrize(
    "notation",
    [
        "loop().after(5).during(any).shadow()",
        "(loop().during(answer) | idle(1s).during(thought)).after(5)",
        "stop('a') & ~loop().during(thought)",
        "stop('a').during(thought) & ~loop().during(answer)",
        "(stop('a') | loop().during(thought)) & idle(1s).during(answer)",
        "~~loop()",
        "~(~loop() & ~idle(1s))",
        "(loop() & idle(1s)).shadow()",
    ],
)
def test_what_does_not_contradict_itself_is_not_refused(notation: str) -> None:
    check_condition(parse_condition(notation))


def test_all_of_nothing_holds_at_once() -> None:
    with pytest.raises(BadCondition) as refused:
        check_condition(AllOf(()))
    assert refused.value.kind == "at_once"


# --- `&`, `|` and `~` as in logic

NAMES = "abc"
words = st.sampled_from([f"stop('{name}').during(any)" for name in NAMES]).map(parse_condition)


def composed(some: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.builds(lambda a, b: a | b, some, some), st.builds(lambda a, b: a & b, some, some), some.map(lambda a: ~a)
    )


def holds(condition: Condition, seen: str) -> bool:
    """True if the condition is true in Python's own logic, once those letters have come."""
    rule = str(condition).replace(".during(any)", "").replace("~", " not ").replace("&", "and").replace("|", "or")
    return bool(eval(rule, {"stop": lambda name: name in seen}))


@given(st.recursive(words, composed, max_leaves=6), st.permutations(NAMES))
def test_a_turn_is_cut_at_the_first_letter_with_which_the_condition_holds(
    condition: Condition, letters: list[str]
) -> None:
    turn = turn_or_refused(condition)
    if isinstance(turn, BadCondition):
        assert turn.kind == "at_once"
        assert any(holds(part, "") for part in getattr(condition, "parts", (condition,)))
        return
    for letter in letters:
        turn.feed(Delta(content=f"{letter}."), 1)
    first = next((n for n in range(1, 4) if holds(condition, "".join(letters[:n]))), None)
    assert (turn.ending.code if turn.ending else None) == (None if first is None else "stop_text")
    shown = [letter for letter in letters if letter in turn.answer]
    assert shown == (letters if first is None else letters[: first - 1])


def turn_or_refused(condition: Condition) -> Turn | BadCondition:
    try:
        return Turn(Policy(end=condition), 0)
    except BadCondition as refused:
        return refused
