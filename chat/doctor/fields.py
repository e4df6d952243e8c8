"""A check which of vLLM's own request fields the server supports: it rejects a wrong value of those."""

import asyncio

from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.probe import probe_request
from chat.doctor.stream.recording import record
from chat.process.waits import read_waits
from chat.profiles.profile import FULL, Profile
from chat.server.server import server_of
from chat.server.status.version import accepts_effort, read_version, shown

_WRONG = "wrong on purpose"
_RIGHT: dict[str, object] = {
    "thinking_token_budget": 64,
    "repetition_detection": {"max_pattern_size": 8, "min_pattern_size": 1, "min_count": 8},
}


async def check_fields(profile: Profile) -> list[Finding]:
    """Return for each of the fields whether the server supports it."""
    names = [name for name in _RIGHT if profile.thinking or name != "thinking_token_budget"]
    return list(await asyncio.gather(*(_check_field(profile, name) for name in names)))


async def check_efforts(profile: Profile) -> list[Finding]:
    """Return a problem if the served version of vLLM does not know the `reasoning_effort` of some modes."""
    efforts = {name: mode.reasoning_effort for name, mode in profile.modes.items() if mode.reasoning_effort}
    version = await read_version(server_of(profile)) if efforts else None
    if version is None:
        return []
    wrong = ", ".join(f"{name}: {effort}" for name, effort in efforts.items() if not accepts_effort(version, effort))
    return [problem("reasoning_effort", "unknown_level", version=shown(version), modes=wrong)] if wrong else []


async def _check_field(profile: Profile, name: str) -> Finding:
    values = (profile.extra.get(name, _RIGHT[name]), _WRONG)
    right, wrong = await asyncio.gather(*(_refusal(profile, name, value) for value in values))
    if right is None or wrong is None:
        return unknown(name, "unknown")
    if right:
        return info(name, "refused", message=right)
    if wrong:
        return good(name, "supported")
    if name in profile.extra:
        return problem(name, "ignored_but_used")
    return info(name, "ignored")


async def _refusal(profile: Profile, name: str, value: object) -> str | None:
    """Return why the server rejects that value; "" if it accepts it, None if it takes too long."""
    changed = profile.model_copy(update={"extra": {**profile.extra, name: value}})
    answer = await record(probe_request(changed, FULL, (), 1), read_waits().doctor_field_seconds)
    if not answer.complete:
        return None
    return answer.error
