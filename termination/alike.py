"""Which known name an unknown one may stand for."""

from collections.abc import Iterable

from termination.arguments import BadCondition

_NEAR = 0.6


def unknown_condition(name: str, known: Iterable[str]) -> BadCondition:
    """That there is no condition of that name, and which one may be meant."""
    alike, nearest = max(((_alike(each, name), each) for each in known), default=(0.0, ""))
    near = nearest if alike >= _NEAR else ""
    return BadCondition("unknown_near" if near else "unknown", name=name, near=near, known=", ".join(known))


def _alike(one: str, other: str) -> float:
    """From 0 to 1, as difflib counts, which takes too long to import."""
    whole = len(one + other)
    return 2 * _common(one, other) / whole if 2 * min(len(one), len(other)) >= _NEAR * whole else 0.0


def _common(one: str, other: str) -> int:
    """The characters of the longest block that both have, and of those to its left and to its right."""
    for size in range(min(len(one), len(other)), 0, -1):
        for start in range(len(one) - size + 1):
            if (found := other.find(one[start : start + size])) >= 0:
                left = _common(one[:start], other[:found])
                return left + size + _common(one[start + size :], other[found + size :])
    return 0
