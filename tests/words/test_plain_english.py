"""No word of the right column of our word list stands in sources, docs or the texts of the page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.words.sentences import TEXTS

ROOT = Path(__file__).parents[2]
FOLDERS = ("chat", "termination", "tests", "docs", "bench", "scripts", "profiles", "public")
ENDINGS = (".py", ".md", ".js", ".css", ".yaml")
NOT_OURS = re.compile(r"tests/captures/|tests/words/test_plain_english\.py$|public/katex|bench/results|CHANGELOG\.md$")
# What to write instead of what; a word that has an innocent sense too is named with those that make it a wrong one.
INSTEAD = {
    "again, reload, reconnect": r"\bafresh\b|\banew\b",
    "continue, resume": r"\b(?:go|goes|going|went|gone) on\b(?! (?:the page|the server|a phone|top))",
    "partial reply, prefix": r"\b(?:what|that) (?:is|was|has) begun\b",
    "drop, omit": r"\b(?:leave|leaves|left|leaving) (?:it |them |him )?out\b|\bby lots\b",
    "report, show, say why": r"\b(?:tells?|telling)\b (?!apart|me\b)|\b(?:is|are|was|were) told\b",
    "N, at most N": r"\bso many\b|\b(?:at )?the most(?! \w)",
    "unknown, no one, third-party": r"\bnobody knows\b|\banother's\b|\bof ours\b",
    "supports, accepts, rejects": r"\b(?:knows|know|knew) of\b",
    "cancel, interrupt": r"\bbreaks? into\b",
    "as the field says it": r"\ball is well\b|\bnot a word\b|\bstands? (?:there|here)\b|\bin tune\b",
}
"""The exceptions: `tell apart` is good English, and so is `go on the page`."""


DATA = ("before I go on. ", "Go on. I go on. I go on. I go", "Go on. I go on.", "All is well that ends well")
"""What models say in tests."""


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in ENDINGS and path.is_file() and not NOT_OURS.search(path.relative_to(ROOT).as_posix()):
                yield path
    yield from (ROOT / name for name in ("README.md", "app.py", "chainlit.md"))


def old_words(text: str) -> list[str]:
    """Return the words of the list in the text, each with its line and what to write instead."""
    for line in DATA:
        text = text.replace(line, "")
    return [
        f"{text.count(chr(10), 0, found.start()) + 1}: {' '.join(found[0].split())!r}; write {better}"
        for better, pattern in INSTEAD.items()
        for found in re.finditer(pattern.replace(" ", r"\s+"), text, re.IGNORECASE)
    ]


def test_the_files_are_in_plain_english() -> None:
    found = {path.relative_to(ROOT).as_posix(): old_words(path.read_text(encoding="utf-8")) for path in sources()}
    assert len(found) > 300
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "old", ["asked anew", "it goes\non from there", "as the page was told", "so many tokens", "All is well.", "go on"]
)
def test_an_old_word_is_found(old: str) -> None:
    assert old_words(f"One line.\n{old}\n")


@pytest.mark.parametrize("plain", ["tell apart", "going on the page", "at most 5 tokens", "a stand-in", "most likely"])
def test_a_plain_word_is_not(plain: str) -> None:
    assert old_words(plain) == []


def test_the_sentences_of_the_page_have_none_of_the_house_words() -> None:
    """Reject these words in every sense on the page."""
    house = r"\b(takes?|taken|holds?|stands?|stood|clocks?|told|tells?|begun|former|mend|somebody|nobody|shall)\b"
    found = {key: re.findall(house, re.sub("`[^`]*`", "", TEXTS[key][0]), re.IGNORECASE) for key in TEXTS}
    assert {key: words for key, words in found.items() if words} == {}


def test_chinese_sentences_are_set_as_chinese() -> None:
    """Expect spaces between Chinese and Latin letters, full-width punctuation, Chinese quotes, and `你`."""
    found = {key: badly_set(chinese) for key, (_, chinese) in TEXTS.items()}
    assert {key: marks for key, marks in found.items() if marks} == {}


@pytest.mark.parametrize("text", ["用x吧", "x吧", "好,吧", "好. 吧", "好 ，吧", "好。 吧", "您好"])
def test_a_badly_set_sentence_is_found(text: str) -> None:
    assert badly_set(text)


def badly_set(text: str) -> list[str]:
    """Return what is not set as Chinese."""
    text = re.sub(r"`[^`]*`", "`x`", text).replace("FULL 模式", "x 模式")
    han = "[\u4e00-\u9fff]"
    return [
        *re.findall(rf"{han}[A-Za-z0-9{{`]|[A-Za-z0-9}}`]{han}", text),
        *re.findall(rf"{han}[,.;:!?()\"']|[,;:!?(\"']{han}", text),
        *re.findall(r" [，。；：？！（）、“”]|[，。；：？！（）、“”] ", text),
        *re.findall("您", text),
    ]
