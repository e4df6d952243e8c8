"""The two ways: our app and the cookbook's, each under `chainlit run`, both with the same model server."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench.model import Model, model
from tests.browser.running_app import ROOT, RunningApp, copy_of_the_house, running_app

# As ours: formulas are drawn, and nothing comes from other hosts.
COOKBOOK_CONFIG = f"""
[features]
latex = true
[UI]
name = "Cookbook"
custom_css = "/public/katex/katex.min.css"
[meta]
generated_by = "{version("chainlit")}"
"""


@dataclass(frozen=True, slots=True)
class Ways:
    model: Model
    ours: RunningApp
    cookbook: RunningApp


@contextmanager
def both_ways() -> Iterator[Ways]:
    with tempfile.TemporaryDirectory() as folder, model() as served:
        ours, cookbook = copy_of_the_house(Path(folder, "ours")), cookbook_house(Path(folder, "cookbook"))
        with running_app(ours, served.base_url) as our_app, running_app(cookbook, served.base_url) as cookbook_app:
            yield Ways(served, our_app, cookbook_app)


def cookbook_house(root: Path) -> Path:
    shutil.copytree(ROOT / "public", root / "public")
    shutil.copy(ROOT / "bench/cookbook_app.py", root / "app.py")
    (root / ".chainlit").mkdir()
    (root / ".chainlit/config.toml").write_text(COOKBOOK_CONFIG)
    return root
