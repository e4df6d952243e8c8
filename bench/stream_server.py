"""The server of the client measurements, in a separate process: chunks as vLLM sends them, at once or at a pace.

The question says which. It prints its address, and ends when its standard input is closed.
"""

import asyncio
import json
import re
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.texts import prose
from tests.browser.running_app import ROOT

BLOCK = 1_000  # chunks in one write
START_SECONDS = 0.5  # from the last of the streams to its first token
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n"
_HEAD += b"transfer-encoding: chunked\r\n\r\n"
_END = b"0\r\n\r\n"
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def blast_question(tokens: int) -> str:
    """Return the question for that many tokens, written as fast as they are read."""
    return f"Blast of {tokens} tokens."


def paced_question(tokens: int, streams: int, per_second: int) -> str:
    """Return the question for that many tokens on each of these streams, all at the same moments."""
    return f"Paced: {tokens} tokens on {streams} streams, {per_second} a second."


def frames(tokens: int) -> list[bytes]:
    """Return one chunk for each token, and the end. As uvicorn does, each event is one chunk of HTTP too."""
    pieces = prose(tokens)
    events = [_event([_choice({"content": piece})], number) for number, piece in enumerate(pieces, 1)]
    events.insert(0, _event([_choice({"role": "assistant", "content": ""})], 0))
    events += [_event([_choice({"content": ""}, "stop")], tokens), _event([], tokens), b"data: [DONE]\n\n"]
    return [b"%x\r\n%b\r\n" % (len(event), event) for event in events]


def _choice(delta: dict[str, str], finish: str | None = None) -> dict[str, object]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish, "token_ids": None}


def _event(choices: Sequence[dict[str, object]], completion: int) -> bytes:
    counts = {"prompt_tokens": 31, "total_tokens": 31 + completion, "completion_tokens": completion}
    chunk = {"id": f"chatcmpl-{'5f' * 16}", "object": "chat.completion.chunk", "created": 1_793_900_000}
    chunk |= {"model": "Qwen/Qwen3-32B", "choices": choices, "usage": counts}
    return b"data: %b\n\n" % json.dumps(chunk, separators=(",", ":")).encode()


class StreamServer:
    """The server. Streams at a pace wait for each other."""

    def __init__(self) -> None:
        self._waiting: list[StreamWriter] = []
        self._paced: set[asyncio.Task[None]] = set()

    async def answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer one request, and close the connection."""
        try:
            question = await _read_question(reader)
            writer.write(_HEAD)
            numbers = [int(number) for number in re.findall(r"\d+", question)]
            if question.startswith("Blast"):
                await _blast(writer, frames(numbers[0]))
            else:
                self._join(writer, *numbers)
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _join(self, writer: StreamWriter, tokens: int, streams: int, per_second: int) -> None:
        self._waiting.append(writer)
        if len(self._waiting) == streams:
            writers, self._waiting = self._waiting, []
            task = asyncio.create_task(_pace(writers, frames(tokens), 1 / per_second))
            self._paced.add(task)
            task.add_done_callback(self._paced.discard)


async def _read_question(reader: StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    assert length
    body = json.loads(await reader.readexactly(int(length[1])))
    return str(body["messages"][-1]["content"])


async def _blast(writer: StreamWriter, written: Sequence[bytes]) -> None:
    for begin in range(0, len(written), BLOCK):
        writer.write(b"".join(written[begin : begin + BLOCK]))
        await writer.drain()
    writer.write(_END)
    await writer.drain()


async def _pace(writers: Sequence[StreamWriter], written: Sequence[bytes], period: float) -> None:
    """Write one event to each of the streams, then wait. An event that is late does not make the next one early."""
    await asyncio.sleep(START_SECONDS)
    for frame in [*written, _END]:
        for writer in writers:
            writer.write(frame)
        await asyncio.sleep(period)


@contextmanager
def stream_server() -> Iterator[str]:
    """Yield the address of the running server."""
    command = [sys.executable, "-m", "bench.stream_server"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()


async def _main() -> None:
    async with await asyncio.start_server(StreamServer().answer, "127.0.0.1", 0, backlog=1_000) as server:
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.close()


if __name__ == "__main__":
    asyncio.run(_main())
