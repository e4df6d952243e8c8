"""Every response of a real vLLM server ends at the right place, for the right reason, in any chunks."""

import json
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

from chat.profiles.modes import policy
from chat.replay.replay import replay
from chat.replay.report import as_json
from termination import Policy
from tests.recut import TEXTS, chunks, merged, said, split
from tests.shelf import profile

CAPTURES = {path.stem: path for path in sorted((Path(__file__).parents[1] / "captures").glob("*.sse"))}
THOUGHT, ANSWER = "The user asks 2+2. That is 4.", "2 + 2 = 4. 🎉"
SKY = "The sky is blue because of a process that occurs in the"


@dataclass(frozen=True, slots=True)
class Row:
    """What captures come to. `opened` is a profile whose template opens the thought; None: it makes no difference.

    `answer` and `evidence` may end in …: they begin so. Without `evidence` it may be anything.
    """

    names: str
    ending: str
    thought: str = ""
    answer: str = ""
    evidence: str = ""
    mode: str = "FULL"
    opened: bool | None = None


def only(names: str, ending: str, thought: str, opened: bool | None = None) -> Row:
    """Return a row in the mode THINK_ONLY."""
    return Row(names, ending, thought, mode="THINK_ONLY", opened=opened)


WHOLE = (
    "full.* cache_salt.* extra_body_nested.* full_skip_special_false.* full_skip_special_false_include_stop.* "
    "full_skip_special_false_stop_ids.* full_token_ids.* full_usage.* include_reasoning_false_token_ids.noparser n2.* "
    "nonstream_full.* r1_full_usage.* stream_interval_8.* unknown_param.* user_types_im_end.*"
)
IN_THE_THOUGHT = "include_reasoning_false_trunc.noparser nonstream_trunc_in_thought.* trunc_in_thought.*"
ANSWER_ONLY = (
    "completions_prefix.* completions_usage.* history_with_tags.noparser include_reasoning_false_token_ids.parser "
    "no_think_at_all.noparser r1_cont_think_closed.* user_types_open_tag.*"
)
FILED_AS_THOUGHT = "history_with_tags.parser no_think_at_all.*parser-v033 no_think_at_all.parser"

ROWS = [
    # To the end of the answer
    Row(WHOLE, "complete model answer", THOUGHT, ANSWER),
    only(WHOLE, "thought_complete client thought", THOUGHT),
    Row("full_endoftext.*", "complete model answer", THOUGHT, "2 + 2 = 4."),
    only("full_endoftext.*", "thought_complete client thought", THOUGHT),
    Row("cont_think_open.*parser*", "complete model answer", "That is 4.", ANSWER, opened=True),
    Row("cont_think_open.parser cont_think_open.r1*", "complete model answer", "That is 4.", ANSWER, opened=False),
    only("cont_think_open.*", "thought_complete client thought", "That is 4.", opened=True),
    Row("cont_echo.*", "complete model answer", "x", "2 + 2 = 4."),
    only("cont_echo.*", "thought_complete client thought", "x"),
    # An answer without a thought
    Row(ANSWER_ONLY, "complete model answer", "", ANSWER, opened=False),
    only(ANSWER_ONLY, "thought_complete client waiting", "", opened=False),
    Row("cont_a* cont_r* cont_think_closed_plus_answer.*", "complete model answer", "", " = 4.", opened=False),
    Row("emoji_split.noparser", "complete model answer", "", "🎉👩‍🚀", opened=False),
    Row("min_tokens.noparser", "complete model answer", "", "Hi", opened=False),
    Row("real_full.smollm2", "complete model answer", "", f"{SKY} Earth's…", opened=False),
    # An answer that the server's parser files as thought; with a template that opens the thought it is one
    Row(FILED_AS_THOUGHT, "complete model answer", ANSWER, ANSWER, opened=False),
    Row(FILED_AS_THOUGHT, "complete model thought", ANSWER, opened=True),
    only(FILED_AS_THOUGHT, "thought_complete model thought", ANSWER),
    Row("no_think_at_all.noparser", "complete model thought", ANSWER, opened=True),
    Row("emoji_split.parser", "complete model answer", "🎉👩‍🚀", "🎉👩‍🚀", opened=False),
    Row("emoji_split.parser", "complete model thought", "🎉👩‍🚀", opened=True),
    Row("min_tokens.parser", "complete model answer", "Hi", "Hi", opened=False),
    Row("min_tokens.parser", "complete model thought", "Hi", opened=True),
    # Nothing but the end
    Row("eos_first.* stop_id_newline.*", "complete model waiting"),
    only("eos_first.*", "thought_complete model waiting", ""),
    # Stopped at the end of the thought
    only("completions_think_only.* think_only_include_stop.parser", "thought_complete model thought", THOUGHT),
    only("think_only_include_stop.noparser", "thought_complete client thought", THOUGHT),
    only("think_only_skip_special_false.* think_only_interval3.*", "thought_complete model thought", THOUGHT),
    only("think_only_interval8.parser-v033 *_interval8_include.*", "thought_complete model thought", THOUGHT),
    only("r1_think_only_*interval8.*", "thought_complete model thought", THOUGHT),
    only("err_stop_ids_float.* err_stop_ids_numeric_string.*", "thought_complete model thought", THOUGHT),
    only("no_open_tag_think_only.*", "thought_complete model thought", THOUGHT, opened=True),
    Row("think_only_stop_str.*", "thought_complete model thought", THOUGHT, evidence="</think>", mode="THINK_ONLY"),
    only("think_only_stop_str_include.parser", "thought_complete model thought", THOUGHT),
    only("think_only_stop_str_include.noparser", "thought_complete client thought", THOUGHT),
    # …and the parser files the last words, which it has shown as thought, as answer once more
    only("think_only_interval8.r1* r1_*_interval8_tag.*", "thought_complete client thought", THOUGHT),
    # Stopped elsewhere in the thought
    Row("stop_str_answer.*", "stop_text server thought", "The user asks 2+2. That is", evidence="4."),
    only("stop_str_answer.*", "stop_text server thought", "The user asks 2+2. That is"),
    Row("stop_id_plus.*", "complete model thought", "The user asks 2"),
    Row("stop_id_dot_include.*", "complete model thought", "The user asks 2+2."),
    # The server's thinking budget, after which the model closes the thought once more
    Row("thinking_budget_4.parser", "complete model answer", "The user asks2+2. That is 4.", ANSWER),
    only("thinking_budget_4.parser", "thought_complete client thought", "The user asks"),
    Row("r1_budget4_usage.*", "complete model answer", "The user asks\n\nTime is up.\n\n\n 4.", ANSWER),
    only("r1_budget4_usage.*", "thought_complete client thought", "The user asks\n\nTime is up."),
    # The limit of tokens
    Row(IN_THE_THOUGHT, "length server thought", "The user asks"),
    only(IN_THE_THOUGHT, "length server thought", "The user asks"),
    Row("trunc_at_close_tag.*", "length server thought", THOUGHT),
    only("trunc_at_close_tag.*", "thought_complete client thought", THOUGHT),
    Row("trunc_in_answer.*", "length server answer", THOUGHT, "2 + 2 ="),
    only("trunc_in_answer.*", "thought_complete client thought", THOUGHT),
    Row("include_reasoning_false_trunc.parser", "length server waiting"),
    Row("real_trunc.smollm2", "length server answer", "", SKY, opened=False),
    Row("real_stop.smollm2", "length server answer", "", f"{SKY} Earth's…", opened=False),
    # The server's other words
    Row("repetition_in_answer.*", "loop server answer", THOUGHT, "wait" + 5 * " wait", "repetition_detected"),
    only("repetition_in_answer.*", "thought_complete client thought", THOUGHT),
    Row("abort_requests.*", "aborted server thought", "The user asks The user asks The user asks"),
    # An error in the stream
    Row("err_server_sigterm.*", "server_error server thought", 5 * "The user asks " + "The", "", "EngineCore encoun…"),
    Row("stop_ids_negative.*", "server_error server waiting", evidence="token_id(s) [-1] in stop_token_ids contain…"),
    Row("err_stop_ids_huge.*", "server_error server waiting", evidence="token_id(s) [1180591620717411303424] in…"),
    Row("thinking_budget_4.noparser", "server_error server waiting", evidence="thinking_token_budget is set but…"),
    # An error instead of a stream
    Row("cache_salt_bad.*", "refused server waiting", evidence="Parameter 'cache_salt' must be at most 128…"),
    Row("err_empty_messages.*", "refused server waiting", evidence="Cannot apply chat template to an empty…"),
    Row("err_max_tokens_too_big.*", "refused server waiting", evidence="max_tokens=100000 cannot be greater…"),
    Row("err_max_tokens_zero.*", "refused server waiting", evidence="max_tokens must be at least 1, got 0. (…"),
    Row("err_n_greedy.*", "refused server waiting", evidence="n must be 1 when using greedy sampling, got 2."),
    Row("err_stop_empty_string.*", "refused server waiting", evidence="stop cannot contain an empty string."),
    Row("err_stream_options_without_stream.*", "refused server waiting", evidence="Stream options can only be…"),
    Row("err_too_long_prompt_no_max.*", "refused server waiting", evidence="This model's maximum context length is…"),
    Row("repetition_bad.*", "refused server waiting", evidence="min_count must be >= 2 to detect repetitive…"),
]


def find_captures(pattern: str) -> list[str]:
    return [name for name in CAPTURES if fnmatch(name, pattern)]


CASES = [
    pytest.param(name, row, opened, id=f"{name}-{row.mode}-{'opened' if opened else 'plain'}")
    for row in ROWS
    for pattern in row.names.split()
    for name in find_captures(pattern)
    for opened in ((False, True) if row.opened is None else (row.opened,))
]


def policy_of(mode: str, opened: bool) -> Policy:
    return policy(profile(thinking={"open": "<think>", "close": "</think>", "opened": opened}), mode)


def begins(text: str, expected: str) -> bool:
    """True if a text is the expected one, or begins with it if it ends with …."""
    if expected.endswith("…"):
        return text.startswith(expected[:-1])
    return text == expected


@pytest.mark.parametrize(("name", "row", "opened"), CASES)
def test_a_capture_ends_like_this(name: str, row: Row, opened: bool) -> None:
    turn = replay(CAPTURES[name].read_bytes(), policy_of(row.mode, opened)).turn
    assert turn.ending
    assert f"{turn.ending.code} {turn.ending.source} {turn.ending.phase}" == row.ending
    assert turn.thought == row.thought
    assert begins(turn.answer, row.answer), turn.answer
    assert not row.evidence or begins(turn.ending.evidence, row.evidence), turn.ending.evidence


def report_without_tokens(recorded: bytes, limits: Policy) -> object:
    """Return the report of the command without its counts: chunks are counted if the server sends no counts."""
    report = json.loads(as_json("", replay(recorded, limits)))
    del report["ending"]["tokens"]
    return report


@pytest.mark.parametrize(("name", "row", "opened"), CASES)
def test_a_capture_ends_the_same_however_it_is_cut(name: str, row: Row, opened: bool) -> None:
    recorded, limits = CAPTURES[name].read_bytes(), policy_of(row.mode, opened)
    whole = report_without_tokens(recorded, limits)
    assert report_without_tokens(split(recorded), limits) == whole
    assert report_without_tokens(merged(recorded), limits) == whole


def test_the_table_has_every_capture() -> None:
    assert {str(case.values[0]) for case in CASES} == set(CAPTURES)
    assert all(find_captures(pattern) for row in ROWS for pattern in row.names.split())


def texts(recorded: bytes) -> dict[str, str]:
    return {name: "".join(said(chunk).get(name, "") for chunk in chunks(recorded)) for name in TEXTS}


@pytest.mark.parametrize("name", ["full.parser", "stream_interval_8.parser", "completions_think_only.parser"])
def test_the_cuts_keep_the_text(name: str) -> None:
    recorded = CAPTURES[name].read_bytes()
    assert len(chunks(merged(recorded))) < len(chunks(recorded)) < len(chunks(split(recorded)))
    assert texts(merged(recorded)) == texts(recorded) == texts(split(recorded))
