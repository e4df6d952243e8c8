"""A logits processor for vLLM: a request says in `vllm_xargs` which tokens the model is to give, and how fast.

    {"script": [token ids], "step_ms": 20, "loop": 1}

One id of the script a step, `step_ms` milliseconds apart; from its end on the model is free, or with `loop` the
script begins again. All that comes after the choice of the token (stop ids, detokenizer, parser, stream) is vLLM's own.
"""

import time
from dataclasses import dataclass

import torch
from vllm.sampling_params import SamplingParams
from vllm.v1.sample.logits_processor import AdapterLogitsProcessor


@dataclass(frozen=True, slots=True)
class Script:
    """One request's script, asked for the logits of the next token."""

    ids: list[int]
    step_seconds: float
    loop: bool

    def __call__(self, given: list[int], logits: torch.Tensor) -> torch.Tensor:
        time.sleep(self.step_seconds)
        place = len(given) % len(self.ids) if self.loop else len(given)
        if place < len(self.ids):
            logits.fill_(float("-inf"))
            logits[self.ids[place]] = 0.0
        return logits


class Scripted(AdapterLogitsProcessor):
    """`vllm serve --logits-processors scripted:Scripted`, with this file's folder in PYTHONPATH."""

    @classmethod
    def validate_params(cls, params: SamplingParams) -> None:
        script = (params.extra_args or {}).get("script")
        if script is not None and not (script and all(type(token) is int for token in script)):
            raise ValueError("vllm_xargs.script: expected a list of token ids that is not empty")

    def is_argmax_invariant(self) -> bool:
        return False

    def new_req_logits_processor(self, params: SamplingParams) -> Script | None:
        wanted = params.extra_args or {}
        if "script" not in wanted:
            return None
        return Script(wanted["script"], float(wanted.get("step_ms", 0)) / 1000, bool(wanted.get("loop", 0)))
