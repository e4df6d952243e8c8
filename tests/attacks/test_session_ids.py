"""A session id is a UUID and nothing else, so no client reaches the disk with it."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.stranger import Stranger, new_id
from tests.browser.running_app import RunningApp

AN_ID = "3f2b8a54-6a0e-4d0e-9a5b-0c7f1d2e4b61"
FOREIGN: dict[str, Any] = {
    "dots": "..",
    "dot": ".",
    "empty": "",
    "long": "x" * 100_000,
    "number": 7,
    "null": None,
    "yes": True,
    "list": ["a"],
    "object": {"a": 1},
    "name": "chat",
    "capitals": new_id().upper(),
    "braces": "{" + new_id() + "}",
    "urn": f"urn:uuid:{new_id()}",
    "no hyphens": new_id().replace("-", ""),
    "more": new_id() + "/..",
    "line break": new_id() + "\n",
    "nul": new_id() + "\0",
    "lone surrogate": "\ud800",
}


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """Return a folder that the app's process could delete."""
    folder = tmp_path / "victim"
    folder.mkdir()
    (folder / "letter.txt").write_text("do not delete")
    return folder


@pytest.mark.parametrize("kind", ["absolute", "relative"])
def test_no_folder_is_deleted(app: RunningApp, stranger: Stranger, victim: Path, kind: str) -> None:
    up = "../" * (len(app.root.parts) + 1)
    session_id = str(victim) if kind == "absolute" else f"{up}{str(victim).lstrip('/')}"
    client = stranger.open()
    let_in = client.connect(session_id)
    if let_in:
        client.emit("clear_session")
    client.close()
    time.sleep(1.0)  # an app that deletes does so at the end of the connection
    assert (victim / "letter.txt").exists()
    assert not let_in


@pytest.mark.parametrize("kind", FOREIGN)
def test_only_a_uuid_is_let_in(stranger: Stranger, kind: str) -> None:
    client = stranger.open()
    assert not client.connect(FOREIGN[kind])
    client.close()


@pytest.mark.parametrize("auth", [None, [], "x", 7, {}, {"sessionId": AN_ID, "clientType": ["webapp"]}], ids=repr)
def test_a_connection_without_a_proper_auth_is_refused(stranger: Stranger, auth: object) -> None:
    client = stranger.open()
    assert not client.connect_with(auth)
    client.close()


@pytest.mark.parametrize(
    "more",
    [{"threadId": 7}, {"threadId": "../x"}, {"userEnv": "[" * 900}, {"chatProfile": {}}, {"clientType": "copilot"}],
    ids=repr,
)
def test_the_other_fields_have_their_shapes(stranger: Stranger, more: dict[str, object]) -> None:
    client = stranger.open()
    assert not client.connect(new_id(), **more)
    client.close()


def test_a_uuid_is_let_in(stranger: Stranger) -> None:
    client = stranger.open()
    assert client.connect(new_id())
    client.close()


def test_no_file_is_written(app: RunningApp, stranger: Stranger) -> None:
    """Reject `PUT /project/element` and `POST /project/file`, with which a caller could write files."""
    client, session = stranger.open(), new_id()
    assert client.connect(session)
    element = b'{"element": {"id": "%b", "type": "custom", "name": "x", "props": {"a": "%b"}}, "sessionId": "%b"}'
    body = element % (new_id().encode(), b"x" * 1000, session.encode())
    written = stranger.request("PUT", "/project/element", {"Content-Type": "application/json"}, body)
    uploaded = stranger.request("POST", f"/project/file?session_id={session}", {"Content-Type": "text/plain"}, b"x")
    assert (written.status, uploaded.status) == (404, 404)
    assert not list((app.root / ".files").rglob("*"))
    client.close()


def test_a_large_upload_is_refused_before_it_is_read(stranger: Stranger) -> None:
    """Read the answer without sending the body."""
    asked = f"POST /project/file?session_id={new_id()} HTTP/1.1\r\nHost: {stranger.own}\r\n"
    assert stranger.send_raw(f"{asked}Content-Length: 200000000\r\n\r\n".encode()).split()[1] == b"404"
