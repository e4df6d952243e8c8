"""The `[MODE:…]` tag on the first line of a prompt."""

import re
from typing import NamedTuple

_TAG = r"(?i)[\[［【]\s*MODE\s*[:：]\s*([^\]］】\n]*?)\s*[\]］】]"


class ModeTag(NamedTuple):
    """A prompt in parts: the mode in capitals (None without a tag), and the text without the tag."""

    mode: str | None
    text: str


def mode_tag(prompt: str) -> ModeTag:
    """Return the tag of the first line, in any case, also with Chinese brackets or colon. The first of several counts.

    >>> mode_tag("Why? [mode:think_only]\\nBriefly.")
    ModeTag(mode='THINK_ONLY', text='Why?\\nBriefly.')
    """
    first, newline, rest = prompt.partition("\n")
    tags = re.findall(_TAG, first)
    if not tags:
        return ModeTag(None, prompt)
    first = re.sub(r"[ \t]{2,}", " ", re.sub(_TAG, " ", first)).strip()
    text = rest
    if first:
        text = first + newline + rest
    return ModeTag(tags[0].upper().replace("-", "_").replace(" ", "_"), text)
