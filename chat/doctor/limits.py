"""A check of `max_tokens` against the window of the server."""

from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.reach import Served
from chat.profiles.profile import Profile

LEAST_THINKING, LEAST_ANSWERING = 256, 64


def check_limits(profile: Profile, served: Served) -> Finding:
    """Return whether the `max_tokens` of each mode fits into the window, and is enough for a thought or an answer."""
    for name, mode in profile.modes.items():
        limit = profile.sampling_in(name).max_tokens
        key = f"modes.{name}.sampling" if mode.sampling.max_tokens else "sampling"
        least = LEAST_THINKING if profile.thinking and mode.thinks else LEAST_ANSWERING
        if limit and served.window and limit > served.window:
            half = served.window // 2
            return problem("max_tokens", "too_large", key=key, limit=limit, window=served.window, half=half)
        if limit and limit < least:
            return problem("max_tokens", "too_small", key=key, limit=limit, mode=name, least=least)
    limit = profile.sampling_in(profile.default_mode).max_tokens
    if not limit:
        return info("max_tokens", "none", window=served.window or "?")
    if not served.window:
        return unknown("max_tokens", "no_window", limit=limit)
    return good("max_tokens", "fits", limit=limit, window=served.window)
