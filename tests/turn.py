"""One turn on the page: blocks, and what they are to a person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a turn on the page."""

    kind: str
    title: str
    foldable: bool
    open: bool
    running: bool
    text: str
    error: bool
    buttons: list[str]


@dataclass(frozen=True, slots=True)
class Turn:
    """What is below the last message of the person."""

    blocks: tuple[Block, ...]

    @property
    def thoughts(self) -> list[Block]:
        """Return the thoughts that can be unfolded, or have not said anything yet."""
        return [block for block in self.blocks if block.kind == "tool" and (block.foldable or block.running)]

    @property
    def answer(self) -> str:
        """Return all blocks of the answer, without the blank line between them."""
        said = [block for block in self.blocks if block.kind == "assistant_message" and not block.error]
        return "\n\n".join(block.text for block in said if not block.buttons)

    @property
    def lines(self) -> list[str]:
        """Return what the page says beside the turn: muted lines."""
        plain = [block for block in self.blocks if block.kind == "tool" and not block.foldable and not block.running]
        return [block.title for block in plain]

    @property
    def ending(self) -> str:
        """Return the receipt's words."""
        return next((block.text for block in reversed(self.blocks) if block.buttons), "")

    @property
    def buttons(self) -> list[str]:
        """Return what the receipt offers."""
        return next((block.buttons for block in reversed(self.blocks) if block.buttons), [])

    @property
    def errors(self) -> list[str]:
        return [block.text for block in self.blocks if block.error]
