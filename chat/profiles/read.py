"""Reads one profile from YAML, with those that it extends; what is wrong is told with file, line and key."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from chat.profiles.profile import Profile
from chat.profiles.yaml_file import Key, Place, ProfileError, Sheet, problem
from termination import closest

BASE = "extends"
_EXPECTED = {
    "address": "address",
    "address_login": "address_login",
    "key": "key",
    "budget": "budget",
    "duration": "duration",
    "literal_error": "choice",
    **dict.fromkeys(("float_type", "float_parsing"), "number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "whole"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "boolean"),
    **dict.fromkeys(("string_type", "string_too_short"), "text"),
    **dict.fromkeys(("model_type", "dict_type"), "mapping"),
    **dict.fromkeys(("tuple_type", "list_type"), "list"),
}
_SECRET_KEYS = ("endpoint", "api_key")  # what stands there is never shown
_SECRET_TYPES = ("address_login", "key")
_BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def read_profile(path: Path) -> Profile:
    """The profile in `path`, on top of those that it extends, with `${NAME:-default}` taken from the environment.

    Raises ProfileError for everything that is wrong in one of the files or with reading it.
    """
    values: dict[str, object] = {}
    places: dict[Key, Place] = {}
    for sheet in reversed(list(_chain(path))):
        values = _merged(values, sheet.values)
        places |= sheet.places
    try:
        return Profile.model_validate(values, context={"folder": path.absolute().parent.parent})
    except ValidationError as error:
        raise _plain(error, places) from None


def _chain(path: Path) -> Iterator[Sheet]:
    """The file, the one that it extends, and so on."""
    names: tuple[str, ...] = (path.stem,)
    sheet = Sheet(path)
    while BASE in sheet.values:
        base = sheet.values.pop(BASE)
        yield sheet
        name, wrong = str(base), _wrong_base(path.parent, base, names)
        if wrong:
            raise problem(sheet.places, (BASE,), **wrong)
        names = (*names, name)
        sheet = Sheet(path.parent / f"{name}.yaml")
    yield sheet


def _wrong_base(folder: Path, name: object, above: tuple[str, ...]) -> dict[str, str]:
    """Why that name cannot be extended."""
    if not isinstance(name, str):
        return {"kind": "value_text", "value": repr(name)[:80]}
    if name in above:
        return {"kind": "extends_circle", "names": " → ".join((*above, name))}
    if Path(name).name == name and (folder / f"{name}.yaml").is_file():
        return {}
    near = closest(name, [each.stem for each in folder.glob("*.yaml")])
    return {"kind": "extends_near" if near else "extends_nothing", "name": name, "near": near}


def _merged(under: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Key by key; whatever is not a mapping on both sides is replaced."""
    both = dict(under)
    for name, value in over.items():
        below = both.get(name)
        both[name] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return both


def _plain(error: ValidationError, places: dict[Key, Place]) -> ProfileError:
    """The first of pydantic's complaints, in our words; a misspelt key before the one it leaves missing."""
    errors = error.errors()
    first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    context: dict[str, Any] = first.get("ctx", {})
    key = tuple(part for part in first["loc"] if part not in ("str", "int"))
    if key and isinstance(key[-1], int) and key not in places:
        key = key[:-1]  # a text that stands for a list of one
    match first["type"]:
        case "extra_forbidden":
            absent = [name for name in _keys_beside(key) if (*key[:-1], name) not in places]
            near = closest(str(key[-1]), absent)
            return problem(places, key, "unknown_near" if near else "unknown", near=near)
        case "missing":
            return problem(places, key, "missing")
        case "mode_missing":
            return problem(places, (*key, "modes"), "mode_missing", **context)
        case "prefix":
            return problem(places, (*key, "prefix"), "prefix", **context)
        case "string_pattern_mismatch":  # [key] follows the name of a mode
            return problem(places, key[:-1], "mode_name", name=str(first["input"]))
        case "condition":
            facts = {name: str(fact) for name, fact in context.items() if name != "kind"}
            return problem(places, key, f"condition_{context['kind']}", **facts)
        case kind:
            bound = next((f"{sign} {context[name]:g}" for name, sign in _BOUNDS.items() if name in context), "")
            facts = {"bound": bound, "choices": str(context.get("expected", "")), "problem": first["msg"]}
            facts["value"] = "…" if _is_secret(key, kind) else repr(first["input"])[:80]
            return problem(places, key, f"value_{'range' if bound else _EXPECTED.get(kind, 'other')}", **facts)


def _is_secret(key: Key, kind: str) -> bool:
    """True if the value may hold an API key or a password."""
    return kind in _SECRET_TYPES or (bool(key) and key[-1] in _SECRET_KEYS)


def _keys_beside(key: Key) -> list[str]:
    """The keys that may stand where the unknown one stands."""
    model: type[BaseModel] = Profile
    for part in key[:-1]:
        annotation = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        inner = [kind for kind in (annotation, *getattr(annotation, "__args__", ())) if isinstance(kind, type)]
        model = next((kind for kind in inner if issubclass(kind, BaseModel)), model)
    return [*model.model_fields, *([BASE] if len(key) == 1 else [])]
