"""`transformers serve` with scripts: a request has in its `generation_config` what vLLM's have in `vllm_xargs`.

All that follows the choice of the token is the server's own: scripted_transformers.py serve MODEL [options]
"""

from typing import Any

import torch
from script import Script
from transformers import GenerationMixin, LogitsProcessor, LogitsProcessorList
from transformers.cli.transformers import main

_own = GenerationMixin._get_logits_processor


class Scripted(LogitsProcessor):
    """A logits processor that runs after all others."""

    def __init__(self, script: Script, prompt_length: int) -> None:
        self._script, self._prompt_length = script, prompt_length

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        return self._script(input_ids.shape[-1] - self._prompt_length, scores.clone())


def _with_script(self: Any, generation_config: Any, input_ids_seq_length: int, **others: Any) -> LogitsProcessorList:
    processors = _own(self, generation_config, input_ids_seq_length, **others)
    if ids := getattr(generation_config, "script", None):
        script = Script(ids, generation_config.step_ms / 1000, generation_config.slow_from)
        processors.append(Scripted(script, input_ids_seq_length))
    return processors


GenerationMixin._get_logits_processor = _with_script
main()
