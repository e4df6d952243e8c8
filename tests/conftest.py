"""What holds for all tests: Hypothesis measures behaviour, not this machine's speed; a worker runs whole files."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("fullstop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("fullstop"), max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fullstop"))

# Packages whose tests share a running app, which takes seconds to start, but for the files that start their own.
SHARED_APP = ("client", "attacks", "shapes")
OWN_APPS = ("client/test_restart",)
# The groups that take longest. They come first, so that all workers end at about the same time.
LONGEST = ["client", "client/test_restart", "page/test_endings", "attacks", "launch/test_launch", "shapes"]
LONGEST += ["reply/test_late_timer", "launch/test_embedded_engine", "page/test_paint", "reply/test_play"]
LONGEST += ["server/test_bombs", "test_audit", "page/test_handlers", "doctor/test_stream_faults"]
LONGEST += ["process/test_watchdog", "docs/test_example_condition", "reply/test_folding"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file, or of a package that shares an app, in one worker of a parallel run."""
    places = {group: place for place, group in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(group_of(item), len(places)))
    for item in items:
        if not group_of(item).startswith("browser/"):
            item.add_marker(pytest.mark.xdist_group(group_of(item)))


def group_of(item: pytest.Item) -> str:
    """Return the package that shares an app, or the file without its ending, as a path below this folder."""
    path = item.path.relative_to(Path(__file__).parent).with_suffix("")
    shares = path.parts[0] in SHARED_APP and path.as_posix() not in OWN_APPS
    return path.parts[0] if shares else path.as_posix()
