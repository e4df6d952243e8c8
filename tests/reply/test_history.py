"""The model reads the chat so far: without past thoughts, with alternating roles, with one version of each turn."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.reply.history import Exchange, History
from tests.shelf import profile

STRIP = profile()
KEEP = profile(messages={"past_thoughts": "keep"})


def history(*exchanges: Exchange) -> History:
    past = History()
    for exchange in exchanges:
        past.add(replace(exchange, versions=[], chosen=None))
    return past


def shown(past: History, system: str = "", keep: bool = False, dropped: int = 0) -> list[tuple[str, str]]:
    new = Exchange("new", "new")
    past.add(new)
    messages = past.prompt(KEEP if keep else STRIP, system, new).messages(dropped)
    past.remove_from("new")
    return [(each["role"], each["content"]) for each in messages]


FIRST = Exchange("1", "first", "thought 1", "answer 1", "scripted")
SECOND = Exchange("2", "second", "", "answer 2", "scripted")
SILENT = Exchange("3", "third", "thought 3", "", "scripted")
FAILED = Exchange("4", "failed", unheard=True)


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ([], [("user", "new")]),
        ([FIRST], [("user", "first"), ("assistant", "answer 1"), ("user", "new")]),
        (
            [FIRST, SECOND],
            [
                ("user", "first"),
                ("assistant", "answer 1"),
                ("user", "second"),
                ("assistant", "answer 2"),
                ("user", "new"),
            ],
        ),
        ([SILENT], [("user", "third\n\nnew")]),
        ([SILENT, SECOND], [("user", "third\n\nsecond"), ("assistant", "answer 2"), ("user", "new")]),
        ([FIRST, SILENT], [("user", "first"), ("assistant", "answer 1"), ("user", "third\n\nnew")]),
    ],
)
def test_past_thoughts_are_dropped(past: list[Exchange], expected: list[tuple[str, str]]) -> None:
    assert shown(history(*past)) == expected
    assert shown(history(*past), "Be brief.") == [("system", "Be brief."), *expected]


def test_past_thoughts_stay_if_the_profile_says_so() -> None:
    messages = shown(history(FIRST, SECOND, SILENT), keep=True)
    assert messages[1] == ("assistant", "<think>\nthought 1\n</think>\n\nanswer 1")
    assert messages[3] == ("assistant", "answer 2")
    assert messages[5] == ("assistant", "<think>\nthought 3\n</think>\n\n")


def test_a_thought_that_was_the_answer_is_sent_once() -> None:
    """Send an answer as a thought; the page then shows it as both."""
    misfiled = Exchange("4", "fourth", "It is 4.", "It is 4.", "scripted")
    assert shown(history(misfiled), keep=True)[1] == ("assistant", "It is 4.")


def test_a_thought_of_another_model_is_never_sent() -> None:
    foreign = Exchange("4", "fourth", "thought 4", "answer 4", "another model")
    said = [text for _, text in shown(history(FIRST, foreign), keep=True)]
    assert said == ["first", "<think>\nthought 1\n</think>\n\nanswer 1", "fourth", "answer 4", "new"]


@pytest.mark.parametrize(("past", "first"), [([], "new"), ([FIRST], "first")])
def test_a_system_prompt_opens_the_first_question_if_the_profile_says_so(past: list[Exchange], first: str) -> None:
    merged = profile(messages={"system_role": "user"})
    chat = history(*past)
    chat.add(new := Exchange("new", "new"))
    messages = chat.prompt(merged, "Be brief.", new).messages()
    assert messages[0] == {"role": "user", "content": f"Be brief.\n\n{first}"}
    assert [each["role"] for each in messages] == ["user", "assistant", "user"][-len(messages) :]


def test_a_model_that_does_not_think_has_no_past_thoughts() -> None:
    plain = profile(messages={"past_thoughts": "keep"}, thinking=None)
    chat = history(FIRST)
    chat.add(new := Exchange("new", "new"))
    assert [each["content"] for each in chat.prompt(plain, "", new).messages()] == ["first", "answer 1", "new"]


@pytest.mark.parametrize(
    ("edited", "left"),
    [("1", []), ("2", ["first"]), ("3", ["first", "second"]), ("a new message", ["first", "second", "third"])],
)
def test_an_edited_message_and_all_that_followed_is_forgotten(edited: str, left: list[str]) -> None:
    past = history(FIRST, SECOND, Exchange("3", "third", "", "answer 3"))
    past.remove_from(edited)
    assert [text for role, text in shown(past) if role == "user"] == [*left, "new"]


def test_a_question_that_the_server_refused_is_not_asked_again() -> None:
    assert shown(history(FAILED)) == [("user", "new")]


def test_the_oldest_turns_can_be_dropped() -> None:
    assert shown(history(FIRST, SECOND), "Be brief.", dropped=1) == [
        ("system", "Be brief."),
        ("user", "second"),
        ("assistant", "answer 2"),
        ("user", "new"),
    ]


def test_another_version_replaces_the_previous_one_and_what_followed_it() -> None:
    past = history()
    first, second, other = (Exchange(name, name, "", f"answer {name}") for name in ("1", "2", "1 again"))
    past.add(first)
    past.add(second)
    past.add_version(first, other)
    assert past.shown == [other]
    assert [text for _, text in shown(past)] == ["1 again", "answer 1 again", "new"]
    past.choose(first)
    assert past.shown == [first, second]
    assert [text for _, text in shown(past)] == ["1", "answer 1", "2", "answer 2", "new"]
    assert first.parent
    assert first.parent.versions == [first, other]


def test_an_edited_question_is_another_version_of_it() -> None:
    past = history()
    first, second = Exchange("1", "first"), Exchange("2", "second")
    past.add(first)
    past.add(second)
    assert past.remove_from("1") == [first, second]
    past.add(edited := Exchange("1", "first, edited"))
    assert edited.parent
    assert edited.parent.versions == [first, edited]
    assert past.following(first) == [second]
    assert past.remove_from("another") == []


def test_an_edited_message_that_was_no_question_cuts_what_follows_it() -> None:
    past = history()
    first, second, third = (Exchange(name, name, "", f"answer {name}") for name in ("1", "2", "3"))
    past.note_message("first of all")
    past.add(first)
    past.note_message("of an unknown mode")
    past.add(second)
    past.add(third)
    assert past.remove_from("of an unknown mode") == [second, third]
    assert past.shown == [first]
    past.add(edited := Exchange("of an unknown mode", "edited", "", "answer"))
    assert second.parent
    assert second.parent.versions == [second, edited]
    assert past.remove_from("first of all") == [first, edited]
    assert past.shown == []


def test_everything_after_the_fork_is_cut_if_an_earlier_turn_has_another_version_now() -> None:
    past = history()
    first, second, other, after = (Exchange(name, name) for name in ("1", "2", "2 again", "3"))
    past.add(first)
    past.add(second)
    past.note_message("of an unknown mode")
    past.add_version(second, other)
    past.add(after)
    assert past.remove_from("of an unknown mode") == [other, after]
    assert past.shown == [first]


def test_a_message_that_comes_again_was_edited() -> None:
    past = history()
    assert past.note_message("1")
    past.add(Exchange("1", "first"))
    past.remove_from("1")
    assert not past.note_message("1")


def test_the_prompt_of_a_version_has_only_what_comes_before_it() -> None:
    past = history()
    first, second = Exchange("1", "first", "", "answer 1"), Exchange("2", "second", "", "answer 2")
    past.add(first)
    past.add(second)
    assert [each["content"] for each in past.prompt(STRIP, "", first).messages()] == ["first"]


exchanges = st.lists(
    st.builds(Exchange, st.uuids().map(str), *[st.text(max_size=5)] * 3),
    max_size=5,
)


@given(exchanges, st.text(max_size=5), st.booleans())
def test_roles_always_alternate_and_the_new_question_is_last(past: list[Exchange], system: str, keep: bool) -> None:
    messages = shown(history(*past), system, keep)
    roles = [role for role, _ in messages if role != "system"]
    assert roles == [("user", "assistant")[number % 2] for number in range(len(roles))]
    assert roles[-1] == "user"
    assert messages[-1][1].endswith("new")
    assert [role for role, _ in messages].count("system") == bool(system)
    assert all(text for role, text in messages if role == "assistant")
