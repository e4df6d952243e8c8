"""The faults of the kill table, and the checks after each of them."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.browser.running_app import ROOT
from tests.kills.scene import Scene
from tests.kills.upstream import THOUGHT_WORDS, WORDS_A_SECOND
from tests.sentences import sentence

KEPT = ROOT / ".cache" / "failed-kills"
SECONDS = 180.0  # until all must be settled after a fault; a busy machine is slow
LEAVING_SECONDS = 15.0  # as chat/page/install/repairs.py says
LOST = sentence("lost.line")
SHUT_DOWN = sentence("ending.shutdown")
LEFT = sentence("ending.left")


class Wrong(Exception):
    """A fault of the app: the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Round:
    """One row of the table. `wrong` is empty if all is as it must be."""

    kind: str
    number: int
    moment: float
    seen: str
    wrong: str
    seconds: float


@dataclass(slots=True)
class Case:
    """What a fault may use: the scene, the words of the stream, the seconds of a stop, and the round's chance."""

    scene: Scene
    words: int
    stop_seconds: float
    seen: str = ""

    def until(self, what: str, is_true: Callable[[], object], seconds: float = SECONDS) -> None:
        by = time.monotonic() + seconds
        while not is_true():
            if time.monotonic() > by:
                raise Wrong(f"not within {seconds:.0f} s: {what}")
            self.scene.chat.page.wait_for_timeout(100)

    def has_receipt(self, *beginnings: str) -> None:
        """Wait for the receipt; it must begin so."""
        chat = self.scene.chat
        self.until("a receipt", lambda: chat.turn().ending)
        self.seen = chat.turn().ending.split(" · ")[0]
        if not self.seen.startswith(beginnings):
            raise Wrong(f"the receipt says {self.seen!r}")

    def is_whole(self) -> None:
        if not self.scene.is_whole(self.words):
            raise Wrong("the answer is not whole")

    def has_line(self) -> None:
        self.until("the line about an unknown chat", lambda: LOST in self.scene.chat.everything())
        self.seen = f"{self.seen} + line" if self.seen else "line"

    def upstream_closed(self) -> None:
        """Wait until the first stream's client has gone, or the stream had come to its end by itself."""
        self.until("the upstream request is closed", lambda: any(self.scene.upstream.state()[0].values()))


def tab_closed(case: Case) -> None:
    page = case.scene.chat.page
    case.scene.chat = case.scene.new_page()
    page.close()
    case.until("the upstream request is closed", lambda: case.scene.upstream.state()[0]["closed"])
    log = case.scene.app.output
    case.until("the turn's ending in the log", lambda: "turn ended: " in log())
    case.seen = "log: " + log().rpartition("turn ended: ")[2].partition(",")[0]
    if "idle" in case.seen or "None" in case.seen:
        raise Wrong(case.seen)


def socket_cut(case: Case) -> None:
    case.scene.chat.drop_socket()
    case.scene.chat.wait_connected()
    case.has_receipt(sentence("ending.complete"))
    case.is_whole()


def reload(case: Case) -> None:
    case.scene.chat.reload()
    case.has_receipt(LEFT)
    case.upstream_closed()


def upstream_reset(case: Case) -> None:
    case.has_receipt("Cut off")


def upstream_killed(case: Case) -> None:
    case.scene.renew_upstream()
    case.has_receipt("Cut off")


def app_terminated(case: Case) -> None:
    case.scene.end_app(signal.SIGTERM)
    case.has_receipt(SHUT_DOWN)
    case.upstream_closed()
    case.scene.start_app()
    case.has_line()


def app_killed(case: Case) -> None:
    case.scene.end_app(signal.SIGKILL)
    case.upstream_closed()
    case.scene.start_app()
    case.has_line()


def app_stopped(case: Case) -> None:
    _stop([case.scene.app.pid], case.stop_seconds)
    case.has_receipt(sentence("ending.complete"))
    case.is_whole()


def upstream_stopped(case: Case) -> None:
    _stop([case.scene.upstream.pid], case.stop_seconds)
    case.has_receipt(sentence("ending.complete"))
    case.is_whole()


def browser_stopped(case: Case) -> None:
    """Stop the browser: a page that is out of reach for long ends its turn, unless it was over before."""
    _stop(case.scene.renderers(), case.stop_seconds)
    case.has_receipt(sentence("ending.complete"), LEFT)
    if case.seen == sentence("ending.complete"):
        case.is_whole()
    case.upstream_closed()


def _stop(pids: list[int], seconds: float) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


KINDS: dict[str, Callable[[Case], None]] = {
    "tab closed": tab_closed,
    "socket cut": socket_cut,
    "reload": reload,
    "upstream reset": upstream_reset,
    "upstream killed": upstream_killed,
    "app SIGTERM": app_terminated,
    "app SIGKILL": app_killed,
    "app stopped": app_stopped,
    "upstream stopped": upstream_stopped,
    "browser stopped": browser_stopped,
}


def play(kind: str, number: int, seed: int, stop_seconds: float, folder: Path) -> Round:
    """Play one round. Its random moment and length follow from seed, kind and number."""
    chance = random.Random(f"{seed} {kind} {number}")
    moment = chance.uniform(0.3, 6.0)
    words = THOUGHT_WORDS + int((moment + _more_seconds(kind, stop_seconds, chance)) * WORDS_A_SECOND)
    idle = f"{int(stop_seconds) + 60}s" if kind == "upstream stopped" else "30s"
    began = time.monotonic()
    seen, wrong = "", ""
    try:
        with Scene(folder, idle) as scene:
            case = Case(scene, words, stop_seconds)
            try:
                _ask(case, kind, moment)
                KINDS[kind](case)
                _check(case, kind)
            except Exception:
                _keep_for_the_reader(case, f"{kind}-{number}")
                raise
            finally:
                seen = case.seen
    except (Wrong, AssertionError) as problem:
        wrong = str(problem).partition("\n")[0]
    except Exception as problem:
        wrong = f"{type(problem).__name__}: {problem}".partition("\n")[0]
    return Round(kind, number, moment, seen, wrong, time.monotonic() - began)


def _keep_for_the_reader(case: Case, name: str) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{name.replace(' ', '-')}.txt"
    file.write_text(f"{case.scene.chat.everything()}\n\n{case.scene.log}\n{case.scene.app.output()}")


def _more_seconds(kind: str, stop_seconds: float, chance: random.Random) -> float:
    """Return how many seconds the stream continues after the moment. In some rounds it outlasts the stop."""
    if kind == "tab closed":
        return LEAVING_SECONDS + 20
    return 6.0 + chance.choice([0.0, stop_seconds if "stopped" in kind else 0.0])


def _ask(case: Case, kind: str, moment: float) -> None:
    chat = case.scene.chat
    reset = int(moment * WORDS_A_SECOND) + 1
    chat.send(f"words {case.words}" + (f", reset after {reset}" if kind == "upstream reset" else ""))
    case.until("the stream has begun", lambda: chat.turn().thoughts)
    if kind != "upstream reset":
        chat.page.wait_for_timeout(moment * 1000)


def _check(case: Case, kind: str) -> None:
    """Check that nothing is stuck, no text is missing, and the next question is answered."""
    scene = case.scene
    if kind != "tab closed":
        case.until("nothing spins", lambda: not scene.stuck())
        if sentence("ending.first_token_timeout") in scene.chat.everything():
            raise Wrong("a clock ended the turn")
        if problem := scene.answered(case.words):
            raise Wrong(problem)
        scene.chat.page.wait_for_timeout(1000)
        if stuck := scene.stuck():
            raise Wrong(f"{stuck} spinning again after a second")
    words = THOUGHT_WORDS + 5
    scene.chat.send(f"words {words}")
    case.until(
        "the next question is answered", lambda: scene.chat.turn().ending.startswith(sentence("ending.complete"))
    )
    case.until("nothing spins after the next question", lambda: not scene.stuck())
    if not scene.is_whole(words):
        raise Wrong(f"the next answer is {scene.chat.turn().answer!r}")
    if "Traceback" in scene.log + scene.app.output():
        raise Wrong("a traceback in the app's log")
