"""Texts full of markers and half markers, and every way of cutting them into chunks: for Hypothesis."""

from collections.abc import Iterable

from hypothesis import strategies as st

from termination import Markers

THINK = Markers(("<think>",), ("</think>",))
OPENED = Markers(("<think>",), ("</think>",), opened=True)
BRACKETS = Markers(("[THINK]",), ("[/THINK]",))
KIMI = Markers(("◁think▷",), ("◁/think▷",))
CHANNELS = Markers(
    ("<|channel|>analysis<|message|>", "<|start|>assistant<|channel|>analysis<|message|>"),
    ("<|end|><|start|>assistant<|channel|>final<|message|>", "<|end|>"),
)
MARKERS = st.sampled_from([None, THINK, OPENED, BRACKETS, KIMI, CHANNELS])
SPECIAL = ("</s>", "<|im_end|>", "<|end_of_text|>")
TOKENS = st.sampled_from([(), SPECIAL])

_PIECES = [
    "<think>",
    "</think>",
    "[THINK]",
    "[/THINK]",
    "◁think▷",
    "◁/think▷",
    "<",
    "</",
    "<th",
    "</thin",
    "think>",
    ">",
]
_PIECES += ["<|channel|>analysis<|message|>", "<|end|>", "<|start|>assistant<|channel|>final<|message|>", "<|end"]
_PIECES += ["</s>", "<|im_end|>", "<|", "[", "`", "```", "\n```\n", "~~~\n", "\n<think>\n", "\n</think>\n", "  "]
_PIECES += [" ", "\n", "\n\n", "\r\n", "    ", "a", "b c", "2 < 3", "四。", "👩‍🚀", "e\u0301", "End. ", "“so.” "]
_PIECES += [
    "\n\n    ",
    "- ",
    "1. ",
    "> ",
    "\t",
    "<pre>",
    "</pre>\n",
    "# ",
    '"',
    "'",
    "“",
    "”",
    "是",
    "</think>Yes",
    "I do.",
]
_PIECES += [
    "user\n",
    "User: ",
    "is ",
    "<|im_start|>assistant\n",
    "analysis",
    "final",
    "assistantfinal",
    "A",
    "```\n</think>\n\nA",
]
_PIECES += [
    "<|channel|>",
    "<|start|>",
    "<|message|>",
    "<|channel|>commentary to=f.x <|constrain|>json<|message|>",
    " to=",
]
tricky = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
_some = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6).map("".join)
plain = st.text(st.characters(exclude_characters="<[`~", exclude_categories=["Cs"]), max_size=30)


@st.composite
def cut(draw: st.DrawFn, text: str) -> list[str]:
    """Draw `text` in pieces. Some may be empty, as some chunks of a server are; now and then all have the same length.

    A draw takes longer than a chunk takes a turn, so there is none for each piece.
    """
    if (size := draw(st.sampled_from([0, 0, 0, 0, 1, 1, 2, 3]))) > 0:
        return [text[start : start + size] for start in range(0, len(text), size)]
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]


Run = tuple[str, str]
"""A stretch of text and the field that it comes in."""

runs = st.lists(st.tuples(st.sampled_from(["reasoning", "content"]), _some), max_size=4)


@st.composite
def chunks(draw: st.DrawFn, stretches: Iterable[Run]) -> list[tuple[str, str]]:
    """Draw the same stretches as chunks of (reasoning, content); one may contain the end of a stretch and the next."""
    cuts: list[tuple[str, str]] = []
    for field, text in stretches:
        for number, piece in enumerate(draw(cut(text))):
            reasoning, content = cuts[-1] if cuts else ("", "")
            follows = number == 0 and (field == "content" or not content)
            if cuts and follows and draw(st.booleans()):
                cuts.pop()
            else:
                reasoning, content = "", ""
            cuts.append((reasoning + piece, content) if field == "reasoning" else (reasoning, content + piece))
    return cuts
