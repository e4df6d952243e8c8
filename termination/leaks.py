"""Takes out a closing marker that a server's own parser has let through into the answer."""

_FENCES = ("```", "~~~")
_BEGINNING = 16  # characters of a line that tell whether it opens or closes a code fence


class Leaks:
    """Answer in, answer out: a line that is nothing but the marker is dropped, unless it stands in a code fence.

    vLLM's parsers let the marker through when the server has closed the thought by force and the model closes it
    again (seen with 0.32 and 0.33). Holds back a line only as long as it may still become the marker.
    """

    def __init__(self, marker: str) -> None:
        self._marker = marker
        self._line = ""
        self._passed = False
        self._fenced = False

    def feed(self, text: str) -> str:
        """What is sure not to be a leaked marker."""
        *whole, rest = text.split("\n")
        return "".join([*(self._ended(part) for part in whole), self._grown(rest)])

    def finish(self) -> str:
        """What was held back."""
        held = "" if self._passed or self._leaked else self._line
        self._line, self._passed = "", False
        return held

    @property
    def _leaked(self) -> bool:
        return not self._passed and not self._fenced and self._line.strip() == self._marker

    def _grown(self, part: str) -> str:
        """More of a line; once a part of it has passed, only its beginning is of interest."""
        if self._passed:
            self._line += part if len(self._line) < _BEGINNING else ""
            return part
        self._line += part
        self._passed = self._fenced or not self._marker.startswith(self._line.strip())
        return self._line if self._passed else ""

    def _ended(self, part: str) -> str:
        shown = self._grown(part)
        leaked, line = self._leaked, self._line
        if line.lstrip().startswith(_FENCES):
            self._fenced = not self._fenced
        held = "" if self._passed else line
        self._line, self._passed = "", False
        return "" if leaked else f"{shown or held}\n"
