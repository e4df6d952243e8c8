"""The JSON Schema of a profile, for editors: they complete its keys and underline what does not fit."""

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind
from pydantic_core import PydanticSerializationError

from chat.profiles.profile import Profile
from chat.profiles.read import BASE
from termination import Condition

FILE = "profile.schema.json"
_BASE = {"type": "string", "description": "The file, without `.yaml`, whose values hold where this one has none."}


class _Quiet(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:
        """Return a default as JSON. Conditions have none: their fields are not what a profile says."""
        values = dict(dft).values() if isinstance(dft, BaseModel) else [dft]
        if any(isinstance(value, Condition) for value in values):
            raise PydanticSerializationError("a condition")
        return super().encode_default(dft)

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        """None for what has no JSON: conditions stand here as defaults only."""


def schema() -> dict[str, Any]:
    """What one file may say (JSON Schema, draft 2020-12). It may extend another, so nothing is required."""
    made = Profile.model_json_schema(schema_generator=_Quiet)
    for part in (made, *made["$defs"].values()):
        part.pop("required", None)
    made["properties"]["modes"]["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_untitled(made),
        "properties": {BASE: _BASE, **_untitled(made["properties"])},
    }


def text() -> str:
    """The same as the file `profiles/profile.schema.json` has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _untitled(part: Any) -> Any:
    """Without pydantic's titles, which say each key once more."""
    if isinstance(part, list):
        return [_untitled(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {name: _untitled(each) for name, each in part.items() if name != "title" or not isinstance(each, str)}
