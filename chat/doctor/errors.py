"""A check whether the server explains a request that it rejects, and where."""

from chat.doctor.finding import Finding, good, info, unknown
from chat.doctor.probe import probe_request
from chat.doctor.stream.recording import record
from chat.process.waits import read_waits
from chat.profiles.profile import FULL, Profile

_WRONG = {"temperature": "wrong on purpose"}


async def check_errors(profile: Profile) -> Finding:
    """Request one token with a parameter of a wrong type, and return how the server answers."""
    changed = profile.model_copy(update={"extra": {**profile.extra, **_WRONG}})
    answer = await record(probe_request(changed, FULL, (), 1), read_waits().doctor_field_seconds)
    if not answer.complete:
        return unknown("errors", "unknown")
    if answer.status:
        return info("errors", "mute", status=answer.status)
    if answer.refusal:
        return good("errors", "explained", message=answer.refusal)
    if answer.error:
        return info("errors", "in_stream", message=answer.error)
    return info("errors", "ignored")
