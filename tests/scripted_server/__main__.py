"""The scripted server by hand: the words of the user's message choose the demo."""

import argparse
import contextlib
import threading

from tests.scripted_server.demos import DEMOS
from tests.scripted_server.server import ScriptedServer

parser = argparse.ArgumentParser(prog="python -m tests.scripted_server", description=__doc__)
parser.add_argument("--port", type=int, default=8001)
parser.add_argument("--model", default="Alibaba-Apsara/DASD-4B-Thinking")
options = parser.parse_args()

with ScriptedServer(port=options.port, model=options.model) as server:
    server.by_message(DEMOS)
    print(f"{server.base_url} plays: {', '.join(word or '(anything else)' for word in DEMOS)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
