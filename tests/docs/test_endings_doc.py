"""docs/endings.md, the manual of endings, has every ending, the page's sentences about it, and its pictures."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from chat.words.endings import ending_sentence
from chat.words.receipt import Facts, acts
from chat.words.sentences import TEXTS
from chat.words.texts import plain, say
from termination import Begun, Ending, EndingCode, Phase, Source, Timing, TokenCounts, next_steps
from termination.ending import Action

DOCS = Path(__file__).parents[2] / "docs"
MANUAL = (DOCS / "endings.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", MANUAL, re.MULTILINE | re.DOTALL))
CODES = get_args(EndingCode)
SO_FAR: dict[str, tuple[Phase, Begun | None]] = {
    "nothing": ("waiting", None),
    "a thought": ("thought", Begun("thought", "Hm.")),
    "an answer": ("answer", Begun("answer", "Hm.", "It is")),
}
# The facts of an ending, each as the gap of a sentence that shows it.
FACTS = [
    {},
    {"last_word": "{last_word}"},
    {"limit": "{limit}", "unit": "tokens"},
    {"limit": "{limit}", "unit": "s"},
    {"period": "{period}", "copies": "{copies}"},
    {"text": "{text}"},
    {"cause": "shutdown"},
    *({"server": state} for state in ("queued", "reading", "idle")),
]
STATES = ("waiting.", "handed", "nudge", "context.", "budget.", "condition.failed", "edit.", "thought.kept", "no_way")


def rows(header: str, text: str = MANUAL) -> list[list[str]]:
    """Return the rows of every table with that header."""
    found = re.findall(rf"^\| {re.escape(header)} \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")[1:-1]] for table in found for row in table.splitlines()]


def receipts(code: EndingCode, phase: Phase) -> set[tuple[str, str]]:
    """Return all that a receipt may say of that ending, with its gaps."""
    said = set()
    for source, facts, action, condition in product(get_args(Source), FACTS, get_args(Action), [None, "{condition}"]):
        if code == "budget" and "limit" not in facts:
            continue
        ending = Ending(code, source, phase, TokenCounts(), Timing(1), condition, "{evidence}", facts)
        ending = replace(ending, finish_reason="{finish_reason}", action=action)
        said.add((plain(ending_sentence(ending), "en"), plain(ending_sentence(ending), "zh")))
    return said - {TEXTS["ending.condition"]}


@pytest.mark.parametrize("code", CODES)
def test_an_ending_is_described_in_the_words_of_the_page(code: EndingCode) -> None:
    known = rows("so far | the receipt says | in Chinese | offered", SECTIONS[f"`{code}`"])
    assert known
    for place, english, chinese, offered in known:
        for name in place.split(" or "):
            phase, begun = SO_FAR[name]
            assert (english, chinese) in receipts(code, phase)
            ending = Ending(code, "server", phase, TokenCounts(), Timing(1), next=next_steps(code, phase))
            buttons = acts(Facts(ending, begun, begun is not None, phase == "answer", thinks=True))
            assert offered == ", ".join(say(f"act.{act}", "en") for act, look in buttons if look == "main")


def test_every_sentence_about_an_ending_is_in_the_manual() -> None:
    known = {(english, chinese) for _, english, chinese, _ in rows("so far | the receipt says | in Chinese | offered")}
    known |= {(english, chinese) for english, chinese in rows("the page says | in Chinese")}
    wanted = {key for key in TEXTS if key.startswith(("ending.", *STATES))}
    assert {key for key in wanted if TEXTS[key] not in known} == set()
    assert known <= set(TEXTS.values())


def test_every_button_is_in_the_manual_by_its_name() -> None:
    known = {(english, chinese) for english, chinese, _ in rows("button | in Chinese | what it does")}
    assert known == {words for key, words in TEXTS.items() if re.fullmatch(r"act\.\w+", key)}


def test_every_ending_has_its_pictures_and_every_picture_that_is_shown_is_there() -> None:
    shown = re.findall(r'<img src="(img/endings/.*?)\.png" width="(?:560|218)" alt=".+">', MANUAL)
    assert {f"img/endings/{path.stem}" for path in (DOCS / "img" / "endings").glob("*.png")} == set(shown)
    assert len(shown) == len(set(shown))
    for code, screen in product(CODES, ("desktop", "phone")):
        assert f"img/endings/{code.replace('_', '-')}-{screen}.png" in SECTIONS[f"`{code}`"]
