"""The app is prepared before its first chat, and a command imports without the collector."""

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


def test_imports_of_a_command_make_no_collection_and_are_excluded_from_later_ones() -> None:
    run = """
import gc
from chat.process.startup import importing
collections = []
gc.callbacks.append(lambda *_: collections.append(1))
with importing():
    import pydantic.main
print(gc.isenabled(), len(collections), gc.get_freeze_count() > 1000)
"""
    done = subprocess.run([sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True 0 True\n"
