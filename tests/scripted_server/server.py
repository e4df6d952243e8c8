"""The server: it accepts requests, plays the scripts, and notices when a client disconnects."""

import asyncio
import itertools
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from tests.scripted_server.begun import ShowsPrompt, probe_answer, tries_continuing
from tests.scripted_server.http import Request, head, leave, read, response
from tests.scripted_server.limits import Budgets, budget_refused, lowered, one_token, too_long, tries_budget
from tests.scripted_server.pace import Pace
from tests.scripted_server.scripts import error
from tests.scripted_server.steps import Answer, Body, Drop, Reset, Status, Step
from tests.scripted_server.tokenizer import Tokenizer
from tests.scripted_server.voice import Voice

Template = Callable[[Body], str]
STREAMS = ("/v1/chat/completions", "/v1/completions")
EVENTS = {"content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked"}


class ScriptedServer:
    """A server in its own thread, on a free port of the loopback, for as long as the `with` block lasts.

    Set `key` to ask for `Authorization: Bearer KEY` under /v1, `tokenizes` to False for a server without /tokenize and
    /detokenize, `names_tokens` for one that gives ids alone, `bare` for one that has nothing beside its chat and its
    models, `template` for another chat template (ValueError rejects messages), and `aborts` to False for a model that
    continues after its client left. `budgets` says who rejects a thinking budget, `tells_window` whether the window is
    in the list of models; with `n_ctx` it reports window and tokens as llama.cpp does. `completes` is False for one
    without /v1/completions, `shows_prompt` says how it shows a prompt, `counts` whether it counts the tokens of one,
    and `tried` what else it plays to a probe that only tries whether a reply is continued. A request that comes after
    `keeps_seconds` of silence since the last answer on its connection finds it being closed. `says` has other answers
    by path, such as `/metrics`; `headers` are further ones of each stream. `serves` has the names in
    its list of models.
    """

    def __init__(self, *, port: int = 0, model: str = "scripted", max_model_len: int = 32768) -> None:
        self.port, self.model, self.max_model_len = port, model, max_model_len
        self._changed = threading.Condition()
        self._tokenizer = Tokenizer()
        self._answering: set[asyncio.Task[None]] = set()
        self._playing = 0
        self.reset()

    def reset(self) -> None:
        """Forget the scripts and the requests, and cut what still streams."""
        for answering in self._answering.copy():
            self._loop.call_soon_threadsafe(answering.cancel)
        self.key: str | None = None
        self.tokenizes = True
        self.names_tokens = True
        self.applies_template = False
        self.bare = False
        self.template: Template = chat_template
        self.aborts = True
        self.budgets: Budgets = "unknown"
        self.tells_window = True
        self.n_ctx: int | None = None
        self.completes = True
        self.shows_prompt: ShowsPrompt = "text"
        self.counts = True
        self.tried: list[Step] | None = None
        self.keeps_seconds = math.inf
        self.headers: Mapping[str, str] = {}
        self.serves: Sequence[str] = (self.model,)
        self.says: dict[str, Callable[[], Status]] = {}
        self._deserted = 0
        self.requests: list[Request] = []
        self._queue: deque[Answer] = deque()
        self._by_word: dict[str, Answer] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def play(self, *answers: Answer) -> None:
        """Queue answers: one for each coming request for a text."""
        self._queue.extend(answers)

    def by_message(self, answers: Mapping[str, Answer]) -> None:
        """Choose an answer, if the queue is empty, by a word in the last user message; `""` is in all."""
        self._by_word = dict(answers)

    def chats(self) -> list[Request]:
        """Return the requests for a text, without those for models, tokens and health."""
        asked = [each for each in self.requests if each.path in STREAMS]
        tries = (tries_budget, tries_continuing)
        return [each for each in asked if not any(tried(each.path, each.body) for tried in tries)]

    def tries(self) -> list[Request]:
        """Return the probes that only try whether a reply is continued."""
        return [each for each in self.requests if tries_continuing(each.path, each.body)]

    def text_of(self, ids: Sequence[int]) -> str:
        """Return the text of tokens that /tokenize has given."""
        return self._tokenizer.decode(ids)

    def prompt_of(self, request: Request) -> str:
        """Return what the model reads."""
        prompt = request.body.get("prompt")
        return self.text_of(prompt) if isinstance(prompt, list) else self._prompt(request)

    def wait_chat(self, number: int = 1, timeout: float = 30) -> Request:
        """Wait for the `number`-th request for a text, and return it."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.chats()) >= number, timeout):
                raise TimeoutError(f"{len(self.chats())} requests for a text came within {timeout} s, not {number}")
        return self.chats()[number - 1]

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        while not started.wait(0.05):
            if not self._thread.is_alive():
                raise OSError(f"the scripted server cannot listen on port {self.port}")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self, started: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", self.port, limit=2**24)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._over.wait()
        server.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read ahead while answering: the end of the input shows that the client has gone."""
        reading, idle_since = asyncio.create_task(read(reader)), math.inf
        try:
            while (request := await reading) and request.at - idle_since <= self.keeps_seconds:
                reading = asyncio.create_task(read(reader))
                answering = asyncio.create_task(self._answer(request, writer))
                self._answering.add(answering)
                answering.add_done_callback(self._answering.discard)
                await asyncio.wait({reading, answering}, return_when=asyncio.FIRST_COMPLETED)
                if reading.done() and reading.result() is None and not request.answered.is_set():
                    request.close_early()
                    self._deserted += not self.aborts
                    answering.cancel()
                await answering
                idle_since = time.monotonic()
        except (asyncio.CancelledError, ConnectionError):
            pass
        finally:
            reading.cancel()
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()
        lacks = request.path == "/v1/completions" and not self.completes
        if request.path in STREAMS and not lacks and not self._locked(request):
            self._playing += 1
            try:
                await self._play(request, self._refusal(request) or list(self._script(request)), writer)
            finally:
                self._playing -= 1
        else:
            request.answered.set()
            writer.write(response(self._plain(request)))
        await writer.drain()

    def _locked(self, request: Request) -> bool:
        guarded = self.key is not None and request.path.startswith("/v1")
        return guarded and request.headers.get("authorization") != f"Bearer {self.key}"

    def _refusal(self, request: Request) -> list[Step]:
        """Return how template, window or engine reject the request, empty if they accept it."""
        if refusal := budget_refused(request.body, self.budgets):
            return refusal
        if any("content" not in each for each in request.body.get("messages", ())):
            return [error(400, "All non-assistant messages must contain 'content'")]
        try:
            prompt = self._prompt_length(request)
        except ValueError as problem:
            return [error(400, str(problem))]
        if prompt >= self.max_model_len:
            return [too_long(prompt, self.max_model_len)]
        return []

    def _prompt_length(self, request: Request) -> int:
        prompt = request.body.get("prompt")
        return len(prompt if isinstance(prompt, list) else self._tokenizer.encode(self._prompt(request)))

    def _script(self, request: Request) -> list[Step]:
        if tries_continuing(request.path, request.body):
            prompt = self._prompt(request)
            return self.tried or [
                probe_answer(request.body, prompt, self._tokenizer.encode(prompt), self.shows_prompt, self.counts)
            ]
        if tries_budget(request.path, request.body):
            return one_token(self._prompt_length(request))
        words = (answer for word, answer in self._by_word.items() if word in request.message)
        answer = self._queue.popleft() if self._queue else next(words, None)
        if answer is None:
            return [error(418, "the scripted server has nothing to play for this request")]
        if not callable(answer):
            return list(answer)
        return list(answer(lowered(request.body, self.max_model_len - self._prompt_length(request))))

    async def _play(self, request: Request, script: list[Step], writer: asyncio.StreamWriter) -> None:
        voice, pace = Voice(request, self.model, len(self.requests)), Pace()
        end = next((step for step in script if isinstance(step, Status | Drop | Reset)), None)
        streams = request.body.get("stream") and not isinstance(end, Status)
        if streams:
            writer.write(head(200, {**EVENTS, **self.headers}))
        for step in itertools.takewhile(lambda step: step is not end, script):
            await pace.keep(step)
            if streams and (data := voice.event(step)):
                writer.write(b"%x\r\n%b\r\n" % (len(data), data))
                await writer.drain()
        request.answered.set()
        match end:
            case Drop() | Reset():
                leave(writer, reset=isinstance(end, Reset))
            case Status():
                writer.write(response(end))
            case None:
                writer.write(b"0\r\n\r\n" if streams else response(voice.whole(script)))

    def _plain(self, request: Request) -> Status:
        if self._locked(request):
            return Status(401, {"error": "Unauthorized"})
        match request.path:
            case path if path in self.says:
                return self.says[path]()
            case "/v1/models":
                return Status(200, {"object": "list", "data": [self._card(name) for name in self.serves]})
            case _ if self.bare:
                return Status(404, {"detail": "Not Found"})
            case "/props" if self.n_ctx:
                return Status(200, {"default_generation_settings": {"n_ctx": self.n_ctx}, "total_slots": 2})
            case "/tokenize" if self.n_ctx:
                numbers = self._tokenizer.encode(request.body.get("content", ""))
                names = self._names(request, numbers)
                pieces = [{"id": id_, "piece": name} for id_, name in zip(numbers, names or (), strict=False)]
                return Status(200, {"tokens": pieces or numbers})
            case "/tokenize" if self.tokenizes:
                try:
                    numbers = self._tokenizer.encode(self._prompt(request))
                except ValueError as problem:
                    return error(400, str(problem))
                length = {"count": len(numbers), "max_model_len": self.max_model_len}
                return Status(200, length | {"tokens": numbers, "token_strs": self._names(request, numbers)})
            case "/detokenize" if self.tokenizes:
                return Status(200, {"prompt": self._tokenizer.decode(request.body["tokens"])})
            case "/apply-template" if self.applies_template or self.n_ctx:
                try:
                    return Status(200, {"prompt": self._prompt(request)})
                except ValueError as problem:
                    return error(500, str(problem))
            case "/health" | "/ping":
                return Status(200)
            case "/version":
                return Status(200, {"version": "0.33.0"})
            case "/metrics":
                return Status(200, f'vllm:num_requests_running{{engine="0"}} {self._playing + self._deserted:.1f}\n')
            case _:
                return Status(404, {"detail": "Not Found"})

    def _names(self, request: Request, numbers: Sequence[int]) -> list[str] | None:
        """Return the names of tokens if the request asks for them."""
        wanted = any(request.body.get(name) for name in ("return_token_strs", "with_pieces"))
        return [self._tokenizer.decode([number]) for number in numbers] if self.names_tokens and wanted else None

    def _card(self, name: str) -> dict[str, object]:
        card = {"id": name, "object": "model", "created": 1795290000, "owned_by": "vllm"}
        card |= {"root": name, "parent": None, "permission": []}
        return card | ({"max_model_len": self.max_model_len} if self.tells_window and not self.n_ctx else {})

    def _prompt(self, request: Request) -> str:
        return self.template(request.body) if "messages" in request.body else str(request.body.get("prompt", ""))


def chat_template(body: Body) -> str:
    """Render plain ChatML: it accepts a system message, opens no thought and ignores a thought's own field."""
    said = "".join(f"<|im_start|>{each['role']}\n{each['content']}<|im_end|>\n" for each in body["messages"])
    if body.get("continue_final_message"):
        return said.removesuffix("<|im_end|>\n")
    return said + ("<|im_start|>assistant\n" if body.get("add_generation_prompt", True) else "")
