"""The errors of the library, and the one table of their English sentences."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

SENTENCES: Mapping[str, str] = {
    # Limits.
    "amount": (
        "{name} takes a whole number of tokens, such as {name}(4096), or a time, "
        "such as {name}(timedelta(seconds=90)), and not {value}"
    ),
    "tokens": "{name} takes a whole number of tokens, such as {name}(4096), and not {value}",
    "period": "{name} takes seconds, as a number or a timedelta, such as {name}(60), and not {value}",
    "not_positive": "{name} takes a finite limit above 0, such as {name}({example}), and not {value}",
    "too_much": "{name} takes a limit of at most 300 digits; for no limit at all, remove it",
    # Texts, token ids and patterns.
    "no_texts": 'stop needs at least one text, such as stop("END")',
    "not_text": "{value} is not a text; write it in quotes",
    "empty_text": "a stop text is empty and would end every turn at once; write the text, or remove it",
    "long_text": "the text has {length} characters, and at most {most} are allowed; its beginning is enough",
    "no_ids": "stop_ids needs at least one token id, such as stop_ids(151645)",
    "not_id": "{value} is not a token id; an id is a whole number from 0, such as 151645",
    "pattern": "the pattern cannot be used: at its character {place}, {problem}",
    "not_callable": "when takes a function of the text, such as when(lambda text: 'END' in text), and not {value}",
    # Composition.
    "phase": "{name} is not a phase; write thought, answer or any",
    "scope": "{condition} cannot look at {scope} alone; it looks at {allowed}",
    "scopes": "{condition} contradicts the phase {outer} around it; remove .during({inner}), or move it",
    "after_twice": "{condition} is inside another .after(…); keep one of them",
    "shadow_inside": "{condition} is inside & or ~; only a whole alternative can be a shadow",
    "at_once": "{condition} is true before the first token and would end every turn; join it to another one with &",
    "never": "{condition} can never be true: one part looks at the thought only, another at the answer only",
    "code": "{condition} ends a turn as {code} or does {action}, and at least one of them does not exist",
    "not_condition": "{sign} joins conditions, and {value} is not a condition",
    "not_condition_text": "{sign} joins conditions, and {value} is a text; write stop({value}) to stop at it",
    "not_condition_callable": "{sign} joins conditions, and {value} is a function; call it, or write when({value})",
    # The notation.
    "not_notation": "a notation is a text, such as 'budget(4096) | loop()', and not {value}",
    "syntax": "{wanted} should be here, and not {found}",
    "deep": "the notation is nested deeper than {most} levels",
    "method": "there is no method .{name}(); there are .during(…), .after(…) and .shadow()",
    "unknown": "no condition is called {name}; there are: {known}",
    "unknown_near": "no condition is called {name}; did you mean {near}?",
    "arguments": "wrong arguments ({problem}); it is written {takes}",
    "refused": "{name} does not accept these arguments: {problem}",
    "no_condition": "{name} does not make a condition; it has to be a Condition, or a function that returns one",
    "plugin": "the condition {name} cannot be loaded: {problem}",
    # Policies and turns.
    "not_texts": "{name} takes one text or several, and not {value}",
    "empty_item": "{name} has an empty text, which would be found everywhere; remove it",
    "markers": 'think takes two markers, such as ("<think>", "</think>"), and not {value}',
    "not_end": "end takes a condition, such as budget(4096) | loop(), and not {value}",
    "not_policy": "{value} is not a policy; for a condition, write Turn(end=…)",
    "not_markers": 'markers takes Markers("<think>", "</think>") or None, and not {value}',
    "not_begun": "begun takes a Begun, such as earlier.so_far, and not {value}",
    "not_delta": "feed takes a Delta, and not {value}; write turn.feed(delta(chunk), now)",
    "both": "Turn takes a policy, or end and think, and not both",
}


def sentence(kind: str, facts: Mapping[str, str]) -> str:
    """Return the English sentence of an error; the kind itself with its facts if the table has no sentence for it."""
    if kind in SENTENCES:
        return SENTENCES[kind].format_map(defaultdict(lambda: "?", facts))
    return f"{kind}: {dict(facts)}" if facts else kind


class BadArgument(ValueError):
    """An argument that makes no sense. `str()` of it is an English sentence.

    Attributes:
        kind: what is wrong, as a key for programs: `not_positive`, `unknown`, …
        facts: the parts of the sentence by name, for a translation.
    """

    def __init__(self, kind: str, **facts: object) -> None:
        self.kind = kind
        self.facts = {name: str(fact) for name, fact in facts.items()}
        super().__init__(sentence(kind, self.facts))


class BadCondition(BadArgument):
    """A condition whose arguments or parts make no sense."""


def closest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like a mistyped one; empty if none is close."""
    return "".join(get_close_matches(name, known, n=1))


def unknown_condition(name: str, known: Iterable[str]) -> BadCondition:
    """Return the error for a condition's name that does not exist, with the closest one that does."""
    known = tuple(known)
    near = closest(name, known)
    return BadCondition("unknown_near" if near else "unknown", name=name, near=near, known=", ".join(known))
