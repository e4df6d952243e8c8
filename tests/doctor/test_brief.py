"""The page greets with each problem in one line, and `/doctor` gives the whole report as Markdown."""

import asyncio
from collections.abc import Callable

import pytest

from chat.doctor.brief import brief, report
from chat.doctor.finding import problem
from chat.doctor.report import as_line
from chat.profiles.profile import Profile
from chat.words.texts import Language, say
from tests.doctor.patient import Vllm, other_names
from tests.scripted_server import Hang, Role, ScriptedServer

Pointed = Callable[..., Profile]
BAD = {
    "sampling": {"max_tokens": 100},
    "modes": {"FULL": {"stop_tokens": [10, 13, 198]}, "THINK_ONLY": {"stop_tokens": ["</think>"]}},
}


async def test_nothing_is_said_if_all_is_well(server: ScriptedServer, pointed: Pointed) -> None:
    """Check also that no reply is requested: those findings are left to the report."""
    assert await brief(pointed(), "en") == []
    assert server.chats() == []


@pytest.mark.parametrize(("limit", "lines"), [(1, 1), (3, 3), (9, 4)])
async def test_there_are_at_most_so_many_lines(pointed: Pointed, limit: int, lines: int) -> None:
    shown = await brief(pointed(**BAD), "en", limit)
    assert len(shown) == lines
    assert not any("\n" in line for line in shown)


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_a_line_says_what_is_wrong_and_what_to_do(pointed: Pointed, lang: Language) -> None:
    ordinary = problem("stop_tokens", "ordinary", token=10, model="scripted", text="+")
    assert (await brief(pointed(**BAD), lang))[1] == as_line(ordinary, lang)


async def test_a_model_that_the_server_does_not_list_is_requested(server: ScriptedServer, pointed: Pointed) -> None:
    assert await brief(pointed(model="any"), "en") == []
    server.by_message({"": other_names(Vllm(), "scripted")})
    other = problem("model", "other", model="any", served="scripted")
    assert await brief(pointed(model="any"), "en") == [as_line(other, "en")]


async def test_a_slow_server_delays_no_one(
    server: ScriptedServer, pointed: Pointed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_BRIEF_SECONDS", "0.1")
    server.by_message({"": [Role(), Hang()]})
    assert await asyncio.wait_for(brief(pointed(model="any"), "en"), 30) == []


async def test_the_report_puts_problems_first(pointed: Pointed) -> None:
    lines = (await report(pointed(**BAD), "en")).splitlines()
    assert lines[0].startswith("**Scripted** · `http://127.0.0.1:")
    unknown = sum(line.startswith("- ? ") for line in lines)
    small = problem("max_tokens", "too_small", key="sampling", limit=100, mode="FULL", least=256)
    assert lines[2] == say("doctor.summary", "en", checks=18, problems=4, unknown=unknown)
    assert lines[4] == f"- ⚠️ **{say(small.title, 'en')}**: {say(small.found, 'en')}"
    assert lines[5] == f"  - {say(small.fix or '', 'en')}"
    signs = [line[2] for line in lines[4:] if line.startswith("- ")]
    assert signs == sorted(signs, key="⚠".__ne__)


async def test_the_report_of_a_healthy_server_says_so(pointed: Pointed) -> None:
    healthy = say("doctor.summary_good", "zh", checks=20, problems=0, unknown=0)
    assert healthy in (await report(pointed(), "zh")).splitlines()
