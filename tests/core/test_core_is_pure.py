"""The termination core stands alone: importing it loads no loop, no network and no library."""

import subprocess
import sys
from pathlib import Path

HEAVY = {"asyncio", "chainlit", "openai", "pydantic", "socket", "transformers", "yaml", "logging", "chat"}


def test_importing_the_core_loads_nothing_heavy() -> None:
    look = "import sys, termination; print(*sys.modules)"
    root = Path(__file__).parents[2]
    loaded = subprocess.run([sys.executable, "-c", look], cwd=root, capture_output=True, text=True, check=True)
    assert "termination.turn" in loaded.stdout.split()
    assert HEAVY & set(loaded.stdout.split()) == set()
