"""The command line `fullstop`: its commands, their options, and one handler for their errors.

Each command imports what it needs, because openai and pydantic take most of a second.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from chat.command.errors import show_error
from chat.launch.start import Options, launch
from chat.launch.trouble import Trouble
from chat.process.startup import importing

INTERRUPTED = 130

CHAT = "Chat in the browser, with the server named in VLLM_BASE_URL or else with a small embedded model."
REPLAY = (
    "Plays recorded responses, byte for byte as `curl -N` writes them, and says what a chat would show, how the turn "
    "ends, and why. No time passes, so no timeout ends a turn. Exit code 2: a file or the profile cannot be read."
)
DOCTOR = (
    "Examines the whole chain: server, key, model, chat template, stop tokens, how replies end. Says what was checked, "
    "what was found, and what to do. Without a PROFILE it examines that of FULLSTOP_PROFILE. Without that too, it "
    "examines each profile of the folder whose model is served, or one for each address if none is served. "
    "Exit code 0: no problems, 1: problems, 2: it could not run."
)
ASK = (
    "Asks one question and plays the reply as the page does, with its stop tokens, timeouts, budget and loop guard. "
    "The answer is written to standard output, the thought and the receipt to standard error. Ctrl+C is Stop. Exit "
    "code 0: the reply is complete (complete, thought_complete, stop_text), 1: it ended otherwise, 2: it could not "
    "run, because there is no server, no such profile or mode, or no question."
)
PROFILE = (
    "Makes a profile for a model by asking its server what its chat template, its tokens and a short reply show, in at "
    "most eight small requests. Without MODEL it is the first one that is served. Without --write the file is printed. "
    "Exit code 0: the profile was made, 2: it could not be, because there is no server or no such model, or the file "
    "exists."
)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command in `words` (by default those of the process), and return its exit code.

    Every error of a command ends here, in one sentence on standard error.
    """
    options = build_parser().parse_args(words)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return int(options.run(options))
    except Trouble as trouble:
        show_error(str(trouble))
        return int(options.on_trouble)
    except BrokenPipeError:  # the reader has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python reports the pipe as it exits
        return int(options.on_broken_pipe)
    except KeyboardInterrupt:
        return INTERRUPTED


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands. Its options name the function to run, and the exit codes of its errors."""
    parser = argparse.ArgumentParser(prog="fullstop", description="A chat page for thinking models.")
    commands = parser.add_subparsers(required=True, metavar="command")
    add_chat(commands.add_parser("chat", help="chat in the browser", description=CHAT))
    about = "print the JSON Schema of a profile, as profiles/profile.schema.json has it"
    add_schema(commands.add_parser("schema", help=about, description=about))
    add_ask(commands.add_parser("ask", help="ask one question from the shell", description=ASK))
    about = "make a profile for a served model"
    add_profile(commands.add_parser("profile", help=about, description=PROFILE))
    add_replay(commands.add_parser("replay", help="play recorded responses, and say how they end", description=REPLAY))
    add_doctor(commands.add_parser("doctor", help="examine the server and the profile", description=DOCTOR))
    return parser


def add_chat(command: argparse.ArgumentParser) -> None:
    """Add the options of `fullstop chat`."""
    command.set_defaults(run=chat, on_trouble=1, on_broken_pipe=1)
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1: this machine only)")
    command.add_argument("--port", type=port, default=8080, help="the port to listen on (8080)")
    command.add_argument("--watch", action="store_true", help="restart the app whenever its code changes")
    command.add_argument("--model", metavar="qwen|smollm2|PATH", help="the embedded model, or a .gguf file of your own")


def add_schema(command: argparse.ArgumentParser) -> None:
    """Add the options of `fullstop schema`, which has none."""
    command.set_defaults(run=schema, on_trouble=1, on_broken_pipe=0)


def add_ask(command: argparse.ArgumentParser) -> None:
    """Add the options of `fullstop ask`."""
    command.set_defaults(run=ask, on_trouble=2, on_broken_pipe=1)
    about = "the question; - or nothing is standard input. A tag such as [MODE:THINK_ONLY] in it chooses the mode"
    command.add_argument("question", nargs="?", metavar="QUESTION", help=about)
    command.add_argument("--profile", help="a profile's name or path (FULLSTOP_PROFILE, else as the page chooses it)")
    command.add_argument("--mode", help="FULL, THINK_ONLY or another mode of the profile (the profile's default)")
    command.add_argument("--base-url", metavar="URL", help="the server's address; the profile's key is sent there")
    command.add_argument("--system", metavar="TEXT", help="a system prompt instead of the profile's; '' is none")
    command.add_argument("--json", action="store_true", help="one line of JSON, and no text while the reply comes")


def add_profile(command: argparse.ArgumentParser) -> None:
    """Add the options of `fullstop profile`."""
    command.set_defaults(run=profile, on_trouble=2, on_broken_pipe=0)
    command.add_argument("model", nargs="?", metavar="MODEL", help="the model's name at the server")
    command.add_argument("--base-url", metavar="URL", help="the server's address (VLLM_BASE_URL)")
    about = "write the file into the folder of your own profiles (FULLSTOP_PROFILES)"
    command.add_argument("--write", action="store_true", help=about)
    command.add_argument("--force", action="store_true", help="replace a file that exists")


def add_replay(command: argparse.ArgumentParser) -> None:
    """Add the options of `fullstop replay`."""
    command.set_defaults(run=replay, on_trouble=2, on_broken_pipe=0)
    command.add_argument("files", nargs="+", metavar="FILE", help="a recorded response; - is standard input")
    command.add_argument("--profile", help="a profile's name or path (FULLSTOP_PROFILE, else one for <think>…</think>)")
    command.add_argument("--mode", help="FULL, THINK_ONLY or another mode of the profile (the profile's default)")
    command.add_argument("--json", action="store_true", help="one line of JSON for each file")


def add_doctor(command: argparse.ArgumentParser) -> None:
    """Add the options of `fullstop doctor`."""
    command.set_defaults(run=doctor, on_trouble=2, on_broken_pipe=2)
    command.add_argument("profiles", nargs="*", metavar="PROFILE", help="a profile's name or path")
    command.add_argument("--json", action="store_true", help="one line of JSON for each check")


def port(text: str) -> int:
    """Return the number of a port.

    Raises:
        argparse.ArgumentTypeError: if it is not one.
    """
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is not a port: 1 to 65535")
    return int(text)


def chat(options: argparse.Namespace) -> int:
    """Run `fullstop chat` until it is interrupted."""
    launch(Options(options.host, options.port, options.watch, options.model))
    return 0


def schema(_: argparse.Namespace) -> int:
    """Run `fullstop schema`."""
    with importing():
        from chat.profiles.schema import schema_text

    print(schema_text(), end="")
    return 0


def ask(options: argparse.Namespace) -> int:
    """Run `fullstop ask`."""
    with importing():
        from chat.command.ask import Asked, ask_question

    asked = Asked(
        options.question, options.profile, options.mode, options.base_url, options.system, in_json=options.json
    )
    return ask_question(asked)


def profile(options: argparse.Namespace) -> int:
    """Run `fullstop profile`."""
    from chat.command.discover import Wanted, make_profile  # openai takes a second to import

    return make_profile(Wanted(options.model, options.base_url, options.write, options.force))


def replay(options: argparse.Namespace) -> int:
    """Run `fullstop replay`. Return 2 if a file cannot be read."""
    with importing():
        from chat.command.replay import replay_files

    all_read = replay_files(options.files, options.profile, options.mode, options.json)
    return 0 if all_read else 2


def doctor(options: argparse.Namespace) -> int:
    """Run `fullstop doctor`."""
    with importing():
        from chat.command.doctor import examine_profiles

    return examine_profiles(options.profiles, options.json)
