"""What the page says, for tests: they name a key and its facts, so a better wording breaks none of them."""

from string import Formatter

from chat.words.texts import Language, template


def sentence(key: str, lang: Language = "en", /, **facts: object) -> str:
    """Return a sentence as a person sees it, up to the first fact that is not given."""
    shown = ""
    for text, name, _, _ in Formatter().parse(template(key, lang)):
        shown += text.replace("`", "")
        if name is not None and name not in facts:
            break
        shown += str(facts[name]) if name else ""
    return shown


STOPPED = tuple(sentence(key) for key in ("ending.stopped", "ending.stopped.waiting", "ending.stopped.thought"))
"""What a receipt says after Stop, in each phase."""
