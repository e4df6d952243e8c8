"""The errors of the library, and the one table of their English sentences."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from termination.phrases import Phrase

SENTENCES: Mapping[str, str] = {
    # Limits.
    "amount": (
        "{name} needs a whole number of tokens, such as {name}(4096), or a duration, "
        "such as {name}(timedelta(seconds=90)), not {value}"
    ),
    "tokens": "{name} needs a whole number of tokens, such as {name}(4096), not {value}",
    "period": "{name} needs seconds, as a number or a timedelta, such as {name}(60), not {value}",
    "not_positive": "{name} needs a finite limit above 0, such as {name}({example}), not {value}",
    "too_much": "the limit of {name} has more than 300 digits; for no limit at all, remove it",
    # Texts, token ids and patterns.
    "no_texts": 'stop needs a text to stop at, such as stop("END")',
    "not_text": "{value} is not text; put it in quotes",
    "empty_text": "a stop text is empty, which would end every turn at once; write the text, or remove it",
    "long_text": "the text has {length} characters; at most {most} are allowed; its beginning is enough",
    "no_ids": "stop_ids needs a token id, such as stop_ids(151645)",
    "not_id": "{value} is not a token id; an id is a whole number, 0 or higher, such as 151645",
    "pattern": "the pattern cannot be used; correct it at character {place}: {problem}",
    "not_callable": "when needs a function of the text, such as when(lambda text: 'END' in text), not {value}",
    # Composition.
    "phase": "{name} is not a phase; write thought, answer or any",
    "scope": "{condition} cannot look at {scope} alone; it looks at {allowed}",
    "scopes": "{condition} contradicts the phase {outer} that it is under; remove .during({inner}), or move it",
    "after_twice": "{condition} is inside another .after(…); keep one of them",
    "shadow_inside": "{condition} is inside & or ~; put .shadow() on the whole alternative instead",
    "at_once": (
        "{condition} is true before the first token and would end every turn; "
        "combine it with another condition, using &"
    ),
    "never": (
        "{condition} can never be true: one part looks only at the thought, another only at the answer; "
        "join them with |, or remove one"
    ),
    "code": (
        "{condition} ends a turn with the code {code} or the action {action}, which does not exist; correct its class"
    ),
    "not_condition": "{sign} joins conditions, and {value} is not a condition",
    "not_condition_text": "{sign} joins conditions, and {value} is text; write stop({value}) to stop at it",
    "not_condition_callable": "{sign} joins conditions, and {value} is a function; call it, or write when({value})",
    "no_truth_value": "{condition} is neither true nor false before a turn; write | for or, & for and, ~ for not",
    # The notation.
    "not_notation": "{value} is not a notation; write text such as 'budget(4096) | loop()'",
    "syntax": "expected {wanted}, found {found}",
    "deep": "the condition is nested more than {most} levels deep; use fewer levels",
    "method": "there is no .{name}(); use .during(…), .after(…) or .shadow()",
    "unknown": "there is no condition {name}; available: {known}",
    "unknown_near": "there is no condition {name}; did you mean {near}?",
    "arguments": "wrong arguments ({problem}); write {takes}",
    "refused": "{name} does not accept these arguments ({problem})",
    "no_condition": (
        "{name} does not return a condition; it has to be a subclass of Condition, or a function that returns one"
    ),
    "plugin": "the condition {name} cannot be loaded ({problem}); install its package, or correct the name",
    # Policies and turns.
    "not_texts": "{name} needs one text or several, not {value}",
    "empty_item": "{name} has an empty text, which would match everywhere; remove it",
    "markers": 'think needs two markers, such as ("<think>", "</think>"), not {value}',
    "not_end": "end needs a condition, such as budget(4096) | loop(), not {value}",
    "not_policy": "{value} is not a policy; for a condition, write Turn(end=…)",
    "not_markers": 'markers needs Markers("<think>", "</think>") or None, not {value}',
    "not_begun": "begun needs a Begun, such as earlier.so_far, not {value}",
    "begun_phase": "Begun needs the phase thought or answer, not {value}",
    "begun_text": "Begun needs text as its {name}, not {value}",
    "now": "now needs monotonic seconds, such as time.monotonic(), not {value}",
    "not_delta": "feed needs a Delta, not {value}; write turn.feed(delta(chunk), now)",
    "both": "Turn accepts a policy, or end and think, but not both",
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
        facts: the parts of the sentence by name, for a translation. Those that are words are each a `Phrase`.
    """

    def __init__(self, kind: str, **facts: object) -> None:
        self.kind = kind
        self.facts = {name: fact if isinstance(fact, Phrase) else str(fact) for name, fact in facts.items()}
        super().__init__(sentence(kind, self.facts))


class BadCondition(BadArgument):
    """A condition whose arguments or parts make no sense."""


def closest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like a mistyped one; empty if none is close."""
    from difflib import get_close_matches  # only a mistake needs it, and it takes time to import

    return "".join(get_close_matches(name, known, n=1))


def unknown_condition(name: str, known: Iterable[str]) -> BadCondition:
    """Return the error for a condition's name that does not exist, with the closest one that does."""
    known = tuple(known)
    near = closest(name, known)
    return BadCondition("unknown_near" if near else "unknown", name=name, near=near, known=", ".join(known))
