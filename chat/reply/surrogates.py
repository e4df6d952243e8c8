"""Halves of a surrogate pair, which JSON can contain: every server rejects a text that has one."""


def repair_surrogates(text: str) -> str:
    """Return the text with matching halves joined, and U+FFFD in place of every other one.

    >>> repair_surrogates("\\ud83d\\ude42 \\ud83d") == "\U0001f642 \ufffd"
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
