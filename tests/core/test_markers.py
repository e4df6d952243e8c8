"""A marker counts where the model meant it: not in code, not in quotation marks, not where the text talks about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import (
    AnswerDelta,
    CutBack,
    Delta,
    Markers,
    PhaseChanged,
    Policy,
    ThoughtDelta,
    Turn,
    Usage,
    stop,
)
from termination.condition import Condition
from termination.splitting.markers import next_on_line
from tests.core.cuts import OPENED, THINK, cut

FULL, NO_THINK = Policy(THINK), Policy(THINK, thinks=False)
ONLY = Policy(THINK, thought_only=True)
Fed = list[tuple[str, str]]


def play(policy: Policy, fed: Fed, finish: str = "stop") -> Turn:
    turn = Turn(policy, 0.0)
    for reasoning, content in fed:
        turn.feed(Delta(reasoning, content), 0.0)
    turn.feed(Delta(finish_reason=finish), 0.0)
    return turn


def read(policy: Policy, text: str, finish: str = "stop") -> tuple[str, str]:
    whole, single = (play(policy, [("", part) for part in parts], finish) for parts in ([text], list(text)))
    assert (whole.thought, whole.answer) == (single.thought, single.answer)
    return whole.thought, whole.answer


# --- In a thought


@pytest.mark.parametrize(
    "thought",
    [
        "A `</think>` tag.",
        "A ``</think>`` tag.",
        "A `tag </think> or so` here",
        'A "</think>" tag',
        "A '</think>' tag, that's it",
        "A “</think>” tag",
        "A ‘</think>’ tag",
        "一个「</think>」标签",
        '一个"</think>"标签',
        "一个'</think>'标签",
        "A <code></think></code> tag",
        "So:\r\n\r\n    </think>\r\n\r\nand on",
        "Une « </think> » balise",
        'It says "use </think> here" to me',
        "It says 'use </think> here' to me",
        "~~~\n<think>\nx\n</think>\n~~~\nSo.",
        "```\n</think>\n```\nSo.",
        "```\nx</think>\n```\nSo.",
        "```\n<think>x</think>\n```\nSo.",
        "So:\n\n    </think>\n\nand on",
        "- so:\n  ```\n  </think>\n  ```\n- on",
        # Nested
        "So <think>in</think> on",
        "So\n<think>\nin\n</think>\non",
        "So\n<think>\nin\n<think> More\nin\n</think>\nin\n</think>\non",
        "So. <think>\nin</think> on",
        "So <think>...</think> on",
        # Named in passing
        "So <think> it is",
        "So a<think>b",
        "So <think>, it is",
        "So <think>\nit is",
        "So\n<think> is a tag",
        "So `<think>` it is",
        "我说<think>标签",
        'It is 5" wide',
    ],
)
@pytest.mark.parametrize("end", ["\n</think>\n\n", "</think>"])
def test_the_outer_end_of_a_thought_is_its_end(thought: str, end: str) -> None:
    assert read(FULL, f"<think>\n{thought}{end}A.") == (thought, "A.")


def test_a_closing_marker_after_a_space_at_the_end_of_a_line_waits_for_what_follows() -> None:
    assert read(FULL, "It is so. </think>\n\nA.") == ("It is so.", "A.")
    assert read(FULL, "It is so. </think>\n\n") == ("", "It is so. </think>\n\n")


@pytest.mark.parametrize(
    ("thought", "answer"),
    [
        ("So:\n```python\nx = 1", "A."),
        ("So:\n```python\nx = 1", "A:\n```\ny\n```\nB."),
        ("So:\n```python\nx = 1", "A:\n```python\ny\n```\nB."),
        ("So:\n```\n<think>\nx\n</think>\ny", "A."),
        ("So:\n```\n<think>\nx", "A."),
        ("So <think>it is", "A."),
        ("So\n<think>\nit is", "A."),
    ],
)
def test_a_thought_that_never_ends_otherwise_ends_at_a_doubtful_marker(thought: str, answer: str) -> None:
    assert read(FULL, f"<think>\n{thought}\n</think>\n\n{answer}") == (thought, answer)
    assert read(ONLY, f"<think>\n{thought}\n</think>\n\n{answer}") == (thought, "")


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ('So "it is.</think>A \'b" c', 'So "it is.'),
        ("So ` it is.</think>A `b` c", "So ` it is."),
    ],
)
def test_a_quotation_or_span_that_was_none_does_not_keep_the_answer(text: str, thought: str) -> None:
    assert read(FULL, f"<think>{text}") == (thought, text.partition("</think>")[2])


def test_an_opening_marker_waits_for_what_follows_its_space() -> None:
    assert play(FULL, [("", "<think>So.\n<think> "), ("", "in</think> on</think>A.")]).answer == " on</think>A."
    assert play(FULL, [("", "<think>So.\n<think> "), ("", "\nin</think> on</think>A.")]).answer == "A."


def test_a_marker_between_quotation_marks_is_never_the_end() -> None:
    assert read(FULL, '<think>So "</think>" is') == ('So "</think>" is', "")
    assert read(FULL, "<think>So `</think>` is") == ("So `</think>` is", "")


def test_a_thought_that_was_cut_ends_only_in_a_fence_that_is_open() -> None:
    assert read(FULL, "<think>So:\n```\nx\n</think>\n\nA.", "length") == ("So:\n```\nx", "A.")
    assert read(FULL, "<think>So\n<think>\nx\n</think>\n\nA.", "length")[1] == ""
    assert read(FULL, "<think>So:\n```\nx\n</think>\n", "length") == ("So:\n```\nx", "")


def test_what_was_shown_of_such_an_answer_is_taken_back() -> None:
    turn = Turn(FULL, 0.0)
    events = turn.feed(Delta(content="<think>```\nx\n</think>\n\nA."), 0.0)
    events += turn.feed(Delta(finish_reason="stop"), 0.0)[:-1]
    assert events == [
        PhaseChanged("thought"),
        ThoughtDelta("```\nx"),
        ThoughtDelta("\n</think>"),
        ThoughtDelta("\n\nA."),
        CutBack("thought", 5),
        PhaseChanged("answer"),
        AnswerDelta("A."),
    ]


# --- A thought that nothing has opened


@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        ("So.\n</think>\nA.", "So.", "A."),
        ("So.\n\nOn.\n\n </think> \n\nA.", "So.\n\nOn.", "A."),
        ("\n So.\n```\nx\n```\n</think>\n\nA.", "So.\n```\nx\n```", "A."),
        ("So.</think>A.", "So.", "A."),
        ("So.</think> Yes.", "So.", "Yes."),
        ("So. </think>\n\nA.", "So.", "A."),
        ("So.\n</think>A.", "So.", "A."),
        ("So.\n</think> Yes and no.", "So.", "Yes and no."),
        ("好的。</think>是的。", "好的。", "是的。"),
        ('"So."</think>\nA.', '"So."', "A."),
        ("So it is</think>\n\nA.", "So it is", "A."),
        ("So 4</think>Yes.", "So 4", "Yes."),
        ("Use `</think>` so.\n</think>\nA.", "Use `</think>` so.", "A."),
    ],
)
def test_what_precedes_a_lone_closing_marker_is_a_thought(text: str, thought: str, answer: str) -> None:
    assert read(FULL, text) == (thought, answer)
    assert read(NO_THINK, text) == ("", text.lstrip("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "The tag </think> ends it, <think> begins it.",
        "It ends with </think>\nand more",
        "结束：</think>\n还有",
        "好的</think>\n还有",
        "好的</think>是的",
        "Use `</think>` here.",
        'Use "the </think> tag" here.',
        'Use "x</think>" here.',
        "(So.</think>) A.",
        "So.</think> is a tag",
        "So.\n</think> is a tag",
        "So.\n</think>, a tag",
        "So.\n```\n</think>\n```\nA.",
        "So.</think>",
        "So a</think>",
        "So. </think> Yes.",
    ],
)
def test_a_closing_marker_that_an_answer_talks_about_is_text(text: str) -> None:
    assert read(FULL, text) == ("", text)


def test_a_closing_marker_with_nothing_after_it_is_dropped() -> None:
    assert read(FULL, "So.\n</think>\n") == ("", "So.\n")


@pytest.mark.parametrize(
    ("fed", "thought", "answer"),
    [
        ([("So", ""), ("", " it is.</think>\n\nA.")], "So it is.", "A."),
        ([("So", ""), ("", " it is</think>\n\nA.")], "So it is", "A."),
        ([("So.\n\n", ""), ("", "More.\n</think>\nA.")], "So.\n\nMore.", "A."),
        ([("好", ""), ("", "的</think>是的。")], "好的", "是的。"),
        ([("So.", ""), ("", "\n</think>\n\nA.")], "So.", "A."),
        ([("So.", ""), ("", "The tag </think> ends it.")], "So.", "The tag </think> ends it."),
        ([("a", "A."), ("b", "c.</think>C.")], "a\n\nbc.", "A.\n\nC."),
    ],
)
def test_the_tail_of_a_thought_that_comes_as_content_belongs_to_it(fed: Fed, thought: str, answer: str) -> None:
    turn = play(FULL, fed)
    assert (turn.thought, turn.answer) == (thought, answer)


def test_what_was_shown_of_such_a_thought_is_taken_back() -> None:
    turn = Turn(FULL, 0.0)
    events = turn.feed(Delta(content="So.\n"), 0.0) + turn.feed(Delta(content="</think>\n\nA."), 0.0)
    assert events == [
        PhaseChanged("answer"),
        AnswerDelta("So.\n"),
        CutBack("answer", 0),
        PhaseChanged("thought"),
        ThoughtDelta("So."),
        PhaseChanged("answer"),
        AnswerDelta("A."),
    ]


def test_the_figures_of_such_a_thought_are_those_of_a_thought() -> None:
    turn = Turn(FULL, 0.0)
    turn.feed(Delta(content="x" * 40, usage=Usage(10)), 1.0)
    turn.feed(Delta(content="\n</think>\n\nA", usage=Usage(12)), 3.0)
    turn.feed(Delta(content=".", usage=Usage(14)), 4.0)
    turn.feed(Delta(finish_reason="stop", usage=Usage(14)), 5.0)
    assert turn.ending
    tokens = turn.ending.tokens
    assert (tokens.thought + tokens.answer, tokens.exact) == (14, True)
    assert tokens.thought >= 10
    assert turn.ending.seconds.thought == 2.0


@pytest.mark.parametrize(
    ("end", "text"), [(stop("END"), "So END\n</think>\nA."), (stop("EN", "END\n\n"), "So END\n</think>\nA.")]
)
def test_a_condition_of_the_answer_may_end_the_turn_before(end: Condition, text: str) -> None:
    turn = play(Policy(THINK, end=end), [("", text)])
    assert (turn.thought, turn.answer) == ("", "So ")


def test_a_stop_text_that_was_held_back_ends_the_turn_at_the_marker() -> None:
    end = stop("So.\n", "So.\n\n!")
    assert play(Policy(THINK, end=end), [("", "So.\n</think>\nA.")]).answer == ""
    end = stop("A.", "A.!", "x\n</think>\n\nA.!").during("thought")
    turn = play(Policy(THINK, end=end), [("", "<think>```\nx\n</think>\n\nA.")])
    assert (turn.thought, turn.answer) == ("```\nx\n</think>\n\n", "")


# --- The answer


@pytest.mark.parametrize(
    "text", ["</think> is a tag", "</think>, it is", "</think>是标签", "<think> is a tag", "<think>表示开始"]
)
def test_an_answer_may_begin_with_a_marker_that_it_talks_about(text: str) -> None:
    assert read(FULL, f"<think>T</think>\n\n{text}") == ("T", text)
    assert read(NO_THINK, text) == ("", text)


@pytest.mark.parametrize(
    "text",
    [
        "<think> opens it, </think> ends it.",
        "<think> is the tag.",
        "<think> and </think>",
        "</think> is it",
        "</think> (it ends one)",
    ],
)
def test_a_reply_may_begin_so_too(text: str) -> None:
    assert read(FULL, text) == ("", text)


@pytest.mark.parametrize(
    "text", ["<think> okay, so</think>A.", "<think> is this it</think>A.", "</think>A.", "</think> Yes."]
)
def test_other_markers_at_the_beginning_of_a_reply_are_markers(text: str) -> None:
    thought, _, answer = text.partition("</think>")
    assert read(FULL, text) == (thought.removeprefix("<think>").strip(), answer)


def test_a_template_that_opens_the_thought_leaves_its_end_a_marker() -> None:
    policy = Policy(OPENED)
    assert read(policy, "</think> is it") == ("", " is it")
    assert read(policy, "<think> is the tag</think>A") == ("is the tag", "A")


def test_without_a_thought_an_empty_pair_before_the_first_word_is_dropped() -> None:
    assert read(NO_THINK, "<think>\n\n</think>\n\nA.") == ("", "A.")
    assert read(NO_THINK, "A:\n<think>\nx\n</think>\nB.") == ("", "A:\n<think>\nx\n</think>\nB.")


def test_a_thought_may_follow_the_first_sentence() -> None:
    assert read(FULL, "Of course! <think>\nT\n</think>\n\nA.") == ("T", "Of course! \n\nA.")
    assert read(FULL, "It is. <think> B")[0] == ""


@pytest.mark.parametrize(
    "head",
    [
        "<|im_start|>assistant\n",
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
        "<start_of_turn>model\n",
        "<|assistant|>\n",
    ],
)
def test_the_header_of_a_chat_template_is_dropped_before_the_first_word(head: str) -> None:
    assert read(FULL, f"{head}A.") == ("", "A.")
    assert read(FULL, f"{head}<think>T</think>A.") == ("T", "A.")
    assert read(FULL, f"{head[:-4]} is it") == ("", f"{head[:-4]} is it")


def test_the_next_character_of_a_line_may_be_unknown() -> None:
    assert [next_on_line(rest, over=False) for rest in (" a", " \n", " ")] == ["a", "\n", None]
    assert next_on_line(" ", over=True) == "\n"


PARTS = [
    "So",
    " ",
    "\n",
    "\n\n",
    ". ",
    "`",
    '"',
    "```\n",
    "<think>",
    "</think>",
    "\n</think>\n",
    "A",
    "是",
    "    ",
    "- ",
    "’",
    "“",
    "'",
]


@given(
    st.lists(st.sampled_from(PARTS), max_size=12).map("".join),
    st.sampled_from([FULL, NO_THINK, ONLY, Policy(OPENED)]),
    st.data(),
)
def test_however_a_reply_is_cut_its_markers_mean_the_same(text: str, policy: Policy, data: st.DataObject) -> None:
    cuts = play(policy, [("", part) for part in data.draw(cut(text))])
    assert (cuts.thought, cuts.answer) == read(policy, text)


# --- Hostile text

FLOODS = [
    " <|x|> a",
    "`<|x|>",
    "\n",
    " ",
    "`",
    "</think> ",
    "<think>x",
    '"</think>',
    "\n</think>\nA",
    "> ",
    "- ",
    "```\n",
    "'",
    "\n    <think>",
]


@pytest.mark.parametrize("unit", FLOODS)
@pytest.mark.parametrize("head", ["<think>", "A. "])
def test_little_of_a_flood_is_decided_again(unit: str, head: str) -> None:
    """Hold back less than a fixed number of characters, not counting white space, which is not looked at again."""
    turn = Turn(Policy(Markers("<think>", "</think>"), ("<|x|>",), ("<|x|>",)), 0.0)
    turn.feed(Delta(content=head), 0.0)
    for _ in range(3_000):
        turn.feed(Delta(content=unit), 0.0)
        assert turn.ending is None
        held = turn._text.splitter.undecided
        assert not held.strip() or len(held.strip()) < 700
