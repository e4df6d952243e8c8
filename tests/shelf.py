"""A profile in Python, for tests that do not read files."""

from typing import Any

from chat.profiles.profile import Profile

FULL_STOPS = ("<|im_end|>", "<|endoftext|>")
THINK_STOPS = ("</think>", *FULL_STOPS)


def profile(base_url: str = "http://localhost:8000/v1", **values: Any) -> Profile:
    """Return a thinking model's profile, with `values` in the place of some of its keys."""
    usual: dict[str, Any] = {
        "name": "Scripted",
        "model": "scripted",
        "endpoint": {"base_url": base_url},
        "thinking": {"open": "<think>", "close": "</think>"},
        "modes": {"FULL": {"stop_tokens": FULL_STOPS}, "THINK_ONLY": {"stop_tokens": THINK_STOPS}},
    }
    return Profile.model_validate(usual | values)
