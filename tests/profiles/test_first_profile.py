"""A new chat starts with the profile of the environment, else of a served model, else with the first."""

from pathlib import Path

import pytest

from chat.profiles.shelf import Profiles, Shelf, first_profile

PROFILES = Path(__file__).parents[2] / "profiles"


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Return the shipped profiles. Each test says which of them are served."""
    for name in ("FULLSTOP_PROFILE", "VLLM_MODEL", "VLLM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Profiles(PROFILES).read()


def test_the_profile_of_the_environment_is_first(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_PROFILE", "qwen3")
    assert first_profile(shelf, {"glm-4.7"}) == "qwen3"


def test_a_profile_whose_model_is_served_comes_next(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_PROFILE", "no-such-profile")
    assert first_profile(shelf, {"glm-4.7"}) == "glm-4.7"


def test_the_first_profile_is_used_if_nothing_is_served(shelf: Shelf) -> None:
    assert first_profile(shelf, ()) == next(iter(shelf.profiles))
    assert first_profile(Shelf({}, {}), ()) == ""


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("openai/gpt-oss-20b", "gpt-oss-20b"),
        ("Qwen/Qwen3-0.6B", "qwen3"),
        ("Qwen/Qwen3-4B-Thinking-2507-FP8", "qwen3-4b-thinking-2507"),
        ("/models/SmolLM2-135M-Instruct", "smollm2-135m"),
    ],
)
def test_the_name_decides_if_every_profile_has_the_served_model(
    monkeypatch: pytest.MonkeyPatch, model: str, name: str
) -> None:
    monkeypatch.delenv("FULLSTOP_PROFILE", raising=False)
    monkeypatch.setenv("VLLM_MODEL", model)
    shelf = Profiles(PROFILES).read()
    served = {each for each, profile in shelf.profiles.items() if profile.model == model}
    assert first_profile(shelf, served) == name
