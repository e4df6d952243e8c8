"""The command `fullstop`."""

import argparse
import sys
from collections.abc import Sequence

from chat.launch.start import Options, launch
from chat.launch.trouble import Trouble


def main(words: Sequence[str] | None = None) -> int:
    chosen = parser().parse_args(words)
    try:
        launch(Options(chosen.host, chosen.port, chosen.watch, chosen.model))
    except Trouble as trouble:
        print(f"fullstop: {trouble}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="fullstop", description="A chat page for thinking models.")
    commands = whole.add_subparsers(required=True, metavar="command")
    chat = commands.add_parser(
        "chat",
        help="chat in the browser",
        description="Chat in the browser, with the server named in VLLM_BASE_URL or else with a small embedded model.",
    )
    chat.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1: this machine only)")
    chat.add_argument("--port", type=port, default=8080, help="the port to listen on (8080)")
    chat.add_argument("--watch", action="store_true", help="start the app afresh whenever its code changes")
    chat.add_argument("--model", metavar="qwen|smollm2|PATH", help="the embedded model, or a .gguf file of your own")
    return whole


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is not a port: 1 to 65535")
    return int(text)
