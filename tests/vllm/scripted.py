"""A logits processor for vLLM: a request says in `vllm_xargs` which tokens the model is to give, and how fast.

    {"script": [token ids], "step_ms": 20, "slow_from": 0, "answer": [token ids]}

Where the prompt has the thought and its end already, it gives the `answer` instead.
All that comes after the choice of the token (stop ids, detokenizer, parser, stream) is vLLM's own.
"""

from collections.abc import Callable

import torch
from script import Script
from vllm.sampling_params import SamplingParams
from vllm.v1.sample.logits_processor import AdapterLogitsProcessor

END_OF_THOUGHT = 151668


class Scripted(AdapterLogitsProcessor):
    """`vllm serve --logits-processors scripted:Scripted`, with this file's folder in PYTHONPATH."""

    @classmethod
    def validate_params(cls, params: SamplingParams) -> None:
        script = (params.extra_args or {}).get("script")
        if script is not None and not (script and all(type(token) is int for token in script)):
            raise ValueError("vllm_xargs.script: expected a list of token ids that is not empty")

    def is_argmax_invariant(self) -> bool:
        return False

    def new_req_logits_processor(
        self, params: SamplingParams
    ) -> Callable[[list[int], list[int], torch.Tensor], torch.Tensor] | None:
        wanted = params.extra_args or {}
        if "script" not in wanted:
            return None
        pace = (wanted.get("step_ms", 0) / 1000, wanted.get("slow_from", 0))
        script = Script(wanted["script"], *pace)
        answer = Script(wanted.get("answer", wanted["script"]), *pace)

        def processor(prompt: list[int], given: list[int], logits: torch.Tensor) -> torch.Tensor:
            thought_over = prompt[-2:-1] == [END_OF_THOUGHT]
            return (answer if thought_over else script)(len(given), logits)

        return processor
