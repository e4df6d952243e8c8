"""A discovered profile as a YAML file is read as the same profile, and its comments say what was found."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chat.discover.discover import Discovered, discover_profile
from chat.discover.findings import Finding
from chat.discover.yaml_text import to_yaml
from chat.profiles.profile import Endpoint, Profile
from chat.profiles.read import read_profile
from chat.profiles.schema import schema
from chat.profiles.sentence import Sentence
from chat.words.texts import Language, plain
from tests.discover.models import CASES, Case
from tests.discover.test_templates import IDS, LANGUAGES
from tests.shapes.server import VllmServer

MODES = {"FULL": {}, "THINK_ONLY": {}}


def text_of(found: Discovered, lang: Language = "en") -> str:
    return to_yaml(found, lambda sentence: plain(sentence, lang))


@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_the_file_is_read_as_the_same_profile(case: Case, tmp_path: Path) -> None:
    with VllmServer(case.shape) as server:
        found = await discover_profile(Endpoint(base_url=server.base_url), case.model)
    for lang in LANGUAGES:
        text = text_of(found, lang)
        (tmp_path / "made.yaml").write_text(text, encoding="utf-8")
        assert read_profile(tmp_path / "made.yaml") == found.profile
        Draft202012Validator(schema()).validate(yaml.safe_load(text))
        comments = " ".join(line.lstrip("# ") for line in text.splitlines() if line.startswith("#"))
        for sentence in found.findings:
            assert "".join(plain(sentence, lang).split()) in "".join(comments.split())


@given(st.text(min_size=1, max_size=300).filter(lambda text: "\x00" not in text))
def test_any_name_is_kept(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    profile = Profile.model_validate(
        {"name": name, "model": name, "endpoint": {"base_url": "http://127.0.0.1:9/v1"}, "modes": MODES}
    )
    finding = Finding("family", Sentence("discover.system.own", {"words": name}))
    path = tmp_path_factory.mktemp("names") / "made.yaml"
    try:
        path.write_text(text_of(Discovered(profile, (finding,))), encoding="utf-8", newline="")
    except UnicodeEncodeError:  # half a character
        return
    assert read_profile(path) == profile


def test_the_key_is_not_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = {"base_url": "http://127.0.0.1:9/v1", "api_key": "sk-secret"}
    profile = Profile.model_validate({"name": "x", "model": "${HOME}", "endpoint": endpoint, "modes": MODES})
    text = text_of(Discovered(profile, ()))
    assert "sk-secret" not in text
    (tmp_path / "made.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("VLLM_API_KEY", "sk-secret")
    assert read_profile(tmp_path / "made.yaml") == profile
