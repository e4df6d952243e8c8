"""The page greets with what is wrong, in a line each, and `/doctor` gives the whole report as Markdown."""

import asyncio
from collections.abc import Callable

import pytest

from chat.doctor.brief import brief, report
from chat.profiles.profile import Profile
from chat.words.texts import Language
from tests.doctor.patient import Vllm, other_names
from tests.scripted_server import Hang, Role, ScriptedServer

Pointed = Callable[..., Profile]
BAD = {
    "sampling": {"max_tokens": 100},
    "modes": {"FULL": {"stop_tokens": [10, 13, 198]}, "THINK_ONLY": {"stop_tokens": ["</think>"]}},
}


async def test_nothing_is_said_where_all_is_well(server: ScriptedServer, pointed: Pointed) -> None:
    """No reply is asked for: what only replies show is left to the report."""
    assert await brief(pointed(), "en") == []
    assert server.chats() == []


@pytest.mark.parametrize(("limit", "lines"), [(1, 1), (3, 3), (9, 4)])
async def test_there_are_at_most_so_many_lines(pointed: Pointed, limit: int, lines: int) -> None:
    told = await brief(pointed(**BAD), "en", limit)
    assert len(told) == lines
    assert not any("\n" in line for line in told)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "Stop tokens: 10 is ordinary text of `scripted`: `+`. It would cut answers in half. Write the token as"),
        ("zh", "停止词元：10 在 `scripted` 中是普通文本：`+`，会把回答截断。请在配置的 `modes` 里用文本写出词元"),
    ],
)
async def test_a_line_says_what_is_wrong_and_what_to_do(pointed: Pointed, lang: Language, line: str) -> None:
    assert (await brief(pointed(**BAD), lang))[1].startswith(line)


async def test_a_model_that_the_server_does_not_list_is_asked_for(server: ScriptedServer, pointed: Pointed) -> None:
    assert await brief(pointed(model="any"), "en") == []
    server.by_message({"": other_names(Vllm(), "scripted")})
    [line] = await brief(pointed(model="any"), "en")
    assert line.startswith("Model: `any` is not served. Served are: `scripted`.")


async def test_a_slow_server_delays_nobody(
    server: ScriptedServer, pointed: Pointed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_BRIEF_SECONDS", "0.1")
    server.by_message({"": [Role(), Hang()]})
    assert await asyncio.wait_for(brief(pointed(model="any"), "en"), 30) == []


async def test_the_report_puts_what_is_to_be_mended_first(pointed: Pointed) -> None:
    lines = (await report(pointed(**BAD), "en")).splitlines()
    assert lines[0].startswith("**Scripted** · `http://127.0.0.1:")
    assert lines[2].startswith("17 checks: 4 to mend")
    assert lines[4].startswith("- ⚠️ **Limit of tokens**: `sampling.max_tokens` is 100")
    assert lines[5].startswith("  - Set `sampling.max_tokens` to 256")
    signs = [line[2] for line in lines[4:] if line.startswith("- ")]
    assert signs == sorted(signs, key="⚠".__ne__)


async def test_the_report_of_a_healthy_server_says_so(pointed: Pointed) -> None:
    assert "\n一切正常。共 18 项：0 项要修复" in await report(pointed(), "zh")
