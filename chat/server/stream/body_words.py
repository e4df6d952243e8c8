"""What the text of a body says if it is no chunk: that the reply is done, or words to quote."""

from chat.server.stream.error_text import MOST_CHARACTERS
from chat.server.stream.events import DONE

_WORDS_BYTES = 4_000


def is_done(data: bytes) -> bool:
    """True if the data is the word for the end, in another spelling than usual."""
    return data.strip(b' \t"').upper() == DONE


def is_plain(stray: bytes) -> bool:
    """True if a stray line is a page or a sentence, and no field that is unknown."""
    first = stray.lstrip().partition(b"\n")[0]
    return first.startswith(b"<") or b":" not in first


def first_words(data: bytes) -> str:
    """Return the first words of a text, on one line."""
    return " ".join(data[:_WORDS_BYTES].decode("utf-8", "replace").split())[:MOST_CHARACTERS]
