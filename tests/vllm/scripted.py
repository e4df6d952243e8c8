"""A logits processor for vLLM: a request says in `vllm_xargs` which tokens the model emits, and how fast.

    {"script": [token ids], "step_ms": 20, "slow_from": 0, "answer": [token ids], "goes_on": true,
     "until": "a file", "held_from": 30}

The model is silent from the token `held_from` on, until the file exists. The `answer` follows the end of the thought,
in the prompt or by another logits processor. With `goes_on` the model emits the rest of the script if the prompt ends
with an exact prefix of it; otherwise it ends its turn at once.
All that follows the choice of the token (stop ids, detokenizer, parser, stream) is vLLM's own.
"""

from collections.abc import Callable
from typing import Any

import torch
from script import Script, rest
from vllm.config import VllmConfig
from vllm.sampling_params import SamplingParams
from vllm.tokenizers import cached_tokenizer_from_config
from vllm.v1.sample.logits_processor import AdapterLogitsProcessor

END_OF_TURN, END_OF_THOUGHT = 151645, 151668
REPLY = "<|im_start|>assistant\n"
Processor = Callable[[list[int], list[int], torch.Tensor], torch.Tensor]


class Scripted(AdapterLogitsProcessor):
    """The processor of `vllm serve --logits-processors scripted:Scripted`, with this file's folder in PYTHONPATH."""

    def __init__(self, vllm_config: VllmConfig, device: torch.device, is_pin_memory: bool) -> None:
        super().__init__(vllm_config, device, is_pin_memory)
        self._tokenizer = cached_tokenizer_from_config(vllm_config.model_config)

    @classmethod
    def validate_params(cls, params: SamplingParams) -> None:
        script = (params.extra_args or {}).get("script")
        if script is not None and not (script and all(type(token) is int for token in script)):
            raise ValueError("vllm_xargs.script: expected a list of token ids that is not empty")

    def is_argmax_invariant(self) -> bool:
        return False

    def new_req_logits_processor(self, params: SamplingParams) -> Processor | None:
        wanted = params.extra_args or {}
        if "script" not in wanted:
            return None
        return self._continuing(wanted) if wanted.get("goes_on") else _by_script(wanted)

    def _continuing(self, wanted: dict[str, Any]) -> Processor:
        known: list[Script] = []

        def processor(prompt: list[int], given: list[int], logits: torch.Tensor) -> torch.Tensor:
            if not known:
                known.append(_script(wanted, self._rest(wanted["script"], prompt)))
            return known[0](len(given), logits)

        return processor

    def _rest(self, script: list[int], prompt: list[int]) -> list[int]:
        more = rest(self._tokenizer.decode(script), self._tokenizer.decode(prompt).rpartition(REPLY)[2])
        return self._tokenizer.encode(more, add_special_tokens=False) if more else [END_OF_TURN]


def _by_script(wanted: dict[str, Any]) -> Processor:
    script = _script(wanted, wanted["script"])
    answer = _script(wanted, wanted["answer"]) if "answer" in wanted else None

    def processor(prompt: list[int], given: list[int], logits: torch.Tensor) -> torch.Tensor:
        if answer and prompt[-2:-1] == [END_OF_THOUGHT]:
            return answer(len(given), logits)
        if answer and END_OF_THOUGHT in given:
            return answer(len(given) - given.index(END_OF_THOUGHT) - 1, logits)
        return script(len(given), logits)

    return processor


def _script(wanted: dict[str, Any], ids: list[int]) -> Script:
    step_seconds, slow_from = wanted.get("step_ms", 0) / 1000, wanted.get("slow_from", 0)
    return Script(ids, step_seconds, slow_from, wanted.get("until", ""), wanted.get("held_from", 0))
