"""The model server of the kill table: the scripted server in a separate process, which a round may stop or kill.

The message says what it plays: `words 200` or `words 200, reset after 57`. On standard input, `state` asks which of its
streams the client has closed; the answer is one line of JSON.
"""

import argparse
import json
import re
import sys

from tests.scripted_server import Content, Finish, Pause, Reasoning, Reset, Role, ScriptedServer, Step
from tests.scripted_server.steps import Body

THOUGHT_WORDS = 30
WORDS_A_SECOND = 15


def script(body: Body) -> list[Step]:
    """Return what the last message asks for: a thought, then numbered words."""
    said = [each["content"] for each in body.get("messages", ()) if each["role"] == "user"]
    # A question that has no answer yet comes before the next one in the same message.
    words, _, reset = re.findall(r"words (\d+)(, reset after (\d+))?", said[-1])[-1]
    steps: list[Step] = [Role()]
    for number in range(int(reset or words)):
        speak = Reasoning if number < THOUGHT_WORDS else Content
        steps += [Pause(1 / WORDS_A_SECOND), speak(f"w{number} ")]
    return [*steps, Reset()] if reset else [*steps, Finish()]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    port = parser.parse_args().port
    with ScriptedServer(port=port, model="Alibaba-Apsara/DASD-4B-Thinking") as server:
        server.by_message({"": script})
        print(json.dumps({"port": server.port}), flush=True)
        for _ in sys.stdin:
            print(
                json.dumps(
                    [{"closed": chat.closed_early, "answered": chat.answered.is_set()} for chat in server.chats()]
                ),
                flush=True,
            )


if __name__ == "__main__":
    main()
