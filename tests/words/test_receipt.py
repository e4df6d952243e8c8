"""The receipt says why, by whom, where and how fast, and offers what can be done next."""

from dataclasses import replace
from typing import Any

import pytest

from chat.words.details import details
from chat.words.receipt import Facts, acts, line
from termination import Begun, Ending, Timing, TokenCounts, next_steps

TIMES = Timing(total=12.0, first_token=2.0, thought=6.0)
OPEN, ANSWERED = Begun("thought", "Hm."), Begun("answer", "Hm.", "It is")
WHOLE = TokenCounts(300, 101, exact=True, prompt=20)


def ended(code: Any = "complete", phase: Any = "answer", **values: Any) -> Ending:
    known = {"source": "model", "tokens": WHOLE, "seconds": TIMES, "next": next_steps(code, phase)}
    return Ending(code, phase=phase, **{**known, **values})


def facts(ending: Ending, so_far: Begun | None = ANSWERED, thinks: bool = True, **values: Any) -> Facts:
    thought, answer = bool(so_far and so_far.thought), bool(so_far and so_far.answer)
    return Facts(ending, so_far, thought, answer, thinks, **values)


def main(given: Facts) -> list[str]:
    return [act for act, look in acts(given) if look == "main"]


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        (facts(ended()), []),
        (facts(ended("complete", "thought"), OPEN), ["answer_now", "retry"]),
        (facts(ended("complete", "waiting"), None), ["retry"]),
        (facts(ended("thought_complete", "thought"), OPEN), ["answer_now"]),
        (facts(ended("thought_complete", "waiting"), None), []),
        (facts(ended("length", "thought"), OPEN), ["answer_now", "continue"]),
        (facts(ended("length")), ["continue"]),
        (facts(ended("budget", "thought"), OPEN), ["answer_now", "continue"]),
        (facts(ended("loop", "thought"), OPEN), ["answer_now", "retry"]),
        (facts(ended("loop")), ["retry"]),
        (facts(ended("first_token_timeout", "waiting"), None), ["retry"]),
        (facts(ended("first_token_timeout", "thought"), OPEN), ["answer_now", "continue", "retry"]),
        (facts(ended("idle_timeout", "thought"), OPEN), ["answer_now", "continue", "retry"]),
        (facts(ended("idle_timeout")), ["continue", "retry"]),
        (facts(ended("stopped", "waiting"), None), ["retry"]),
        (facts(ended("stopped", "thought"), OPEN), ["answer_now", "continue"]),
        (facts(ended("stopped", "thought"), Begun("answer", "Hm.")), ["answer_now"]),
        (facts(ended("stopped")), ["continue"]),
        (facts(ended("disconnected")), ["continue", "retry"]),
        (facts(ended("server_error", "thought"), OPEN), ["answer_now", "continue", "retry"]),
        (facts(ended("refused", "waiting"), None), ["retry"]),
        (facts(ended("refused", "waiting"), OPEN), ["answer_now", "continue", "retry"]),
        (facts(ended("refused", "waiting"), Begun("answer", "Hm.")), ["answer_now", "retry"]),
        (facts(ended("refused", "waiting")), ["continue", "retry"]),
        (facts(ended("length"), Begun("answer", "", "It is"), thinks=False), ["continue"]),
    ],
)
def test_it_offers_what_can_be_done_next(given: Facts, offered: list[str]) -> None:
    assert main(given) == offered


def test_what_can_always_be_done_is_quiet() -> None:
    quiet = [act for act, look in acts(facts(ended())) if look == "quiet"]
    assert quiet == ["again", "reroll", "edit", "details"]
    assert [act for act, _ in acts(facts(ended("length", "thought"), OPEN))][2:] == ["again", "edit", "details"]
    plain = facts(ended(), Begun("answer", "", "It is"), thinks=False)
    assert [act for act, _ in acts(plain)] == ["again", "details"]


def test_its_line_has_the_figures() -> None:
    given = facts(ended(), signature="Deep")
    assert line(given, "en") == (
        "Complete · 12 s · thought 300, answer 101 tokens · first token after 2.0 s · 40 tokens/s · Deep"
    )
    assert line(given, "zh") == "回答完毕 · 12 秒 · 思考 300，回答 101 个词元 · 首词元 2.0 秒 · 40 词元/秒 · Deep"
    guessed = facts(ended(tokens=TokenCounts(0, 3), seconds=Timing(1.0)))
    assert line(guessed, "en") == "Complete · 1.0 s · ≈3 tokens"
    assert line(facts(ended("refused", "waiting", tokens=TokenCounts())), "en") == "The server did not take the request"


def test_its_line_has_the_phase_in_which_the_reply_was_cut() -> None:
    lost, lost_in_thought = facts(ended("disconnected")), facts(ended("disconnected", "thought"), OPEN)
    said = "Cut off: the connection to the server was lost"
    assert line(lost, "en").startswith(f"{said} · in the answer · 12 s")
    assert line(lost_in_thought, "en").startswith(f"{said} · in the thought, there is no answer yet · 12 s")
    assert line(lost_in_thought, "zh").startswith("被中断：与服务器的连接断开 · 尚在思考，还没有回答 · 12 秒")
    for once in (facts(ended("length", "thought"), OPEN), facts(ended("stopped", "thought", source="person"), OPEN)):
        assert line(once, "en").count("thought") == 2  # the reason has it, and so have the tokens


def test_a_window_that_was_smaller_than_the_limit_is_told_where_it_was_filled() -> None:
    given = facts(ended("length"), window=500, most=410, limit=4096, used=499)
    assert line(given, "en").endswith(
        " · the model's window of 500 tokens leaves only 410 of the 4,096 tokens asked for"
    )
    for other in (
        replace(given, used=450),
        replace(given, used=None),
        replace(given, most=4096),
        replace(given, limit=None),
        replace(given, ending=ended()),
    ):
        assert "window" not in line(other, "en")


@pytest.mark.parametrize(
    ("seen", "shown", "cell"),
    [
        ("\n\nHuman:", r"\\n\\nHuman:", r"`\n\nHuman:`"),
        ("```", r"\`\`\`", "```` ``` ````"),
        ("\u200b\t", r"\\u200b\\t", r"`\u200b\t`"),
        ("**[a](b) $1_", r"\*\*[a\](b) \$1\_", "`**[a](b) $1_`"),
        ("END", "END", "`END`"),
    ],
)
def test_a_text_that_ended_the_turn_is_shown_as_it_is_written(seen: str, shown: str, cell: str) -> None:
    given = facts(ended("stop_text", evidence=seen, stop_reason=seen))
    assert line(given, "en").startswith(f"Ended at the stop text “{shown}” · ")
    assert line(given, "zh").startswith(f"遇到停止文本“{shown}”而结束 · ")
    table = details(given, "en")
    assert f"| Evidence | {cell} |" in table
    assert f"| The server's stop_reason | {cell} |" in table


def test_its_details_are_a_table() -> None:
    ending = ended(
        "loop",
        source="client",
        condition='stop("a|b") | loop()',
        evidence="3.0 x `50`\ncharacters \\\\| |",
        finish_reason="stop",
        stop_reason=151645,
    )
    given = facts(ending, model="a/model", mode="FULL", used=500, window=2000)
    rows = dict(row.strip("| ").split(" | ", 1) for row in details(given, "en").splitlines()[2:])
    assert rows == {
        "Ending": "`loop`",
        "Ended by": "this page",
        "Phase": "in the answer",
        "The server's finish_reason": "`stop`",
        "The server's stop_reason": "`151645`",
        "Condition": r'`stop("a\|b") \| loop()`',
        "Evidence": r"``3.0 x `50`\ncharacters \| \|``",
        "Tokens": "prompt 20, thought 300, answer 101",
        "Seconds": "first token 2.0, thought 6.0, total 12",
        "Context window": "500 of 2,000 tokens (25 %)",
        "Model, mode": "`a/model` · `FULL`",
    }
    assert "结束方 | 本页面" in details(given, "zh")
