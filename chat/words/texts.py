"""Sentences in the language of the page."""

from collections.abc import Mapping
from typing import Literal
from unicodedata import category

from chat.profiles.sentence import Sentence
from chat.words.sentences import TEXTS
from termination import Phrase, TokenCounts

Language = Literal["en", "zh"]


def language(browser: str | None) -> Language:
    """Return the page's language for a browser's: Chinese for every kind of Chinese, else English."""
    return "zh" if (browser or "").lower().startswith("zh") else "en"


def say(what: Sentence | str, lang: Language, /, **facts: object) -> str:
    """Return a sentence as Markdown. A key with its facts may be given instead of the sentence.

    No fact ends the code that it is in; an empty fact is shown as `?`.
    """

    def shown(fact: object) -> str:
        part = _as_sentence(fact)
        return say(part, lang) if part else str(fact).replace("`", "'") or "?"

    key, named = _key_and_facts(what, facts)
    return template(key, lang).format(**{name: shown(fact) for name, fact in named.items()})


def plain(what: Sentence | str, lang: Language, /, **facts: object) -> str:
    """Return a sentence on one line and without Markdown. A key with its facts may be given instead of the sentence."""
    key, named = _key_and_facts(what, facts)
    text = template(key, lang).replace("`", "")
    return text.format(**{name: plain_fact(fact, lang) for name, fact in named.items()})


def plain_fact(fact: object, lang: Language) -> str:
    """Return a fact of a sentence on one line and without Markdown."""
    part = _as_sentence(fact)
    return plain(part, lang) if part else spelled(str(fact))


def _as_sentence(fact: object) -> Sentence | None:
    """Return a fact that is said in the language of the page; None for any other."""
    match fact:
        case Sentence():
            return fact
        case Phrase(key=key, facts=facts):
            return Sentence(f"phrase.{key}", facts)
        case _:
            return None


def template(key: str, lang: Language) -> str:
    """Return the sentence with its placeholders."""
    english, chinese = TEXTS[key]
    return chinese if lang == "zh" else english


def _key_and_facts(what: Sentence | str, facts: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
    return (what.key, what.facts) if isinstance(what, Sentence) else (what, facts)


def spelled(text: str) -> str:
    r"""Return the text with `\n` for a line break, and an escape for every other character that is not printable."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def printable(text: str) -> str:
    """Return `text` as one line that cannot move the cursor or colour the terminal."""
    return "".join("�" if category(each) == "Cc" else each for each in " ".join(text.split()))


def count(number: int, tokens: TokenCounts, lang: Language) -> str:
    """Return a number of tokens; `≈` marks one that the server did not count."""
    about = "" if tokens.exact else "≈"
    return say("tokens.one" if number == 1 else "tokens", lang, number=f"{about}{number:,}")


def seconds_text(seconds: float) -> str:
    """Return whole seconds, and below ten also tenths."""
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"
