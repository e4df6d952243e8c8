"""The `[MODE:…]` tag on the first line of a prompt."""

import re
from dataclasses import dataclass

_TAG = re.compile(r"[\[［【]\s*MODE\s*[:：]\s*([^\]］】\n]*?)\s*[\]］】]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModeTag:
    """A prompt taken apart: `mode` as written in capitals (None without a tag), `text` without the tag."""

    mode: str | None
    text: str


def mode_tag(prompt: str) -> ModeTag:
    """The first line's tag, in any case and with Chinese brackets or colon too; the first of several counts.

    >>> mode_tag("Why? [mode:think_only]\\nBriefly.")
    ModeTag(mode='THINK_ONLY', text='Why?\\nBriefly.')
    """
    first, newline, rest = prompt.partition("\n")
    tags = _TAG.findall(first)
    if not tags:
        return ModeTag(None, prompt)
    first = re.sub(r"[ \t]{2,}", " ", _TAG.sub(" ", first)).strip()
    text = first + newline + rest if first else rest
    return ModeTag(tags[0].upper().replace("-", "_").replace(" ", "_"), text)
