"""The JSON Schema of run files: completion and checking in an editor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from analysis.params.reading import RUN_LEVEL
from analysis.params.report import ReportSpec
from analysis.params.run import RunFile
from analysis.params.shape import (
    FALSE_WORDS,
    INTEGER_PATTERN,
    NUMBER_PATTERN,
    TRUE_WORDS,
    Shape,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# the gate reads every scalar as text: what an editor takes for a number may be
# a text, and a number may stand in quotes
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": ["string", "number", "boolean", "null"]},
    "integer": {"type": ["integer", "string"], "pattern": INTEGER_PATTERN},
    "number": {"type": ["number", "string"], "pattern": NUMBER_PATTERN},
    "boolean": {
        "type": ["boolean", "string"],
        "pattern": f"^({'|'.join((*TRUE_WORDS, *FALSE_WORDS))})$",
    },
    "date": {"type": "string", "format": "date"},
}


def run_file_schema(catalog: Mapping[str, ReportSpec]) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a run file.

    Parameters
    ----------
    catalog : mapping of str to ReportSpec
        Each report's own parameters are part of the schema.

    Returns
    -------
    dict
        JSON values only. It accepts whatever `load_run` accepts and refuses
        unknown names; rules between values are the gate's alone.

    Examples
    --------
    >>> schema = run_file_schema({})
    >>> schema["properties"]["as_of"]["format"], schema["additionalProperties"]
    ('date', False)
    """
    models: dict[type[BaseModel], None] = dict.fromkeys(
        [RunFile, *(spec.parameters for spec in catalog.values())]
    )
    modes: list[tuple[type[BaseModel], Literal["validation"]]] = [
        (model, "validation") for model in models
    ]
    references, shared = models_json_schema(modes)
    shapes = {
        model: Shape(reference, shared.get("$defs", {})).resolved()
        for (model, _), reference in references.items()
    }
    schema = _simplify(shapes[RunFile])
    schema["properties"]["reports"] |= {
        "properties": {
            name: _describe_report(spec, shapes[spec.parameters]) for name, spec in catalog.items()
        },
        "additionalProperties": False,
    }
    schema["properties"]["reports"].pop("patternProperties", None)
    source = schema["properties"]["source"]
    source["oneOf"] = [{"required": ["folder"]}, {"required": ["url"]}]
    return {"$schema": DIALECT, "title": "Run file", **schema}


def _describe_report(spec: ReportSpec, shape: Shape) -> dict[str, Any]:
    schema = _simplify(shape.without(RUN_LEVEL))
    return schema | {"title": spec.title.pattern, "description": spec.question.pattern}


def _simplify(shape: Shape) -> dict[str, Any]:
    """Write a shape out without references, nulls and made-up titles."""
    schema = {key: value for key, value in shape.schema.items() if key not in {"title", "$defs"}}
    if "description" in schema:  # a docstring's first paragraph
        schema["description"] = " ".join(schema["description"].partition("\n\n")[0].split())
    if "default" in schema and _drop_nulls(schema["default"]) is None:
        del schema["default"]
    elif "default" in schema:
        schema["default"] = _drop_nulls(schema["default"])
    if shape.choices:
        rest = {key: value for key, value in schema.items() if key not in {"type", "const"}}
        return rest | {"enum": _widen_choices(shape.choices)}
    if shape.kind in _TYPES:
        pattern = {"pattern": schema["pattern"]} if "pattern" in schema else {}
        return schema | _TYPES[shape.kind] | pattern
    return _name_keys(_simplify_inner(schema, shape))


def _simplify_inner(schema: dict[str, Any], shape: Shape) -> dict[str, Any]:
    def simplify(inner: Any) -> Any:
        if not isinstance(inner, Mapping):
            return inner
        return _simplify(Shape(inner, shape.definitions).resolved())

    for key in {"properties", "patternProperties"} & schema.keys():
        schema[key] = {name: simplify(inner) for name, inner in schema[key].items()}
    for key in {"items", "additionalProperties"} & schema.keys():
        schema[key] = simplify(schema[key])
    for key in {"anyOf", "oneOf", "prefixItems"} & schema.keys():
        schema[key] = [simplify(inner) for inner in schema[key]]
    if "required" in schema:
        schema["required"] = [name for name in schema["required"] if name in schema["properties"]]
    return schema


def _drop_nulls(value: Any) -> Any:
    """Leave null out of a default: a run file cannot write it."""
    if not isinstance(value, Mapping):
        return value
    return {key: _drop_nulls(item) for key, item in value.items() if item is not None}


def _name_keys(schema: dict[str, Any]) -> dict[str, Any]:
    """Offer the keys of a mapping whose names are choices, for completion."""
    names = schema.get("propertyNames", {}).get("enum")
    if not names:
        return schema
    value = schema.get("additionalProperties", {})
    rest = {key: item for key, item in schema.items() if key != "propertyNames"}
    return rest | {"properties": dict.fromkeys(names, value), "additionalProperties": False}


def _widen_choices(choices: tuple[Any, ...]) -> list[Any]:
    """Add what an editor makes of an unquoted text, and the text of a number."""
    widened: list[Any] = []
    for choice in choices:
        other = _read_plain(choice) if isinstance(choice, str) else json.dumps(choice)
        for value in (choice, other):
            if not any(type(value) is type(known) and value == known for known in widened):
                widened.append(value)
    return widened


def _read_plain(text: str) -> Any:
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    return value if isinstance(value, str | int | float | bool) or value is None else text
