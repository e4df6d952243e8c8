"""The text that is not decided yet."""

import re

WORD = re.compile(r"\S")
LINE = re.compile(r"[\n\S]")  # more of the line than white space, or its end


class Undecided:
    """Text that waits for more. `text` is its beginning; white space that decides nothing is kept beside it.

    Adding such white space takes the same time, however much of it has come.
    """

    def __init__(self) -> None:
        self.text = ""
        self._more: list[str] = []
        self._need: re.Pattern[str] | None = None

    def add(self, text: str) -> bool:
        """Add text, and return whether there may be something to decide."""
        if self._need is None:
            self.text += text
            return True
        self._more.append(text)
        if not self._need.search(text):
            return False
        self.join()
        return True

    def wait_for(self, need: re.Pattern[str] | None) -> None:
        """Wait until this comes; None: any text."""
        self._need = need

    def join(self) -> None:
        """Wait no more."""
        self._need = None
        if self._more:
            self.text = self.whole
            self._more.clear()

    @property
    def whole(self) -> str:
        """Return all of it."""
        return "".join([self.text, *self._more])
