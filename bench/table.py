"""The table of results, in Markdown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One thing, measured both ways; infinity stands for "not within the cap"."""

    what: str
    unit: str
    ours: Sequence[float]
    cookbook: Sequence[float]
    how: str
    cap: float = math.inf


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and the bound that it has to keep to, if it has one."""

    what: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def kept(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def table(rows: Sequence[Row]) -> str:
    """Medians, in brackets the smallest and the largest."""
    head = ["| what | ours | cookbook style | ratio |", "|---|---|---|---|"]
    return "\n".join([*head, *(_line(row) for row in rows)])


def figures(measured: Sequence[Figure]) -> str:
    """The figures as a table in Markdown."""
    return "\n".join(["| what | figure | at least / at most |", "|---|---|---|", *map(_figure_line, measured)])


def section(measured: Sequence[Figure], how: str, absent: str | None = None) -> str:
    """The figures of one part, how they were measured, and what is not among them."""
    return "\n\n".join(filter(None, (figures(measured), absent, f"How it was measured: {how}")))


def notes(rows: Sequence[Row]) -> str:
    return "\n".join(f"- **{row.what}**: {row.how}" for row in rows)


def _figure_line(figure: Figure) -> str:
    bounds = [("at least", figure.least), ("at most", figure.most)]
    bound = ", ".join(
        f"{word} {value:g}{figure.unit and ' '}{figure.unit}" for word, value in bounds if value is not None
    )
    return f"| {figure.what} | {_short(figure.value)}{figure.unit and ' '}{figure.unit} | {bound or '–'} |"


def _line(row: Row) -> str:
    return f"| {row.what} | {_figure(row.ours, row)} | {_figure(row.cookbook, row)} | {_ratio(row)} |"


def _figure(samples: Sequence[float], row: Row) -> str:
    spread = f" ({_value(min(samples), row)}–{_value(max(samples), row)})" if len(set(samples)) > 1 else ""
    return f"{_value(median(samples), row)} {row.unit}{spread}"


def _value(value: float, row: Row) -> str:
    return f"> {row.cap:g}" if math.isinf(value) else _short(value)


def _short(value: float) -> str:
    if isinstance(value, int) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2g}" if value < 10 else f"{value:.1f}"


def _ratio(row: Row) -> str:
    """How many times ours the cookbook's is."""
    ours, cookbook = median(row.ours), median(row.cookbook)
    if math.isinf(ours):
        return "–"
    return f"> {_short(row.cap / ours)}" if math.isinf(cookbook) else _short(cookbook / ours)
