"""The accuracy of the loop guard, on real generations and on ordinary files."""

import gzip
import json
import os
import re
import sysconfig
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from bench.table import Figure, figures
from termination.loops.circling import CirclingSearch, Refrain
from termination.loops.cycles import ANSWER, THOUGHT, Cycle, CycleSearch

HOW = "the loop guard on the generations in FULLSTOP_LOOPS and on the files of the installed packages, for minutes."
BESIDE = Path(__file__).parents[2] / "shared" / "loops"
ORDINARY = (
    "cfg css csv h c cpp html ini ipynb js json jsonl md mjs po pot py pyi rst sh sql svg tex toml ts tsv txt xml"
)
KINDS = {f".{kind}" for kind in [*ORDINARY.split(), "yaml", "yml"]}
CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
LEAST_CHARACTERS, MOST_BYTES = 1_500, 128 * 1024
TOKEN = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """A generation: its label, where the guard cuts it, and where the hint comes before that."""

    label: str
    thinking: bool
    size: int
    onset: int
    period: int
    cut: Cycle | None
    hint: Refrain | None


@dataclass(frozen=True, slots=True)
class File:
    """An ordinary file, and where the guard would have cut it."""

    path: str
    chinese: bool
    thought: Cycle | None
    answer: Cycle | None


def measure() -> list[Figure]:
    """Measure all figures, those of the generations only if they are there."""
    measured = file_figures(ordinary_files())
    if rows := read_generations():
        measured += reply_figures([run_guard(row) for row in rows])
        measured += cost_figures(rows)
    return measured


def missing_texts() -> str | None:
    """Return the note about missing generations; None if they are there."""
    if _corpus().exists():
        return None
    return f"No {_corpus().name} in FULLSTOP_LOOPS or ../shared/loops: files only."


def hits() -> list[str]:
    """Return a line for each ordinary file that the guard cuts."""
    return [
        f"{tier}: {file.path} at {cycle.at}, {cycle.run / cycle.period:.1f} copies of {cycle.period} characters"
        for file in ordinary_files()
        for tier, cycle in (("answer", file.answer), ("thought", file.thought))
        if cycle
    ]


def read_generations() -> list[dict[str, object]]:
    """Return the generations; an empty list if they are not there."""
    if not _corpus().exists():
        return []
    with gzip.open(_corpus(), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def run_guard(row: dict[str, object]) -> Reply:
    """Run the guard on one generation."""
    text, onset, period = str(row["text"]), int(str(row.get("onset", 0))), int(str(row.get("period", 0)))
    cut = CycleSearch(THOUGHT).feed(text)
    hint = CirclingSearch().feed(text[: cut.at] if cut else text)
    return Reply(str(row["label"]), bool(row["thinking_model"]), len(text), onset, period, cut, hint)


def reply_figures(replies: Sequence[Reply]) -> list[Figure]:
    """Return the figures of the generations."""
    finished = [reply for reply in replies if reply.label == "finished"]
    thinkers = [reply for reply in finished if reply.thinking]
    return [
        Figure(f"of {len(finished)} finished replies, cut", _share(finished, is_cut), "%", most=0.15),
        *loop_figures([reply for reply in replies if reply.label == "loop" and reply.period <= 8_000]),
        Figure("finished replies hinted at", _share(finished, is_hinted), "%", most=5),
        Figure("finished replies of thinking models hinted at", _share(thinkers, is_hinted), "%"),
    ]


def loop_figures(loops: Sequence[Reply]) -> list[Figure]:
    """Return the figures of the generations that are loops."""
    thinking = [reply for reply in loops if reply.thinking]
    copies = [(reply.cut.at - reply.onset) / reply.period for reply in loops if reply.cut]
    saved = sum(reply.size - reply.cut.at for reply in loops if reply.cut)
    after = [reply.hint.at - reply.onset for reply in loops if reply.hint]
    looping = sum(reply.size - reply.onset for reply in loops)
    return [
        Figure(f"of {len(loops)} loops, cut", _share(loops, is_cut), "%", least=99),
        Figure(f"of the {len(thinking)} by thinking models, cut", _share(thinking, is_cut), "%", least=99),
        Figure("copies shown at the cut, median", median(copies), most=2.5),
        Figure("text of the loops saved", 100 * saved / looping, "%", least=75),
        Figure("loops hinted at before the cut", _share(loops, is_hinted), "%"),
        Figure("loops of thinking models hinted at before the cut", _share(thinking, is_hinted), "%"),
        Figure("characters from the first copy to the hint, median", median(after)),
    ]


def file_figures(files: Sequence[File]) -> list[Figure]:
    """Return the figures of the ordinary files."""
    chinese = [file for file in files if file.chinese]
    return [
        Figure("ordinary files", len(files), least=2_000),
        Figure("of these, with Chinese, Japanese or Korean in them", len(chinese)),
        Figure("ordinary files cut as an answer", sum(file.answer is not None for file in files), most=0),
        Figure("ordinary files cut as a thought", sum(file.thought is not None for file in files)),
    ]


def cost_figures(rows: Sequence[dict[str, object]]) -> list[Figure]:
    """Return the processor time of guard and hint."""
    finished = [str(row["text"]) for row in rows if row["label"] == "finished" and row["thinking_model"]]
    text = "".join(finished)[:100_000]
    tokens = [text[begin : begin + TOKEN] for begin in range(0, len(text), TOKEN)]
    return [
        Figure(
            "loop guard, a token of four characters",
            _microseconds(lambda: CycleSearch(THOUGHT).feed, tokens),
            "µs",
            most=0.35,
        ),
        Figure(
            "hint, a token of four characters", _microseconds(lambda: CirclingSearch().feed, tokens), "µs", most=0.35
        ),
    ]


@cache
def ordinary_files() -> tuple[File, ...]:
    """Return the text files of the standard library and of the installed packages, if they are long enough."""
    return tuple(_file(path, text) for path in _paths() if len(text := _text(path)) >= LEAST_CHARACTERS)


def is_cut(reply: Reply) -> bool:
    """True if the guard cuts the reply."""
    return reply.cut is not None


def is_hinted(reply: Reply) -> bool:
    """True if the hint comes before the cut."""
    return reply.hint is not None


def _corpus() -> Path:
    return Path(os.environ.get("FULLSTOP_LOOPS") or BESIDE) / "generations.jsonl.gz"


def _paths() -> list[Path]:
    folders = {Path(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib")}
    return sorted({path for folder in folders for path in folder.rglob("*") if path.suffix in KINDS and path.is_file()})


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(MOST_BYTES).decode("utf-8", "ignore")


def _file(path: Path, text: str) -> File:
    return File(
        "/".join(path.parts[-3:]),
        len(CJK.findall(text)) >= 20,
        CycleSearch(THOUGHT).feed(text),
        CycleSearch(ANSWER).feed(text),
    )


def _share(replies: Sequence[Reply], which: Callable[[Reply], bool]) -> float:
    return 100 * sum(map(which, replies)) / len(replies)


def _microseconds(feed: Callable[[], Callable[[str], object]], tokens: Sequence[str]) -> float:
    return 1e6 * min(_seconds(feed(), tokens) for _ in range(20)) / len(tokens)


def _seconds(feed: Callable[[str], object], tokens: Sequence[str]) -> float:
    begun = time.perf_counter()
    for token in tokens:
        feed(token)
    return time.perf_counter() - begun


def main() -> None:
    """Print the figures, and the ordinary files that are cut."""
    print(missing_texts() or HOW, figures(measure()), *hits(), sep="\n")


if __name__ == "__main__":
    main()
