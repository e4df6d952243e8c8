"""The profile of a model that no profile fits, before anything is known of it."""

from chat.profiles.profile import FULL, THINK_ONLY, Endpoint, Messages, Mode, Profile, Thinking


def plain_profile(endpoint: Endpoint, model: str, name: str) -> Profile:
    """Return a profile that finds a thought by its usual markers, and leaves everything else to the server."""
    return Profile(
        name=name,
        model=model,
        endpoint=endpoint,
        messages=Messages(),
        thinking=Thinking(open=("<think>",), close=("</think>",)),
        modes={FULL: Mode(), THINK_ONLY: Mode()},
    )
