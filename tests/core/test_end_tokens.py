"""What follows an end token decides whether it is text or the end, in the answer as in the thought."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import Delta, Policy, Turn
from termination.splitting.splitter import Splitter
from tests.core.cuts import THINK, cut
from tests.core.test_splitter import joined

END, OTHER = "<|eot|>", "<|im_end|>"
TOKENS = (END, OTHER)
POLICY = Policy(THINK, TOKENS, TOKENS)

TEXT = [
    # In code, with more after it
    f"`{END}` is one",
    f"```\nhi{END}\n```\n",
    f"Like this:\n\n    hi{END}\n    bye\n\nSo.",
    # The line continues
    f"符号{END}说明回合结束",
    f"符号：{END}，就是它",
    f"|{END}| stops |",
    f"*{END}* stops it.",
    f"token={END} there",
    f"{END} stops it.",
    f"Hello{END} and more",
    f"1{END}二",
    f"二{END}1",
    f"We have {END} and {END} and {OTHER}, no more",
    f"So {END} <b>is</b> one",
    f"So {END} **is** one",
    f"So {END} users like it",
    f"So {END} aimless",
    # The line leads up to it
    f"符号：{END}\n另一个：…",
    f"It ends with {END}\nand more",
    f"It ends with {END}\n\nuser\nand more",
    f"- {END}\n- {OTHER}\n- more",
    f"* {END}\n* {OTHER}\n* more",
    f"| {END}\n| stops |",
    f"1. {END}\n2. {OTHER}\n3. more",
    f"Two. The second ({END}\nand more",
    f"Two. The second is {END}\n</b>",
    f"It is 🙂 {END}\nmore",
]
ENDS = [
    # Nothing follows, or white space
    ("Yes", ""),
    ("再见", " \n "),
    ("`x` ", "\n"),
    ("```\nx", ""),
    # Another turn follows
    ("Yes. ", " <|im_start|>user"),
    ("Yes! 🎉 ", "<｜User｜>"),
    ("It is ", "</s> and"),
    ("It is ", "\n</think>\n"),
    ("It is ", f"{OTHER}x"),
    ("It is ", "\nuser\nWhat?"),
    ("It is ", "\nuser"),
    ("It is ", " Human: what?"),
    ("It is ", "\n### Human: what?"),
    ("It is ", "\n**User**: what?"),
    ("It is ", " 用户：什么？"),
    # A sentence ends before it
    ("好了。", "\n还有"),
    ("Fine!", " And more"),
    # Within a word
    ("7", "Then more"),
    # Last on its line, which does not lead up to it
    ("好了", "\n还有"),
    ("Fine. ", "\nAnd more"),
    ("(Fine.) ", "\nAnd more"),
    ("**Fine.**", "\nAnd more"),
    ("Fine! 🎉 ", "\n\nAnd more"),
    ("List:\n", "\n- a"),
    ("  ", "\n- a"),
]


def read(text: str, pieces: list[str] | None = None) -> tuple[str, str]:
    splitter = Splitter(THINK, TOKENS, TOKENS)
    found = [piece for part in pieces or [text] for piece in splitter.feed("", part)]
    return joined(found + splitter.finish())


@pytest.mark.parametrize("text", TEXT)
def test_an_end_token_that_the_text_talks_about_is_text(text: str) -> None:
    assert read(f"<think>T</think>{text}") == ("T", text)
    assert read(f"<think>T</think>{text}", list(f"<think>T</think>{text}")) == ("T", text)
    thought = text.strip() + "\n"
    assert read(f"<think>{thought}</think>A") == (text.strip(), "A")


@pytest.mark.parametrize(("before", "rest"), ENDS)
def test_after_the_end_nothing_is_shown(before: str, rest: str) -> None:
    whole = f"<think>T</think>A\n\n{before}{END}{rest}"
    assert read(whole) == read(whole, list(whole)) == ("T", f"A\n\n{before}")
    thought = f"<think>T\n\n{before}{END}{rest}"
    assert read(thought) == ("\n\n".join(["T", before.lstrip()]).rstrip(), "")


@given(st.sampled_from([*TEXT, *(f"{before}{END}{rest}" for before, rest in ENDS)]), st.data())
def test_however_it_is_cut_it_reads_the_same(text: str, data: st.DataObject) -> None:
    whole = f"<think>T</think>{text}"
    assert read(whole, data.draw(cut(whole))) == read(whole)


def test_a_token_is_held_back_until_a_word_follows() -> None:
    splitter = Splitter(THINK, TOKENS, TOKENS)
    assert joined(splitter.feed("", f"It is {END}")) == ("", "It is ")
    assert joined(splitter.feed("", " \n")) == ("", "")
    assert joined(splitter.feed("", "\n")) == ("", "")
    assert joined(splitter.feed("", "More")) == ("", f"{END} \n\nMore")


def test_before_the_first_word_an_end_token_is_dropped_unless_it_is_talked_about() -> None:
    assert read(f"{END}<think>T</think>A") == ("T", "A")
    assert read(f"{END}\nA") == ("", "A")
    assert read(f"{END} stops it") == ("", f"{END} stops it")
    assert read(f"{END}", [END, " stops it"]) == ("", f"{END} stops it")
    assert read(END) == ("", "")


def test_the_turn_is_over_at_once_if_the_server_continues() -> None:
    turn = Turn(POLICY, 0.0)
    turn.feed(Delta(content=f"A.{END}user"), 0.0)
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.answer) == ("complete", "client", "A.")
