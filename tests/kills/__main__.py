"""The kill table: processes and connections are cut in the middle of a streaming turn, and the page stays honest."""

import argparse
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.kills.rounds import KINDS, Round, play


def main() -> int:
    options = _options()
    print(f"seed {options.seed}, {options.rounds} rounds, stops of {options.stop:g} s", flush=True)
    kinds = [kind for kind in KINDS if not options.only or options.only in kind]
    wanted = [(kind, number) for number in range(options.first, options.first + options.rounds) for kind in kinds]
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        # The long stops cost nothing but time: they run side by side.
        stops = [each for each in wanted if "stopped" in each[0]]
        quick = [each for each in wanted if "stopped" not in each[0]]
        with ThreadPoolExecutor(options.stops) as waiting, ThreadPoolExecutor(options.workers) as working:
            running = [waiting.submit(_play, kind, number, options, folder) for kind, number in stops]
            running += [working.submit(_play, kind, number, options, folder) for kind, number in quick]
            rounds = [each.result() for each in running]
    print(_table(kinds, rounds))
    failed = [each for each in rounds if each.wrong]
    for each in failed:
        print(f"{each.kind}, round {each.number}, after {each.moment:.1f} s: {each.wrong}")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stop", type=float, default=90.0, help="seconds that a process is stopped")
    parser.add_argument("--only", default="", help="only the kinds with this in their name")
    parser.add_argument("--first", type=int, default=1, help="number of the first round")
    parser.add_argument("--workers", type=int, default=2, help="rounds side by side")
    parser.add_argument("--stops", type=int, default=5, help="rounds with a stopped process side by side")
    return parser.parse_args()


def _play(kind: str, number: int, options: argparse.Namespace, folder: str) -> Round:
    own = Path(folder) / f"{kind.replace(' ', '-')}-{number}"
    own.mkdir()
    played = play(kind, number, options.seed, options.stop, own)
    print(f"{kind} {number}: {played.wrong or 'as it must be'} ({played.seen}; {played.seconds:.0f} s)", flush=True)
    return played


def _table(kinds: list[str], rounds: list[Round]) -> str:
    lines = ["", "| fault | as it must be | seen |", "|---|---|---|"]
    for kind in kinds:
        own = [each for each in rounds if each.kind == kind]
        seen = sorted({each.seen for each in own if each.seen})
        lines.append(f"| {kind} | {sum(not each.wrong for each in own)} of {len(own)} | {'; '.join(seen)} |")
    return "\n".join([*lines, ""])


sys.exit(main())
