"""Our app and the cookbook's, each under `chainlit run`, with the same model server."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench.model import Model, model
from tests.browser.running_app import ROOT, RunningApp, copy_of_the_house, running_app

# As in our app, formulas are drawn, and nothing is loaded from other hosts.
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
    """Both running apps, and their model server."""

    model: Model
    ours: RunningApp
    cookbook: RunningApp


@contextmanager
def both_ways() -> Iterator[Ways]:
    """Yield both running apps."""
    with tempfile.TemporaryDirectory() as folder, model() as served:
        ours, cookbook = copy_of_the_house(Path(folder, "ours")), make_cookbook_app(Path(folder, "cookbook"))
        with running_app(ours, served.base_url) as our_app, running_app(cookbook, served.base_url) as cookbook_app:
            yield Ways(served, our_app, cookbook_app)


def make_cookbook_app(root: Path) -> Path:
    """Write the folder of the cookbook's app, and return it."""
    shutil.copytree(ROOT / "public", root / "public")
    shutil.copy(ROOT / "bench/cookbook_app.py", root / "app.py")
    (root / ".chainlit").mkdir()
    (root / ".chainlit/config.toml").write_text(COOKBOOK_CONFIG)
    return root
