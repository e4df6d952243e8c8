"""The doctor for the page: some lines of greeting where something is wrong, and the whole report."""

import asyncio
from contextlib import suppress

from chat.doctor.examine import examine, examine_quickly
from chat.doctor.finding import Finding
from chat.doctor.report import as_line, as_markdown
from chat.process.waits import read_waits
from chat.profiles.profile import Profile
from chat.words.texts import Language


async def brief(profile: Profile, language: Language, limit: int = 3) -> list[str]:
    """Return at most `limit` problems, each in one line, that were seen within `doctor_brief_seconds`.

    No long reply is requested.
    """
    findings: list[Finding] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(read_waits().doctor_brief_seconds):
            await examine_quickly(profile, findings.append)
    return [as_line(each, language) for each in findings if each.state == "problem"][:limit]


async def report(profile: Profile, language: Language) -> str:
    """Return the whole examination as Markdown; it takes some seconds."""
    findings: list[Finding] = []
    await examine(profile, findings.append)
    return as_markdown(profile, findings, language)
