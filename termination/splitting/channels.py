"""The headers of gpt-oss channels, whole and without their special tokens (openai/harmony, docs/format.md)."""

import re
from typing import NamedTuple

from termination.ending import TextPhase

END = "<|end|>"
LAST = ("<|return|>", "<|call|>")
HEADERS = ("<|channel|>", "<|start|>")
STRIPPED = ("assistantanalysis", "assistantcommentary", "assistantfinal")
_ROLES = ("assistant", "functions", "developer", "system", "user", "tool")
_NAMES = ("analysis", "commentary", "final")
_ROLE = r"<\|start\|>(?:" + "|".join(_ROLES) + r")[^<|]{0,100}"
_CHANNEL = r"<\|channel\|>([^<|]{0,120})"
_FORMAT = r"(?:<\|constrain\|>[^<|]{0,40})?"
_HEADER = re.compile(rf"(?:{_ROLE})?{_CHANNEL}{_FORMAT}<\|message\|>|{_ROLE}<\|message\|>")
_BEGUN = re.compile(rf"(?:{_ROLE})?(?:{_CHANNEL}{_FORMAT})?")
_KNOWN = 3  # characters of a header that is cut off, which no other text begins with
_TAGS = ("<|channel|>", "<|constrain|>", "<|message|>")
# A header without its tokens stands directly before the text. `final` and `commentary` are also beginnings of words.
_GLUED = r"(?=[^\W_a-z]|[*#>|`\"“<{])"
_BARE = re.compile(rf"assistant(analysis|commentary|final)|(analysis)(?=[^\W_])|(analysis|commentary|final){_GLUED}")
_CALL = re.compile(r"(?:assistant)?commentary to=[^\s{<]{1,100}(?: ?(?:json|code))?")
_CALL_BEGUN = re.compile(r"(?:assistant)?commentary(?: (?:t(?:o(?:=[^\s{<]{0,100}(?: ?[a-z]{0,4})?)?)?)?)?\Z")
_WORDS = (*(f"assistant{name}" for name in _NAMES), *_NAMES)
_TEMPLATE = re.compile(
    r"<\|im_start\|>assistant\n|<\|start_header_id\|>assistant<\|end_header_id\|>\n*|<start_of_turn>model\n"
    r"|<\|assistant\|>\n|<｜Assistant｜>"
)
_TEMPLATES = (
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>",
    "<start_of_turn>model\n",
    "<|assistant|>\n",
    "<｜Assistant｜>",
)


class Header(NamedTuple):
    """A header: its length, and the phase that it begins, if any. A length of 0: more has to come to know."""

    length: int
    phase: TextPhase | None = None


UNKNOWN = Header(0)


def read_header(text: str, over: bool) -> Header | None:
    """Return the header that the text begins with, or None. One that is cut off is dropped.

    >>> read_header("<|channel|>analysis<|message|>Hm", False)
    Header(length=30, phase='thought')
    """
    if found := _HEADER.match(text):
        return Header(found.end(), _phase(found[1] or ""))
    if not _may_become_header(text):
        return None
    if over:
        return Header(len(text)) if len(text) >= _KNOWN else None
    return UNKNOWN


def read_bare_header(text: str, over: bool) -> Header | None:
    """Return the header without special tokens that the text begins with, or None.

    >>> read_bare_header("analysisWe add.", False), read_bare_header("finally", False)
    (Header(length=8, phase='thought'), None)
    """
    if not over and (_CALL_BEGUN.match(text) or any(word.startswith(text) for word in _WORDS)):
        return UNKNOWN
    if call := _CALL.match(text):
        return Header(call.end(), "answer")
    if found := _BARE.match(text):
        return Header(found.end(), _phase(found[found.lastindex or 0]))
    return None


def read_template_header(text: str, over: bool) -> Header | None:
    """Return the header of a chat template that the text begins with, or None."""
    if found := _TEMPLATE.match(text):
        return Header(found.end())
    if not over and any(len(each) > len(text) and each.startswith(text) for each in _TEMPLATES):
        return UNKNOWN
    return None


def _phase(name: str) -> TextPhase:
    return "thought" if name.strip().startswith("analysis") else "answer"


def _may_become_header(text: str) -> bool:
    """True if the text is the beginning of a header."""
    begun = _BEGUN.match(text)
    assert begun
    rest = text[begun.end() :]
    if any(tag.startswith(rest) for tag in _TAGS):
        return True
    role = text.removeprefix("<|start|>")
    return role != text and any(each.startswith(role) for each in _ROLES)
