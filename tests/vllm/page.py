"""The page as `fullstop chat` starts it, told nothing but the address of a server, and a tab of it."""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.running_app import copy_of_the_house, environment_for_the_app
from tests.client.driver import Background, Client
from tests.vllm.child import child, free_port

RUN = "import sys; from chat.command.cli import main; sys.exit(main())"
STARTED = re.compile(r"^Fullstop: http://localhost:\d+ ", re.MULTILINE)
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Page:
    """A page that runs, and when its command was given."""

    url: str
    log: Path
    folder: Path
    began: float

    def output(self) -> str:
        return self.log.read_text(errors="replace")


@contextmanager
def page_at(base_url: str, folder: Path) -> Iterator[Page]:
    """Run `fullstop chat` in a copy of the house, as a person without any settings."""
    root, log, port = copy_of_the_house(folder / "house"), folder / "page.log", free_port()
    command = [sys.executable, "-c", RUN, "chat", "--port", str(port)]
    environment = environment_for_the_app(os.environ) | {"HOME": str(folder), "CHAINLIT_ENV_FILE": os.devnull}
    environment |= {"XDG_CONFIG_HOME": str(folder / "settings"), "VLLM_BASE_URL": base_url}
    began = time.monotonic()
    with child(command, environment, log, root) as process:
        page = Page(f"http://127.0.0.1:{port}", log, folder, began)
        while not STARTED.search(page.output()):
            assert process.poll() is None, page.output()
            assert time.monotonic() - began < START_SECONDS, page.output()
            time.sleep(0.02)
        yield page


@contextmanager
def tab_of(page: Page, background: Background) -> Iterator[Client]:
    """Yield a new tab with an empty chat."""
    client = Client(page.url, background).open()
    try:
        yield client
    finally:
        client.close()
