"""Every link of our documents leads to a file of the project, and to a heading that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "termination").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
FENCE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)


def links(document: Path) -> list[str]:
    """Return the relative links outside code."""
    found = LINK.findall(re.sub(r"`[^`\n]*`", "", FENCE.sub("", document.read_text(encoding="utf-8"))))
    return [link for pair in found for link in pair if link and "://" not in link]


def anchors(document: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_broken(document: Path, link: str) -> bool:
    """True if the file is missing, or the heading after `#`."""
    name, _, anchor = link.partition("#")
    target = document.parent / name if name else document
    return not target.exists() or (bool(anchor) and anchor not in anchors(target))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    assert [link for link in links(document) if is_broken(document, link)] == []


def test_the_documents_have_links() -> None:
    assert sum(len(links(document)) for document in DOCUMENTS) > 100
