"""Every sentence that a person reads exists in English and Chinese, and every fault and ending has one."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.profiles.read import _EXPECTED, ProfileError
from chat.profiles.sentence import Sentence
from chat.profiles.settings import Settings, parse_settings
from chat.server.faults import Fault, make_fault, refused
from chat.words.endings import ending_sentence, hand_off_sentence, notice_sentence
from chat.words.sentences import TEXTS
from chat.words.texts import (
    Language,
    count,
    language,
    plain,
    say,
    seconds_text,
)
from termination import (
    Condition,
    Delta,
    Duration,
    Ending,
    EndingCode,
    Nudged,
    Phase,
    Phrase,
    Policy,
    Progress,
    Seen,
    Source,
    Timing,
    TokenCounts,
    Turn,
    Watch,
    budget,
    loop,
    pattern,
    stop,
    tokens,
)
from termination.phrases import PHRASES
from tests.sentences import sentence

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "app.py", *(ROOT / "chat").rglob("*.py"), *(ROOT / "termination").rglob("*.py")]
SOURCE = "".join(
    path.read_text() for path in SOURCES if not re.search(r"words/(tables/|sentences\.py)", path.as_posix())
).replace("'", '"')
BUILT_OF = ("do", "s", "tip", "page")  # what only an f-string adds
LANGUAGES: list[Language] = ["en", "zh"]


@dataclass(frozen=True)
class ThirdParty(Condition):
    """A third-party condition, which ends the turn with the kind and gives no facts."""

    kind: EndingCode

    @property
    def code(self) -> EndingCode:
        return self.kind

    def start(self) -> Watch:
        return ThirdPartyWatch()


class ThirdPartyWatch(Watch):
    def feed(self, text: str, progress: Progress) -> Seen:
        return Seen(len(text), f"I saw {text}")


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def calls(*names: str) -> Iterator[ast.Call]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in names:
                yield node


def written(place: int, *names: str) -> set[str]:
    """Return the texts at that place in the calls of those names."""
    there = [call.args[place] for call in calls(*names) if len(call.args) > place]
    return {node.value for node in there if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_a_sentence_has_both_languages_with_the_same_gaps() -> None:
    wide = re.compile("[\u3000-\u9fff\uff00-\uffef]")
    assert [key for key, (english, chinese) in TEXTS.items() if gaps(english) != gaps(chinese)] == []
    assert [key for key, (_, chinese) in TEXTS.items() if not wide.search(chinese)] == []
    assert [key for key, (english, _) in TEXTS.items() if wide.search(english)] == []
    spaced = {key for key, (english, _) in TEXTS.items() if english != english.strip()}
    assert [key for key in spaced if not key.startswith("profile.place")] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_can_be_filled(lang: Language) -> None:
    for key, (english, _) in TEXTS.items():
        said = say(key, lang, **{name: f"«{name}»" for name in gaps(english)})
        assert [name for name in gaps(english) if f"«{name}»" not in said] == [], key


@pytest.mark.parametrize(("code", "phase", "lang"), [*product(get_args(EndingCode), get_args(Phase), LANGUAGES)])
def test_every_ending_has_its_sentence(code: EndingCode, phase: Phase, lang: Language) -> None:
    facts = {"limit": "99", "unit": "tokens"} if code == "budget" else {}
    ending = Ending(code, "server", phase, TokenCounts(), Timing(2), evidence="99", facts=facts)
    said = plain(ending_sentence(ending), lang)
    assert "None" not in said or code == "aborted"
    if "{evidence}" in TEXTS.get(f"ending.{code}", ("",))[0]:
        assert "99" in said


@pytest.mark.parametrize(
    ("code", "phase", "key"),
    [
        ("complete", "answer", "ending.complete"),
        ("complete", "waiting", "ending.empty"),
        ("thought_complete", "thought", "ending.thought_complete"),
        ("thought_complete", "waiting", "ending.no_thought"),
        ("length", "thought", "ending.length.thought"),
        ("length", "answer", "ending.length"),
        ("length", "waiting", "ending.length"),
        ("loop", "thought", "ending.loop"),
    ],
)
def test_the_sentence_of_an_ending_depends_on_its_phase(code: EndingCode, phase: Phase, key: str) -> None:
    assert ending_sentence(Ending(code, "model", phase, TokenCounts(), Timing(2))).key == key


@pytest.mark.parametrize(
    ("condition", "text", "said"),
    [
        (budget(2), "T T. More of it.", sentence("ending.budget.thought", limit=2)),
        (budget(Duration(1.5)), "T. U", sentence("ending.budget.thought.s", limit="1.5")),
        (stop("END").during("thought"), "T END", sentence("ending.stop_text", evidence="END")),
        (stop("\n```").during("thought"), "T\n```", sentence("ending.stop_text", evidence="\\n```")),
        (pattern("[0-9]+"), "T 12", sentence("ending.stop_text", evidence="[0-9]+")),
        (tokens(1), "T and U", sentence("ending.budget.thought", limit=1)),
        (
            loop(),
            "round we go " * 99,
            sentence("ending.loop.thought", period=12, copies=53),
        ),
        (
            ThirdParty("stop_text"),
            "T",
            sentence(
                "ending.condition", condition='tests.words.test_texts:ThirdParty("stop_text")', evidence="I saw T"
            ),
        ),
        (
            ThirdParty("budget"),
            "T",
            sentence("ending.condition", condition='tests.words.test_texts:ThirdParty("budget")', evidence="I saw T"),
        ),
        (
            ThirdParty("loop"),
            "T",
            sentence("ending.condition", condition='tests.words.test_texts:ThirdParty("loop")', evidence="I saw T"),
        ),
        (
            ThirdParty("stopped"),
            "T",
            sentence("ending.condition", condition='tests.words.test_texts:ThirdParty("stopped")', evidence="I saw T"),
        ),
        (ThirdParty("complete"), "T!", sentence("ending.unanswered")),
    ],
)
def test_the_evidence_of_a_condition_is_shown(condition: Condition, text: str, said: str) -> None:
    turn = Turn(Policy(end=condition), 0)
    turn.feed(Delta(text[:1]), 0)
    turn.feed(Delta(text[1:]), 2)
    assert turn.ending
    assert plain(ending_sentence(turn.ending), "en").startswith(said)
    assert plain(ending_sentence(turn.ending), "zh")


def test_a_server_that_continues_after_the_models_last_word_is_reported() -> None:
    turn = Turn(Policy(special_tokens=("<|user|>",), last_words=("<|user|>",)), 0)
    turn.feed(Delta(content="Two.<|user|>And"), 1)
    assert turn.ending
    assert plain(ending_sentence(turn.ending), "en").startswith(sentence("ending.overrun", last_word="<|user|>"))
    assert "<|user|>" in plain(ending_sentence(turn.ending), "zh")


@pytest.mark.parametrize(
    ("code", "source", "facts", "said"),
    [
        ("budget", "client", {"limit": "9", "unit": "tokens"}, sentence("handed.budget", limit=9)),
        ("budget", "client", {"limit": "9", "unit": "s"}, sentence("handed.budget.s", limit=9)),
        (
            "loop",
            "client",
            {"period": "8", "copies": "9.5"},
            sentence("handed.loop.page", period=8, copies=9),
        ),
        ("loop", "server", {}, sentence("handed.loop")),
        ("length", "server", {}, sentence("handed.length")),
        ("budget", "client", {}, sentence("handed", condition="mine:Own()")),
        ("stop_text", "client", {"text": "x"}, sentence("handed", condition="mine:Own()")),
    ],
)
def test_a_hand_off_has_its_sentence(code: EndingCode, source: Source, facts: dict[str, str], said: str) -> None:
    ending = Ending(code, source, "thought", TokenCounts(), Timing(1), condition="mine:Own()", facts=facts)
    assert plain(hand_off_sentence(ending), "en").startswith(said)
    assert plain(hand_off_sentence(ending), "zh") != plain(hand_off_sentence(ending), "en")


def test_a_nudge_has_its_sentence() -> None:
    circling = Nudged("circling()", "4 times", {"times": "4"})
    assert notice_sentence(circling).key == "nudge.circling"
    assert plain(notice_sentence(Nudged("mine:Own()", "a sigh")), "zh") == "mine:Own()：a sigh"


def test_every_kind_of_fault_has_its_sentence() -> None:
    kinds = written(0, "refused") | written(2, "make_fault")
    assert len(kinds) >= 8
    assert {f"fault.{kind}" for kind in kinds} <= set(TEXTS)


def test_every_sentence_is_used() -> None:
    assert [key for key in TEXTS if not is_used(key)] == []
    assert not is_used("no.such_sentence")


def is_used(key: str) -> bool:
    """Look in the sources for the whole key, or for the last part from which it is built."""
    if key.startswith("mode."):  # the names of modes are the profiles'
        return True
    *_, before, last = ("", *key.split("."))
    ends = (f"{before}.{last}", before if last in BUILT_OF else last)
    built = [re.sub("^(condition|value)_|_unused$", "", end) for end in ends]
    built += [f"stop_token_{end}" for end in ends]
    return any(f'"{each}"' in SOURCE for each in (key, *ends, *built))


def test_every_kind_of_profile_error_has_its_sentence() -> None:
    kinds = (
        written(2, "problem")
        | {"unknown", "unknown_near"}
        | {f"value_{kind}" for kind in [*_EXPECTED.values(), "other"]}
    )
    assert len(kinds) >= 16
    assert {f"profile.{kind}" for kind in kinds} <= set(TEXTS)


@pytest.mark.parametrize("key", PHRASES)
def test_every_phrase_of_the_core_is_said_in_the_language_of_the_page(key: str) -> None:
    phrase = Phrase(key, **{name: f"«{name}»" for name in gaps(PHRASES[key])})
    assert say("ending.condition", "zh", condition="c", evidence=phrase) == say(
        "ending.condition", "zh", condition="c", evidence=Sentence(f"phrase.{key}", phrase.facts)
    )
    assert say(f"phrase.{key}", "en", **phrase.facts).replace("`", "") == phrase.replace("`", "")
    assert plain(Sentence("nudge", {"condition": "c", "evidence": phrase}), "zh").startswith("c：")


@pytest.mark.parametrize("kind", ["connection", "packets", "json", "deep"])
def test_a_refused_request_is_explained_in_the_language_of_the_page(kind: str) -> None:
    problem = Sentence(f"door.problem.{kind}", {"error": "ValueError"})
    said = plain(Sentence("door.malformed", {"problem": problem}), "zh")
    assert said == plain("door.malformed", "zh", problem=plain(problem, "zh"))
    assert not re.search("[a-z]{2,} [a-z]{2,}", said)


def test_every_kind_of_bad_condition_has_its_sentence() -> None:
    kinds = written(0, "BadCondition") | written(1, "BadNotation") | {"unknown", "unknown_near", "long_text"}
    assert len(kinds) >= 25
    assert {f"profile.condition_{kind}" for kind in kinds} == {
        key for key in TEXTS if key.startswith("profile.condition_") and key != "profile.condition_not_notation"
    }


def test_every_sentence_that_the_sources_use_exists() -> None:
    keys = written(0, "say", "plain", "Sentence")
    assert len(keys) >= 10
    assert keys <= set(TEXTS)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "fault",
    [
        make_fault("refused", "network", "unreachable", url="http://a/v1"),
        refused("model", url="http://a/v1", model="m", served=""),
        refused("status", url="http://a/v1", status="418", message=""),
        make_fault("disconnected", "network", "disconnected"),
    ],
)
def test_a_fault_has_its_sentence_even_if_the_server_said_little(fault: Fault, lang: Language) -> None:
    said = say(fault.sentence, lang)
    assert "``" not in said
    assert not gaps(said)
    assert fault.facts.get("url", "") in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_profiles_problem_names_the_place(lang: Language) -> None:
    near = Sentence("profile.unknown_near", {"near": "max_tokens"})
    said = say(ProfileError(Path("deep.yaml"), 7, "sampling.max", near).sentence, lang)
    assert said.startswith("`deep.yaml:7`")
    assert "`sampling.max`" in said
    assert said.endswith(say(near, lang))
    assert say(ProfileError(Path("deep.yaml"), 1, "", near).sentence, lang).count("`") == 4


def test_a_bad_setting_names_the_field() -> None:
    for typed in ("soon", "x" * 9999):
        _, [bad] = parse_settings({"idle": typed}, Settings())
        said = say(bad, "en")
        assert typed[:80] in said
        assert say("settings.idle", "en") in said
        assert len(said) < 300


@given(st.sampled_from(sorted(TEXTS)), st.text(max_size=20), st.sampled_from(LANGUAGES))
def test_no_fact_breaks_out_of_its_code(key: str, fact: str, lang: Language) -> None:
    names = gaps(TEXTS[key][0])
    plain = say(key, lang, **dict.fromkeys(names, "x"))
    assert say(key, lang, **dict.fromkeys(names, fact)).count("`") == plain.count("`")


@pytest.mark.parametrize(
    ("browser", "chosen"),
    [("zh-CN", "zh"), ("zh", "zh"), ("ZH-tw", "zh"), ("en-GB", "en"), ("de", "en"), ("", "en"), (None, "en")],
)
def test_the_browsers_language_chooses_the_pages(browser: str | None, chosen: Language) -> None:
    assert language(browser) == chosen


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0.0"), (0.04, "0.0"), (9.94, "9.9"), (10, "10"), (59.6, "60"), (3600, "3600")]
)
def test_seconds_are_short(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


@pytest.mark.parametrize(
    ("number", "exact", "english", "chinese"),
    [
        (1, True, "1 token", "1 个词元"),
        (7, True, "7 tokens", "7 个词元"),
        (16384, True, "16,384 tokens", "16,384 个词元"),
        (1000, False, "≈1,000 tokens", "≈1,000 个词元"),
    ],
)
def test_a_guess_is_marked(number: int, exact: bool, english: str, chinese: str) -> None:
    assert count(number, TokenCounts(exact=exact), "en") == english
    assert count(number, TokenCounts(exact=exact), "zh") == chinese
