"""A condition of another package that fails is dropped from the turn, which continues, and one event names it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from termination import (
    AnswerDelta,
    BadCondition,
    Condition,
    ConditionFailed,
    CutBack,
    Delta,
    Duration,
    Ended,
    Event,
    Nudged,
    PhaseChanged,
    Phrase,
    Policy,
    Progress,
    Seen,
    Turn,
    Watch,
    check_condition,
    stop,
)
from tests.core.acts import Act, answers, breaks_off, played, says, thinks, ticks

ACTS: list[Act] = [thinks("T"), says("", "A", ids=(1,)), ticks(2), answers("B"), breaks_off]


@dataclass(frozen=True)
class Plugin(Condition):
    """A condition with a given watch."""

    name = "plugin"
    watch: Callable[[], object]

    def start(self) -> Watch:
        return self.watch()

    def __str__(self) -> str:
        return "plugin()"


class Nudge(Plugin):
    action = "nudge"


def failing(method: str) -> Callable[[], Watch]:
    """Return a watch whose method raises."""

    def fails(*_: object) -> None:
        raise ValueError(f"in {method}")

    return type("Failing", (Watch,), {"deadline": lambda *_: 1.5, method: fails})


def refuses_to_start() -> Watch:
    raise ValueError("in start")


def giving(seen: object, method: str = "feed") -> Callable[[], Watch]:
    """Return a watch whose method returns this."""
    return type("Giving", (Watch,), {method: lambda *_: seen})


def watch_turn(condition: Condition, *acts: Act) -> tuple[Turn, list[Event]]:
    return played(Policy(end=condition | stop("END")), *acts)


@pytest.mark.parametrize("method", ["start", "enter", "feed", "count", "leave", "look", "deadline"])
def test_a_condition_that_raises_is_dropped_and_the_turn_continues(method: str) -> None:
    watch = refuses_to_start if method == "start" else failing(method)
    turn = Turn(Policy(end=Plugin(watch) | stop("END")), 0)
    events: list[Event] = []
    for act in ACTS:
        assert turn.deadline in (None, 1.5)
        events += act(turn)
    assert events.count(ConditionFailed("plugin()", f"ValueError: in {method}")) == 1
    assert [type(each) for each in events].count(ConditionFailed) == 1
    assert turn.ending
    assert (turn.ending.code, turn.thought, turn.answer) == ("disconnected", "T", "AB")
    assert isinstance(events[-1], Ended)


@pytest.mark.parametrize("method", ["enter", "feed", "leave"])
def test_the_event_comes_at_its_place_and_the_other_conditions_continue(method: str) -> None:
    turn, events = watch_turn(Plugin(failing(method)), answers("an "), answers("END"))
    failed = ConditionFailed("plugin()", f"ValueError: in {method}")
    shown = [AnswerDelta("an ")]
    assert events[:-1] == [PhaseChanged("answer"), *([failed, *shown] if method != "leave" else shown)]
    assert turn.ending
    assert (turn.ending.code, turn.ending.condition) == ("stop_text", 'stop("END")')


def test_one_that_raises_while_it_wakes_is_dropped_too() -> None:
    turn, events = watch_turn(Plugin(failing("feed")).after(1), answers("word"), answers("B"), answers("C"))
    assert [type(each) for each in events].count(ConditionFailed) == 1
    assert (turn.answer, turn.ending) == ("wordBC", None)
    turn, events = watch_turn(Plugin(failing("look")).after(Duration(1)), thinks("T"), ticks(1), thinks("U"))
    assert [type(each) for each in events].count(ConditionFailed) == 1


def test_a_rule_with_a_part_that_failed_is_never_true() -> None:
    turn, _ = watch_turn(stop("a") & Plugin(failing("feed")), answers("abc"))
    assert (turn.answer, turn.ending) == ("abc", None)


class Odd:
    """A class without anything of a Watch."""


@pytest.mark.parametrize("started", [None, 5, "text", Odd, Watch])
def test_what_is_started_has_to_be_a_watch(started: object) -> None:
    turn, events = watch_turn(Plugin(lambda: started), answers("A"))
    failed = [each for each in events if isinstance(each, ConditionFailed)]
    assert [each.problem for each in failed] == [Phrase("no_watch", value=repr(started))]
    assert (turn.answer, turn.ending) == ("A", None)


@pytest.mark.parametrize(
    "rubbish",
    [
        *(True, 5, "text", (1, 2), Odd()),
        *(Seen("1"), Seen(None), Seen(1.5), Seen(0, 5), Seen(0, "", "1"), Seen(0, facts=3), Seen(0, known="1")),
    ],
)
@pytest.mark.parametrize("method", ["feed", "count", "leave"])
def test_what_is_seen_has_to_be_a_seen(rubbish: object, method: str) -> None:
    turn, events = watch_turn(Plugin(giving(rubbish, method)), *ACTS)
    failed = [each for each in events if isinstance(each, ConditionFailed)]
    assert [each.problem for each in failed] == [Phrase("no_seen", value=repr(rubbish))]
    assert turn.ending
    assert (turn.ending.code, turn.answer) == ("disconnected", "AB")


@pytest.mark.parametrize("rubbish", ["soon", (1,), [None]])
def test_a_deadline_has_to_be_a_time(rubbish: object) -> None:
    turn = Turn(Policy(end=Plugin(giving(rubbish, "deadline")) | stop("END")), 0)
    assert turn.deadline is None
    events = answers("A")(turn)
    assert [type(each) for each in events].count(ConditionFailed) == 1


@pytest.mark.parametrize(
    ("seen", "cut_at"),
    [
        (Seen(0), 3),
        (Seen(2), 5),
        (Seen(3), 6),
        (Seen(-5), 3),
        (Seen(99), 6),
        (Seen(2, cut=1), 4),
        (Seen(2, cut=-2), 3),
        (Seen(2, cut=-99), 3),
        (Seen(2, cut=3), 5),
        (Seen(2, cut=99), 5),
        (Seen(-9, cut=99), 3),
        (Seen(1, known=2), 4),
        (Seen(-1, known=1), 3),
        (Seen(99, known=99), 6),
        (Seen(2, known=-9), 3),
    ],
)
def test_offsets_out_of_range_are_brought_into_it(seen: Seen, cut_at: int) -> None:
    """Withdraw no text that is shown, and cut no text that has not come."""
    turn, _ = watch_turn(Plugin(giving(seen)).after(Duration(5)), answers("one", now=1), answers("two", now=6))
    assert turn.ending
    assert (turn.answer, turn.ending.cut_at) == ("onetwo"[:cut_at], cut_at)
    assert (turn.ending.code, turn.ending.condition) == ("stop_text", "plugin().after(5s)")


def test_evidence_and_facts_are_those_of_the_plugin() -> None:
    turn, _ = watch_turn(Plugin(giving(Seen(1, "an A", facts={"letter": "A"}))), answers("A"))
    assert turn.ending
    assert (turn.ending.evidence, turn.ending.facts) == ("an A", {"letter": "A"})


def test_a_nudge_comes_at_its_place_in_the_text() -> None:
    _, events = watch_turn(Nudge(giving(Seen(2, "here"))), answers("abcd"))
    assert events[1:] == [AnswerDelta("ab"), Nudged("plugin()", "here"), AnswerDelta("cd")]


def test_what_counts_is_asked_when_a_chunk_with_token_ids_is_over() -> None:
    counted: list[tuple[int, ...]] = []

    class Counting(Watch):
        def count(self, progress: Progress) -> None:
            counted.append((progress.text, *progress.token_ids))

    turn = Turn(Policy(end=Plugin(Counting)), 0)
    for delta in [Delta(content="ab", token_ids=(1, 2)), Delta(content="c"), Delta(token_ids=(3,))]:
        turn.feed(delta, 1)
    assert counted == [(2, 1, 2), (3, 3)]


def test_it_may_hold_text_back_and_cut_in_it() -> None:
    class Holding(Watch):
        """A watch that waits for the end of a line, and cuts before the line."""

        def feed(self, text: str, progress: Progress) -> Seen | None:
            self.pending += len(text)
            return Seen(len(text), cut=len(text) - self.pending) if "\n" in text else None

    turn, events = watch_turn(Plugin(Holding), answers("a"), answers("b"), answers("\n"))
    assert turn.ending
    assert (turn.answer, turn.ending.cut_at) == ("", 0)
    turn, events = watch_turn(Plugin(Holding).shadow(), answers("a"), answers("b"))
    assert events[1:] == [AnswerDelta("a"), AnswerDelta("b")]


def test_it_enters_and_leaves_each_phase_once() -> None:
    heard: list[str] = []

    class Listening(Watch):
        def enter(self, progress: Progress) -> None:
            heard.append(f"enter {progress.phase}")

        def leave(self, progress: Progress) -> None:
            heard.append(f"leave {progress.phase}")

    watch_turn(Plugin(Listening), thinks("T"), answers("A"), thinks("U"), answers("B END"), breaks_off)
    phases = ["thought", "answer", "thought", "answer"]
    assert heard == [f"{what} {phase}" for phase in phases for what in ("enter", "leave")][:-1]
    heard.clear()
    watch_turn(
        Plugin(Listening).during("answer").after(1), thinks("T"), answers("wo"), answers("rd"), answers("A"), breaks_off
    )
    assert heard == ["enter answer", "leave answer"]


@dataclass(frozen=True)
class Of(Condition):
    """A condition with the given code and action, which no text meets."""

    kind: object
    act: object = "cut"

    @property
    def code(self) -> object:
        return self.kind

    @property
    def action(self) -> object:
        return self.act

    def start(self) -> Watch:
        return Watch()


@pytest.mark.parametrize("condition", [Of("enough"), Of("loop", "explode"), Of(None)])
def test_an_unknown_ending_or_action_is_refused(condition: Condition) -> None:
    check_condition(Of("loop", "nudge"))
    with pytest.raises(BadCondition) as refused:
        check_condition(condition)
    assert refused.value.kind == "code"


class Grasping(Watch):
    """A watch whose number of held characters is no number."""

    pending = "all of it"  # type: ignore[assignment]

    def feed(self, text: str, progress: Progress) -> None:
        return None


@dataclass(frozen=True)
class Grasp(Condition):
    """The condition of Grasping."""

    def start(self) -> Watch:
        return Grasping()


def test_a_watch_that_holds_back_what_is_no_number_holds_back_nothing() -> None:
    turn = Turn(Policy(end=Grasp()), 0)
    turn.feed(Delta("", "A"), 0)
    assert turn.answer == "A"


class Greedy(Watch):
    """A watch that holds back more text than there is."""

    pending = 1000

    def feed(self, text: str, progress: Progress) -> Seen | None:
        return None


def test_no_more_is_held_back_than_the_text_that_is_not_shown() -> None:
    """Show a notice after the text before it, without waiting for text that has not come."""
    condition = Plugin(Greedy) | Nudge(giving(Seen(0, "here")))
    turn, events = played(Policy(end=condition), answers("ab"))
    assert events == [PhaseChanged("answer"), Nudged("plugin()", "here")]
    assert answers("c")(turn) == []
    assert turn.stop(3)[0] == AnswerDelta("abc")


def test_an_answer_is_shortened_at_its_place_also_after_a_sleep() -> None:
    """Count `back` from the text fed: after a sleep, that is the text since the condition woke."""
    watch = giving(Seen(12, back=4))
    turn, events = watch_turn(Plugin(watch).after(1), answers("word. A. B. C. And on and on."))
    assert turn.answer == "word. A."
    assert CutBack("answer", 8) in events


def test_a_watch_that_fails_holds_nothing_back_any_longer() -> None:
    class Failing(Greedy):
        def count(self, progress: Progress) -> None:
            raise ValueError("in count")

    turn, events = played(Policy(end=Plugin(Failing)), says("", "ab", ids=(1,)))
    assert events == [PhaseChanged("answer"), AnswerDelta("ab"), ConditionFailed("plugin()", "ValueError: in count")]
    assert turn.ending is None
