"""The ends of sentences and lines, at which a text may be cut."""

import re
from unicodedata import category

MEMORY = 16  # characters that are enough to see whether a sentence has ended
# A text and no pattern: compiling it takes longer than the rest of the import.
ENDED = r"(?:\n|[.!?…][\"'”’)\]*_]*(?P<space>\s+)?|(?P<cjk>[。！？；][”’」』）】]*))\Z"
_CLOSES = "”’」』）】。！？；"
_ENDERS = frozenset(" \t\n.!?…\"'”’)]*_。！？；」』）】")
_REACH = 200
_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)  # colours of the person before them


def lands(before: str, following: str) -> bool:
    """True if a sentence or a line has ended between the text and the character that follows.

    >>> lands("It is 3.", "1"), lands("Done.", " "), lands("好。", "那"), lands("\\n", "a")
    (False, True, True, True)
    """
    if before[-1:] not in _ENDERS or not (ended := re.search(ENDED, before)):
        return False
    if ended[0] == "\n" or ended["space"]:
        return True
    return following not in _CLOSES if ended["cjk"] else following.isspace()


def landed(text: str, earliest: int) -> str:
    """Return the text up to the first end of a sentence or a line from `earliest` on, else up to `earliest`.

    The text repeats itself from there on, so it is enough to search 200 characters.

    >>> landed("Go on. I go on. I go on. I go", 8), landed("on and on and on", 7)
    ('Go on. I go on.', 'on and')
    """
    places = range(earliest, min(earliest + _REACH, len(text) - 1) + 1)
    end = next((at for at in places if lands(text[max(0, at - MEMORY) : at], text[at])), earliest)
    while end < len(text) and _belongs(text[end], text[end - 1]):
        end += 1
    return text[:end].rstrip()


def _belongs(character: str, before: str) -> bool:
    """True if both are one sign: an accent, a part of an emoji, the second half of a surrogate pair."""
    joined = category(character).startswith("M") or _JOINER in (character, before) or ord(character) in _SKIN
    return joined or ("\ud800" <= before <= "\udbff" and "\udc00" <= character <= "\udfff")
