"""What holds for all tests: Hypothesis measures behaviour, not this machine's speed, and a worker runs whole files."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("fullstop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("fullstop"), max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fullstop"))

# Packages whose tests share an app, which can be started once in a process.
SHARED_APP = ("page", "client", "attacks", "shapes")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file, or of a package that shares an app, in one worker of a parallel run."""
    for item in items:
        room, *_ = item.path.relative_to(Path(__file__).parent).parts
        if room != "browser":
            item.add_marker(pytest.mark.xdist_group(room if room in SHARED_APP else item.path.stem))
