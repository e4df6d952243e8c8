"""Whatever a server sends or a library raises, the turn has an ending and a fault, and no secret is in them."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from chat.profiles.modes import policy
from chat.profiles.profile import Endpoint, Profile
from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError
from chat.reply.history import Exchange, History
from chat.reply.notice import Report
from chat.reply.play import Play
from chat.reply.reply import Reply
from chat.server.faults import Fault
from chat.server.request import Request, request
from chat.server.server import close_servers
from chat.words.texts import Language, say
from termination import Begun, Ended, Ending, Turn
from tests.shelf import profile
from tests.wire import hostile
from tests.wire.fixtures import ASKED, Chat, question
from tests.wire.hostile import EVENTS, event

SECRET = "sk-very-secret"
LANGUAGES: list[Language] = ["en", "zh"]


async def play(profile: Profile) -> tuple[Turn, Ending, Fault]:
    async def ask() -> Request:
        return request(profile, "FULL", ASKED, (), "chat-1")

    turn = Turn(policy(profile, "FULL"), asyncio.get_running_loop().time())
    fault = await Play(turn, lambda _: None).run(ask())
    assert turn.ending
    assert fault
    return turn, turn.ending, fault


def unchecked(base_url: str, api_key: str) -> Profile:
    """Return a profile whose endpoint was not read from a file, so nothing has checked it."""
    return profile().model_copy(update={"endpoint": Endpoint.model_construct(base_url=base_url, api_key=api_key)})


# --- What a server sends

HEADS: dict[str, tuple[bytes, str]] = {
    "no HTTP at all": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "not_http"),
    "a bad status line": (b"HTTP/1.1 OK\r\n\r\n", "not_http"),
    "a bad header": (b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", "not_http"),
    "two lengths": (b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", "not_http"),
    "a long reason": (b"HTTP/1.1 200 " + b"O" * 100_000 + b"\r\n\r\n", "header_bytes"),
    "many headers": (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n", "header_bytes"),
    "large headers": (
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"a%d: %b\r\n" % (n, b"b" * 9_000) for n in range(9)) + b"\r\n",
        "header_bytes",
    ),
}


@pytest.mark.parametrize("head", HEADS)
async def test_a_head_that_is_wrong_is_a_refusal(chat: Chat, head: str) -> None:
    data, kind = HEADS[head]
    async with hostile.hostile(lambda: (data,)) as server:
        chat.use(server.base_url)
        _, ending, fault = await chat.play()
        assert fault
        assert (ending.code, fault.kind) == ("refused", kind)


async def test_a_header_of_nine_kilobytes_is_read(chat: Chat) -> None:
    head = EVENTS + b"x-long: " + b"b" * 9_000 + b"\r\n\r\n"
    async with hostile.hostile(lambda: (head, event("A"), hostile.FINISH)) as server:
        chat.use(server.base_url)
        assert (await chat.play())[1].code == "complete"


BODIES: dict[str, bytes] = {
    "deep JSON": b"data: " + b"[" * 100_000 + b"\n\n",
    "deep JSON behind a quote": b': "\ndata: ' + b"[" * 100_000 + b"\n\n",
    "a number with many digits": b"data: " + b"9" * 100_000 + b"\n\n",
    "choices of a wrong type": b'data: {"choices": {"a": [1]}, "usage": [], "error": 0}\n\n',
    "usage beyond all numbers": b'data: {"choices": [], "usage": {"completion_tokens": 1e999}}\n\n',
    "half a surrogate": b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
    "a chunk size that is none": b"",
}


@pytest.mark.parametrize("body", BODIES)
async def test_a_body_that_is_wrong_ends_the_turn(chat: Chat, body: str) -> None:
    async with hostile.hostile(hostile.stream(event("half"), BODIES[body])) as server:
        chat.use(server.base_url)
        turn, ending, fault = await chat.play()
        assert fault
        assert turn.answer.startswith("half")
        assert ending.code in ("server_error", "disconnected")


async def test_a_broken_chunked_body_ends_the_turn(chat: Chat) -> None:
    """Accept a rejection too: the client rejects the whole response if all of it comes at once."""
    head = EVENTS + b"transfer-encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%b\r\n" % (len(event("half")), event("half"))
    async with hostile.hostile(lambda: (head, chunk, b"oops\r\n")) as server:
        chat.use(server.base_url)
        _, ending, fault = await chat.play()
        assert fault
        assert ending.code in ("disconnected", "refused")


CUT_CHUNKS = {
    "a length that is no number": b"oops\r\nabc",
    "a negative length": b"-5\r\nabc",
    "a length beyond all numbers": b"f" * 40 + b"\r\nabc",
    "more bytes than the length says": b"1\r\nabcdef\r\n",
}


@pytest.mark.parametrize("rest", CUT_CHUNKS)
@pytest.mark.parametrize("leaves", [True, False])
async def test_a_wrong_chunk_length_after_text_ends_the_turn_at_once(chat: Chat, rest: str, leaves: bool) -> None:
    """Need no timeout of the turn, even if the server keeps the connection open."""
    come = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        half = event("half")
        writer.write(EVENTS + b"transfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(half), half))
        await come.wait()
        writer.write(CUT_CHUNKS[rest])
        if not leaves:
            await reader.read()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        chat.use(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1", end={"clocks": {}})
        async with asyncio.timeout(60):
            turn, ending, fault = await chat.play(show=lambda _: come.set())
    assert fault
    assert (turn.answer, ending.code, fault.kind) == ("half", "disconnected", "disconnected")


# --- What a library raises


@pytest.mark.usefixtures("chat")
@pytest.mark.parametrize(
    ("base_url", "api_key"),
    [
        ("{}", f"{SECRET}\r\nx-evil: 1"),
        ("{}", f"{SECRET}\u00e9"),
        ("{}", f"{SECRET}\u5bc6\u94a5"),
        ("{}", f"{SECRET}\x00"),
        ("http://127.0.0.1:99999/v1", SECRET),
        ("http://127.0.0.1:port/v1", SECRET),
        ("http://[::1/v1", SECRET),
        ("http://a..b/v1", SECRET),
        ("http://" + "a" * 300 + "/v1", SECRET),
        ("ftp://127.0.0.1/v1", SECRET),
        ("nonsense", SECRET),
        ("", SECRET),
    ],
)
async def test_a_bad_key_or_address_that_was_not_checked_ends_the_turn(
    caplog: pytest.LogCaptureFixture, base_url: str, api_key: str
) -> None:
    caplog.set_level(logging.DEBUG, "fullstop")
    async with hostile.hostile(hostile.stream(hostile.FINISH)) as server:
        asked = unchecked(base_url.format(server.base_url), api_key)
        _, ending, fault = await play(asked)
    assert ending.code in ("server_error", "refused")
    said = [say(fault.sentence, lang) for lang in LANGUAGES]
    everything = f"{said} {fault} {ending} {caplog.text}"
    assert SECRET not in everything
    await close_servers()


class Bomb(Exception):
    """An unexpected error."""


@pytest.mark.parametrize("error", [Bomb("boom"), ValueError("boom"), TimeoutError("boom"), RecursionError("boom")])
async def test_an_error_while_the_request_is_made_ends_the_turn(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    async def ask() -> Request:
        raise error

    turn = Turn(policy(profile(), "FULL"), asyncio.get_running_loop().time())
    fault = await Play(turn, lambda _: None).run(ask())
    assert fault
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, fault.kind) == ("server_error", "client", "ours")
    assert fault.facts["problem"] == f"{type(error).__name__}: boom"
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("begun", [None, Begun("answer", "T", "It is"), Begun("thought", "Hm", "")])
async def test_an_error_before_a_reply_goes_on_is_its_ending(begun: Begun | None) -> None:
    class Broken(History):
        def before(self, exchange: Exchange) -> list[Exchange]:
            raise Bomb("boom")

    shown: list[Report] = []
    reply = Reply(replace(question(profile()), history=Broken()), shown.append, begun)
    fault = await reply.play()
    assert fault
    assert reply.ending
    assert (fault.kind, reply.ending.code) == ("ours", "server_error")
    assert shown[-1] == Ended(reply.ending)


# --- Key and address are checked when the profile is read


def written(folder: Path, endpoint: str) -> Path:
    path = folder / "mine.yaml"
    modes = "modes: {FULL: {}, THINK_ONLY: {}}"
    path.write_text(f"name: Mine\nmodel: m\nendpoint: {endpoint}\n{modes}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("endpoint", "key", "kind"),
    [
        (r'{base_url: "http://h/v1", api_key: "very-secret\n"}', "endpoint.api_key", "value_key"),
        (r'{base_url: "http://h/v1", api_key: "very-secret\x00"}', "endpoint.api_key", "value_key"),
        ('{base_url: "http://h/v1", api_key: "very-secret-é"}', "endpoint.api_key", "value_key"),
        ('{base_url: "http://h/v1", api_key: "very-secret-密钥"}', "endpoint.api_key", "value_key"),
        ('{base_url: "http://h/v1", api_key: [very-secret]}', "endpoint.api_key", "value_text"),
        ('{base_url: "http://user:very-secret@h/v1"}', "endpoint.base_url", "value_address_login"),
        ('{base_url: "http://very-secret@h/v1"}', "endpoint.base_url", "value_address_login"),
        ('{base_url: "http://user:very-secret@h:99999/v1"}', "endpoint.base_url", "value_address_login"),
        ('"http://user:very-secret@h/v1"', "endpoint", "value_mapping"),
        ('{base_url: "http://h:99999/v1"}', "endpoint.base_url", "value_address"),
        ('{base_url: "http://h:port/v1"}', "endpoint.base_url", "value_address"),
        (r'{base_url: "http://h\n/v1"}', "endpoint.base_url", "value_address"),
    ],
)
def test_a_bad_key_or_address_is_a_profile_error_without_the_secret(
    tmp_path: Path, endpoint: str, key: str, kind: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        read_profile(written(tmp_path, endpoint))
    assert (caught.value.key, caught.value.problem.key) == (key, f"profile.{kind}")
    said = "".join(say(caught.value.sentence, lang) for lang in LANGUAGES)
    assert "very-secret" not in f"{said} {caught.value!r}"


def test_an_endpoint_does_not_show_its_key() -> None:
    shown = Endpoint(base_url="http://h/v1", api_key=SECRET)
    assert SECRET not in f"{shown!r} {shown}"


def test_a_path_may_have_an_at_sign(tmp_path: Path) -> None:
    read = read_profile(written(tmp_path, '{base_url: "http://h/@cf/v1", api_key: "sk-A+/=._~ 9"}'))
    assert read.endpoint.base_url == "http://h/@cf/v1"
