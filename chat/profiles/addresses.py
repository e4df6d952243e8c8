"""The model servers that the environment names: `VLLM_BASE_URL` is one address or several."""

import re
from collections.abc import Mapping

VARIABLE = "VLLM_BASE_URL"
DEFAULT = "http://localhost:8000/v1"


def split_addresses(text: str) -> tuple[str, ...]:
    """Return the addresses in a text, separated by commas or spaces, each once."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[,\s]+", text))))


def named_addresses(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses in `VLLM_BASE_URL`, or the default one of vLLM."""
    return split_addresses(environment.get(VARIABLE, "")) or (DEFAULT,)
