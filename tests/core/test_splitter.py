"""The splitter separates thought and answer, however the text is cut, and loses and leaks nothing."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from termination import Markers
from termination.splitting.pieces import BREAK, Moved, Piece
from termination.splitting.splitter import Splitter
from tests.core.cuts import (
    BRACKETS,
    CHANNELS,
    KIMI,
    MARKERS,
    OPENED,
    SPECIAL,
    THINK,
    TOKENS,
    Run,
    chunks,
    cut,
    plain,
    runs,
    tricky,
)
from tests.core.streams import OFTEN

SEED = Markers(("<seed:think>",), ("</seed:think>",))


def joined(pieces: list[Piece]) -> Run:
    texts, start = {"thought": "", "answer": ""}, 0
    for piece in pieces:
        if isinstance(piece, Moved):
            moved = texts["answer"][start:]
            texts["answer"] = texts["answer"][:start]
            texts["thought"] += piece.space + moved.removeprefix(BREAK).rstrip() if texts["thought"] else moved.strip()
            continue
        phase, text = piece
        if (phase, text) == ("answer", ""):
            start = len(texts["answer"])
        texts[phase] += text
    return texts["thought"], texts["answer"]


def split(
    markers: Markers | None, fed: list[Run], special: tuple[str, ...] = (), last_words: tuple[str, ...] = ()
) -> tuple[str, str, str, bool]:
    splitter = Splitter(markers, special, last_words)
    pieces = [piece for reasoning, content in fed for piece in splitter.feed(reasoning, content)] + splitter.finish()
    return *joined(pieces), splitter.phase, splitter.closed


def content(*texts: str) -> list[Run]:
    return [("", text) for text in texts]


def field(*texts: str) -> list[Run]:
    return [(text, "") for text in texts]


@pytest.mark.parametrize(
    ("markers", "fed", "expected"),
    [
        # In the content, with markers
        (THINK, content("<think>\nT\n</think>\n\nA"), ("T", "A", "answer", True)),
        (THINK, content("<thi", "nk>", "T</th", "ink>A"), ("T", "A", "answer", True)),
        (THINK, content("\n <think>T"), ("T", "", "thought", False)),
        (THINK, content("<think></think>A"), ("", "A", "answer", True)),
        (THINK, content("<think>\n\n</think>\n\nA"), ("", "A", "answer", True)),
        (THINK, content("</think>A"), ("", "A", "answer", True)),
        (THINK, content("<think>a</thin b</think>A"), ("a</thin b", "A", "answer", True)),
        (THINK, content("<think>a<</think>A"), ("a<", "A", "answer", True)),
        (THINK, content("<think>T</thi"), ("T</thi", "", "thought", False)),
        (THINK, content("<think>I write <think> again</think>A"), ("I write <think> again", "A", "answer", True)),
        (THINK, content("<thi"), ("", "<thi", "answer", False)),
        (OPENED, content("T\n</think>\n\nA"), ("T", "A", "answer", True)),
        (OPENED, content("<think>T</think>A"), ("T", "A", "answer", True)),
        (OPENED, content("<thi"), ("<thi", "", "thought", False)),
        (OPENED, content("all of it"), ("all of it", "", "thought", False)),
        # The profile's own markers
        (BRACKETS, content("[THINK]T[/THINK]A"), ("T", "A", "answer", True)),
        (SEED, content("<seed:think>T</seed:think>A <think>"), ("T", "A <think>", "answer", True)),
        (KIMI, content("◁think▷T◁/think▷A"), ("T", "A", "answer", True)),
        (
            CHANNELS,
            content("<|channel|>analysis<|message|>T<|end|><|start|>assistant<|channel|>final<|message|>A"),
            ("T", "A", "answer", True),
        ),
        (CHANNELS, content("<|channel|>analysis<|message|>T<|end|>A"), ("T", "A", "answer", True)),
        (
            CHANNELS,
            content("<|start|>assistant<|channel|>analysis<|message|>T<|end|><|start|>no"),
            ("T", "<|start|>no", "answer", True),
        ),
        # Text that looks like a marker
        (THINK, content("A, not <think>T</think>"), ("", "A, not <think>T</think>", "answer", False)),
        (THINK, content("<think>T</think>A <think>B</think>"), ("T", "A <think>B</think>", "answer", True)),
        (
            THINK,
            content("A\n```\n<think>\nB\n</think>\n```\n"),
            ("", "A\n```\n<think>\nB\n</think>\n```\n", "answer", False),
        ),
        (THINK, content("A\n~~~~\n```\n<think>\n~~~~\n"), ("", "A\n~~~~\n```\n<think>\n~~~~\n", "answer", False)),
        (THINK, content("A\n<think> opens it"), ("", "A\n<think> opens it", "answer", False)),
        (THINK, content("A `\n<think>` is"), ("", "A `\n<think>` is", "answer", False)),
        (None, content("<think>T</think>A"), ("", "<think>T</think>A", "answer", False)),
        # Several thoughts
        (THINK, content("<think>T</think><think>U</think>A"), ("T\n\nU", "A", "answer", True)),
        (THINK, content("<think>T</think>\n  <think>U</think>A"), ("T\n\nU", "A", "answer", True)),
        (THINK, content("<think>T</think>A\n<think>\nU\n</think>\nB"), ("T\n\nU", "A\n\n\nB", "answer", True)),
        (THINK, content("A\n<think>\nU"), ("U", "A\n", "thought", False)),
        (THINK, content("A\n  <think>  \nU"), ("U", "A\n  ", "thought", False)),
        (THINK, content("A\n<think>"), ("", "A\n", "thought", False)),
        # A closing marker that is not needed
        (THINK, content("<think>T</think></think>A"), ("T", "A", "answer", True)),
        (THINK, content("<think>T</think>A\n</think>\nB"), ("T", "A\nB", "answer", True)),
        (THINK, content("<think>T</think>A\n  </think> \nB"), ("T", "A\n  \nB", "answer", True)),
        (THINK, content("<think>T</think>A\n</think>"), ("T", "A\n", "answer", True)),
        (THINK, content("A </think> B"), ("", "A </think> B", "answer", False)),
        # White space
        (None, content("\n\n  A\n"), ("", "  A\n", "answer", False)),
        (None, content("\n \n\n"), ("", "", "waiting", False)),
        (THINK, content("  \n "), ("", "", "waiting", False)),
        (THINK, content(), ("", "", "waiting", False)),
        # In the fields of a reasoning parser
        (THINK, [("T\n", ""), ("", "\n\nA")], ("T", "A", "answer", True)),
        (THINK, [("T", "A")], ("T", "A", "answer", True)),
        (None, [("T", "A")], ("T", "A", "answer", True)),
        (None, field("\nT\n"), ("T", "", "thought", False)),
        (THINK, [("", "\n"), ("T", ""), ("", "A")], ("T", "A", "answer", True)),
        (THINK, [("", "<"), ("T", ""), ("", "A")], ("<T", "A", "answer", True)),
        (THINK, [("T\n    ", ""), ("", "A")], ("T", "A", "answer", True)),
        (THINK, [("T\n    ", ""), ("", "\n    A")], ("T", "    A", "answer", True)),
        (THINK, [("", "<think>a"), ("b", ""), ("", "A")], ("ab", "A", "answer", True)),
        (THINK, [("a", "A"), ("b", "B")], ("a\n\nb", "A\n\nB", "answer", True)),
        # Markers that a reasoning parser lets through
        (THINK, field("T </think> is text in the field"), ("T </think> is text in the field", "", "thought", False)),
        (THINK, field("T\n</think>\n"), ("T", "", "thought", False)),
        (THINK, field("T\n</think>", "\n", "U"), ("T\n</think>\nU", "", "thought", False)),
        (THINK, [("T</think>", "A")], ("T", "A", "answer", True)),
        (THINK, field("\n<th", "ink>T"), ("T", "", "thought", False)),
        (THINK, field("<th", "e"), ("<the", "", "thought", False)),
        (THINK, field("<think>"), ("", "", "thought", False)),
        (THINK, [("T", ""), ("", "2. That is 4.\n</think>\n\n2")], ("T2. That is 4.", "2", "answer", True)),
        (THINK, [("T", ""), ("", "A\n<think>\nU\n</think>\nB")], ("T\n\nU", "A\n\n\nB", "answer", True)),
    ],
)
def test_the_text_is_split_as_the_model_meant_it(
    markers: Markers | None, fed: list[Run], expected: tuple[str, str, str, bool]
) -> None:
    assert split(markers, fed) == expected


@pytest.mark.parametrize(
    ("fed", "thought", "answer"),
    [
        (content("Yes.</s>"), "", "Yes."),  # Mistral on LoRAX: the last text of the stream
        (content("Yes.", "</", "s", ">"), "", "Yes."),
        (content("Yes. </s>\n"), "", "Yes. \n"),
        (content("</s>Yes."), "", "Yes."),
        (content("<|im_end|>\n<think>T</think>Yes."), "T", "Yes."),
        (content("<think>T<|im_end|></think>Yes.<|im_end|>"), "T", "Yes."),
        (content("<think>T <|im_end|> U"), "T  U", ""),
        (field("T<|im_", "end|>"), "T", ""),
        (field("`<|im_end|>` ends it"), "`<|im_end|>` ends it", ""),
        (content("`<|im_end|>` ends it"), "", "`<|im_end|>` ends it"),
        (content("``a ` <|im_end|>`` b"), "", "``a ` <|im_end|>`` b"),
        (content("`a` <|im_end|> `b`"), "", "`a`  `b`"),
        (content("```\n<|im_end|>\n```\n"), "", "```\n<|im_end|>\n```\n"),
        (content("```\nx\n```</s>"), "", "```\nx\n```"),
        (content("```\nx</s>"), "", "```\nx"),
        (content("```\nx</", "s>"), "", "```\nx"),
        (content("`x</s>y"), "", "`xy"),
        (content("`x</s>`y"), "", "`x</s>`y"),
        (content("2 </ 3 <"), "", "2 </ 3 <"),
        (content("a</s", "></s></s>b"), "", "ab"),
    ],
)
def test_a_special_token_is_dropped_where_it_is_no_text(fed: list[Run], thought: str, answer: str) -> None:
    assert split(THINK, fed, SPECIAL)[:2] == (thought, answer)
    single = [(reasoning, "") for each, _ in fed for reasoning in each] + content(*(c for _, text in fed for c in text))
    assert split(THINK, single, SPECIAL)[:2] == (thought, answer)


@pytest.mark.parametrize(
    ("fed", "answer", "overrun"),
    [
        (content("Yes.<|im_end|>"), "Yes.", ""),
        (content("Yes.<|im_end|>\n \n"), "Yes.", ""),
        (content("Yes.<|im_end|>", "<|end_of_text|>", "</s>"), "Yes.", ""),
        (content("Yes.<|im_end|>\n<|im_"), "Yes.", ""),  # cut off: unknown what it would have been
        (content("Yes.<|im_end|>\nuser\nNo?"), "Yes.", "<|im_end|>"),
        (content("Yes.<|im_end|><|end_of_text|>user"), "Yes.", "<|im_end|>"),
        (content("Yes.<|im_end|><think>No"), "Yes.", "<|im_end|>"),
        (content("Yes.</s>No."), "Yes.No.", ""),  # a special token, but no last word of this mode
        (content("```\nx\n```<|im_end|>\ny"), "```\nx\n```", "<|im_end|>"),
        (content("`<|im_end|>` ends a turn"), "`<|im_end|>` ends a turn", ""),
        (content("The <|im_end|> ends a turn"), "The <|im_end|> ends a turn", ""),
        (content('It is "<|im_end|>".'), 'It is "<|im_end|>".', ""),
        (content("Yes. <|im_end|>"), "Yes. ", ""),
        (content("Yes. <|im_end|>\nuser"), "Yes. ", "<|im_end|>"),
        (content("Yes.\n<|im_end|> user"), "Yes.\n<|im_end|> user", ""),
        (content("Yes.\n<|im_end|> user\n"), "Yes.\n", "<|im_end|>"),
        (content("x" * 5000 + "<|im_end|>user"), "x" * 5000, "<|im_end|>"),
        (content("x" * 5000 + " <|im_end|> user"), "x" * 5000 + " <|im_end|> user", ""),
        ([("T<|im_end|>", ""), ("U", "")], "", "<|im_end|>"),
        ([("T<|im_end|>", ""), ("", "Yes.")], "", "<|im_end|>"),
        ([("T<|im_end|>", "Yes.")], "", "<|im_end|>"),
    ],
)
def test_nothing_follows_the_last_word(fed: list[Run], answer: str, overrun: str) -> None:
    single = [(reasoning, "") for each, _ in fed for reasoning in each] + content(*(c for _, text in fed for c in text))
    for each in (fed, single):
        splitter = Splitter(THINK, SPECIAL, ("<|im_end|>",))
        pieces = [piece for reasoning, text in each for piece in splitter.feed(reasoning, text)] + splitter.finish()
        assert (joined(pieces)[1], splitter.overrun) == (answer, overrun)


def test_a_thought_after_the_last_word_is_not_shown() -> None:
    splitter = Splitter(THINK, SPECIAL, ("<|im_end|>",))
    assert joined(splitter.feed("", "Yes.<|im_end|></s>")) == ("", "Yes.")
    assert (splitter.feed("T", ""), splitter.overrun) == ([], "<|im_end|>")


def test_a_marker_within_the_answer_reopens_the_thought() -> None:
    splitter = Splitter(THINK)
    splitter.feed("", "<think>T</think>")
    assert (splitter.closed, splitter.reopened) == (True, False)
    splitter.feed("", "A\n<think>\nU")
    assert (splitter.closed, splitter.reopened) == (False, True)
    splitter.feed("", "</think>B")
    assert (splitter.closed, splitter.reopened) == (True, False)


def by_the_whole_text(markers: Markers | None, content: str) -> Run:
    """Read a whole content at once, without a reasoning field, several thoughts or lone markers."""
    begun = content.lstrip()
    answer = content.lstrip("\r\n") if begun else ""
    if markers is None or not begun:
        return "", answer
    opening = next((each for each in markers.open if begun.startswith(each)), "")
    if not (markers.opened or opening or begun.startswith(markers.close)):
        return "", answer
    places = [(begun.find(each), -len(each), each) for each in markers.close if each in begun]
    start, _, close = min(places, default=(len(begun), 0, ""))
    answer = begun[start + len(close) :]
    return begun[len(opening) : start].strip(), answer.lstrip("\r\n") if answer.strip() else ""


MEANT = ["`", "~", '"', "'", "“", "<pre", "is ", "是", "    ", "\t", "<|", "analysis", "final", "I do."]


def once(markers: Markers | None, text: str) -> bool:
    """True if the text has no marker that could mean a second thought or a leak."""
    if markers is None:
        return True
    rest = text.lstrip().removeprefix(markers.open[0])
    return not any(each in rest for each in markers.open) and sum(map(rest.count, markers.close)) <= 1


@given(MARKERS, st.data(), tricky)
def test_any_cut_of_the_content_reads_as_the_whole(markers: Markers | None, data: st.DataObject, text: str) -> None:
    assume(markers is not CHANNELS and once(markers, text))
    assume(not any(each in text for each in MEANT))
    thought, answer = by_the_whole_text(markers, text)
    assume(markers is None or not any(each in answer for each in markers.close))
    assert split(markers, content(*data.draw(cut(text))))[:2] == (thought, answer)


@OFTEN
@given(MARKERS, TOKENS, st.data(), runs)
def test_any_cut_of_both_fields_gives_the_same(
    markers: Markers | None, special: tuple[str, ...], data: st.DataObject, stretches: list[Run]
) -> None:
    whole = [(text, "") if name == "reasoning" else ("", text) for name, text in stretches]
    last_words = special[: data.draw(st.integers(0, len(special)))]
    recut = data.draw(chunks(stretches))
    assert split(markers, recut, special, last_words) == split(markers, whole, special, last_words)


@given(MARKERS, st.data(), runs)
def test_what_is_no_marker_is_never_lost(markers: Markers | None, data: st.DataObject, stretches: list[Run]) -> None:
    came = "".join(text for _, text in stretches)
    assume(markers is None or not any(each in came for each in (*markers.open, *markers.close)))
    assume(markers is not CHANNELS and "<|im_start|>assistant" not in came)  # their headers are never shown
    thought, answer, *_ = split(markers, data.draw(chunks(stretches)))
    assert Counter("".join((thought + answer).split())) == Counter("".join(came.split()))


@given(st.sampled_from([THINK, OPENED, BRACKETS]), st.data(), plain, plain)
def test_no_part_of_a_marker_shows(markers: Markers, data: st.DataObject, thought: str, answer: str) -> None:
    opening = "" if markers.opened else markers.open[0]
    text = f"{opening}\n{thought}\n{markers.close[0]}\n\n{answer}"
    splitter = Splitter(markers)
    pieces = [piece for chunk in data.draw(cut(text)) for piece in splitter.feed("", chunk)] + splitter.finish()
    assert not [piece for _, piece in pieces if "<" in piece or "[" in piece]
    assert joined(pieces) == (thought.strip(), answer.lstrip("\r\n") if answer.strip() else "")


@given(MARKERS, TOKENS, st.data(), runs)
def test_text_that_was_returned_is_never_withdrawn_unless_it_was_a_thought(
    markers: Markers | None, special: tuple[str, ...], data: st.DataObject, stretches: list[Run]
) -> None:
    fed = data.draw(chunks(stretches))
    splitter = Splitter(markers, special)
    given: list[Piece] = []
    for number, (reasoning, text) in enumerate(fed):
        given += splitter.feed(reasoning, text)
        whole = Splitter(markers, special)
        so_far = [piece for chunk in fed[: number + 1] for piece in whole.feed(*chunk)] + whole.finish()
        if not any(isinstance(piece, Moved) for piece in so_far):
            assert all(text.startswith(shown) for text, shown in zip(joined(so_far), joined(given), strict=True))


@given(MARKERS, TOKENS, st.data(), runs)
def test_the_short_way_for_plain_text_gives_the_same(
    markers: Markers | None, special: tuple[str, ...], data: st.DataObject, stretches: list[Run]
) -> None:
    short, long = Splitter(markers, special, special[:1]), Splitter(markers, special, special[:1])
    for reasoning, text in data.draw(chunks(stretches)):
        shown, pieces = short.feed_plain(reasoning, text), long.feed(reasoning, text)
        if shown is None:
            assert short.feed(reasoning, text) == pieces
        else:
            assert [shown] * bool(shown) == [piece for _, piece in pieces]
    assert short.finish() == long.finish()


def test_an_ordinary_word_is_shown_at_once() -> None:
    splitter = Splitter(THINK)
    assert splitter.feed("", "<think>\nLet") == [("thought", ""), ("thought", "Let")]
    assert splitter.feed("", " me") == [("thought", " me")]
    assert splitter.feed("", " </b> </") == [("thought", " </b>")]
    assert splitter.feed("", "i>") == [("thought", " </i>")]
    assert splitter.feed("", "</think>Yes") == [("answer", ""), ("answer", "Yes")]
    assert splitter.feed("", " </b> ") == [("answer", " </b> ")]
    assert splitter.feed("", "</") == []
    assert splitter.feed("", "p>") == [("answer", "</p>")]


def test_a_text_of_nothing_but_markers_is_read_in_one_go() -> None:
    assert split(THINK, content("<think>" + "</s>" * 5000 + "</think>" * 5000 + "A"), SPECIAL)[:2] == ("", "A")


@pytest.mark.parametrize(("markers", "fields"), [(THINK, field), (THINK, content), (None, content)])
def test_white_space_waits_for_a_word_however_much_of_it_comes(
    markers: Markers | None, fields: Callable[..., list[Run]]
) -> None:
    splitter = Splitter(markers)
    blanks = [" ", "\n", "\t \n"] * 400
    assert joined([piece for fed in fields(*blanks) for piece in splitter.feed(*fed)]) == ("", "")
    thought, answer = joined([piece for fed in fields("word") for piece in splitter.feed(*fed)])
    assert thought in ("", "word")
    assert answer in ("", "".join(blanks) + "word")
    assert thought or answer
