"""What a profile's conditions see is what the page says: loops, budgets, stop texts, nudges, one's own conditions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.running_app import RunningApp
from tests.client.driver import Client
from tests.scripted_server import Content, Finish, Hang, Pause, Reasoning, Role, ScriptedServer, Step
from tests.sentences import sentence

ROUND = "Wait, let me check that once more. The sum of two and two is four, as it was before. "
OWN = """
from dataclasses import dataclass
from termination import Condition, Seen, Watch

@dataclass(frozen=True)
class Bangs(Condition):
    most: int
    scope = "answer"
    def start(self):
        return Counting(self.most)

class Counting(Watch):
    def __init__(self, most):
        self.left = most
    def feed(self, text, progress):
        for place, character in enumerate(text, 1):
            self.left -= character == "!"
            if not self.left:
                return Seen(place, "too loud")

@dataclass(frozen=True)
class Broken(Condition):
    def start(self):
        return Breaking()

class Breaking(Watch):
    def feed(self, text, progress):
        raise RuntimeError("out of order")
"""
END = """
end:
  thought: {thought}
  answer: {answer}
"""


@pytest.fixture
def own_profile(app: RunningApp) -> Iterator[Path]:
    """Return a profile "Own" to be filled with conditions, with a module of conditions beside the folder."""
    module = app.root / "own_conditions.py"
    module.write_text(OWN)
    file = app.root / "profiles" / "own.yaml"
    yield file
    file.unlink(missing_ok=True)
    module.unlink()


def use(chat: Client, file: Path, thought: str = "off", answer: str = "off") -> None:
    usual = (file.parent / "dasd-4b-thinking.yaml").read_text().replace("name: DASD-4B-Thinking", "name: Own")
    ends = END.format(thought=f"'{thought}'", answer=f"'{answer}'")
    file.write_text(usual.replace("\nend:\n", ends))
    if chat.asked():
        return
    chat.reload()
    chat.change(profile="Own")


def pieces(text: str) -> list[Step]:
    return [Reasoning(text[start : start + 7]) for start in range(0, len(text), 7)]


def test_a_thought_that_goes_round_is_ended_and_the_server_freed(chat: Client, server: ScriptedServer) -> None:
    server.play([Role(), *pieces("Two and two. " + ROUND * 30), Hang()], [Content("Four."), Finish()])
    turn = chat.ask("2 + 2?")
    (notice,) = [block.title for block in turn.blocks if block.title.endswith("the answer follows")]
    assert notice.startswith(sentence("handed.loop.page", period=len(ROUND)))
    assert (turn.answer, turn.ending[:8]) == ("Four.", sentence("ending.complete"))
    assert not turn.thoughts[0].running
    assert server.chats()[0].wait_closed()


def test_an_answer_that_comes_back_to_its_words_gets_one_notice_and_continues(
    chat: Client, server: ScriptedServer, own_profile: Path
) -> None:
    use(chat, own_profile, answer="circling()")
    again = "".join(f"{ROUND}Case {number}: {number * 7919 % 1000} is not it either. " for number in range(24))
    server.play(
        [Role(), Reasoning("Hm."), *[Content(piece.text) for piece in pieces(again)], Content("Four."), Finish()]
    )
    turn = chat.ask("2 + 2?")
    (notice,) = turn.lines
    assert notice.startswith(sentence("nudge.circling"))
    assert turn.answer.endswith("Four.")
    assert turn.ending.startswith(sentence("ending.complete"))


def test_a_stop_text_ends_the_answer_and_never_shows(chat: Client, server: ScriptedServer, own_profile: Path) -> None:
    use(chat, own_profile, answer='stop("Question:")')
    answer = [Content(piece) for piece in ("It is 4. Que", "stionable? No. Ques", "tio", "n", ":", " And you?")]
    server.play([Role(), Reasoning("Question: why not?"), *answer, Hang()])
    turn = chat.ask("2 + 2?")
    assert turn.answer == "It is 4. Questionable? No."
    assert turn.ending.startswith(sentence("ending.stop_text", evidence="Question:"))
    assert server.chats()[0].wait_closed()


def test_a_budget_lands_at_the_end_of_a_sentence(chat: Client, server: ScriptedServer, own_profile: Path) -> None:
    use(chat, own_profile, thought="budget(100)")
    repeated = "Two and two are four."
    server.play([Role(), *pieces(f"{repeated} " * 40), Hang()], [Content("Four."), Finish()])
    turn = chat.ask("2 + 2?")
    assert sentence("handed.budget", limit=100) in chat.everything()
    assert (turn.answer, turn.ending[:8]) == ("Four.", sentence("ending.complete"))
    assert chat.thought_text().endswith("four.")
    assert 0 < chat.thought_text().count(repeated) < 40


def test_a_condition_of_ones_own_ends_the_turn_and_a_broken_one_does_not(
    app: RunningApp, chat: Client, server: ScriptedServer, own_profile: Path
) -> None:
    use(chat, own_profile, "own_conditions:Broken()", "own_conditions:Bangs(2)")
    server.play([Role(), Reasoning("Hm."), *[Content("Four! ")] * 9, Hang()])
    turn = chat.ask("2 + 2?")
    assert turn.answer == "Four! Four!"
    assert turn.ending.startswith(
        sentence("ending.condition", condition="own_conditions:Bangs(2).during(answer)", evidence="too loud")
    )
    failed = sentence("condition.failed", condition="own_conditions:Broken()", problem="RuntimeError: out of order")
    assert [block.title for block in turn.blocks if block.title.startswith(failed)]
    assert "own_conditions:Broken() failed: RuntimeError: out of order" in app.output()


def test_a_condition_that_cannot_be_meant_is_reported_and_the_last_good_one_stays(
    chat: Client, server: ScriptedServer, own_profile: Path
) -> None:
    use(chat, own_profile, answer='stop("END")')
    server.play(*[[Role(), Reasoning("Hm."), Content("A END"), Hang()]] * 2)
    assert chat.ask("2 + 2?").answer == "A"
    use(chat, own_profile, answer="stopp(9)")
    turn = chat.ask("And 3 + 3?")
    line = own_profile.read_text().splitlines().index("  answer: 'stopp(9)'") + 1
    unknown = sentence("profile.condition_unknown_near", name="stopp", near="stop")
    assert turn.errors == [
        sentence("profile.at_key", file="profiles/own.yaml", line=line, key="end.answer", problem=unknown)
        + f" {sentence('profile.last_good')}"
    ]
    assert turn.answer == "A"


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_the_page_says_it_in_chinese(chat: Client, server: ScriptedServer) -> None:
    going_round = [Role(), Pause(0.1), *pieces("让我再检查一遍：二加二等于四，和刚才一样。" * 120), Hang()]
    server.play(going_round, [Content("四。"), Finish()])
    turn = chat.ask("二加二？")
    notices = [block.title for block in turn.blocks if block.title.endswith("以下是回答")]
    assert notices[0].startswith(sentence("handed.loop.page", "zh", period=21))
    assert (turn.answer, turn.ending[:4]) == ("四。", sentence("ending.complete", "zh"))
