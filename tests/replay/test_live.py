"""A reply that a server sends is played as its recording is, however its bytes arrive: same events, same ending."""

import asyncio
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.profiles.modes import policy
from chat.profiles.profile import Profile
from chat.replay.replay import Replayed, replay
from chat.reply.play import Play
from chat.server.request import Request, request
from chat.server.server import close_servers
from termination import AnswerDelta, Event, PhaseChanged, ThoughtDelta, Turn
from tests.core.cuts import cut, tricky
from tests.server.stream.test_decoder import BODIES, CHANGES, DONE, END, ROWS, changed, chunk, stream, thought
from tests.shelf import profile
from tests.wire.fixtures import ASKED, patient
from tests.wire.hostile import EVENTS

CAPTURES = sorted((Path(__file__).parents[1] / "captures").glob("*.sse"))
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
GAP_SECONDS = 0.001  # mostly enough for a piece to be read before the next one comes
EXAMPLES = min(60, settings.default.max_examples)  # type: ignore[union-attr]
OFTEN = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


class Recording:
    """A server that sends one recorded body in pieces to each request for a reply, and the client's profile."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._pieces: list[bytes] = []
        self._server = runner.run(asyncio.start_server(self._answer, "127.0.0.1", 0))
        self.profile: Profile = profile(f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1")

    def play(self, pieces: list[bytes], mode: str) -> Replayed:
        """Play the reply as the app does."""
        self._pieces = pieces
        return self._runner.run(self._play(mode))

    def close(self) -> None:
        """End the server and its clients."""
        self._server.close()
        self._runner.run(close_servers())

    async def _play(self, mode: str) -> Replayed:
        async def prepared() -> Request:
            return request(self.profile, mode, ASKED, (), "chat-1")

        turn = Turn(policy(self.profile, mode), asyncio.get_running_loop().time())
        shown: list[Event] = []
        await Play(turn, shown.append).run(prepared())
        return Replayed(turn, tuple(shown))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        pieces = [EVENTS + b"\r\n", *self._pieces] if head.startswith(b"POST") else [NOT_FOUND]
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(GAP_SECONDS)
            writer.write_eof()
            await reader.read()
        except OSError:
            pass  # the turn has ended before the stream
        finally:
            writer.close()


@pytest.fixture(scope="module")
def recording() -> Iterator[Recording]:
    with pytest.MonkeyPatch.context() as monkeypatch, asyncio.Runner() as runner:
        patient(monkeypatch)
        recording = Recording(runner)
        yield recording
        recording.close()


@st.composite
def marked(draw: st.DrawFn) -> bytes:
    """Draw a stream of texts that are full of markers, special tokens and code, with or without an end."""
    texts = [chunk(piece) for piece in draw(tricky.flatmap(cut))]
    before = draw(st.sampled_from([[], [thought("Hm. ")], [thought("Hm", "reasoning_content")]]))
    after = draw(st.sampled_from([[END, DONE], [chunk(finish="length")], [DONE], []]))
    return stream(*before, *texts, *after)


captures = st.sampled_from(CAPTURES).map(Path.read_bytes)
bodies = st.one_of(captures, st.sampled_from([body for body, _ in ROWS]), BODIES, marked())
odd = st.one_of(bodies, bodies, st.builds(changed, bodies, CHANGES))


@st.composite
def pieces(draw: st.DrawFn) -> list[bytes]:
    """Draw a body in pieces, such as a network delivers it."""
    body = draw(odd).replace(b"\n", draw(st.sampled_from([b"\n", b"\n", b"\r\n", b"\r"])))
    places = sorted(draw(st.lists(st.integers(0, len(body)), max_size=6)))
    return [body[start:end] for start, end in zip([0, *places], [*places, len(body)], strict=True)]


@OFTEN
@given(pieces(), st.sampled_from(["FULL", "THINK_ONLY"]))
def test_a_live_reply_is_played_as_its_recording(recording: Recording, pieces: list[bytes], mode: str) -> None:
    live = recording.play(pieces, mode)
    assert story(live) == story(replay(b"".join(pieces), policy(recording.profile, mode)))


def story(played: Replayed) -> list[object]:
    """Return the texts and phases in their order, what else the page shows, and the ending."""
    ending = played.turn.ending
    assert ending
    texts = [(type(each), getattr(each, "text", each)) for each in played.events[:-1]]
    joined: list[object] = []
    for kind, some in groupby(texts, key=lambda each: each[0]):
        parts = [part for _, part in some]
        joined.append((kind, "".join(map(str, parts)) if issubclass(kind, ThoughtDelta | AnswerDelta) else parts))
    facts = (ending.code, ending.source, ending.phase, ending.finish_reason, ending.stop_reason, ending.condition)
    return [*joined, played.turn.thought, played.turn.answer, *facts, ending.tokens]


def test_what_is_compared_has_texts_and_phases() -> None:
    played = replay(stream(thought("T"), chunk("A"), chunk("B"), END), policy(profile(), "FULL"))
    assert story(played)[:4] == [
        (PhaseChanged, [PhaseChanged("thought")]),
        (ThoughtDelta, "T"),
        (PhaseChanged, [PhaseChanged("answer")]),
        (AnswerDelta, "AB"),
    ]
