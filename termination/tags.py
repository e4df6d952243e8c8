"""The `[MODE:…]` tag on the first line of a prompt."""

import re
from typing import NamedTuple

_TAG = r"(?i)[\[［【]\s*MODE\s*[:：]\s*([^\]］】\n]*?)\s*[\]］】]"


class ModeTag(NamedTuple):
    """A prompt taken apart: `mode` as written in capitals (None without a tag), `text` without the tag."""

    mode: str | None
    text: str


def mode_tag(prompt: str) -> ModeTag:
    """The first line's tag, in any case and with Chinese brackets or colon too; the first of several counts.

    >>> mode_tag("Why? [mode:think_only]\\nBriefly.")
    ModeTag(mode='THINK_ONLY', text='Why?\\nBriefly.')
    """
    first, newline, rest = prompt.partition("\n")
    tags = re.findall(_TAG, first)
    if not tags:
        return ModeTag(None, prompt)
    first = re.sub(r"[ \t]{2,}", " ", re.sub(_TAG, " ", first)).strip()
    text = first + newline + rest if first else rest
    return ModeTag(tags[0].upper().replace("-", "_").replace(" ", "_"), text)
