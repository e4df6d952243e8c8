"""The app's doors in Chainlit 2.12, each with its reason (docs/security.md). `install` may run again."""

import logging
import os
import sys
import uuid
from pathlib import Path
from typing import Any

import chainlit.server
import uvicorn
from chainlit.config import FILES_DIRECTORY, config
from chainlit.session import BaseSession, WebsocketSession

from chat.doors.guard import ENVELOPE_BYTES, ESCAPED, Guard
from chat.doors.hosts import Hosts
from chat.doors.settings import BadDoor, read_door_settings
from chat.page.install.sockets import Sockets
from chat.process.limits import BadLimit, Limits, read_limits, read_shared_seconds
from chat.process.waits import read_waits

server: Any = chainlit.server


def install() -> None:
    """Put the guard around the app and a check before each handler of the socket.

    A setting in the environment that is malformed ends the start with a sentence.
    """
    try:
        settings, limits = read_door_settings(os.environ), read_limits()
        read_shared_seconds()
        read_waits()
    except (BadDoor, BadLimit) as problem:
        sys.exit(f"fullstop: {problem}")
    # uvicorn trusts X-Forwarded-* of every local program, so any of them could take another address.
    os.environ["FORWARDED_ALLOW_IPS"] = ",".join(settings.proxies)
    hosts = Hosts(config.run.host, settings.hosts)
    _put_guard(hosts, limits, settings.embed_in)
    vars_of_base: Any = BaseSession
    vars_of_base.files_dir = property(_files_dir)
    _bound_frames(limits.message_bytes * ESCAPED + ENVELOPE_BYTES)
    Sockets(limits, hosts).install()
    logging.getLogger("chainlit").addFilter(_is_worth_a_line)


def _put_guard(hosts: Hosts, limits: Limits, embed_in: tuple[str, ...]) -> None:
    """Put the guard around the app, in the place of a former one."""
    app = server.app
    if not hasattr(app.state, "unguarded"):  # not yet, in watch mode
        app.state.unguarded = app.build_middleware_stack()
    root_path = config.run.root_path.rstrip("/")
    app.middleware_stack = Guard(app.state.unguarded, hosts, limits, _knows_session, _knows_socket, root_path, embed_in)


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """True unless Chainlit only reports that a page's language has no chainlit.md."""
    return not record.getMessage().startswith("Translated markdown file")


def _bound_frames(limit: int) -> None:
    """Fix the settings of uvicorn, which Chainlit does not let us set, for what comes before the guard sees it.

    0.4 MB of a compressed message become 400 MB in one step. Unfinished messages may have 16 MB on each socket.
    """
    uvicorn_config: Any = uvicorn.Config
    uvicorn_config.ws_per_message_deflate = property(lambda _: False, lambda _, _value: None)
    uvicorn_config.ws_max_size = property(lambda _: limit, lambda _, _value: None)


def _knows_session(session_id: str) -> bool:
    return WebsocketSession.get_by_id(session_id) is not None


def _knows_socket(eio_sid: str) -> bool:
    found = server.sio.eio.sockets.get(eio_sid)
    return found is not None and not found.closed


def _files_dir(self: BaseSession) -> Path:
    """Return the session's folder for files.

    Chainlit joins the folder of all files with the session's id, which the browser chooses, and later deletes what lies
    there. `connect` accepts UUIDs only; this is the second line.

    Raises:
        ValueError: if the id is not a name of a folder directly below the folder of all files.
    """
    folder = Path(FILES_DIRECTORY).resolve()
    own = (folder / str(self.id)).resolve()
    if own.parent != folder or str(uuid.UUID(str(self.id))) != own.name:
        raise ValueError("a session's folder must lie in the folder of all files")
    return own
