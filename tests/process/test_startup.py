"""The app is prepared before its first chat."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import gc, sys
from chat.server.connection import Connection
from chat.profiles.profile import Endpoint
from chat.process.startup import prepare

prepare()
before = set(sys.modules)
client = Connection(Endpoint(base_url="http://127.0.0.1:9/v1")).client
client.chat.completions, client.completions
print(gc.get_freeze_count() > len(gc.get_objects()), [name for name in set(sys.modules) - before if "openai." in name])
"""


def test_the_first_question_loads_nothing_and_the_collector_skips_what_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=1) == ["True", "[]\n"]
