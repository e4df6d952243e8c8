"""The real engine with a small real model thinks, answers, and ends with its parent."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openai
import pytest

from chat.launch.model import find_model
from chat.profiles.read import read_profile

ROOT = Path(__file__).parents[2]
KEY = "only for this test"
END_SECONDS = 30

pytestmark = pytest.mark.embedded


@contextmanager
def started_engine() -> Iterator[subprocess.Popen[str]]:
    chosen = find_model("smollm2")
    command = [sys.executable, "-m", "chat.launch.engine", str(chosen.path), "--name", chosen.name]
    process = subprocess.Popen(
        [*command, "--persona", str(chosen.persona)],
        cwd=ROOT,
        env={**os.environ, "FULLSTOP_EMBEDDED_KEY": KEY},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        yield process
        process.kill()


@pytest.fixture
def engine() -> Iterator[subprocess.Popen[str]]:
    with started_engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def shared_address() -> Iterator[str]:
    """Yield the address of an engine for several tests: it takes seconds to read its first prompt."""
    with started_engine() as engine:
        yield address(engine)


def address(engine: subprocess.Popen[str]) -> str:
    assert engine.stdout
    return str(json.loads(engine.stdout.readline())["address"])


@pytest.mark.parametrize("question", ["Hello!", "太阳是什么？"])
def test_a_thought_comes_first_and_then_an_answer(
    shared_address: str, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setenv("FULLSTOP_EMBEDDED_MODEL", "smollm2-135m-instruct")
    profile = read_profile(ROOT / "profiles" / "embedded.yaml")
    with openai.OpenAI(base_url=f"{shared_address}/v1", api_key=KEY) as client:
        stream = client.chat.completions.create(
            model=profile.model,
            messages=[{"role": "user", "content": question}],
            stream=True,
            temperature=0,
            max_tokens=800,
            extra_body=dict(profile.extra),
        )
        deltas = [chunk.choices[0].delta for chunk in stream if chunk.choices]
    thought = "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas)
    answer = "".join(delta.content or "" for delta in deltas)
    assert thought.startswith("好的，用户" if question.endswith("？") else "Okay, the user")
    assert answer.strip()
    assert "think>" not in thought + answer


def test_a_client_without_the_key_is_rejected(shared_address: str) -> None:
    with (
        openai.OpenAI(base_url=f"{shared_address}/v1", api_key="another", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.models.list()


def test_it_ends_with_its_parent(engine: subprocess.Popen[str]) -> None:
    address(engine)
    assert engine.stdin
    engine.stdin.close()
    assert engine.wait(END_SECONDS) == 0


def test_it_ends_at_sigterm(engine: subprocess.Popen[str]) -> None:
    address(engine)
    engine.terminate()
    assert engine.wait(END_SECONDS) == -signal.SIGTERM
