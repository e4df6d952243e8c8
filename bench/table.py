"""Tables of results, in Markdown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement of both apps. Infinity means "not within `cap`"."""

    what: str
    unit: str
    ours: Sequence[float]
    cookbook: Sequence[float]
    how: str
    cap: float = math.inf


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement, with its bounds, if it has any."""

    what: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def kept(self) -> bool:
        """True if the value is within its bounds."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def table(rows: Sequence[Row]) -> str:
    """Return the table of both apps: medians, with the smallest and the largest in brackets."""
    head = ["| what | ours | cookbook style | ratio |", "|---|---|---|---|"]
    return "\n".join([*head, *(_line(row) for row in rows)])


def figures(measured: Sequence[Figure]) -> str:
    """Return the table of these figures."""
    return "\n".join(["| what | figure | at least / at most |", "|---|---|---|", *map(_figure_line, measured)])


def section(measured: Sequence[Figure], how: str, missing: str | None = None) -> str:
    """Return the table of one part, a note about what is missing, and how it was measured."""
    return "\n\n".join(filter(None, (figures(measured), missing, f"How it was measured: {how}")))


def notes(rows: Sequence[Row]) -> str:
    """Return how each row was measured."""
    return "\n".join(f"- **{row.what}**: {row.how}" for row in rows)


def _figure_line(figure: Figure) -> str:
    bounds = [("at least", figure.least), ("at most", figure.most)]
    bound = ", ".join(
        f"{word} {value:g}{figure.unit and ' '}{figure.unit}" for word, value in bounds if value is not None
    )
    missed = "" if figure.kept else ": not met"
    return f"| {figure.what} | {_short(figure.value)}{figure.unit and ' '}{figure.unit} | {bound or '–'}{missed} |"


def _line(row: Row) -> str:
    return f"| {row.what} | {_figure(row.ours, row)} | {_figure(row.cookbook, row)} | {_ratio(row)} |"


def _figure(samples: Sequence[float], row: Row) -> str:
    spread = ""
    if len(set(samples)) > 1:
        spread = f" ({_value(min(samples), row)}–{_value(max(samples), row)})"
    return f"{_value(median(samples), row)} {row.unit}{spread}"


def _value(value: float, row: Row) -> str:
    if math.isinf(value):
        return f"> {row.cap:g}"
    return _short(value)


def _short(value: float) -> str:
    if isinstance(value, int) or value >= 100:
        return f"{value:,.0f}"
    if value < 10:
        return f"{value:.2g}"
    return f"{value:.1f}"


def _ratio(row: Row) -> str:
    """Return the cookbook's figure divided by ours."""
    ours, cookbook = median(row.ours), median(row.cookbook)
    if math.isinf(ours):
        return "–"
    if math.isinf(cookbook):
        return f"> {_short(row.cap / ours)}"
    return _short(cookbook / ours)
