"""Headers of gpt-oss channels are never shown, also those that lost their special tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination.splitting.splitter import Splitter
from tests.core.cuts import CHANNELS, cut
from tests.core.test_splitter import joined

SPECIAL = ("<|return|>", "<|end|>")
START, END = "<|start|>assistant", "<|end|>"
ANALYSIS, FINAL, COMMENTARY = (f"<|channel|>{name}<|message|>" for name in ("analysis", "final", "commentary"))
CALL = "<|channel|>commentary to=functions.f <|constrain|>json<|message|>"

ROWS = [
    (f"{ANALYSIS}T{END}{START}{FINAL}A.<|return|>", "T", "A."),
    (f"{ANALYSIS}T.{END}", "T.", ""),
    (f"{FINAL}A.", "", "A."),
    (f"{START}{FINAL}A.{END}", "", "A."),
    (f"{START}<|message|>A.", "", "A."),
    (f"{ANALYSIS}T{END}{START}{COMMENTARY}B.{END}{START}{ANALYSIS}U{END}{START}{FINAL}A.", "T\n\nU", "B.\n\nA."),
    (f"{ANALYSIS}T{END}{START}{CALL}{{}}<|call|>", "T", "{}"),
    (f"{ANALYSIS}T{END}{START} to=functions.f<|channel|>commentary json<|message|>{{}}<|call|>", "T", "{}"),
    (f"T{END}{START}{FINAL}A.", "T", "A."),
    (f"{ANALYSIS}T {END} is text", "T <|end|> is text", ""),
    # Cut off
    (f"{ANALYSIS}T{END}{START}<|cha", "T", ""),
    (f"{ANALYSIS}T{END}<|start|>ass", "T", ""),
    (f"{ANALYSIS}T{END}{START}<|channel|>fin", "T", ""),
    (f"{ANALYSIS}T{END}<|start|>no", "T", "<|start|>no"),
    # Text
    (f"{FINAL}The `{FINAL}` header.", "", f"The `{FINAL}` header."),
    (f"{FINAL}The `{START}", "", "The `"),
    (f"{FINAL}<|channel|>{'x' * 200}", "", f"<|channel|>{'x' * 200}"),
    (f"{FINAL}A <", "", "A <"),
    # Without special tokens
    ("analysisT.assistantfinalA.", "T.", "A."),
    ("analysisthe user.assistantfinal好", "the user.", "好"),
    ("analysisT.assistantcommentaryB.assistantanalysisU.assistantfinalA.", "T.\n\nU.", "B.\n\nA."),
    ("analysisT.assistantcommentary to=functions.f json{}", "T.", "{}"),
    ("commentary to=functions.f{}", "", "{}"),
    ("T.assistantfinalA.", "T.", "A."),
    ("finalA.", "", "A."),
    ("final**A.**", "", "**A.**"),
    ("assistantfinalA.", "", "A."),
    ("finally", "", "finally"),
    ("final", "", "final"),
    ("analysis of it", "", "analysis of it"),
    ("commentary to", "", "commentary to"),
    ("The `assistantfinal` word", "", "The `assistantfinal` word"),
    (f"{START}{ANALYSIS}`assistantfinal", "`assistantfinal", ""),
    (f"{START}{ANALYSIS}T.assistantfinalA.", "T.assistantfinalA.", ""),
    ("A<|channel|>final<|message|> <|channel|><|channel|>analysis<|message|>", "A", " <|channel|>"),
]


def read(fed: list[tuple[str, str]]) -> tuple[str, str]:
    splitter = Splitter(CHANNELS, SPECIAL, ("<|return|>",))
    return joined([piece for chunk in fed for piece in splitter.feed(*chunk)] + splitter.finish())


@pytest.mark.parametrize(("text", "thought", "answer"), ROWS)
def test_analysis_is_thought_and_all_else_is_answer(text: str, thought: str, answer: str) -> None:
    assert read([("", text)]) == read([("", each) for each in text]) == (thought, answer)


@pytest.mark.parametrize(
    ("reasoning", "content"),
    [
        ("T", f"{FINAL}A."),
        ("T", f"{START}{FINAL}A.<|return|>"),
        ("T", "assistantfinalA."),
        ("T", "finalA."),
        ("T", " \nfinalA."),
        (f"{ANALYSIS}T{END}", "A."),
        ("analysisT", "A."),
        ("T", f"{END}{START}{FINAL}A."),
    ],
)
def test_a_server_that_separates_them_may_leave_headers(reasoning: str, content: str) -> None:
    assert read([(reasoning, ""), ("", content)]) == ("T", "A.")
    assert read([(each, "") for each in reasoning] + [("", each) for each in content]) == ("T", "A.")


PARTS = [
    ANALYSIS,
    FINAL,
    CALL,
    START,
    END,
    "<|channel|>",
    "analysis",
    "final",
    "assistantfinal",
    "commentary to=f",
    "A",
    " ",
    "\n",
    "`",
    "a.",
]


@given(st.lists(st.sampled_from(PARTS), max_size=8).map("".join), st.sampled_from(["reasoning", "content"]), st.data())
def test_however_it_is_cut_it_reads_the_same(text: str, field: str, data: st.DataObject) -> None:
    def fed(pieces: list[str]) -> list[tuple[str, str]]:
        return [(piece, "") if field == "reasoning" else ("", piece) for piece in pieces]

    assert read(fed(data.draw(cut(text)))) == read(fed([text]))
