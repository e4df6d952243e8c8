"""One profile, read from YAML with those that it extends. Errors have file, line and key."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chat.profiles.profile import Profile
from chat.profiles.yaml_file import Key, Place, ProfileError, Sheet, is_secret, problem
from termination import closest

BASE = "extends"
_EXPECTED = {
    "address": "address",
    "address_login": "address_login",
    "key": "key",
    "budget": "budget",
    "duration": "duration",
    "literal_error": "choice",
    "too_short": "empty_list",
    **dict.fromkeys(("float_type", "float_parsing"), "number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "whole"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "boolean"),
    **dict.fromkeys(("string_type", "string_too_short"), "text"),
    **dict.fromkeys(("model_type", "dict_type"), "mapping"),
    **dict.fromkeys(("tuple_type", "list_type"), "list"),
}
_SECRET_TYPES = ("address_login", "key")
_BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def read_profile(path: Path, folders: Sequence[Path] = ()) -> Profile:
    """Return the profile in `path`, merged with those that it extends, with `${NAME:-default}` replaced.

    Those are in the same folder, or in one of `folders`, of which a later one goes first.

    Raises:
        ProfileError: if one of the files cannot be read, or if anything in it is wrong.
    """
    values: dict[str, object] = {}
    places: dict[Key, Place] = {}
    beside = () if path.parent in folders else (path.parent,)
    for sheet in reversed(list(_read_sheets(path, (*beside, *reversed(folders))))):
        values = _merge(values, sheet.values)
        places |= sheet.places
    try:
        return Profile.model_validate(values, context={"folder": path.absolute().parent.parent})
    except ValidationError as error:
        raise _profile_error(error, places) from None


def _read_sheets(path: Path, folders: Sequence[Path]) -> Iterator[Sheet]:
    """Yield the file, the one that it extends, and so on. A file may extend one of its own name in another folder."""
    paths: tuple[Path, ...] = (path.absolute(),)
    sheet = Sheet(path)
    while BASE in sheet.values:
        base = sheet.values.pop(BASE)
        yield sheet
        found = _find_base(base, folders)
        unread = [each for each in found if each not in paths]
        if not unread:
            raise problem(sheet.places, (BASE,), **_base_problem(folders, base, paths if found else ()))
        paths = (*paths, unread[0])
        sheet = Sheet(unread[0])
    yield sheet


def _find_base(name: object, folders: Sequence[Path]) -> list[Path]:
    """Return the files of that name."""
    if not isinstance(name, str) or Path(name).name != name:
        return []
    paths = [folder.absolute() / f"{name}.yaml" for folder in folders]
    return [path for path in dict.fromkeys(paths) if path.is_file()]


def _base_problem(folders: Sequence[Path], name: object, above: Sequence[Path]) -> dict[str, str]:
    """Return kind and facts of the problem with a name that cannot be extended; `above` has the files of a circle."""
    if not isinstance(name, str):
        return {"kind": "value_text", "value": repr(name)[:80]}
    if above:
        return {"kind": "extends_circle", "names": " → ".join((*(each.stem for each in above), name))}
    near = closest(name, [each.stem for folder in folders for each in folder.glob("*.yaml")])
    return {"kind": "extends_near" if near else "extends_nothing", "name": name, "near": near}


def _merge(under: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Return `under` with the values of `over`. Mappings on both sides are merged key by key."""
    both = dict(under)
    for name, value in over.items():
        below = both.get(name)
        if isinstance(below, dict) and isinstance(value, dict):
            both[name] = _merge(below, value)
        else:
            both[name] = value
    return both


def _profile_error(error: ValidationError, places: dict[Key, Place]) -> ProfileError:
    """Return the first error of pydantic as ours. A misspelt key comes before the key that is therefore missing."""
    errors = error.errors()
    first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    context: dict[str, Any] = first.get("ctx", {})
    key = _key(first["loc"], places)
    match first["type"]:
        case "extra_forbidden":
            return _unknown_key(key, places)
        case "missing":
            return problem(places, key, "missing")
        case "mode_missing":
            return problem(places, (*key, "modes"), "mode_missing", **context)
        case "prefix":
            return problem(places, (*key, "prefix"), "prefix", **context)
        case "string_pattern_mismatch":  # [key] follows the name of a mode
            return problem(places, key[:-1], "mode_name", name=str(first["input"]))
        case "condition":
            facts = {name: fact for name, fact in context.items() if name != "kind"}
            return problem(places, key, f"condition_{context['kind']}", **facts)
        case kind:
            return _bad_value(kind, key, first, places)


def _key(location: tuple[str | int, ...], places: dict[Key, Place]) -> Key:
    """Return the key in the file for a location of pydantic."""
    key = tuple(part for part in location if part not in ("str", "int"))
    if key and isinstance(key[-1], int) and key not in places:
        return key[:-1]  # a text in place of a list of one
    return key


def _unknown_key(key: Key, places: dict[Key, Place]) -> ProfileError:
    absent = [name for name in _keys_beside(key) if (*key[:-1], name) not in places]
    near = closest(str(key[-1]), absent)
    return problem(places, key, "unknown_near" if near else "unknown", near=near)


def _bad_value(kind: str, key: Key, error: ErrorDetails, places: dict[Key, Place]) -> ProfileError:
    """Return the error for a value of another type, or outside its bounds."""
    context: dict[str, Any] = error.get("ctx", {})
    bound = next((f"{sign} {context[name]:g}" for name, sign in _BOUNDS.items() if name in context), "")
    expected = "range" if bound else _EXPECTED.get(kind, "other")
    value = repr(error["input"])[:80]
    if kind in _SECRET_TYPES or is_secret(key):
        value = "…"
    facts = {"value": value, "bound": bound, "choices": _choices(context), "problem": error["msg"]}
    return problem(places, key, f"value_{expected}", **facts)


def _choices(context: Mapping[str, Any]) -> str:
    """Return the values that pydantic expects, without its English `or`."""
    return str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")


def _keys_beside(key: Key) -> list[str]:
    """Return the known keys at the level of the unknown one."""
    model: type[BaseModel] = Profile
    for part in key[:-1]:
        field = model.model_fields.get(str(part))
        annotation = field.annotation if field else None
        inner = [kind for kind in (annotation, *getattr(annotation, "__args__", ())) if isinstance(kind, type)]
        model = next((kind for kind in inner if issubclass(kind, BaseModel)), model)
    if len(key) == 1:
        return [*model.model_fields, BASE]
    return [*model.model_fields]
