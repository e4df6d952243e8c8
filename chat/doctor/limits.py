"""The limits of tokens against what the server has room for."""

from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.reach import Served
from chat.profiles.profile import Profile

LEAST_THINKING, LEAST_ANSWERING = 256, 64


def limits(profile: Profile, served: Served) -> Finding:
    """Whether each mode's `max_tokens` fits into the model's window, and leaves room for an answer."""
    for mode in profile.modes:
        limit = profile.sampling_in(mode).max_tokens
        key = f"modes.{mode}.sampling" if profile.modes[mode].sampling.max_tokens else "sampling"
        least = LEAST_THINKING if profile.thinking and profile.modes[mode].thinks else LEAST_ANSWERING
        if limit and served.window and limit > served.window:
            half = served.window // 2
            return problem("max_tokens", "too_large", key=key, limit=limit, window=served.window, half=half)
        if limit and limit < least:
            return problem("max_tokens", "too_small", key=key, limit=limit, mode=mode, least=least)
    limit = profile.sampling_in(profile.default_mode).max_tokens
    if not limit:
        return info("max_tokens", "none", window=served.window or "?")
    if not served.window:
        return unknown("max_tokens", "no_window", limit=limit)
    return good("max_tokens", "fits", limit=limit, window=served.window)
