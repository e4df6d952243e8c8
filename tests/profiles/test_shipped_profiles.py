"""The shipped profiles fit their models, also if a server behaves slightly differently."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chat.profiles.modes import choose, policy
from chat.profiles.profile import THINK_ONLY, Endpoint, Profile
from chat.profiles.read import read_profile
from chat.profiles.settings import Settings
from chat.reply.history import Exchange, History, Prompt
from chat.reply.play import Play
from chat.server.request import Request, request
from chat.server.server import close_servers
from chat.server.stop_ids import resolve_stop_ids
from termination import Delta, Turn
from tests.shapes import templates
from tests.shapes.server import LoraxServer, VllmServer
from tests.shapes.shape import ANSWER, CLOSE, ENDS, SHAPES, THOUGHT, Parser, Template

FOLDER = Path(__file__).parents[2] / "profiles"
R1, MISTRAL = "deepseek-r1-distill-qwen-1.5b", "mistral-7b-instruct-v0.1"
MODES = [(name, mode) for name in SHAPES for mode in read_profile(FOLDER / f"{name}.yaml").modes]
FIRST_IDS_ARE_SPECIAL = {MISTRAL, "smollm2-135m"}


def shipped(name: str) -> Profile:
    return read_profile(FOLDER / f"{name}.yaml")


def messages(profile: Profile, *past: Exchange) -> list[dict[str, str]]:
    """Return the messages for the model after those turns."""
    history = History()
    chosen = choose("And now?", None, profile)
    for each in past:
        history.add(replace(each, versions=[], chosen=None))
    history.add(asked := Exchange("now", chosen.question))
    return [dict(each) for each in history.prompt(profile, chosen.system, asked).messages()]


# --- What the files say


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_an_editor_finds_the_schema(file: Path) -> None:
    assert file.read_text().startswith("# yaml-language-server: $schema=profile.schema.json\n# ")


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_says_when_it_was_checked_against_the_chat_template(name: str) -> None:
    (line,) = [line for line in (FOLDER / f"{name}.yaml").read_text().splitlines() if "# Chat template: " in line]
    assert re.search(r"\b20\d\d-\d\d-\d\d\b", line)


@pytest.mark.parametrize(("name", "mode"), MODES)
def test_every_stop_token_is_one_token_with_the_established_id(name: str, mode: str) -> None:
    pieces = [SHAPES[name].vocabulary.encode(token) for token in shipped(name).modes[mode].stop_tokens]
    close = (CLOSE[name],) if mode == THINK_ONLY and name in CLOSE else ()
    assert pieces == [[id_] for id_ in (*close, *ENDS[name])]


@pytest.mark.parametrize("name", SHAPES)
def test_no_stop_token_is_ordinary_text(name: str) -> None:
    vocabulary = SHAPES[name].vocabulary
    ordinary = {id_ for byte in range(128) for id_ in vocabulary.encode(chr(byte))} | set(vocabulary.encode("\n\n"))
    assert ordinary.isdisjoint(ENDS[name])
    assert name in FIRST_IDS_ARE_SPECIAL or min(ENDS[name]) >= 256


@pytest.mark.parametrize("name", CLOSE)
def test_the_markers_of_a_thought_are_those_of_the_model(name: str) -> None:
    profile, vocabulary = shipped(name), SHAPES[name].vocabulary
    assert profile.thinking
    assert vocabulary.encode(profile.thinking.close[0]) == [CLOSE[name]]
    assert vocabulary.decode(vocabulary.encode(profile.thinking.open[0])) == profile.thinking.open[0]
    assert [mode for mode in profile.modes if profile.thinking.close[0] in profile.modes[mode].stop_tokens] == [
        THINK_ONLY
    ]


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - CLOSE.keys()))
def test_a_model_that_does_not_think_has_no_markers(name: str) -> None:
    profile = shipped(name)
    assert (profile.thinking, profile.modes["FULL"]) == (None, profile.modes[THINK_ONLY])


@pytest.mark.parametrize("name", SHAPES)
def test_the_template_takes_every_chat_that_the_app_sends(name: str) -> None:
    """Try a turn without an answer, one with a leaked thought, and a system prompt of the person."""
    profile = shipped(name)
    past = [Exchange(str(number), "Well?", THOUGHT, said, profile.model) for number, said in enumerate(("", ANSWER))]
    for each in (profile, Settings(system="Be brief.").apply_to(profile)):
        chat, opening = SHAPES[name].template(messages(each, *past), {})
        assert THOUGHT not in chat + opening


@pytest.mark.parametrize("name", SHAPES)
def test_a_system_prompt_is_sent_as_the_model_wants_it(name: str) -> None:
    own, given = shipped(name), Settings(system="Be brief.").apply_to(shipped(name))
    said = [each["content"] for each in messages(own) if each["role"] == "system"]
    assert said == (["You are a helpful assistant."] if name == "dasd-4b-thinking" else [])
    assert own.messages.system_needed == bool(said)
    merged = messages(given) == [{"role": "user", "content": "Be brief.\n\nAnd now?"}]
    assert merged == (name in (R1, MISTRAL))


@pytest.mark.parametrize("name", SHAPES)
def test_past_thoughts_are_not_sent(name: str) -> None:
    assert shipped(name).messages.past_thoughts == "strip"


@pytest.mark.parametrize("name", ["qwen3", "glm-4.7"])
def test_the_thought_is_switched_off_where_the_mode_says_so(name: str) -> None:
    profile = shipped(name)
    mode = profile.modes["NO_THINK"]
    _, opening = SHAPES[name].template(messages(profile), mode.chat_template_kwargs)
    assert opening.rstrip().endswith("</think>")
    markers = profile.markers("NO_THINK")
    assert (mode.thinks, markers and markers.opened) == (False, False)


# --- What becomes of a turn

Playing = Callable[..., Awaitable[Turn]]


@pytest.fixture
async def played() -> AsyncIterator[Playing]:
    """Yield a function that plays one turn of a profile at a server, as the app does."""

    async def played(profile: Profile, server: VllmServer, mode: str = "FULL") -> Turn:
        endpoint = Endpoint(base_url=server.base_url)
        here = profile.model_copy(update={"endpoint": endpoint, "tokenizer": None})

        async def ask() -> Request:
            stops = await resolve_stop_ids(here, here.modes[mode].stop_tokens)
            turn.expect(stops)
            asked = Prompt(here, here.messages.system, (), "1 + 1 + 2?").messages()
            return request(here, mode, asked, stops, "a-chat")

        turn = Turn(policy(here, mode), asyncio.get_running_loop().time())
        assert await Play(turn, lambda _: None).run(ask()) is None
        return turn

    yield played
    await close_servers()


def came(turn: Turn) -> tuple[str, str, str]:
    assert turn.ending
    return turn.thought, turn.answer, turn.ending.code


@pytest.mark.parametrize("template", [templates.chatml, templates.qwen3, templates.qwen3_thinking])
@pytest.mark.parametrize("parser", ["tags", "none"])
async def test_dasd_is_read_right_whether_or_not_its_template_opens_the_thought(
    played: Playing, template: Template, parser: Parser
) -> None:
    with VllmServer(SHAPES["dasd-4b-thinking"]) as server:
        server.becomes(template=template, parser=parser)
        assert came(await played(shipped("dasd-4b-thinking"), server)) == (THOUGHT, ANSWER, "complete")
        assert came(await played(shipped("dasd-4b-thinking"), server, THINK_ONLY)) == (THOUGHT, "", "thought_complete")


@pytest.mark.parametrize("parser", ["tags", "none"])
async def test_an_older_r1_template_lets_the_thought_be_skipped_unless_the_profile_begins_it(
    played: Playing, parser: Parser
) -> None:
    """Check the line that the profile contains as a comment."""
    text = (FOLDER / f"{R1}.yaml").read_text()
    assert '  # prefix: "<think>\\n"\n' in text
    profile = shipped(R1)
    assert profile.thinking
    begun = profile.model_copy(update={"thinking": profile.thinking.model_copy(update={"prefix": "<think>\n"})})
    with VllmServer(SHAPES[R1]) as server:
        for template in (templates.r1_older, templates.r1):
            server.becomes(template=template, parser=parser)
            skipped = "" if template is templates.r1_older else THOUGHT
            assert came(await played(profile, server)) == (skipped, ANSWER, "complete")
            assert came(await played(begun, server)) == (THOUGHT, ANSWER, "complete")
            assert server.prompts[-1].endswith("<｜User｜>1 + 1 + 2?<｜Assistant｜><think>\n")
            assert came(await played(begun, server, THINK_ONLY)) == (THOUGHT, "", "thought_complete")
        body = server.chats()[-1].body
        assert body["messages"][-1] == {"role": "assistant", "content": "<think>\n"}
        assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)


async def test_glm_4_ends_its_turn_where_the_server_knows_only_the_end_of_a_document(played: Playing) -> None:
    with VllmServer(SHAPES["glm-4-9b-chat"]) as server:
        server.becomes(eos=(151329,))
        turn = await played(shipped("glm-4-9b-chat"), server)
        assert came(turn) == ("", ANSWER, "complete")
        assert turn.ending.stop_reason == 151336


@pytest.mark.parametrize(("kind", "ids"), [(VllmServer, [2]), (LoraxServer, None)])
async def test_mistral_answers_on_either_server(played: Playing, kind: type[VllmServer], ids: list[int] | None) -> None:
    with kind(SHAPES[MISTRAL]) as server:
        assert came(await played(shipped(MISTRAL), server)) == ("", ANSWER, "complete")
        assert server.chats()[0].body.get("stop_token_ids") == ids


async def test_the_limit_of_tokens_may_come_within_a_character(played: Playing) -> None:
    """Use one token per byte: the limit falls into the second 二 of the thought."""
    room = len("<>\n") - 1 + len(THOUGHT[: THOUGHT.rindex("二")].encode()) + 1
    with VllmServer(SHAPES["qwen3"]) as server:
        server.becomes(parser="none")
        turn = await played(Settings(max_tokens=room).apply_to(shipped("qwen3")), server)
        assert came(turn) == (THOUGHT[: THOUGHT.rindex("二")], "", "length")


async def test_llama_is_ended_by_its_last_word_where_the_server_runs_past_it(played: Playing) -> None:
    """Imitate LoRAX, which knew only one of the ends (predibase/lorax#442)."""
    with LoraxServer(SHAPES["llama-3.1-8b-instruct"]) as server:
        server.becomes(eos=(128001,))
        assert came(await played(shipped("llama-3.1-8b-instruct"), server)) == ("", ANSWER, "complete")


HARMONY = (
    f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>"
)


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("mode", "expected"), [("FULL", (THOUGHT, ANSWER, "complete")), (THINK_ONLY, (THOUGHT, "", "thought_complete"))]
)
def test_gpt_oss_is_read_right_where_the_channels_come_as_text(
    mode: str, expected: tuple[str, str, str], size: int
) -> None:
    turn = Turn(policy(shipped("gpt-oss-20b"), mode), 0.0)
    for start in range(0, len(HARMONY), size):
        turn.feed(Delta(content=HARMONY[start : start + size]), 0.0)
    turn.feed(Delta(finish_reason="stop"), 0.0)
    assert came(turn) == expected


# --- The manual

MANUAL = (FOLDER.parent / "docs" / "profiles.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], Profile]:
    """Return a function that reads an example of the manual, beside the shipped profiles."""

    def example(text: str) -> Profile:
        shutil.copytree(FOLDER, tmp_path / "profiles", dirs_exist_ok=True)
        (tmp_path / "profiles" / "example.yaml").write_text(text)
        return read_profile(tmp_path / "profiles" / "example.yaml")

    return example


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.partition("name: ")[2].partition("\n")[0])
def test_every_example_of_the_manual_can_be_used(example: Callable[[str], Profile], text: str) -> None:
    assert example(text).name in text


def test_the_manual_lists_every_shipped_profile() -> None:
    listed = {
        name for row in re.findall(r"^\| (`.+?) \| (?:yes|no) \|", MANUAL, re.MULTILINE) for name in row.split(", ")
    }
    assert listed == {f"`{file.stem}`" for file in FOLDER.glob("[!_]*.yaml")}


def test_minimax_gets_its_own_thoughts_back(example: Callable[[str], Profile]) -> None:
    profile = example(EXAMPLES[-1])
    past = [Exchange("1", "Well?", THOUGHT, ANSWER, model) for model in ("another", profile.model)]
    said = [each["content"] for each in messages(profile, *past) if each["role"] == "assistant"]
    assert said == [ANSWER, f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}"]
