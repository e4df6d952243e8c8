"""The model server of the measurements, in a separate process, because its work must not count.

The question says how much it sends, and how fast. It prints its address, then a line with the time for each turn that
it has sent to the end. It ends when its standard input is closed.
"""

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from bench.texts import WORDS, javascript
from tests.browser.running_app import ROOT
from tests.scripted_server import (
    Content,
    Done,
    Finish,
    Hold,
    Pause,
    Raw,
    Reasoning,
    Role,
    ScriptedServer,
    Step,
    tokens,
)
from tests.scripted_server.demos import ANSWER, THOUGHT
from tests.scripted_server.steps import Body

END = "∎"
SUM, SUM_PER_SECOND = "2+2", 50
BURST_CHUNKS = 5_000  # in one write, of about 280 KB
START_SECONDS = 1.0  # when the first token comes, the page has drawn the question and is idle


def question(thought: int, answer: int, per_second: int) -> str:
    """Return the question for these numbers of tokens of thought and answer."""
    return f"Think {thought} tokens, answer {answer}, {per_second} a second."


def turn(body: Body) -> list[Step]:
    """Return the turn that the last message describes. The last token of the answer is END."""
    thought, answer, per_second = map(int, re.findall(r"\d+", body["messages"][-1]["content"]))
    steps: list[Step] = [Reasoning(piece) for piece in pieces(THOUGHT, thought)]
    steps += [Content(piece) for piece in (*pieces(ANSWER, answer - 1), END)]
    paced = [each for step in steps for each in (Pause(1 / per_second), step)]
    return [Role(), Pause(START_SECONDS), *paced, Said(), Finish(), Done()]


def code_question(number: int, per_second: int) -> str:
    return f"Code of {number} tokens, {per_second} a second."


def code_turn(body: Body) -> list[Step]:
    """Return an answer that is one block of code, in a fence without an end."""
    number, per_second = map(int, re.findall(r"\d+", body["messages"][-1]["content"]))
    said = [Reasoning("Hm."), Content("```javascript\n"), *map(Content, javascript(number - 2)), Content(END)]
    return [Role(), *(each for step in said for each in (Pause(1 / per_second), step)), Finish(), Done()]


def sum_turn(_: Body) -> list[Step]:
    """Return a short thought and a short answer, as a model on a good machine gives them."""
    steps: list[Step] = [*map(Reasoning, pieces(THOUGHT, 18)), *map(Content, ("2", " +", " 2", " is", " 4", ".", END))]
    return [Role(), *(each for step in steps for each in (Pause(1 / SUM_PER_SECOND), step)), Finish(), Done()]


def burst_question(number: int) -> str:
    return f"Burst of {number} chunks."


def burst_turn(body: Body) -> list[Step]:
    """Return a turn with each word in its own chunk, written in large pieces, as fast as they are read."""
    (number,) = map(int, re.findall(r"\d+", body["messages"][-1]["content"]))
    words = random.Random(4).choices([f" {word}" for word in WORDS], k=number - 1)
    words[99::100] = [".\n\n"] * len(words[99::100])
    chunks = {word: chunk(word) for word in {*words, END}}
    said = [chunks[word] for word in [*words, END]]
    buffers = (b"".join(said[start : start + BURST_CHUNKS]) for start in range(0, number, BURST_CHUNKS))
    return [Role(), Reasoning("Hm."), *map(Raw, buffers), Finish(), Done()]


def chunk(text: str) -> bytes:
    """Return one chunk of a stream, with no more in it than a client needs."""
    said = {"choices": [{"index": 0, "delta": {"content": text}}]}
    return b"data: %b\n\n" % json.dumps(said, separators=(",", ":")).encode()


def pieces(text: str, number: int) -> list[str]:
    """Return `number` tokens of the text, repeated. Each copy has a new number, so that it is not a loop."""
    said: list[str] = []
    for part in count(1):
        more = tokens(f"Part {part}.\n\n{text}\n\n")
        if len(said) + len(more) > number:
            return said + [f" {filler}" for filler in range(number - len(said))]
        said += more
    raise AssertionError


class Said(Hold):
    """A step between the last text and the finish chunk. It waits for nothing, and prints the time."""

    def __init__(self) -> None:
        super().__init__()
        self.release()
        self.reached.set = lambda: print(time.time(), flush=True)  # type: ignore[method-assign]


class Model:
    """The running model server."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        self._lines = process.stdout
        self.base_url = self._lines.readline().strip()

    def read_end_time(self) -> float:
        """Return when the server sent the last text of the next turn. Call it once per turn, in their order."""
        return float(self._lines.readline())


@contextmanager
def model() -> Iterator[Model]:
    """Yield the running model server."""
    command = [sys.executable, "-m", "bench.model"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Model(process)


if __name__ == "__main__":
    with ScriptedServer(model="Alibaba-Apsara/DASD-4B-Thinking") as server:
        server.by_message({"Code": code_turn, "Burst": burst_turn, SUM: sum_turn, "": turn})
        print(server.base_url, flush=True)
        sys.stdin.read()
