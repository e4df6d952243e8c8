"""Every picture of the manuals is there, and every picture that is there is shown."""

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
SHOWN = re.compile(r'!\[[^\]]+\]\(([^)]+\.png)\)|<img src="([^"]+\.png)"[^>]* alt="[^"]+"')


def test_the_pictures_are_those_that_are_shown() -> None:
    shown = {(page.parent / (one or two)).resolve() for page in PAGES for one, two in SHOWN.findall(page.read_text())}
    assert shown == {path.resolve() for path in (ROOT / "docs" / "img").rglob("*.png")}


def test_the_program_that_takes_them_can_be_loaded() -> None:
    assert importlib.import_module("docs.screenshots").__doc__
