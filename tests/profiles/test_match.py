"""A served model gets the shipped profile of its name, root, base name or family, and never a wrong one."""

from pathlib import Path

import pytest

from chat.profiles.match import Closeness, ServedModel, base_name, best_match
from chat.profiles.profile import Profile
from chat.profiles.shelf import Profiles

SHIPPED = Path(__file__).parents[2] / "profiles"
HASH = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def profiles() -> dict[str, Profile]:
    """Return the shipped profiles that are for vLLM."""
    found = Profiles(SHIPPED).read().profiles
    return {name: each for name, each in found.items() if name not in ("embedded", "gguf")}


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("Qwen/Qwen3-32B-AWQ", "qwen3-32b"),
        ("Qwen/Qwen3-0.6B-FP8", "qwen3-0.6b"),
        ("Qwen/Qwen3-30B-A3B-GPTQ-Int4", "qwen3-30b-a3b"),
        ("Qwen/Qwen3-8B-GPTQ-Int8", "qwen3-8b"),
        ("unsloth/Qwen3-8B-unsloth-bnb-4bit", "qwen3-8b"),
        ("unsloth/Qwen3-8B-GGUF:Q4_K_M", "qwen3-8b"),
        ("unsloth/Qwen3-8B-UD-Q4_K_XL.gguf", "qwen3-8b"),
        ("Qwen3-8B.Q4_K_M.gguf", "qwen3-8b"),
        ("qwen3-8b-iq4_xs.gguf", "qwen3-8b"),
        ("Qwen3-8B-BF16-00001-of-00002.gguf", "qwen3-8b"),
        ("qwen/qwen3-8b@4bit", "qwen3-8b"),
        ("mlx-community/Qwen3-4B-Thinking-2507-MLX-8bit", "qwen3-4b-thinking-2507"),
        ("nvidia/Qwen3-8B-NVFP4", "qwen3-8b"),
        ("RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16", "meta-llama-3.1-8b-instruct"),
        ("RedHatAI/Llama-3.1-8B-Instruct-FP8-dynamic", "llama-3.1-8b-instruct"),
        ("mlx-community/gpt-oss-20b-MXFP4-Q8", "gpt-oss-20b"),
        ("Qwen/Qwen3-1.7B", "qwen3-1.7b"),
        ("/models/Qwen3-8B/", "qwen3-8b"),
        (r"C:\models\Qwen3-8B-AWQ", "qwen3-8b"),
        (f"/root/.cache/huggingface/hub/models--Qwen--Qwen3-8B/snapshots/{HASH}", "qwen3-8b"),
        ("mistralai/Mistral-7B-Instruct-v0.1", "mistral-7b-instruct-v0.1"),
        ("公司 内部/我的 模型", "我的 模型"),
        ("AWQ", "awq"),
        ("", ""),
        ("x" * 100_000 + "-AWQ", "x" * 100_000),
    ],
)
def test_a_base_name_is_without_organisation_path_and_quantisation(name: str, base: str) -> None:
    assert base_name(name) == base


@pytest.mark.parametrize(
    ("name", "file", "near"),
    [
        ("Qwen/Qwen3-0.6B", "qwen3", Closeness.EXACT),
        ("Qwen/Qwen3-0.6B-FP8", "qwen3", Closeness.BASE),
        ("qwen3-0.6b", "qwen3", Closeness.BASE),
        ("Qwen/Qwen3-32B-AWQ", "qwen3", Closeness.FAMILY),
        ("Qwen/Qwen3-30B-A3B", "qwen3", Closeness.FAMILY),
        ("Qwen/Qwen3-235B-A22B-FP8", "qwen3", Closeness.FAMILY),
        ("Qwen/Qwen3-4B-Thinking-2507-FP8", "qwen3-4b-thinking-2507", Closeness.BASE),
        ("Qwen/Qwen3-30B-A3B-Thinking-2507", "qwen3-4b-thinking-2507", Closeness.FAMILY),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "deepseek-r1-distill-qwen-1.5b", Closeness.FAMILY),
        ("unsloth/DeepSeek-R1-Distill-Llama-8B-bnb-4bit", "deepseek-r1-distill-qwen-1.5b", Closeness.FAMILY),
        ("zai-org/GLM-4.7-FP8", "glm-4.7", Closeness.BASE),
        ("zai-org/GLM-4.7-Flash", "glm-4.7", Closeness.FAMILY),
        ("zai-org/glm-4-9b-chat-hf", "glm-4-9b-chat", Closeness.FAMILY),
        ("openai/gpt-oss-120b", "gpt-oss-20b", Closeness.FAMILY),
        ("meta-llama/Meta-Llama-3.1-70B-Instruct", "llama-3.1-8b-instruct", Closeness.FAMILY),
        ("Mistral-7B-Instruct-v0.1-AWQ", "mistral-7b-instruct-v0.1", Closeness.BASE),
        ("HuggingFaceTB/SmolLM2-360M-Instruct", "smollm2-135m", Closeness.FAMILY),
        ("Alibaba-Apsara/DASD-4B-Thinking-GGUF", "dasd-4b-thinking", Closeness.BASE),
    ],
)
def test_a_model_gets_the_profile_of_its_family(
    profiles: dict[str, Profile], name: str, file: str, near: Closeness
) -> None:
    assert best_match(profiles, ServedModel(name)) == (file, near)


@pytest.mark.parametrize(
    "name",
    [
        "Qwen/Qwen3-30B-A3B-Instruct-2507",
        "Qwen/Qwen3-4B-Instruct-2507-FP8",
        "Qwen/Qwen3-Coder-30B-A3B-Instruct",
        "Qwen/Qwen3-Coder-Next",
        "Qwen/Qwen3-VL-8B-Instruct",
        "Qwen/Qwen3-VL-8B-Thinking",
        "Qwen/Qwen3-Omni-30B-A3B-Thinking",
        "Qwen/Qwen3-Next-80B-A3B-Thinking",
        "Qwen/Qwen3-Embedding-8B",
        "Qwen/Qwen3-Reranker-0.6B",
        "Qwen/Qwen3-ASR-1.7B",
        "Qwen/Qwen3Guard-Gen-8B",
        "Qwen/Qwen3-8B-Base",
        "someone/Qwen3-8B-abliterated",
        "someone/My-Qwen3-8B",
        "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B",
        "deepseek-ai/DeepSeek-R1",
        "cyberagent/DeepSeek-R1-Distill-Qwen-14B-Japanese",
        "Qwen/QwQ-32B",
        "Qwen/Qwen2.5-7B-Instruct",
        "zai-org/GLM-4.5-Air",
        "zai-org/GLM-4.7V",
        "zai-org/GLM-4-9B-0414",
        "THUDM/glm-4-9b",
        "openai/gpt-oss-safeguard-20b",
        "meta-llama/Llama-3.1-8B",
        "meta-llama/Llama-3.3-70B-Instruct",
        "meta-llama/Llama-3.2-1B-Instruct",
        "mistralai/Mistral-7B-Instruct-v0.2",
        "mistralai/Mistral-7B-Instruct-v0.3",
        "mistralai/Mistral-7B-v0.1",
        "HuggingFaceTB/SmolLM2-135M",
        "HuggingFaceTB/SmolLM3-3B",
        "my-model",
        "公司 内部/我的 模型",
        "q" * 300,
    ],
)
def test_a_model_of_another_family_gets_no_profile(profiles: dict[str, Profile], name: str) -> None:
    assert best_match(profiles, ServedModel(name)) == (None, None)


@pytest.mark.parametrize(
    ("model", "file", "near"),
    [
        (ServedModel("my-name", "Qwen/Qwen3-0.6B"), "qwen3", Closeness.ROOT),
        (ServedModel("my-name", "/models/Qwen3-0.6B"), "qwen3", Closeness.BASE),
        (ServedModel("my-name", "Qwen/Qwen3-32B-AWQ"), "qwen3", Closeness.FAMILY),
        (ServedModel("my-name", "", ("other", "Qwen/Qwen3-0.6B")), "qwen3", Closeness.EXACT),
        (ServedModel("my-name", "/models/my-name"), None, None),
    ],
)
def test_the_root_counts_if_the_name_says_nothing(
    profiles: dict[str, Profile], model: ServedModel, file: str | None, near: Closeness | None
) -> None:
    assert best_match(profiles, model) == (file, near)


@pytest.mark.parametrize(
    ("model", "file"),
    [
        ("openai/gpt-oss-20b", "gpt-oss-20b"),
        ("Qwen/Qwen3-0.6B", "qwen3"),
        ("Qwen/Qwen3-4B-Thinking-2507-FP8", "qwen3-4b-thinking-2507"),
        ("/models/SmolLM2-135M-Instruct", "smollm2-135m"),
        ("my-model", None),
    ],
)
def test_vllm_model_is_the_model_of_the_profile_that_matches_it(
    monkeypatch: pytest.MonkeyPatch, model: str, file: str | None
) -> None:
    """Expect every shipped profile to have that model."""
    monkeypatch.setenv("VLLM_MODEL", model)
    found = Profiles(SHIPPED).read().profiles
    assert sum(each.model == model for each in found.values()) == 10
    assert best_match(found, ServedModel(model), named=model)[0] == file


def test_a_profile_of_ones_own_is_believed_if_it_names_the_model(profiles: dict[str, Profile]) -> None:
    own = profiles["qwen3"].model_copy(update={"model": "my-model"})
    assert best_match(profiles | {"own": own}, ServedModel("my-model")) == ("own", Closeness.EXACT)
    without = own.model_copy(update={"matches": ()})
    assert best_match(profiles | {"own": without}, ServedModel("my-model"), named="my-model")[0] == "own"


def test_patterns_have_wildcards_and_no_case(profiles: dict[str, Profile]) -> None:
    own = profiles["qwen3"].model_copy(update={"model": "x", "matches": ("Our-Model-*",)})
    assert best_match({"own": own}, ServedModel("us/our-model-7B-AWQ")) == ("own", Closeness.FAMILY)
    assert best_match({"own": own}, ServedModel("us/our-models")) == (None, None)
