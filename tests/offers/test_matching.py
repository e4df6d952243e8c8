"""Each served model is offered, with the profile that fits it and under the name that its server gives it."""

from pathlib import Path

import pytest

from chat.offers.offer import MOST_CHARACTERS, Matching, Offer
from chat.offers.offering import Catalogue
from chat.profiles.match import Closeness, ServedModel
from chat.profiles.profile import Endpoint, Profile
from chat.profiles.shelf import Profiles

SHIPPED = Path(__file__).parents[2] / "profiles"
ONE, TWO = Endpoint(base_url="http://one:8000/v1"), Endpoint(base_url="http://two:8000/v1")
Servers = dict[Endpoint, tuple[str, ...]]


@pytest.fixture(autouse=True)
def _one_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VLLM_MODEL", "VLLM_API_KEY", "FULLSTOP_PROFILE", "FULLSTOP_EMBEDDED_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VLLM_BASE_URL", ONE.base_url)


def shipped() -> dict[str, Profile]:
    return Profiles(SHIPPED).read().profiles


def matching(servers: Servers, named: str = "", forced: str = "", **own: Profile) -> Matching:
    served = {endpoint: tuple(map(ServedModel, names)) for endpoint, names in servers.items()}
    return Matching(shipped() | own, served, tuple(servers), named, forced)


def first(servers: Servers, named: str = "", forced: str = "", **own: Profile) -> Offer:
    found = matching(servers, named, forced, **own)
    offers = found.offers()
    return offers[found.first(offers)]


def test_the_model_of_a_family_is_asked_for_by_its_own_name() -> None:
    offer = first({ONE: ("Qwen/Qwen3-32B-AWQ",)})
    assert (offer.file, offer.near) == ("qwen3", Closeness.FAMILY)
    assert (offer.profile.model, offer.profile.name) == ("Qwen/Qwen3-32B-AWQ",) * 2
    assert offer.profile.modes.keys() == shipped()["qwen3"].modes.keys()


def test_a_relative_is_not_read_with_the_tokenizer_of_the_profile() -> None:
    assert first({ONE: ("zai-org/GLM-4.7-Flash",)}).profile.tokenizer == "zai-org/GLM-4.7-Flash"
    assert first({ONE: ("zai-org/GLM-4.7-FP8",)}).profile.tokenizer == "zai-org/GLM-4.7"


def test_a_model_that_no_profile_fits_is_offered_too() -> None:
    offer = first({ONE: ("my-model",)})
    assert (offer.file, offer.profile.model, offer.profile.name) == (None, "my-model", "my-model")
    assert offer.profile.endpoint == ONE


def test_what_is_served_comes_before_what_is_not() -> None:
    offers = matching({ONE: ("my-model", "openai/gpt-oss-20b")}).offers()
    assert list(offers)[:2] == ["gpt-oss-20b", "my-model @ http://one:8000/v1"]
    assert set(shipped()) < set(offers)


def test_a_model_with_a_profile_is_the_first_choice() -> None:
    assert first({ONE: ("BAAI/bge-m3", "my-model", "Qwen/Qwen3-8B")}).file == "qwen3"
    assert first({ONE: ("Qwen/Qwen3-Embedding-8B", "my-model")}).profile.model == "my-model"


def test_the_first_server_comes_first() -> None:
    assert first({ONE: ("my-model",), TWO: ("Qwen/Qwen3-0.6B",)}).profile.model == "my-model"
    assert first({ONE: (), TWO: ("Qwen/Qwen3-0.6B",)}).profile.endpoint == TWO


def test_nothing_is_served_or_known() -> None:
    assert first({ONE: ()}).file == next(iter(shipped()))
    assert Matching({}, {}, (ONE,)).first({}) == ""


def test_fullstop_profile_wins_and_asks_for_the_only_model_there_is() -> None:
    offer = first({ONE: ("my-model",)}, forced="glm-4.7")
    assert (offer.file, offer.profile.model, offer.profile.name) == ("glm-4.7", "my-model", "GLM-4.7")
    assert first({ONE: ("a", "b")}, forced="glm-4.7").profile.model == "zai-org/GLM-4.7"
    assert first({ONE: ("Qwen/Qwen3-8B",)}, forced="no-such-profile").file == "qwen3"


def test_vllm_model_chooses_among_the_served_models(monkeypatch: pytest.MonkeyPatch) -> None:
    servers: Servers = {ONE: ("Qwen/Qwen3-0.6B", "my-model")}
    monkeypatch.setenv("VLLM_MODEL", "my-model")
    assert first(servers, named="my-model").profile.model == "my-model"
    assert first(servers, named="my-model").file is None
    assert first(servers, named="my-model", forced="qwen3").profile.model == "my-model"


def test_vllm_model_is_believed_if_the_server_has_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_MODEL", "Qwen/Qwen3-8B")
    assert first({ONE: ()}, named="Qwen/Qwen3-8B").file == "qwen3"
    monkeypatch.setenv("VLLM_MODEL", "my-model")
    assert first({ONE: ()}, named="my-model").profile.model == "my-model"
    assert first({ONE: ()}, named="my-model").file is None


def test_two_servers_with_one_model_are_two_choices() -> None:
    offers = matching({ONE: ("Qwen/Qwen3-8B", "x"), TWO: ("Qwen/Qwen3-8B", "x")}).offers()
    found = [(each.profile.name, each.profile.endpoint, each.file) for each in offers.values() if each.model]
    assert sorted(found, key=str) == [
        ("Qwen/Qwen3-8B · one:8000", ONE, "qwen3"),
        ("Qwen/Qwen3-8B · two:8000", TWO, "qwen3"),
        ("x · one:8000", ONE, None),
        ("x · two:8000", TWO, None),
    ]


def test_a_profile_for_another_server_is_for_that_one_alone() -> None:
    own = shipped()["qwen3"].model_copy(update={"endpoint": TWO, "name": "Next door"})
    offers = Matching(
        {"own": own}, {ONE: (ServedModel("Qwen/Qwen3-8B"),), TWO: (ServedModel("Qwen/Qwen3-14B"),)}, (ONE,)
    ).offers()
    assert {key: each.profile.model for key, each in offers.items()} == {
        "own": "Qwen/Qwen3-14B",
        "Qwen/Qwen3-8B @ http://one:8000/v1": "Qwen/Qwen3-8B",
    }


def test_a_profile_with_a_key_of_its_own_comes_before_a_model_without_a_profile() -> None:
    endpoint = Endpoint(base_url=ONE.base_url, api_key="secret")
    own = shipped()["qwen3"].model_copy(update={"endpoint": endpoint, "model": "my-model"})
    served = {each: (ServedModel("my-model"),) for each in (ONE, endpoint)}
    found = Matching({"own": own}, served, (ONE,))
    assert found.first(found.offers()) == "own"


def test_the_choice_of_a_model_that_has_got_a_profile_is_found_again() -> None:
    key = "my-model @ http://one:8000/v1"
    before = Catalogue(matching({ONE: ("my-model", "x")}).offers(), "", {})
    mine = shipped()["qwen3"].model_copy(update={"model": "my-model", "name": "Mine"})
    now = Catalogue(matching({ONE: ("my-model", "x")}, mine=mine).offers(), "", {})
    assert (before.present_key(key), now.present_key(key)) == (key, "mine")
    assert now.present_key("x @ http://one:8000/v1") == "x @ http://one:8000/v1"
    assert now.present_key("gone @ http://one:8000/v1") == "gone @ http://one:8000/v1"


def test_a_variant_of_a_profile_does_not_take_its_place() -> None:
    pirate = shipped()["qwen3"].model_copy(update={"model": "my-model", "name": "Pirate"})
    offers = matching({ONE: ("Qwen/Qwen3-8B",)}, pirate=pirate).offers()
    found = {key: each.profile.name for key, each in offers.items() if each.model}
    assert found == {"pirate": "Pirate", "qwen3": "Qwen/Qwen3-8B"}
    assert first({ONE: ("Qwen/Qwen3-8B",)}, pirate=pirate).file == "qwen3"


@pytest.mark.parametrize("name", ["a/b/c/d", "公司 内部/我的 模型", "m" * 300, "a`b*c_d<e>[f](g)", "line\nbreak", " "])
def test_any_name_can_be_chosen(name: str) -> None:
    offer = first({ONE: (name,)})
    assert offer.profile.model == name
    assert len(offer.profile.name) <= MOST_CHARACTERS
    assert "\n" not in offer.profile.name


def test_a_router_offers_all_its_models_under_different_names() -> None:
    models = tuple(f"{'long' * 30}-{number}-{'tail' * 30}" for number in range(40))
    offers = [each for each in matching({ONE: models}).offers().values() if each.model]
    assert [each.profile.model for each in offers] == list(models)
    assert len({each.profile.name for each in offers}) == 40
