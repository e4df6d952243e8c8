"""A model that no profile fits: its server is asked, and the first question is answered with thought and answer split.

The page is given nothing but the address of a gateway, which brings the key, the template and what the model says.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from chat.discover.discover import discover_profile
from chat.discover.questions import MOST_REQUESTS, QUESTION
from chat.profiles.profile import Endpoint
from chat.server.server import close_servers
from tests.client.driver import Background, Client
from tests.patience import PATIENT_APP
from tests.sentences import sentence
from tests.turn import Turn
from tests.vllm.gateway import Gateway, gateway_to
from tests.vllm.page import Page, page_at, tab_of
from tests.vllm.scenarios import ANSWER, OTHERS, REPLY, SET_UPS, THOUGHT
from tests.vllm.server import Server
from tests.vllm.templates import OPENS
from tests.vllm.vllm_server import SMOLLM2, Vllm

THINKING = ("qwen3", "no parser", *OTHERS)
OWN = "its own template"
TEMPLATES = {OWN: None, "a template that opens the thought": OPENS}
WITH_EACH_TEMPLATE = pytest.mark.parametrize("asked", TEMPLATES, indirect=True, scope="module")
OWN_ONLY = ("embedded", SMOLLM2)
END_OF_TURN, END_OF_THOUGHT = "<|im_end|>", "</think>"
REAL_QUESTION = "What do bees make? Answer in one short sentence."
Record = Callable[[str, object], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A page whose first question has been answered: its tab, the turn, and the seconds since its command."""

    server: Server
    gateway: Gateway
    page: Page
    chat: Client
    turn: Turn
    seconds: float


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


@contextmanager
def gateway_before(server: Server, background: Background) -> Iterator[Gateway]:
    manager = gateway_to(server.root)
    gateway = background.run(manager.__aenter__())
    try:
        yield gateway
    finally:
        background.run(manager.__aexit__(None, None, None))


def prepare(gateway: Gateway, server: Server, template: str | None) -> None:
    """Have the server use that template and say REPLY. A real model says what it likes, the same each time."""
    if server.name == SMOLLM2:
        gateway.script = {"temperature": 0}
        return
    gateway.script = server.says(REPLY.removeprefix("<think>\n") if template else REPLY)
    gateway.template = server.templated(template) if template else {}


@pytest.fixture(scope="module")
def asked(
    request: pytest.FixtureRequest, server: Server, background: Background, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    """Start the page, and ask the first question at once."""
    wait_until_idle(server)
    with gateway_before(server, background) as gateway:
        prepare(gateway, server, template_for(server, request.param))
        with page_at(gateway.base_url, tmp_path_factory.mktemp("page")) as page, tab_of(page, background) as chat:
            turn = chat.ask(REAL_QUESTION if server.name == SMOLLM2 else "1+1?")
            yield Asked(server, gateway, page, chat, turn, time.monotonic() - page.began)


def wait_until_idle(server: Server) -> None:
    """Wait until the embedded engine has read the prompts that it reads in advance."""
    while not server.idle():
        time.sleep(0.1)


def template_for(server: Server, name: str) -> str | None:
    """Return the template; None is the server's own."""
    template = TEMPLATES[name]
    if template and server.name in OWN_ONLY:
        pytest.skip("its template is set when it starts")
    return template


def stop_ids(asked: Asked) -> list[int]:
    """Return the stop token ids of the last request for a reply."""
    return list(asked.gateway.chats()[-1].body.get("stop_token_ids", ()))


def ids_of(server: Server, *tokens: str) -> list[int]:
    """Return the ids of single tokens, by the server's own tokenizer."""
    assert isinstance(server, Vllm)
    return [id_ for token in tokens for id_ in server.token_ids(token)]


@pytest.mark.servers(*THINKING)
@WITH_EACH_TEMPLATE
def test_the_first_question_is_answered_with_thought_and_answer_split(asked: Asked, record_property: Record) -> None:
    assert asked.turn.errors == []
    assert [each.text for each in asked.turn.thoughts] == [asked.server.thought(THOUGHT)]
    assert asked.turn.answer == ANSWER
    assert asked.turn.ending.startswith(sentence("ending.complete"))
    assert "Traceback" not in asked.page.output()
    record_property(f"from the command to the end of the first answer, {asked.server.name}", f"{asked.seconds:.1f} s")


@pytest.mark.servers("qwen3", "no parser")
@WITH_EACH_TEMPLATE
def test_the_first_question_has_checked_stop_ids(asked: Asked) -> None:
    assert stop_ids(asked) == ids_of(asked.server, END_OF_TURN)
    looked_up = [each.body.get("prompt") for each in asked.gateway.requests if each.path == "/tokenize"]
    assert END_OF_TURN in looked_up


@pytest.mark.servers(*THINKING)
@WITH_EACH_TEMPLATE
def test_think_only_ends_at_the_end_of_the_thought(asked: Asked) -> None:
    asked.chat.pick_mode(sentence("mode.THINK_ONLY"))
    turn = asked.chat.ask("1+1?")
    assert [each.text for each in turn.thoughts] == [asked.server.thought(THOUGHT)]
    assert turn.answer == ""
    assert turn.ending.startswith(sentence("ending.thought_complete"))
    if isinstance(asked.server, Vllm):
        assert stop_ids(asked) == ids_of(asked.server, END_OF_THOUGHT, END_OF_TURN)


@pytest.mark.servers(*THINKING, SMOLLM2)
@WITH_EACH_TEMPLATE
def test_the_server_is_asked_once_for_all_chats(asked: Asked, background: Background) -> None:
    with tab_of(asked.page, background) as another:
        another.ask("1+1?")
    questions = [each.body["messages"][-1]["content"] for each in asked.gateway.chats()]
    assert questions.count(QUESTION) == 1


@pytest.mark.servers(SMOLLM2)
@pytest.mark.parametrize("asked", [OWN], indirect=True, scope="module")
def test_a_real_model_without_a_thought_answers_the_first_question(asked: Asked, record_property: Record) -> None:
    assert asked.turn.errors == []
    assert "honey" in asked.turn.answer.lower()
    assert asked.turn.thoughts == []
    assert asked.turn.ending.startswith(sentence("ending.complete"))
    assert stop_ids(asked) == ids_of(asked.server, END_OF_TURN)
    record_property(f"from the command to the end of the first answer, {asked.server.name}", f"{asked.seconds:.1f} s")


@pytest.mark.servers(*THINKING)
@WITH_EACH_TEMPLATE
def test_no_file_is_written(asked: Asked) -> None:
    settings = asked.page.folder / "settings"
    assert not settings.exists() or not list(settings.rglob("*.yaml"))


@pytest.mark.servers(*SET_UPS, SMOLLM2)
@pytest.mark.parametrize("name", TEMPLATES)
async def test_asking_sends_at_most_eight_requests(
    server: Server, name: str, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    template = template_for(server, name)
    wait_until_idle(server)
    for variable, value in PATIENT_APP.items():
        monkeypatch.setenv(variable, value)
    async with gateway_to(server.root) as gateway:
        prepare(gateway, server, template)
        began = time.monotonic()
        found = await discover_profile(Endpoint(base_url=gateway.base_url), server.model)
        seconds = time.monotonic() - began
        await close_servers()
    assert 0 < len(gateway.requests) <= MOST_REQUESTS
    thinking = found.profile.thinking
    assert (thinking is not None) == (server.name != SMOLLM2)
    if thinking and isinstance(server, Vllm):
        assert thinking.opened == bool(template)
    assert ("NO_THINK" in found.profile.modes) == (isinstance(server, Vllm) and server.name != SMOLLM2 and not template)
    record_property(f"asking, {server.name}", f"{seconds:.2f} s, {len(gateway.requests)} requests")
