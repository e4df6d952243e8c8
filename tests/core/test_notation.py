"""A condition is read from its notation, as in Python, and prints as what is read as that condition again."""

from difflib import get_close_matches

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from termination import (
    BUILT_IN,
    BadNotation,
    Condition,
    Duration,
    budget,
    circling,
    first_token,
    idle,
    loop,
    max_tokens,
    parse_condition,
    pattern,
    seconds,
    stop,
    stop_ids,
    tokens,
    total,
    unknown_condition,
)

A, B, C = stop("a"), stop("b"), stop("c")


@pytest.mark.parametrize(
    ("notation", "condition"),
    [
        ("loop()", loop()),
        ("  loop ( )  ", loop()),
        ("loop()\n  | budget( 5 )\n", loop() | budget(5)),
        ("budget(4096)", budget(4096)),
        ("budget(limit=4096)", budget(4096)),
        ("budget(limit = 90s)", budget(Duration(90))),
        ("idle(500ms)", idle(Duration(0.5))),
        ("idle(1.5s)", idle(Duration(1.5))),
        ("total(5m)", total(Duration(300))),
        ("total(1.1h)", total(Duration(3960))),
        ("stop('a', \"b\")", stop("a", "b")),
        (r'stop("\"\\\n\t\r\'")', stop("\"\\\n\t\r'")),
        (r"stop('\'\"')", stop("'\"")),
        ('stop("| & ~ ()")', stop("| & ~ ()")),
        ('stop("四。")', stop("四。")),
        (r'pattern("\d+\.")', pattern(r"\d+\.")),
        (r'pattern("\\d+\\.")', pattern(r"\d+\.")),
        (r'pattern("\bend\b")', pattern(r"\bend\b")),
        ("stop_ids(1, 2)", stop_ids(1, 2)),
        ('stop("a") | stop("b") & ~stop("c")', A | (B & ~C)),
        ('(stop("a") | stop("b")) & stop("c")', (A | B) & C),
        ('~~stop("a") & stop("b")', ~~A & B),
        ('~stop("a").during(any)', ~(A.during("any"))),
        ('stop("a").during(thought).after(5).shadow()', A.during("thought").after(5).shadow()),
        ("loop() . after ( 2s )", loop().after(Duration(2))),
        ("(" * 50 + "loop()" + ")" * 50, loop()),
        (" | ".join(["loop()"] * 200), parse_condition(" | ".join(["loop()"] * 199)) | loop()),
    ],
)
def test_this_is_read_so(notation: str, condition: Condition) -> None:
    assert parse_condition(notation) == condition


limits = st.integers(1, 10**15 - 1) | st.integers(1, 10**10).map(lambda milliseconds: Duration(milliseconds / 1000))
periods = limits.filter(lambda limit: isinstance(limit, Duration))
texts = st.text(min_size=1, max_size=8) | st.sampled_from(["\\", '"', "'", "\n", "\\n", '\\"', "\r", "\t", "\u2028"])
leaves = st.one_of(
    st.lists(texts, min_size=1, max_size=3).map(lambda some: stop(*some)),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=3).map(lambda some: stop_ids(*some)),
    st.sampled_from([r"\d+\.", '"', r"\\", "[^\n]\n", r"\bend\b", r"\""]).map(pattern),
    limits.map(budget),
    st.integers(1, 9999).map(tokens),
    st.integers(1, 9999).map(max_tokens),
    *(periods.map(clock) for clock in (seconds, first_token, idle, total)),
    st.sampled_from([loop(), circling()]),
)


def composed(some: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.builds(lambda a, b: a | b, some, some),
        st.builds(lambda a, b: a & b, some, some),
        some.map(lambda a: ~a),
        st.builds(lambda a, scope: a.during(scope), some, st.sampled_from(["thought", "answer", "any"])),
        st.builds(lambda a, limit: a.after(limit), some, limits),
        some.map(lambda a: a.shadow()),
    )


@given(st.recursive(leaves, composed, max_leaves=8))
def test_what_a_condition_prints_is_read_as_that_condition(condition: Condition) -> None:
    assert parse_condition(str(condition)) == condition


signs = st.sampled_from(
    [*"|&~().,='\" \n\\-5", "loop", "budget(5)", "stop('a')", "during", "after", "answer", "2s", "true"]
)


@example(["loop()", ".", "during", "("])
@given(st.lists(signs, max_size=12) | st.lists(st.characters(), max_size=12))
def test_anything_is_read_or_refused_with_a_place_in_it(parts: list[str]) -> None:
    notation = "".join(parts)
    condition = read_or_refused(notation)
    if isinstance(condition, BadNotation):
        assert 1 <= condition.place <= len(notation) + 1
        assert condition.kind
    else:
        assert parse_condition(str(condition)) == condition


def read_or_refused(notation: str) -> Condition | BadNotation:
    try:
        return parse_condition(notation)
    except BadNotation as refused:
        return refused


def test_any_maker_may_be_found_by_its_name_or_its_module_and_class() -> None:
    asked = []

    def find(name: str) -> object:
        asked.append(name)
        return lambda text="END", loud=False: stop(text + "!" if loud else text)

    found = parse_condition('mine() | a.b_c:Mine("x", loud=true) | mine(loud=false)', find)
    assert found == stop("END") | stop("x!") | stop("END")
    assert asked == ["mine", "a.b_c:Mine", "mine"]


@given(st.sampled_from(sorted(BUILT_IN)) | st.text("stopidlen_"), st.integers(0, 9), st.text("stopidlen_", max_size=4))
def test_the_nearest_name_is_the_one_that_difflib_finds(name: str, at: int, typed: str) -> None:
    mistyped = name[:at] + typed + name[at + 1 :] or "x"
    assert unknown_condition(mistyped, BUILT_IN).facts["near"] == "".join(get_close_matches(mistyped, BUILT_IN, n=1))


def test_where_nothing_is_known_nothing_is_near() -> None:
    assert unknown_condition("stop", ()).kind == "unknown"
