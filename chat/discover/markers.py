"""The texts around a thought, as models write them."""

from dataclasses import dataclass

Spellings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Markers:
    """The texts around a thought, each in one or more spellings, the usual one first.

    `ends_messages`: the closing text ends other messages as well.
    """

    open: Spellings
    close: Spellings
    ends_messages: bool = False


THINK = Markers(("<think>",), ("</think>",))
HARMONY = Markers(
    ("<|channel|>analysis<|message|>",), ("<|end|>", "<|end|><|start|>assistant<|channel|>final<|message|>"), True
)
GRANITE = Markers(
    ("Here is my thought process:", "Here's my thought process:"), ("Here is my response:", "Here's my response:")
)
MARKERS = (
    THINK,
    Markers(("[THINK]",), ("[/THINK]",)),
    Markers(("<seed:think>",), ("</seed:think>",)),
    Markers(("<thought>",), ("</thought>",)),
    Markers(("<mm:think>",), ("</mm:think>",)),
    Markers(("◁think▷",), ("◁/think▷",)),
    Markers(("<|START_THINKING|>",), ("<|END_THINKING|>",)),
    Markers(("<|channel>thought\n",), ("<channel|>",)),
    HARMONY,
    GRANITE,
)
"""All known markers; the parsers of vLLM 0.33 (vllm/reasoning, vllm/parser) name them, but `◁think▷` (Kimi-VL)."""
