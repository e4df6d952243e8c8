"""What a server says of its work: vLLM's metrics and llama.cpp's slots, which move on with each look."""

from collections.abc import Callable, Sequence
from itertools import chain, repeat

from tests.scripted_server.steps import Status

Look = tuple[int, int, float]  # requests that wait, requests that run, and how far the server is


def metrics(waiting: int, running: int, done: float, engine: int = 0, model: str = "scripted") -> str:
    """Return vLLM's metrics. A long prompt shows in the cache alone until it is read as a whole."""
    labels = f'engine="{engine}",model_name="{model}"'
    values = {
        "num_requests_running": running,
        "num_requests_waiting": waiting,
        "kv_cache_usage_perc": done,
        "prompt_tokens_total": 1280,
        "generation_tokens_total": 96,
    }
    lines = [f"vllm:{name}{{{labels}}} {value}\n" for name, value in values.items()]
    reason = f'vllm:num_requests_waiting_by_reason{{{labels},reason="capacity"}} {waiting}\n'
    return "# TYPE vllm:num_requests_running gauge\n" + "".join(lines) + reason


def slot(task: int, read: int, decoded: int = 0) -> dict[str, object]:
    """Return a slot of llama.cpp that is in use."""
    return {
        "id": 0,
        "n_ctx": 4096,
        "is_processing": True,
        "id_task": task,
        "n_prompt_tokens": read + 128,
        "n_prompt_tokens_processed": read,
        "next_token": [{"has_next_token": True, "n_remain": -1, "n_decoded": decoded}],
    }


FREE = {"id": 1, "n_ctx": 4096, "is_processing": False}


def looks(*said: str | bytes | Sequence[object]) -> Callable[[], Status]:
    """Return answers of a path: each in its turn, the last one again and again."""
    answers = chain(said, repeat(said[-1]))

    def answer() -> Status:
        body = next(answers)
        return Status(200, body)  # type: ignore[arg-type]  # slots are a list

    return answer
