"""The kill table: processes and connections end in the middle of a streaming turn, and the page reports it."""

import argparse
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.kills.rounds import KINDS, Round, play


def main() -> int:
    """Play the rounds, print the table, and return the exit code."""
    options = _options()
    print(f"seed {options.seed}, {options.rounds} rounds, stops of {options.stop:g} s", flush=True)
    kinds = [kind for kind in KINDS if not options.only or options.only in kind]
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        rounds = _play_all(kinds, options, folder)
    print(_table(kinds, rounds))
    failed = [each for each in rounds if each.wrong]
    for each in failed:
        print(f"{each.kind}, round {each.number}, after {each.moment:.1f} s: {each.wrong}")
    return 1 if failed else 0


def _play_all(kinds: list[str], options: argparse.Namespace, folder: str) -> list[Round]:
    """Play all rounds. Rounds with a stopped process mostly wait, so more of them run at the same time."""
    wanted = [(kind, number) for number in range(options.first, options.first + options.rounds) for kind in kinds]
    with ThreadPoolExecutor(options.stops) as waiting, ThreadPoolExecutor(options.workers) as working:
        running = []
        for kind, number in sorted(wanted, key=lambda each: "stopped" not in each[0]):
            executor = waiting if "stopped" in kind else working
            running.append(executor.submit(_play, kind, number, options, folder))
        return [each.result() for each in running]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stop", type=float, default=90.0, help="seconds that a process is stopped")
    parser.add_argument("--only", default="", help="only the kinds with this in their name")
    parser.add_argument("--first", type=int, default=1, help="number of the first round")
    parser.add_argument("--workers", type=int, default=2, help="rounds at the same time")
    parser.add_argument("--stops", type=int, default=5, help="rounds with a stopped process at the same time")
    return parser.parse_args()


def _play(kind: str, number: int, options: argparse.Namespace, folder: str) -> Round:
    own = Path(folder) / f"{kind.replace(' ', '-')}-{number}"
    own.mkdir()
    played = play(kind, number, options.seed, options.stop, own)
    print(f"{kind} {number}: {played.wrong or 'correct'} ({played.seen}; {played.seconds:.0f} s)", flush=True)
    return played


def _table(kinds: list[str], rounds: list[Round]) -> str:
    lines = ["", "| fault | correct | seen |", "|---|---|---|"]
    for kind in kinds:
        own = [each for each in rounds if each.kind == kind]
        seen = sorted({each.seen for each in own if each.seen})
        lines.append(f"| {kind} | {sum(not each.wrong for each in own)} of {len(own)} | {'; '.join(seen)} |")
    return "\n".join([*lines, ""])


sys.exit(main())
