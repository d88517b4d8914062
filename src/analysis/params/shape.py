"""What a model asks for, read from its JSON Schema: names, choices, types.

The gate types each text by it before the model judges the value, so that a
number or a date is read in one way only: pydantic by itself takes ``20251231``
for a count of seconds and ``1_000`` for a number.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from analysis.params.positions import KeyPath

if TYPE_CHECKING:
    from pydantic import BaseModel

TRUE_WORDS = ("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON")
FALSE_WORDS = ("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF")
INTEGER_PATTERN = r"^[-+]?[0-9]{1,18}$"
NUMBER_PATTERN = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?$"
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

NEEDED = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date that exists, as YYYY-MM-DD",
    "string": "a text",
    "array": "a list",
    "object": "names with their values",
}


class _Unread:
    def __repr__(self) -> str:
        return "UNREAD"


UNREAD = _Unread()


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked for at one place.

    Attributes
    ----------
    schema : mapping
        The JSON Schema of the place.
    definitions : mapping of str to mapping
        What its references point to.
    """

    schema: Mapping[str, Any]
    definitions: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, schema: Mapping[str, Any]) -> Shape:
        """Make the shape of a whole schema."""
        return cls(schema, schema.get("$defs", {})).resolved()

    def resolved(self) -> Shape:
        """Follow references and leave out null, which a run file cannot write."""
        schema = dict(self.schema)
        while (target := schema.pop("$ref", None)) is not None:
            schema = {**self.definitions[target.rpartition("/")[2]], **schema}
        branches = [b for b in schema.get("anyOf", ()) if b.get("type") != "null"]
        if len(branches) == 1:
            rest = {key: value for key, value in schema.items() if key != "anyOf"}
            return Shape({**branches[0], **rest}, self.definitions).resolved()
        return Shape(schema, self.definitions)

    @property
    def kind(self) -> str:
        """``integer``, ``number``, ``boolean``, ``date``, ``string``, ``array``, ``object``."""
        if self.schema.get("format") == "date":
            return "date"
        found = self.schema.get("type", "")
        return found if isinstance(found, str) else ""

    @property
    def choices(self) -> tuple[Any, ...]:
        """The only values that are allowed; empty where any is."""
        if "const" in self.schema:
            return (self.schema["const"],)
        return tuple(self.schema.get("enum", ()))

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a mapping may hold; empty where any may stand."""
        by_enum = self.schema.get("propertyNames", {}).get("enum", ())
        return tuple(self.schema.get("properties", ())) or tuple(by_enum)

    def at(self, key: str | int) -> Shape | None:
        """Give the shape of one value within, None where nothing is asked."""
        found = self._item(key) if isinstance(key, int) else self._member(key)
        if not isinstance(found, Mapping):
            return None
        return Shape(found, self.definitions).resolved()

    def down(self, path: KeyPath) -> Shape | None:
        """Give the shape at the end of a path."""
        shape: Shape | None = self
        for key in path:
            shape = shape.at(key) if shape is not None else None
        return shape

    def without(self, names: Collection[str]) -> Shape:
        """Give the same mapping without some of its names."""
        properties = {
            name: schema
            for name, schema in self.schema.get("properties", {}).items()
            if name not in names
        }
        return Shape({**self.schema, "properties": properties}, self.definitions)

    def _member(self, name: str) -> Any:
        if name in self.schema.get("properties", {}):
            return self.schema["properties"][name]
        for pattern, schema in self.schema.get("patternProperties", {}).items():
            if re.search(pattern, name):
                return schema
        return self.schema.get("additionalProperties")

    def _item(self, index: int) -> Any:
        first = self.schema.get("prefixItems", ())
        return first[index] if index < len(first) else self.schema.get("items")


@cache
def shape_of(model: type[BaseModel]) -> Shape:
    """Give what a pydantic model asks for."""
    return Shape.of(model.model_json_schema())


def read_typed(raw: Any, shape: Shape | None) -> tuple[Any, list[KeyPath]]:
    """Type the texts of a value as its shape asks.

    Parameters
    ----------
    raw : text, list or mapping
        As the document holds it.
    shape : Shape or None
        None where nothing is asked.

    Returns
    -------
    value
        Numbers, truth values and dates where asked for, text elsewhere, and
        `UNREAD`, which no model accepts, for a text that cannot be read so.
    unread : list of key path
        Where the texts that cannot be read so stand.

    Examples
    --------
    >>> shape = Shape.of({"properties": {"months": {"type": "integer"},
    ...                                  "code": {"type": "string"}}})
    >>> read_typed({"months": "006", "code": "007"}, shape)
    ({'months': 6, 'code': '007'}, [])
    >>> read_typed({"months": "six", "code": "NO"}, shape)
    ({'months': UNREAD, 'code': 'NO'}, [('months',)])
    """
    unread: list[KeyPath] = []
    return _read(raw, shape, (), unread), unread


def _read(raw: Any, shape: Shape | None, path: KeyPath, unread: list[KeyPath]) -> Any:
    if shape is None:
        return raw
    shape = _choose_branch(raw, shape)
    if isinstance(raw, dict):
        return {k: _read(v, shape.at(k), (*path, k), unread) for k, v in raw.items()}
    if isinstance(raw, list):
        return [_read(v, shape.at(i), (*path, i), unread) for i, v in enumerate(raw)]
    return _read_text(raw, shape, path, unread)


def _choose_branch(raw: Any, shape: Shape) -> Shape:
    """Give the only branch of a union that fits a list, a mapping or a text."""
    wanted = {"dict": "object", "list": "array"}.get(type(raw).__name__)
    branches = [
        Shape(branch, shape.definitions).resolved() for branch in shape.schema.get("anyOf", ())
    ]
    fitting = [
        branch
        for branch in branches
        if (branch.kind == wanted if wanted else branch.kind not in {"object", "array", "null"})
    ]
    return fitting[0] if len(fitting) == 1 else shape


def _read_text(text: str, shape: Shape, path: KeyPath, unread: list[KeyPath]) -> Any:
    if shape.choices:
        for choice in shape.choices:
            if not isinstance(choice, str) and choice == _read_scalar(text, _kind_of(choice)):
                return choice
        return text
    value = _read_scalar(text, shape.kind)
    if value is None:
        unread.append(path)
        return UNREAD
    return value


def _read_scalar(text: str, kind: str) -> Any:
    """Read a text as one kind of value; None where it is not one."""
    match kind:
        case "integer":
            return int(text) if re.fullmatch(INTEGER_PATTERN, text) else None
        case "number":
            number = float(text) if re.fullmatch(NUMBER_PATTERN, text) else math.inf
            return number if math.isfinite(number) else None
        case "boolean":
            return {**dict.fromkeys(TRUE_WORDS, True), **dict.fromkeys(FALSE_WORDS, False)}.get(
                text
            )
        case "date":
            return _read_date(text)
        case _:
            return text


def _read_date(text: str) -> dt.date | None:
    if not re.fullmatch(DATE_PATTERN, text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _kind_of(choice: Any) -> str:
    if isinstance(choice, bool):
        return "boolean"
    return "integer" if isinstance(choice, int) else "number"
