"""Asking finds the profile of a model by what its server shows, and is never wrong about what it claims to know."""

import re
from dataclasses import replace

import pytest

from chat.discover.discover import Discovered, discover_profile
from chat.discover.questions import MOST_REQUESTS
from chat.profiles.profile import Endpoint, Profile
from chat.words.texts import Language, say
from tests.discover.models import CASES, Case
from tests.shapes.server import VllmServer

LANGUAGES: tuple[Language, ...] = ("en", "zh")
IDS = [each.model for each in CASES]


async def discover(server: VllmServer, model: str) -> Discovered:
    return await discover_profile(Endpoint(base_url=server.base_url), model)


@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_asking_finds_the_profile_and_says_how(case: Case) -> None:
    with VllmServer(case.shape) as server:
        found = await discover(server, case.model)
        assert found.profile == Profile.model_validate(case.profile(server.base_url))
        assert set(found.unknown) == case.unknown
        assert len(server.requests) <= MOST_REQUESTS
    for lang in LANGUAGES:
        said = [say(each, lang) for each in found.findings]
        assert not any(re.search(r"\{\w+\}|`\?`", each) for each in said)


@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_without_a_name_that_says_the_family_nothing_is_wrong(case: Case) -> None:
    """Expect each fact that only the name gives to be missing, or among the unknown points."""
    with VllmServer(replace(case.shape, model="served")) as server:
        found = await discover(server, "served")
    expected = Profile.model_validate(case.profile(server.base_url))
    assert found.profile.messages.system_role in ("system", expected.messages.system_role)
    if found.profile.thinking and "markers" not in found.unknown:
        assert found.profile.thinking == expected.thinking
    for name, mode in found.profile.modes.items():
        wanted = expected.modes[name]
        assert set(mode.stop_tokens) <= set(wanted.stop_tokens)
        assert (mode.thinks, mode.reasoning_effort) == (wanted.thinks, wanted.reasoning_effort)
        if "switch" not in found.unknown:
            assert mode.chat_template_kwargs == wanted.chat_template_kwargs
