"""The scenes in the pictures of docs/endings.md: a turn for every ending, and the states between."""

import json
from collections.abc import Callable

from chat.words.texts import Language, say
from tests.browser.driver import Chat
from tests.browser.ways import choose, play
from tests.client.test_resume import ANSWER, CIRCLING, THINKING
from tests.client.test_versions import FIVE, FOUR
from tests.endings import WAYS, Way
from tests.scripted_server import (
    Content,
    Hang,
    Model,
    Raw,
    Reasoning,
    Role,
    Script,
    ScriptedServer,
    demos,
)

Scene = Callable[[Chat, ScriptedServer, Language], object]

SLOW = 30  # tokens a second
WINDOW = 1024  # of the server that the scenes of CONTEXT talk to
QUESTION = {"en": "What is the sum of the first n odd numbers?", "zh": "前 n 个奇数之和是多少？"}
THOUGHT = {"en": demos.THOUGHT, "zh": demos.THOUGHT_ZH}
REPLY = {"en": demos.ANSWER, "zh": demos.ANSWER_ZH}
CIRCLE = {
    "en": CIRCLING,
    "zh": "然后我再从另一面把它从头到尾看一遍，看到的还是和刚才一模一样的东西，没有什么新的地方，所以第 {} 个是 {}；",
}
LETTER = {"en": "Here is the next part of the letter. ", "zh": "这是信的下一部分。"}
PARTS = {"en": 24, "zh": 40}  # of a letter, in each question
READ = {"en": ("I read on.", "Read."), "zh": ("我接着读。", "读完了。")}

BY_NAME = {way.name: way for way in WAYS}


def way(name: str) -> Scene:
    """Return the scene of a way to end, from tests/endings.py."""
    return lambda chat, server, _: play_way(chat, server, BY_NAME[name])


def play_way(chat: Chat, server: ScriptedServer, way: Way) -> None:
    choose(chat, way)
    play(chat, server, way)
    chat.wait_for(lambda turn: turn.ending)
    chat.wait_idle()


def pill(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    server.play(without_end(lang))
    chat.send(QUESTION[lang])
    chat.pill().wait_for()
    chat.wait_for(lambda turn: len(turn.thoughts[0].text) > 100)


def without_end(lang: Language) -> Script:
    """Return a turn whose thought continues without an end."""
    whole = Model(THOUGHT[lang], "", SLOW)({})
    return [*whole[: len(whole) * 3 // 4], Hang()]


def nudge(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    circling = [Reasoning(CIRCLE[lang].format(n, n * n)) for n in range(12)]
    server.play([Role(), *circling, Hang()])
    chat.send(QUESTION[lang])
    chat.page.locator(".fullstop-pill.hinting").wait_for()


def answer_now(chat: Chat, server: ScriptedServer, _: Language) -> None:
    server.play(THINKING, ANSWER)
    chat.send("2 + 2?")
    chat.pill().wait_for()
    chat.pill().click()
    chat.wait_for(lambda turn: turn.ending)
    chat.wait_idle()


def details(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    server.play(FOUR)
    chat.ask("2 + 2?")
    chat.press(say("act.details", lang))
    chat.wait_for(lambda turn: "finish_reason" in turn.ending)


def editor(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    server.play(without_end(lang))
    chat.send(QUESTION[lang])
    chat.wait_for(lambda turn: turn.thoughts and len(turn.thoughts[0].text) > 60)
    chat.stop()
    chat.wait_idle()
    chat.press(say("act.edit", lang))
    chat.page.locator("dialog textarea").wait_for()


def versions(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    server.play(FOUR, FIVE)
    chat.ask("2 + 2?")
    chat.press(say("act.again", lang))
    chat.wait_for(lambda turn: turn.answer == "Five." and turn.ending)
    chat.wait_idle()


def gauge(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    read_on(chat, server, lang, times=2)
    chat.page.locator(".fullstop-meter").click()


def folded(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    read_on(chat, server, lang, times=5)
    chat.page.locator('button[id^="fs-"]').last.scroll_into_view_if_needed()


def read_on(chat: Chat, server: ScriptedServer, lang: Language, times: int) -> None:
    """Play `times` turns. The doctor greets first, because the profile needs a larger window."""
    chat.page.locator("[data-step-type]").wait_for()
    thought, answer = READ[lang]
    for number in range(1, times + 1):
        server.play([Role(), Reasoning(thought), Content(answer), last_chunk(WINDOW * min(number, 2) * 2 // 5)])
        chat.ask(f"{number}. " + LETTER[lang] * PARTS[lang])


def last_chunk(prompt: int) -> Raw:
    """Return the finish chunk, with `prompt` as the count of the prompt's tokens."""
    usage = {"prompt_tokens": prompt, "completion_tokens": 6, "total_tokens": prompt + 6}
    choice = {"index": 0, "delta": {}, "finish_reason": "stop"}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return Raw(f"data: {json.dumps(chunk | {'usage': usage})}\n\n".encode())


ENDINGS: dict[str, Scene] = {
    "complete": way("complete"),
    "thought-complete": way("thought only"),
    "stop-text": way("a stop text"),
    "length": way("length in the answer"),
    "budget": way("a budget that is used up and asks for no answer"),
    "loop": way("a loop in the answer"),
    "first-token-timeout": way("a queue that never starts"),
    "idle-timeout": way("silence in the thought"),
    "total-timeout": way("too long in all"),
    "stopped": way("Stop in the thought"),
    "disconnected": way("the network goes in the answer"),
    "server-error": way("an error in the stream"),
    "refused": way("500 before the stream"),
    "tool-calls": way("a tool is asked for"),
    "content-filter": way("a content filter"),
    "aborted": way("aborted"),
}
STATES: dict[str, Scene] = {
    "pill": pill,
    "nudge": nudge,
    "handed-off": way("budget, rescued"),
    "answer-now": answer_now,
    "details": details,
    "editor": editor,
    "versions": versions,
}
CONTEXT: dict[str, Scene] = {"gauge": gauge, "folded": folded}
