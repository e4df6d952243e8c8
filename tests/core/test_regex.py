"""A pattern's first complete match ends where `re` says it does, however the text is cut, at a bounded cost."""

import gc
import re
import warnings
from random import Random

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from termination.regex.net import CHARACTERS
from termination.regex.states import ROOM, STATE_ROOM, BadPattern, Pattern, State
from termination.regex.syntax import DEPTH, LENGTH, STATES

ANYTHING = r"[\s\S]"


def first_end(pattern: str, *chunks: str) -> int | None:
    return ended(Pattern(pattern), *chunks)


def ended(pattern: Pattern, *chunks: str) -> int | None:
    run, before = pattern.start(), 0
    for chunk in chunks:
        end = run.feed(chunk)
        if end is not None:
            return before + end
        before += len(chunk)
    return before if run.finish() else None


def by_the_whole_text(pattern: str, flags: re.RegexFlag, text: str) -> int | None:
    """Return the first place at which `re` can end a match, by trying every start for every end."""
    for end in range(len(text) + 1):
        ending = re.compile(f"(?:{pattern})(?={ANYTHING}{{{len(text) - end}}}\\Z)", flags | re.MULTILINE)
        if any(ending.match(text, start) for start in range(end + 1)):
            return end
    return None


def refusal(pattern: str) -> BadPattern | None:
    try:
        Pattern(pattern)
    except BadPattern as refused:
        return refused
    return None


@pytest.mark.parametrize(
    ("pattern", "text", "end"),
    [
        ("abc", "xxabcabc", 5),
        ("abc", "ababab", None),
        ("aab", "aaab", 4),
        ("ab|cd|e", "xcde", 3),
        ("abcd|bc", "abcd", 3),
        ("ab(c|)d", "abdabcd", 3),
        ("a(?:b|c)+d", "abcbd", 5),
        ("(?P<name>a)b", "ab", 2),
        ("ab*", "abbb", 1),
        ("ab+", "abbb", 2),
        ("ab*c", "abbbc", 5),
        ("ab?c", "abbc abc", 8),
        ("a+?b", "aab", 3),
        ("a*?b", "b", 1),
        ("a??b", "ab", 2),
        ("a{3}", "aabaaa", 6),
        ("a{2,}b", "abaaab", 6),
        ("a{2,3}?b", "abaaaab", 7),
        ("ba{,2}c", "baaacbaac", 9),
        ("ba{,}c", "baaaac", 6),
        ("(?:ab){2}", "abaabab", 7),
        ("a{0}b", "ab", 2),
        ("a{1", "a{1", 3),
        ("a{}", "a{}", 3),
        ("a{x}", "a{x}", 4),
        ("a{1,2}{", "aa{", 3),
        ("a]b}", "a]b}", 4),
        (r"\.\*\(\\", r".*(" + "\\", 4),
        (r"\n\t\r\f\v\a", "\n\t\r\f\v\a", 6),
        (r"\x41\u7b54\U0001F600", "A答😀", 3),
        (r"\é", "é", 1),
        (r"\d\D\w\W\s\S", "٣xé- x", 6),
        ("a.c", "a\ncabc", 6),
        ("(?s)a.c", "a\nc", 3),
        ("(?i)end", "THE eND", 7),
        ("(?i)Straße", "sTRASSE STRAßE", 14),
        ("(?i)[a-c]x", "BX", 2),
        ("(?im)(?s)^A.B", "x\na\nb", 5),
        ("(?i)k", "\N{KELVIN SIGN}", 1),
        ("[abc]x", "dxcx", 4),
        ("[a-cx-z]!", "d!y!", 4),
        ("[^a-c]!", "a!b!\n!", 6),
        ("[]a]b", "]b", 2),
        ("[^]a]b", "]b-b", 4),
        ("[a-]b", "-b", 2),
        ("[-a]b", "-b", 2),
        ("[--/]b", ".b", 2),
        (r"[\d.]+!", "x3.5!", 5),
        (r"[\]\\^-]!", "^!", 2),
        (r"[\w-]!", "-!", 2),
        (r"[\b]\b", "a\bc", 2),
        ("[[a&&b||c~~d]!", "&!", 2),
        (r"[\n]a", "\na", 2),
        ("^a", "ba\na", 4),
        ("^a", "a", 1),
        ("a$", "ab\na", 4),
        ("a$", "ab a\nb", 4),
        ("a$\nb", "a\nb", 3),
        ("^---$", "x---\n----\n---\n", 13),
        ("^$", "a\nb\n\nc", 4),
        ("^$", "", 0),
        ("^$", "\na", 0),
        ("^$", "a\n", 2),
        ("$", "ab\nc", 2),
        ("\\n^", "ab\nc", 3),
        ("(?:^a|b)c", "ac", 2),
        ("(?:^)*a", "ba", 2),
        ("a^b", "ab\nb", None),
        (r"\bcat\b", "concat cats cat.", 15),
        (r"\bcat\b", "a cat", 5),
        (r"\bcat\b", "cat\n", 3),
        (r"\Bcat\B", "cat scat scats", 13),
        (r"^\w+\b!", "a b!\nc!", 7),
        (r"x\b\B", "x y", None),
        (r"答案：.*。", "答案：\n答案：四。", 9),
        ("</answer>", "<answer>4</answers></answer>", 28),
    ],
)
def test_a_pattern_ends_where_it_is_first_complete(pattern: str, text: str, end: int | None) -> None:
    assert first_end(pattern, text) == first_end(pattern, *text) == end


@pytest.mark.parametrize(
    ("pattern", "chunks", "ends", "late"),
    [
        ("ab", ["a", "b"], [None, 1], 0),
        ("ab", ["a", "", "xab"], [None, None, 3], 0),
        ("a$", ["a", "b", "a", "\n"], [None, None, None, 0], 1),
        ("a$", ["xa\n"], [2], 1),
        (r"a\b", ["a", "-"], [None, 0], 1),
        (r"a(?:\b|\B)", ["a"], [1], 0),
    ],
)
def test_an_end_is_reported_as_soon_as_it_is_sure(
    pattern: str, chunks: list[str], ends: list[int | None], late: int
) -> None:
    run = Pattern(pattern).start()
    assert ([run.feed(chunk) for chunk in chunks], run.late) == (ends, late)


@pytest.mark.parametrize(
    ("pattern", "text", "complete"), [("a$", "a", True), ("a$", "ab", False), ("ab", "a", False), (r"a\b", "a", True)]
)
def test_the_end_of_the_stream_completes_what_waits_for_it(pattern: str, text: str, complete: bool) -> None:
    run = Pattern(pattern).start()
    assert run.feed(text) is None
    assert run.finish() is complete


def test_many_runs_of_one_pattern_do_not_meet() -> None:
    pattern = Pattern("ab")
    one, other = pattern.start(), pattern.start()
    assert pattern.source == "ab"
    assert [one.feed("a"), other.feed("b"), one.feed("b"), other.feed("ab")] == [None, None, 1, 2]


@pytest.mark.parametrize(
    ("pattern", "position", "kind"),
    [
        (r"(a)\1", 3, "unsupported"),
        ("(?P<x>a)(?P=x)", 8, "unsupported"),
        ("a(?=b)", 1, "unsupported"),
        ("a(?!b)", 1, "unsupported"),
        ("(?<=a)b", 0, "unsupported"),
        ("(?<!a)b", 0, "unsupported"),
        ("a(?>b)", 1, "unsupported"),
        ("(a)(?(1)b)", 3, "unsupported"),
        ("a(?#b)", 1, "unsupported"),
        ("(?x)a", 0, "unsupported"),
        ("(?ia)a", 0, "unsupported"),
        ("a(?i)b", 1, "unsupported"),
        ("(?i:a)", 0, "unsupported"),
        ("(?-i:a)", 0, "unsupported"),
        ("a++", 1, "unsupported"),
        ("a*+", 1, "unsupported"),
        ("a{2}+", 1, "unsupported"),
        (r"\Aa", 0, "unsupported"),
        (r"a\Z", 1, "unsupported"),
        (r"a\07", 1, "unsupported"),
        (r"[\1]", 1, "unsupported"),
        (r"\N{DIGIT ONE}", 0, "unsupported"),
        ("(?<x>a)", 0, "syntax"),
        ("(?P<1>a)", 0, "syntax"),
        ("a(b", 1, "syntax"),
        ("a(?", 1, "syntax"),
        ("ab)", 2, "syntax"),
        ("a|)", 2, "syntax"),
        ("a[b", 1, "syntax"),
        ("a[]", 1, "syntax"),
        ("a[b-", 1, "syntax"),
        ("x[b-a]", 2, "syntax"),
        (r"x[\d-z]", 2, "syntax"),
        (r"x[a-\d]", 2, "syntax"),
        ("*a", 0, "syntax"),
        ("a|+", 2, "syntax"),
        ("{2}", 0, "syntax"),
        ("a**", 2, "syntax"),
        ("a{2}{3}", 4, "syntax"),
        ("a^*", 2, "syntax"),
        ("a{3,2}", 1, "syntax"),
        (r"a\q", 1, "syntax"),
        ("a\\", 1, "syntax"),
        (r"[\B]", 1, "syntax"),
        (r"a\x4", 1, "syntax"),
        (r"a\u12g4", 1, "syntax"),
        (r"a\U00110000", 1, "syntax"),
        ("(a{1000}){1000}", 9, "too_large"),
        ("((((a{99}){99}){99}){99}){99}", 10, "too_large"),
        ("a{99999999999999999999}", 1, "too_large"),
        ("(){99999}", 2, "too_large"),
        ("(?:a{0,900}){2,}", 12, "too_large"),
        ("a" * (STATES + 1), 0, "too_large"),
        ("a" * (LENGTH + 1), LENGTH, "too_large"),
        ("(" * (DEPTH + 1), DEPTH, "too_large"),
        ("", 0, "matches_nothing"),
        ("(?i)", 0, "matches_nothing"),
        ("a*", 0, "matches_nothing"),
        ("a|", 0, "matches_nothing"),
        ("(a?){3}", 0, "matches_nothing"),
        ("^", 0, "matches_nothing"),
        (r"\b", 0, "matches_nothing"),
        (r"a*\B", 0, "matches_nothing"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_place(pattern: str, position: int, kind: str) -> None:
    refused = refusal(pattern)
    assert refused
    assert (refused.position, refused.kind) == (position, kind)
    assert str(refused) == f"at character {position + 1}: {refused.detail}"


@pytest.mark.parametrize(
    ("pattern", "quoted"),
    [("a(b", "`(`"), ("a)b", "`)`"), ("[b-a]x", "`b-a`"), ("[a", "`[`"), (r"\q", r"`\q`"), ("(?a", "`(?`")],
)
def test_a_refusal_quotes_what_is_wrong(pattern: str, quoted: str) -> None:
    refused = refusal(pattern)
    assert refused
    assert quoted in refused.detail


def test_the_largest_patterns_that_are_allowed_work() -> None:
    assert first_end(f"(?:abcd){{{STATES // 4}}}", "abcd" * STATES) == STATES
    assert first_end("(" * DEPTH + "a+" + ")" * DEPTH, "ba") == 2
    assert first_end("(a)" * (DEPTH + 1), "a" * 100) == DEPTH + 1


_ATOMS = ["a", "b", "1", "-", r"\n", " ", ".", "[ab]", "[^a]", r"[^\n-]", "[A-a]", r"\w", r"\W", r"\s", r"\d", r"\D"]
_EDGES = ["^", "$", r"\b", r"\B"]
_BOUNDS = ["*", "+", "?", "{2}", "{1,}", "{2,}", "{0,2}", "{,2}", "{1,3}", "{0}"]
patterns = st.recursive(
    st.sampled_from([*_ATOMS, *_EDGES]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"(?:{'|'.join(options)})"),
        st.builds("(?:{}){}{}".format, inner, st.sampled_from(_BOUNDS), st.sampled_from(["", "?"])),
    ),
    max_leaves=6,
)
texts = st.lists(st.text("abA1é- \n", max_size=3), min_size=1, max_size=4)
flags = st.sampled_from(["", "(?i)", "(?s)", "(?is)"])


@given(flags, patterns, texts)
@example("", r"(?:\b|a)+b", ["a", "b"])
@example("", r"(?:[^a])*1", ["\n", "b1"])
@example("", r"(?:^|\B)1$", ["a11", "\n"])
def test_any_cut_ends_where_re_ends_first(flag: str, pattern: str, chunks: list[str]) -> None:
    text = "".join(chunks)
    assume(text)  # Pythons differ on \B in the empty text
    meant = re.IGNORECASE * ("i" in flag) | re.DOTALL * ("s" in flag)
    refused = refusal(flag + pattern)
    if refused:
        assert refused.kind == "matches_nothing"
        assert 0 in (by_the_whole_text(pattern, meant, "a"), by_the_whole_text(pattern, meant, "-"))
    else:
        assert first_end(flag + pattern, *chunks) == by_the_whole_text(pattern, meant, text)


_PIECES = [*r"ab-^$\[](){},?*+|.1dwbi:=!#", "(?", "(?P<", "(?:", "{1", "{1}", "{2,1}", "[^", r"\x", r"\b", "\n"]


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_no_other_text_is_taken_for_a_pattern_than_by_re(source: str) -> None:
    refused = refusal(source)
    assert refused is None or 0 <= refused.position <= len(source)
    if refused is None or refused.kind in ("syntax", "matches_nothing"):
        assert known_to_re(source) is (refused is None or refused.kind == "matches_nothing")


def known_to_re(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # sets in sets, which `re` may know one day
        try:
            re.compile(source)
        except re.error:
            return False
    return True


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 5000 + "b"),
        ("(a|a)*b", "a" * 5000),
        ("(x+x+)+y", "x" * 5000),
        ("(a*)*b", "a" * 5000),
        ("(?:a?){30}a{30}b", "a" * 5000),
        (r"(?:\w+\s?)+!$", "word " * 1000),
        ("(.*)(.*)(.*)(.*)z", "a" * 5000),
    ],
)
def test_what_makes_a_backtracking_search_hang_takes_few_states(pattern: str, text: str) -> None:
    hard = Pattern(pattern)
    assert ended(hard, text[:10], text[10:]) is None
    assert len(states(hard)) < 40


def states(pattern: Pattern) -> list[State]:
    """Return all states that are alive, in every place that holds one."""
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, State) and one.states is pattern._states]


@pytest.mark.parametrize("pattern", ["(a|b)*a(a|b){12}!", "(?:b|a.{9}c)+!", r"(?:[ab]\B)*a\w{12}\b!"])
def test_the_states_of_a_pattern_are_bounded(pattern: str) -> None:
    many, text = Pattern(pattern), "".join(Random(1).choices("ab", k=1200))
    runs = [many.start() for _ in range(12)]
    for turn in range(12):
        for run in runs[turn:]:  # the others stand still, and hold what they know
            assert run.feed(text[turn * 100 : turn * 100 + 100]) is None
    assert len(states(many)) <= ROOM // STATE_ROOM + 3 + len(runs)
    assert sum(map(len, states(many))) <= ROOM
    assert runs[0].feed("a" + "b" * 12 + "!") == 14


def test_the_characters_that_are_remembered_are_bounded() -> None:
    pattern = Pattern("一.*二")
    text = "".join(map(chr, range(0x5000, 0x5000 + 10 * CHARACTERS)))
    run = pattern.start()
    assert run.feed("一" + text) is None
    assert len(pattern._marks) <= CHARACTERS
    assert run.feed(text + "二") == len(text) + 1


@pytest.mark.parametrize("pattern", ["</answer>", r"^stop$|\bSTOP\b", "(?i)x[^z]*z", "[^<]*<end>", "^(?:A|B):"])
def test_text_in_which_nothing_begins_is_skipped(pattern: str) -> None:
    skipping = Pattern(pattern)
    assert ended(skipping, "-", *["a long story, without an end. "] * 1000) is None
    assert len(skipping._marks) <= 1
