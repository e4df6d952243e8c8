"""The table of docs/servers.md, made from scenarios.py: python -m tests.vllm.table"""

from tests.vllm.scenarios import SCENARIOS, SET_UPS, End, Scenario

HEADS = {
    "qwen3": "vLLM, `qwen3`",
    "deepseek_r1": "vLLM, `deepseek_r1`",
    "no parser": "vLLM, no parser",
    "embedded": "embedded engine",
    "transformers": "`transformers serve`",
}
BY = {"client": "page"}


def table() -> str:
    """Return the table in Markdown; what differs within a row besides the code is in brackets."""
    heads = ["scenario", *(HEADS[name] for name in SET_UPS)]
    lines = [heads, ["---"] * len(heads), *(_row(scenario) for scenario in SCENARIOS)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(scenario: Scenario) -> list[str]:
    ends = [scenario.at(name) for name in SET_UPS]
    some = [end for end in ends if end]
    phases = len({end.phase for end in some if end.code == scenario.end.code}) > 1
    sources = len({end.source for end in some if end.code == scenario.end.code}) > 1
    return [scenario.name, *(_cell(end, scenario.end, phases, sources) for end in ends)]


def _cell(end: End | None, usual: End, phases: bool, sources: bool) -> str:
    if end is None:
        return "–"
    notes = []
    if end.code == usual.code and phases:
        notes.append(f"in the {end.phase}")
    if end.code == usual.code and sources:
        notes.append(f"by the {' or '.join(BY.get(name, name) for name in end.source.split(' or '))}")
    note = " ¹" if end.garbled else " ²" if end.is_unanswered else ""
    return f"`{end.code}`" + (f" ({', '.join(notes)})" if notes else "") + note


if __name__ == "__main__":
    print(table())
