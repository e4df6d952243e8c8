"""The JSON Schema of a profile, for editors: they complete its keys and mark its errors."""

import ast
import inspect
import json
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind
from pydantic_core import PydanticSerializationError

from chat.profiles import profile
from chat.profiles.profile import Profile
from chat.profiles.read import BASE
from termination import Condition

FILE = "profile.schema.json"
_BASE = {"type": "string", "description": "The file, without `.yaml`, whose values apply where this one has none."}


class _Quiet(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:
        """Return a default as JSON. Conditions have no JSON: their fields are not those of a profile."""
        values = dict(dft).values() if isinstance(dft, BaseModel) else [dft]
        if any(isinstance(value, Condition) for value in values):
            raise PydanticSerializationError("a condition")
        return super().encode_default(dft)

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        """Ignore defaults without JSON: only conditions are among them."""


def schema() -> dict[str, Any]:
    """Return the schema of one file (JSON Schema, draft 2020-12). It may extend another, so no key is required."""
    made = Profile.model_json_schema(schema_generator=_Quiet)
    descriptions = _descriptions()
    for name, part in {Profile.__name__: made, **made["$defs"]}.items():
        part.pop("required", None)
        for key, value in part["properties"].items():
            part["properties"][key] = dict(sorted({**value, "description": descriptions[name, key]}.items()))
    made["properties"]["modes"]["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_without_titles(made),
        "properties": {BASE: _BASE, **_without_titles(made["properties"])},
    }


def schema_text() -> str:
    """Return the schema as the file `profiles/profile.schema.json` has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _descriptions() -> dict[tuple[str, str], str]:
    """Return the text below each field of each class of a profile.

    Pydantic can read them too, but it would do so at each start, and not only for a schema.
    """
    classes = [each for each in ast.parse(inspect.getsource(profile)).body if isinstance(each, ast.ClassDef)]
    return {
        (part.name, ast.unparse(field.target)): inspect.cleandoc(ast.literal_eval(text.value))
        for part in classes
        for field, text in pairwise(part.body)
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr)
    }


def _without_titles(part: Any) -> Any:
    """Return a part of the schema without pydantic's titles, which only repeat the keys."""
    if isinstance(part, list):
        return [_without_titles(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {name: _without_titles(each) for name, each in part.items() if name != "title" or not isinstance(each, str)}
