"""Halves of a surrogate pair, as JSON can bring them: no server takes a text that has one."""


def mended(text: str) -> str:
    """The text with the halves joined that belong together, and U+FFFD in place of each other one.

    >>> mended("\\ud83d\\ude42 \\ud83d") == "\U0001f642 \ufffd"
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
