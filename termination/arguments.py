"""The values that conditions take, how they are written, and what is wrong with a condition."""


class BadCondition(ValueError):
    """A condition that cannot be meant. `kind` names what is wrong, `facts` are what it is wrong about."""

    def __init__(self, kind: str, **facts: object) -> None:
        self.kind, self.facts = kind, {name: str(fact) for name, fact in facts.items()}
        super().__init__(f"{kind}: {self.facts}")


class Duration(float):
    """Seconds. In a condition's notation `1.5s`, `30m`, `1h`."""

    def __str__(self) -> str:
        return f"{f'{float(self):.6f}'.rstrip('0').rstrip('.')}s"


def written(value: object) -> str:
    """An argument in the notation that profiles have."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def amount(name: str, limit: object) -> None:
    """Raises BadCondition unless the limit is a whole number of tokens above 0, or a time above 0."""
    if isinstance(limit, bool) or not isinstance(limit, int | Duration):
        raise BadCondition("amount", name=name, value=written(limit))
    if not 0 < limit < float("inf"):
        raise BadCondition("not_positive", name=name, value=limit)


def period(name: str, limit: object) -> None:
    """Raises BadCondition unless the limit is a time above 0."""
    if not isinstance(limit, Duration):
        raise BadCondition("period", name=name, value=written(limit))
    amount(name, limit)
