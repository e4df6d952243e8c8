"""The receipt says why, by whom, where and how fast, and offers what can be done next."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from chat.words.details import details
from chat.words.receipt import Facts, acts, line
from chat.words.texts import Language
from termination import Begun, Ending, Phrase, Timing, TokenCounts, next_steps
from tests.sentences import sentence

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
    figures = {"seconds": 12, "thought": 300, "answer": 101, "rate": 40}
    for lang in get_args(Language):
        assert line(given, lang).split(" · ") == [
            sentence("ending.complete", lang),
            sentence("receipt.seconds", lang, **figures),
            sentence("receipt.tokens", lang, **figures),
            sentence("receipt.first", lang, seconds="2.0"),
            sentence("receipt.rate", lang, **figures),
            "Deep",
        ]
    guessed = facts(ended(tokens=TokenCounts(0, 3), seconds=Timing(1.0)))
    assert line(guessed, "en") == "Complete · 1.0 s · ≈3 tokens"
    assert line(facts(ended("refused", "waiting", tokens=TokenCounts())), "en") == sentence("ending.refused")


def test_its_line_has_the_phase_in_which_the_reply_was_cut() -> None:
    lost, lost_in_thought = facts(ended("disconnected")), facts(ended("disconnected", "thought"), OPEN)
    said = sentence("ending.disconnected")
    assert line(lost, "en").startswith(f"{said} · {sentence('phase.in.answer')} · 12 s")
    assert line(lost_in_thought, "en").startswith(f"{said} · {sentence('phase.in.thought')} · 12 s")
    chinese = (sentence("ending.disconnected", "zh"), sentence("phase.in.thought", "zh"), "12 秒")
    assert line(lost_in_thought, "zh").startswith(" · ".join(chinese))
    for once in (facts(ended("length", "thought"), OPEN), facts(ended("stopped", "thought", source="person"), OPEN)):
        assert f" · {sentence('phase.in.thought')}" not in line(once, "en")  # the reason says so


def test_a_window_that_was_smaller_than_the_limit_is_mentioned_where_it_was_filled() -> None:
    given = facts(ended("length"), window=500, most=410, limit=4096, used=499)
    assert line(given, "en").endswith(" · " + sentence("context.clamped", window=500, left=410, limit="4,096"))
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
    assert line(given, "en").startswith(sentence("ending.stop_text", evidence=shown) + " · ")
    assert line(given, "zh").startswith(sentence("ending.stop_text", "zh", evidence=shown) + " · ")
    table = details(given, "en")
    assert f"| Evidence | {cell} |" in table
    assert ("| " + sentence("details.stop_reason") + f" | {cell} |") in table


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
        sentence("details.code"): "`loop`",
        sentence("details.source"): sentence("source.client"),
        sentence("details.phase"): sentence("phase.answer"),
        sentence("details.finish_reason"): "`stop`",
        sentence("details.stop_reason"): "`151645`",
        sentence("details.condition"): r'`stop("a\|b") \| loop()`',
        sentence("details.evidence"): r"``3.0 x `50`\ncharacters \| \|``",
        sentence("details.tokens"): (sentence("details.tokens.all", prompt=20, thought=300, answer=101)),
        sentence("details.seconds"): "first token 2.0, thought 6.0, total 12",
        sentence("details.context"): sentence("details.context.said", used=500, window="2,000", percent=25),
        sentence("details.model"): "`a/model` · `FULL`",
    }
    assert f"{sentence('details.source', 'zh')} | {sentence('source.client', 'zh')}" in details(given, "zh")


@pytest.mark.parametrize(
    ("evidence", "cell"),
    [
        (Phrase("tokens", number=4096), "`4096 个词元`"),
        (Phrase("copies", copies="3.0", period=12), "`12 个字符 x 3.0`"),
    ],
)
def test_the_evidence_of_our_own_conditions_is_in_the_language_of_the_page(evidence: Phrase, cell: str) -> None:
    given = facts(ended("loop", source="client", evidence=evidence))
    assert f"| {sentence('details.evidence', 'zh')} | {cell} |" in details(given, "zh")
    assert f"| {sentence('details.evidence')} | `{evidence}` |" in details(given, "en")
