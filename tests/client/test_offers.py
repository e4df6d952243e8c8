"""Any model that a server lists can be chosen and answers, whatever its name; the page follows what is served."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.offers.offer import shorten
from chat.profiles.read import read_profile
from chat.words.texts import Language, say
from tests.browser.running_app import RunningApp, copy_of_the_house, running_app
from tests.client.driver import Background, Client
from tests.doctor.patient import Vllm
from tests.scripted_server import Content, Finish, Role, ScriptedServer, thought_and_answer
from tests.scripted_server.server import chat_template
from tests.scripted_server.steps import Body, Step
from tests.scripted_server.templates import jinja
from tests.sentences import sentence

MINE = "someone/my-model"
LONG = "m" * 300
OFTEN = {"FULLSTOP_PAGE_MODELS_SECONDS": "0.2"}


def who(body: Body) -> list[Step]:
    """Return a reply in which the model says its own name."""
    return thought_and_answer("Hm.", f"I am {body['model']}.")


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[ScriptedServer, ScriptedServer]]:
    with ScriptedServer(model=MINE) as one, ScriptedServer(model=MINE) as two:
        yield one, two


@pytest.fixture
def one(servers: tuple[ScriptedServer, ScriptedServer]) -> ScriptedServer:
    return reset(servers[0])


@pytest.fixture
def two(servers: tuple[ScriptedServer, ScriptedServer]) -> ScriptedServer:
    return reset(servers[1])


def reset(server: ScriptedServer) -> ScriptedServer:
    server.reset()
    server.by_message({"": who})
    return server


@pytest.fixture(scope="module")
def alone(
    servers: tuple[ScriptedServer, ScriptedServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    """Yield an app with one server and no chosen profile."""
    root = copy_of_the_house(tmp_path_factory.mktemp("alone") / "house")
    with running_app(root, servers[0].base_url, FULLSTOP_PROFILE="", **OFTEN) as app:
        yield app


@pytest.fixture(scope="module")
def both(
    servers: tuple[ScriptedServer, ScriptedServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    """Yield an app with two servers and no chosen profile."""
    root = copy_of_the_house(tmp_path_factory.mktemp("both") / "house")
    addresses = f"{servers[0].base_url}, {servers[1].base_url}"
    with running_app(root, addresses, FULLSTOP_PROFILE="", **OFTEN) as app:
        yield app


@pytest.fixture(scope="module")
def owned(
    servers: tuple[ScriptedServer, ScriptedServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    """Yield an app whose owner has a folder of profiles, beside the app."""
    root = copy_of_the_house(tmp_path_factory.mktemp("owned") / "house")
    own = own_folder(root)
    own.mkdir()
    (own / "mine.yaml").write_text("extends: qwen3\nname: Mine\nmodel: mine\nmatches: []\n")
    with running_app(root, servers[0].base_url, FULLSTOP_PROFILE="", **OFTEN, FULLSTOP_PROFILES=str(own)) as app:
        yield app


def own_folder(root: Path) -> Path:
    return root.with_name("own")


@pytest.fixture
def chats() -> Iterator[list[Client]]:
    opened: list[Client] = []
    yield opened
    for each in opened:
        each.close()


def opened(app: RunningApp, background: Background, chats: list[Client], locale: str = "en-US") -> Client:
    chats.append(client := Client(app.url, background, locale).open())
    return client


def header(chat: Client) -> str:
    return str(chat.widget("fullstopProfile"))


@pytest.mark.parametrize(
    "name",
    [MINE, "my model", "公司 内部/我的 模型", LONG, "a`b*c_d<e>[f](g)", "/models/a/b/c", "Qwen/Qwen3-32B-AWQ"],
)
def test_a_model_that_no_profile_names_answers_the_first_question(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client], name: str
) -> None:
    one.serves = [name]
    chat = opened(alone, background, chats)
    if name != "Qwen/Qwen3-32B-AWQ":
        chat.wait_for(lambda _: lines_about(chat) == [say("made.line", "en", model=shorten(name))])
    turn = chat.ask("Who?")
    assert turn.errors == []
    assert turn.answer == f"I am {name}."
    assert one.chats()[-1].body["model"] == name
    assert turn.ending.startswith(sentence("ending.complete"))
    assert header(chat)[:30] == name[:30]
    assert "Traceback" not in alone.output()


def test_a_quantised_model_has_the_modes_of_its_family(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = ["Qwen/Qwen3-32B-AWQ"]
    chat = opened(alone, background, chats)
    chat.ask("Who?")
    chat.pick_mode(sentence("mode.NO_THINK"))
    chat.ask("And now?")
    body = one.chats()[-1].body
    assert (body["model"], body["chat_template_kwargs"]) == ("Qwen/Qwen3-32B-AWQ", {"enable_thinking": False})
    assert body["stop_token_ids"] == [151645, 151643]


@pytest.mark.parametrize(("locale", "lang"), [("en-US", "en"), ("zh-CN", "zh")])
def test_a_model_that_changes_under_a_chat_is_followed_and_a_line_says_so(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client], locale: str, lang: Language
) -> None:
    one.serves = ["Qwen/Qwen3-8B"]
    chat = opened(alone, background, chats, locale)
    assert chat.ask("Who?").answer == "I am Qwen/Qwen3-8B."
    one.serves = [MINE]
    turn = chat.ask("And now?")
    said = sentence("served.changed", lang, before="Qwen/Qwen3-8B", now=MINE)
    assert turn.lines == [said]
    assert turn.answer == f"I am {MINE}."
    assert header(chat) == MINE
    assert chat.ask("Still?").lines == []


def test_a_server_that_comes_up_later_is_found(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = []
    chat = opened(alone, background, chats)
    one.serves = [MINE]
    assert chat.ask("Who?").answer == f"I am {MINE}."
    assert header(chat) == MINE


def test_the_chat_stays_with_its_model_as_long_as_that_is_served(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = [MINE]
    chat = opened(alone, background, chats)
    chat.ask("Who?")
    one.serves = ["Qwen/Qwen3-0.6B", MINE]
    assert chat.ask("And now?").answer == f"I am {MINE}."


def test_a_router_offers_all_its_models_and_asks_for_the_chosen_one(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = [f"team/model-{number}" for number in range(40)]
    chat = opened(alone, background, chats)
    chat.wait_for(lambda _: set(one.serves) <= set(chat.labels("profile")))
    chat.change(profile="team/model-33")
    chat.wait_for(lambda _: lines_about(chat) == [say("made.line", "en", model="team/model-33")])
    assert chat.ask("Who?").answer == "I am team/model-33."
    assert {each.body["model"] for each in one.requests if "model" in each.body} <= {"team/model-0", "team/model-33"}


def test_two_servers_with_one_model_are_both_offered(
    both: RunningApp, one: ScriptedServer, two: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    chat = opened(both, background, chats)
    names = {each: f"{MINE} · 127.0.0.1:{each.port}" for each in (one, two)}
    chat.wait_for(lambda _: set(names.values()) <= set(chat.labels("profile")))
    for server, name in names.items():
        chat.change(profile=name)
        assert chat.ask("Who?").answer == f"I am {MINE}."
        assert server.chats()[-1].message == "Who?"
        assert header(chat) == name
    assert [[each.message for each in server.chats()].count("Who?") for server in names] == [1, 1]


# --- A profile that is made by asking


def opens_thought(body: Body) -> str:
    """Render ChatML that writes the opening marker into the prompt."""
    return chat_template(body) + ("<think>\n" if body.get("add_generation_prompt", True) else "")


def test_a_profile_is_made_by_asking_and_splits_thought_and_answer(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves, one.template = ["someone/opens"], opens_thought
    chat = opened(alone, background, chats)
    chat.wait_text("`someone/opens`")
    chat.wait_text(sentence("made.findings"))
    one.by_message({"2 + 2?": [Role(), Content("Two and two.\n</think>\n\nFour."), Finish("stop")]})
    turn = chat.ask("2 + 2?")
    assert ([each.text for each in turn.thoughts], turn.answer) == (["Two and two."], "Four.")
    asked = len(one.requests)
    opened(alone, background, chats).wait_text("`someone/opens`")
    paths = [each.path for each in one.requests[asked:]]
    assert not {"/tokenize", "/detokenize", "/v1/chat/completions"} & set(paths)


@pytest.mark.parametrize(("locale", "lang"), [("en-US", "en"), ("zh-CN", "zh")])
def test_the_empty_page_follows_what_is_served(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client], locale: str, lang: Language
) -> None:
    one.serves = []
    chat = opened(alone, background, chats, locale)
    for name in (f"someone/late-{lang}", f"someone/later-{lang}"):
        one.serves = [name]
        chat.wait_for(lambda _, name=name: lines_about(chat, lang) == [say("made.line", lang, model=name)])
        chat.wait_for(lambda _: folds(chat, lang) == 1)
        assert header(chat) == name
    one.serves = ["Qwen/Qwen3-8B"]
    chat.wait_for(lambda _: not lines_about(chat, lang) and not folds(chat, lang))
    assert header(chat) == "Qwen/Qwen3-8B"


def test_the_empty_page_follows_the_choice_and_a_page_with_a_question_does_not(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = ["Qwen/Qwen3-8B", "someone/first", "someone/second"]
    chat = opened(alone, background, chats)
    chat.wait_for(lambda _: set(one.serves) <= set(chat.labels("profile")))
    for name in one.serves[1:]:
        chat.change(profile=name)
        chat.wait_for(lambda _, name=name: lines_about(chat) == [say("made.line", "en", model=name)])
    chat.change(profile="Qwen/Qwen3-8B")
    chat.wait_for(lambda _: not lines_about(chat) and not folds(chat))
    chat.ask("Who?")
    chat.change(profile="someone/first")
    assert chat.ask("And now?").answer == "I am someone/first."
    assert lines_about(chat) == []


def test_two_servers_with_one_model_have_a_profile_each(
    both: RunningApp, one: ScriptedServer, two: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    """Use a second server whose template opens the thought; that of the first does not."""
    one.serves = two.serves = ["someone/twice"]
    two.template = opens_thought
    for server, opening in ((one, "<think>\n"), (two, "")):
        server.by_message({"": [Role(), Content(f"{opening}By {server.port}.\n</think>\n\nFour."), Finish("stop")]})
    chat = opened(both, background, chats)
    names = [f"someone/twice · 127.0.0.1:{each.port}" for each in (one, two)]
    chat.wait_for(lambda _: set(names) <= set(chat.labels("profile")))
    chat.wait_for(lambda _: folds(chat) == 1)
    for server, name in zip((one, two), names, strict=True):
        chat.change(profile=name)
        turn = chat.ask("2 + 2?")
        assert ([each.text for each in turn.thoughts], turn.answer) == ([f"By {server.port}."], "Four.")


@pytest.mark.parametrize(("locale", "lang"), [("en-US", "en"), ("zh-CN", "zh")])
def test_a_server_without_tokenize_is_asked_for_a_reply_and_the_chat_works(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client], locale: str, lang: Language
) -> None:
    one.serves, one.bare = [f"someone/bare-{lang}"], True
    one.by_message({"": [Role(), Content("<think>\nHm.\n</think>\n\nFour."), Finish("stop")]})
    chat = opened(alone, background, chats, locale)
    chat.wait_text(say("discover.system.unknown", lang))
    assert say("discover.markers.shown", lang, open="<think>", close="</think>") in chat.everything()
    turn = chat.ask("2 + 2?")
    assert ([each.text for each in turn.thoughts], turn.answer, turn.errors) == (["Hm."], "Four.", [])


@pytest.mark.parametrize(("locale", "lang"), [("en-US", "en"), ("zh-CN", "zh")])
def test_a_template_with_a_syntax_error_is_quoted_and_the_chat_works_once_it_is_corrected(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client], locale: str, lang: Language
) -> None:
    one.serves, one.template = [f"someone/broken-{lang}"], jinja("{% for message in %}{{ message.content }}")
    why = "Expected an expression, got 'end of statement block'"
    chat = opened(alone, background, chats, locale)
    chat.wait_text(sentence("discover.system.failed", lang).rstrip())
    assert why in chat.everything()
    turn = chat.ask("Who?")
    assert (turn.answer, len(turn.errors)) == ("", 1)
    assert why in turn.errors[0]
    one.template = chat_template
    turn = chat.ask("And now?")
    assert (turn.answer, turn.errors) == (f"I am {one.serves[0]}.", [])


def lines_about(chat: Client, lang: Language = "en") -> list[str]:
    """Return the lines that say that a profile was made by asking."""
    end = say("made.line", lang, model="\n").rpartition("\n")[2]
    return [line for line in chat.everything().splitlines() if line.endswith(end)]


def folds(chat: Client, lang: Language = "en") -> int:
    return chat.everything().splitlines().count(sentence("made.findings", lang))


def test_a_profile_that_another_page_has_saved_is_not_saved_again(
    owned: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = ["Qwen/Qwen3-8B", "someone/shared"]
    pages = [opened(owned, background, chats) for _ in range(2)]
    for chat in pages:
        chat.wait_for(lambda _, chat=chat: set(one.serves) <= set(chat.labels("profile")))
        chat.change(profile="someone/shared")
        chat.wait_text(sentence("made.save"))
        chat.ask("Who?")  # the page keeps the line then, with its button
    path = own_folder(owned.root) / "shared.yaml"
    for chat, key in zip(pages, ("saving.saved", "saving.exists"), strict=True):
        chat.press(sentence("made.save"))
        chat.wait_toast(sentence(key, path=path))
        assert chat.ask("And now?").answer == "I am someone/shared."
    assert not path.with_name("shared-2.yaml").exists()


def test_a_page_uses_the_profile_that_another_one_has_saved(
    owned: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = ["Qwen/Qwen3-8B", "someone/common"]
    pages = [opened(owned, background, chats) for _ in range(2)]
    for chat in pages:
        chat.wait_for(lambda _, chat=chat: set(one.serves) <= set(chat.labels("profile")))
        chat.change(profile="someone/common")
        chat.wait_text(sentence("made.findings"))
    pages[0].press(sentence("made.save"))
    pages[1].wait_for(lambda _: not folds(pages[1]))
    turn = pages[1].ask("Who?")
    assert (turn.answer, turn.errors, turn.lines) == ("I am someone/common.", [], [])
    assert header(pages[1]) == "common"


def test_the_doctor_examines_the_profile_that_was_made(
    alone: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    """Use a template that opens the thought, for which the usual markers alone are not enough."""
    one.serves, one.template = ["someone/opens-too"], opens_thought
    one.by_message({"": Vllm(parser=False, opens=True)})
    chat = opened(alone, background, chats)
    chat.send("/doctor")
    chat.wait_text(sentence("doctor.summary_good"))
    assert say("doctor.thought.opened", "en", close="</think>") in chat.everything()


@pytest.mark.parametrize(("locale", "lang"), [("en-US", "en"), ("zh-CN", "zh")])
def test_a_made_profile_is_saved_in_the_owners_folder_and_used_from_then_on(
    owned: RunningApp, one: ScriptedServer, background: Background, chats: list[Client], locale: str, lang: Language
) -> None:
    one.serves = [f"公司 内部/Saved {lang}"]
    chat = opened(owned, background, chats, locale)
    chat.wait_text(sentence("made.findings", lang))
    chat.press(sentence("made.save", lang))
    file = own_folder(owned.root) / f"saved-{lang}.yaml"
    chat.wait_toast(sentence("saving.saved", lang, path=file))
    assert read_profile(file).model == one.serves[0]
    assert chat.ask("Who?").answer == f"I am {one.serves[0]}."
    file.write_text(file.read_text().replace("name: ", "name: My own "))
    chat.ask("And now?")
    assert header(chat).startswith("My own ")


def test_a_folder_that_cannot_be_written_is_a_sentence_and_the_chat_works(
    owned: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = ["someone/unsaved"]
    chat = opened(owned, background, chats)
    chat.wait_text("`someone/unsaved`")
    own = own_folder(owned.root)
    own.rename(own.with_name("away"))
    try:
        own.write_text("a file in the place of the folder")
        chat.press(sentence("made.save"))
        chat.wait_text(sentence("saving.no_folder", folder=own))
        turn = chat.ask("Who?")
        assert turn.errors == [sentence("profile.folder", folder=own, problem="Not a directory").removesuffix("\n")]
        assert turn.answer == "I am someone/unsaved."
    finally:
        own.unlink()
        own.with_name("away").rename(own)


def test_own_profiles_are_offered_beside_the_shipped_ones(
    owned: RunningApp, one: ScriptedServer, background: Background, chats: list[Client]
) -> None:
    one.serves = ["mine"]
    chat = opened(owned, background, chats)
    chat.wait_for(lambda _: header(chat) == "Mine")
    assert {"Mine", "GLM-4.7"} <= set(chat.labels("profile"))
    chat.pick_mode(sentence("mode.NO_THINK"))
    chat.ask("Who?")
    assert one.chats()[-1].body["chat_template_kwargs"] == {"enable_thinking": False}
