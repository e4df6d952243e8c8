"""The doctor lists how a stream departs from the chat protocol, who is affected and what to do, in both languages."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from chat.doctor.errors import check_errors
from chat.doctor.finding import Finding
from chat.doctor.probe import probe_request
from chat.doctor.stream.ends import check_finish
from chat.doctor.stream.protocol import check_protocol
from chat.doctor.stream.recording import Recording, record
from chat.profiles.profile import Profile
from chat.words.texts import say
from tests.doctor.conftest import Examined, the_problem
from tests.doctor.patient import ANSWER, Vllm
from tests.scripted_server import Content, Done, ErrorEvent, Finish, Raw, Role, Script, ScriptedServer, Status
from tests.scripted_server.steps import Body, Step

HEAD = "HTTP/1.1 200 OK\r\nconnection: close\r\n"
EVENTS = "content-type: text/event-stream\r\n"
WORDS = [Content(f" {word}") for word in ANSWER.split()]
Serve = Callable[..., Awaitable[str]]


def chunk(delta: dict[str, object], **choice: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": delta, **choice}]}).encode() + b"\n\n"


TEXT, DONE = chunk({"content": "Two."}), b"data: [DONE]\n\n"
STOP = chunk({}, finish_reason="stop")


def recorded(*pieces: bytes, kind: str = "text/event-stream; charset=utf-8", broken: str = "") -> Recording:
    return Recording(((0.1, b"".join(pieces)),), over=True, kind=kind, broken=broken)


def shown(findings: list[Finding]) -> list[tuple[str, str]]:
    """Return check and kind of the findings, whose sentences differ in the two languages."""
    for each in findings:
        assert say(each.found, "en") != say(each.found, "zh")
    return [(each.check, each.kind) for each in findings]


@pytest.mark.parametrize(
    ("recording", "kind", "facts"),
    [
        (recorded(TEXT, STOP, DONE, kind=""), "content_type", {"type": "–"}),
        (recorded(TEXT, STOP, DONE, kind="application/json"), "content_type", {"type": "application/json"}),
        (recorded(b"event: ping\n\n", TEXT, b"data:\n\nid: 7\n\n", STOP, DONE), "empty_events", {"count": 3}),
        (recorded(TEXT, b"data: ping\n\n", STOP, DONE), "unread_events", {"count": 1}),
        (recorded(STOP, TEXT, STOP, TEXT, STOP, DONE), "early_finish", {"count": 2}),
        (recorded(TEXT, chunk({}, finish_reason="STOP"), DONE), "odd_finish", {"finish": "STOP"}),
        (recorded(TEXT, chunk({"finish_reason": "stop"}), DONE), "odd_finish", {"finish": "stop"}),
        (recorded(TEXT, chunk({}, finish_reason="eos_token"), DONE), "odd_finish", {"finish": "eos_token"}),
        (recorded(TEXT, STOP, DONE, broken="reset by peer"), "broken_after", {"message": "reset by peer"}),
        (Recording(((0.1, TEXT + STOP + DONE),), over=False), "left_open", {}),
    ],
)
def test_each_departure_is_a_finding(recording: Recording, kind: str, facts: dict[str, object]) -> None:
    findings = check_protocol(recording)
    assert shown(findings) == [("protocol", kind)]
    assert facts.items() <= dict(findings[0].found.facts).items()
    assert findings[0].state == "info"


@pytest.mark.parametrize(
    "recording",
    [
        recorded(b": ping\n\n", TEXT, STOP, DONE),
        recorded(TEXT, STOP, chunk({}) + b"data: " + b'{"choices": [], "usage": {"completion_tokens": 3}}\n\n', DONE),
        recorded(TEXT, chunk({"content": ""}, finish_reason="repetition"), DONE, kind="Text/Event-Stream"),
        recorded(b"id: 1\n" + TEXT, b"event: message\n" + STOP, DONE),
        Recording(((0.1, TEXT),), over=False),
    ],
)
def test_a_stream_as_vllm_sends_it_departs_nowhere(recording: Recording) -> None:
    assert shown(check_protocol(recording)) == [("protocol", "standard")]


def test_a_stream_with_several_departures_has_several_findings() -> None:
    recording = recorded(b"event: ping\n\n", TEXT, chunk({}, finish_reason=" STOP"), DONE, kind="text/plain")
    assert [kind for _, kind in shown(check_protocol(recording))] == ["content_type", "empty_events", "odd_finish"]


@pytest.mark.parametrize(
    ("recording", "kind", "state"),
    [
        (recorded(TEXT, DONE), "only_done", "info"),
        (recorded(TEXT, broken="wrong chunk"), "broken", "problem"),
        (recorded(TEXT), "missing", "problem"),
        (recorded(STOP, TEXT, chunk({}, finish_reason="length"), DONE), "said", "ok"),
        (Recording(((0.1, TEXT + STOP + DONE),), over=False), "said", "ok"),
    ],
)
def test_how_the_end_is_said(recording: Recording, kind: str, state: str) -> None:
    finding = check_finish(recording, "stop")
    assert (shown([finding]), finding.state) == ([("finish", kind)], state)


def test_of_several_reasons_the_last_one_counts() -> None:
    recording = recorded(STOP, TEXT, chunk({}, finish_reason="length"), DONE)
    assert recording.finish_reason == "length"
    assert recording.last
    assert recording.last.finish_reason == "length"


# --- Whole examinations


async def test_departures_are_found_in_the_doctors_own_stream(server: ScriptedServer, examined: Examined) -> None:
    def odd(request: Body) -> Script:
        steps: list[Step] = [Role(), Raw(b"event: ping\n\n"), *WORDS, Finish("STOP"), Done()]
        return steps if request["max_tokens"] > 1 else [Role(), WORDS[0], Finish("length"), Done()]

    server.by_message({"": odd})
    findings = await examined()
    assert "problem" not in {each.state for each in findings}
    assert {("protocol", "empty_events"), ("protocol", "odd_finish")} <= set(shown(findings))


async def test_a_done_without_a_reason_is_no_problem(server: ScriptedServer, examined: Examined) -> None:
    server.by_message({"": [Role(), *WORDS, Done()]})
    findings = await examined()
    assert "problem" not in {each.state for each in findings}
    assert ("finish", "only_done") in shown(findings)


async def test_an_error_as_plain_text_in_the_stream_is_quoted(server: ScriptedServer, examined: Examined) -> None:
    def failing(request: Body) -> Script:
        if request["max_tokens"] == 1:
            return list(Vllm()(request))
        return [Role(), WORDS[0], Raw(b"event: error\ndata: the card is on fire\n\n")]

    server.by_message({"": failing})
    the_problem(await examined(), "full", "broken", "the card is on fire", do="")


@pytest.mark.parametrize(
    ("script", "kind", "facts"),
    [
        (
            [Status(400, {"detail": [{"loc": ["temperature"], "msg": "no number"}]})],
            "explained",
            "no number (temperature)",
        ),
        ([Status(400, b"no number")], "explained", "no number"),
        ([Status(500, b"")], "mute", "500"),
        ([ErrorEvent("no number"), Done()], "in_stream", "no number"),
        ([Raw(b'event: error\ndata: "no number"\n\n')], "in_stream", "no number"),
        ([Status(200, {"error": "no number"})], "in_stream", "no number"),
        ([Role(), WORDS[0], Finish("stop"), Done()], "ignored", ""),
    ],
)
async def test_how_errors_are_explained(
    server: ScriptedServer, pointed: Callable[..., Profile], script: Script, kind: str, facts: str
) -> None:
    server.by_message({"": script})
    finding = await check_errors(pointed())
    assert shown([finding]) == [("errors", kind)]
    assert facts in say(finding.found, "en")


# --- What only raw bytes can say


@pytest.fixture
async def raw() -> AsyncIterator[Serve]:
    """Yield a function that starts a server with the same bytes for every request, and returns its address."""
    opened: list[asyncio.Server] = []
    over = asyncio.Event()

    async def serve(*pieces: bytes, stays: bool = False) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"".join(pieces))
            await writer.drain()
            if stays:
                await over.wait()
            writer.close()

        opened.append(await asyncio.start_server(answer, "127.0.0.1", 0))
        return f"http://127.0.0.1:{opened[-1].sockets[0].getsockname()[1]}/v1"

    yield serve
    over.set()
    for each in opened:
        each.close()
        await each.wait_closed()


@pytest.mark.parametrize(
    ("head", "body", "stays", "kinds"),
    [
        (HEAD, TEXT + STOP + DONE, False, ["content_type"]),
        (HEAD + EVENTS, TEXT + STOP + DONE, True, ["left_open"]),
        (HEAD + EVENTS + "content-length: 9999\r\n", TEXT + STOP + DONE, False, ["broken_after"]),
        (HEAD + EVENTS, TEXT + STOP + DONE, False, ["standard"]),
    ],
)
async def test_what_is_wrong_around_the_events_is_recorded(
    raw: Serve,
    pointed: Callable[..., Profile],
    monkeypatch: pytest.MonkeyPatch,
    head: str,
    body: bytes,
    stays: bool,
    kinds: list[str],
) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_AFTER_FIRST_SECONDS", "0.3" if stays else "60")
    url = await raw(head.encode() + b"\r\n" + body, stays=stays)
    recording = await record(probe_request(pointed(url), "FULL", (), 9), 0.3 if stays else 60)
    assert [kind for _, kind in shown(check_protocol(recording))] == kinds


async def test_a_response_that_breaks_before_its_end_is_recorded(raw: Serve, pointed: Callable[..., Profile]) -> None:
    url = await raw(f"{HEAD}{EVENTS}content-length: 9999\r\n\r\n".encode() + TEXT)
    recording = await record(probe_request(pointed(url), "FULL", (), 9), 60)
    assert recording.broken
    assert check_finish(recording, "stop").kind == "broken"
