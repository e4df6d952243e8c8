"""The command `fullstop`."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from chat.command.replay import Replay, replay_files
from chat.launch.start import Options, launch
from chat.launch.trouble import Trouble
from chat.profiles.schema import text


def main(words: Sequence[str] | None = None) -> int:
    chosen = parser().parse_args(words)
    return int(chosen.run(chosen))


def chat(chosen: argparse.Namespace) -> int:
    try:
        launch(Options(chosen.host, chosen.port, chosen.watch, chosen.model))
    except Trouble as trouble:
        print(f"fullstop: {trouble}", file=sys.stderr)
        return 1
    return 0


def replay(chosen: argparse.Namespace) -> int:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        all_read = replay_files(Replay(tuple(chosen.files), chosen.profile, chosen.mode, chosen.json))
    except Trouble as trouble:
        print(f"fullstop: {trouble}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read this has enough, as `head` does; Python would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:  # standard input has no end where it is a keyboard
        return 130
    return 0 if all_read else 2


def examine(chosen: argparse.Namespace) -> int:
    from chat.command.doctor import Doctor, doctor  # openai takes a second to import, and no other command needs it

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return doctor(Doctor(tuple(chosen.profiles), chosen.json))
    except Trouble as trouble:
        print(f"fullstop: {trouble}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="fullstop", description="A chat page for thinking models.")
    commands = whole.add_subparsers(required=True, metavar="command")
    add_chat(commands.add_parser("chat", help="chat in the browser", description=CHAT))
    about = "print the JSON Schema of a profile, as profiles/profile.schema.json has it"
    commands.add_parser("schema", help=about, description=about).set_defaults(run=schema)
    add_replay(commands.add_parser("replay", help="play recorded responses, and say how they end", description=REPLAY))
    add_doctor(commands.add_parser("doctor", help="examine the server and the profile", description=DOCTOR))
    return whole


def schema(_: argparse.Namespace) -> int:
    print(text(), end="")
    return 0


CHAT = "Chat in the browser, with the server named in VLLM_BASE_URL or else with a small embedded model."
REPLAY = (
    "Plays recorded responses, byte for byte as `curl -N` writes them, and says what a chat would show, how the turn "
    "ends, and why. Time stands still: no clock runs out. Exit code 2 if a file or the profile cannot be read."
)
DOCTOR = (
    "Examines the whole chain: server, key, model, chat template, stop tokens, how replies end. Says what was checked, "
    "what was found, and what to do. Without a PROFILE it takes that of FULLSTOP_PROFILE, else each of the folder "
    "whose model is served, or, where none is, one for each address. Exit code 0: all is well, 1: problems, 2: it "
    "could not run."
)


def add_chat(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=chat)
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1: this machine only)")
    command.add_argument("--port", type=port, default=8080, help="the port to listen on (8080)")
    command.add_argument("--watch", action="store_true", help="start the app afresh whenever its code changes")
    command.add_argument("--model", metavar="qwen|smollm2|PATH", help="the embedded model, or a .gguf file of your own")


def add_replay(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=replay)
    command.add_argument("files", nargs="+", metavar="FILE", help="a recorded response; - is standard input")
    command.add_argument("--profile", help="a profile's name or path (FULLSTOP_PROFILE, else one for <think>…</think>)")
    command.add_argument("--mode", help="FULL, THINK_ONLY or another mode of the profile (the profile's default)")
    command.add_argument("--json", action="store_true", help="one line of JSON for each file")


def add_doctor(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=examine)
    command.add_argument("profiles", nargs="*", metavar="PROFILE", help="a profile's name or path")
    command.add_argument("--json", action="store_true", help="one line of JSON for each check")


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is not a port: 1 to 65535")
    return int(text)
