"""`fullstop ask` at real vLLM: the command of the shell plays a reply as the page does."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from tests.vllm.playing import PATIENCE_SECONDS, Player
from tests.vllm.scenarios import ANSWER, NUMBERS, REPLY, THOUGHT

ROOT = Path(__file__).parents[2]
RUN = "import sys; from chat.command.cli import main; sys.exit(main())"


async def start(player: Player, folder: Path, reply: str, *words: str, **changes: Any) -> asyncio.subprocess.Process:
    """Start the command in a process of its own, with a profile whose server says `reply`."""
    player.profile(extra=player.server.says(reply, step_ms=20), **changes)
    profile = str(folder / "of-this-test.yaml")
    command = ("-c", RUN, "ask", "--json", "--profile", profile, *words, "1+1?")
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        preexec_fn=_hear_interrupts,
    )


def _hear_interrupts() -> None:
    """Undo what a shell does for a job in the background, in which these tests may run."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def finish(process: asyncio.subprocess.Process) -> tuple[int | None, dict[str, Any]]:
    """Return the exit code, and what the one line says."""
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    assert err == b""
    report = json.loads(out)
    assert isinstance(report, dict)
    return process.returncode, report


async def test_a_whole_reply_has_exit_code_0(player: Player, tmp_path: Path) -> None:
    code, report = await finish(await start(player, tmp_path, REPLY))
    assert (code, report["ending"]["code"]) == (0, "complete")
    assert (report["thought"].strip(), report["answer"].strip()) == (THOUGHT, ANSWER)
    assert report["ending"]["tokens"]["exact"]
    assert report["fault"] is None


async def test_think_only_has_the_thought_alone(player: Player, tmp_path: Path) -> None:
    code, report = await finish(await start(player, tmp_path, REPLY, "--mode", "THINK_ONLY"))
    assert (code, report["ending"]["code"]) == (0, "thought_complete")
    assert (report["thought"].strip(), report["answer"]) == (THOUGHT, "")


async def test_the_limit_of_tokens_has_exit_code_1(player: Player, tmp_path: Path) -> None:
    reply = f"<think>\nHm.\n</think>\n\n{NUMBERS}"
    code, report = await finish(await start(player, tmp_path, reply, sampling={"max_tokens": 40}))
    assert (code, report["ending"]["code"]) == (1, "length")


async def test_ctrl_c_ends_the_work_of_the_server(player: Player, tmp_path: Path) -> None:
    process = await start(player, tmp_path, f"<think>\n{NUMBERS}")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await asyncio.to_thread(player.server.idle):  # noqa: ASYNC110  (the server's gauge has to be read)
            await asyncio.sleep(0.02)
    process.send_signal(signal.SIGINT)
    code, report = await finish(process)
    assert (code, report["ending"]["code"], report["ending"]["source"]) == (1, "stopped", "person")
    await player.wait_until_idle()
