"""Which of vLLM's own request fields the server knows: a wrong value for one that is known is refused."""

import asyncio

from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.heard import heard
from chat.doctor.probe import probe
from chat.process.waits import read_waits
from chat.profiles.profile import FULL, Profile

_WRONG = "wrong on purpose"
_RIGHT: dict[str, object] = {
    "thinking_token_budget": 64,
    "repetition_detection": {"max_pattern_size": 8, "min_pattern_size": 1, "min_count": 8},
}


async def fields(profile: Profile) -> list[Finding]:
    """What is to be said of each of them."""
    names = [name for name in _RIGHT if profile.thinking or name != "thinking_token_budget"]
    return list(await asyncio.gather(*(_field(profile, name) for name in names)))


async def _field(profile: Profile, name: str) -> Finding:
    values = (profile.extra.get(name, _RIGHT[name]), _WRONG)
    right, wrong = await asyncio.gather(*(_refusal(profile, name, value) for value in values))
    used = name in profile.extra
    if right is None or wrong is None:
        return unknown(name, "unknown")
    if right:
        return info(name, "refused", message=right)
    if wrong:
        return good(name, "taken")
    return problem(name, "ignored_but_used") if used else info(name, "ignored")


async def _refusal(profile: Profile, name: str, value: object) -> str | None:
    """What the server says against that value; None where it takes too long."""
    asked = profile.model_copy(update={"extra": {**profile.extra, name: value}})
    answer = await heard(probe(asked, FULL, (), 1), read_waits().doctor_field_seconds)
    return answer.error if answer.over else None
