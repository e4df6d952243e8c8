"""Settings of all tests: Hypothesis measures behaviour, not this machine's speed; a worker runs whole files."""

import os

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("fullstop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("fullstop"), max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fullstop"))

# Packages whose tests share a running app, which takes seconds to start, but for the files that start their own.
SHARED_APP = ("client", "attacks", "shapes")
OWN_APPS = ("client/test_restart", "client/test_offers")
# The groups that take longest. They come first, so that all workers end at about the same time.
LONGEST = [
    "client",
    "client/test_restart",
    "client/test_offers",
    "page/test_endings",
    "attacks",
    "launch/test_launch",
    "shapes",
]
LONGEST += ["reply/test_late_timer", "launch/test_embedded_engine", "page/test_paint", "reply/test_play"]
LONGEST += ["server/test_bombs", "test_audit", "page/test_handlers", "doctor/test_stream_faults"]
LONGEST += ["process/test_watchdog", "docs/test_example_condition", "reply/test_folding"]


class Groups(LoadScopeScheduling):
    """Gives a worker all tests of a group. xdist's own marker is not seen: pytest 9 has the id of a test elsewhere."""

    def _split_scope(self, nodeid: str) -> str:
        group = group_of(nodeid)
        return nodeid if group.startswith("browser/") else group


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups | None:
    return Groups(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest groups first."""
    places = {group: place for place, group in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(group_of(item.nodeid), len(places)))


def group_of(nodeid: str) -> str:
    """Return the package that shares an app, or the file without its ending, as a path below this folder."""
    path = nodeid.split("::")[0].removeprefix("tests/").removesuffix(".py")
    package = path.split("/")[0]
    return package if package in SHARED_APP and path not in OWN_APPS else path
