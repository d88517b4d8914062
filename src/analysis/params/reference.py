"""The reference of the run file in the documentation, written from the models.

``python -m analysis.params.reference docs/run-file.md`` renews the part of the
page between its two marks; a test compares the page with the models.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from analysis.params.run import RunFile
from analysis.params.shape import Shape, shape_of

BEGIN = "<!-- written from the models: begin -->"
END = "<!-- written from the models: end -->"

_KINDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
    "object": "names with values",
}


def describe_run_file() -> str:
    """Give one Markdown table for each mapping of a run file.

    Examples
    --------
    >>> "| `as_of` | date | required |" in describe_run_file()
    True
    """
    whole = shape_of(RunFile)
    sections = [_describe("The run", whole)]
    sections += [_describe(f"`{name}`", shape) for name, shape in _list_mappings(whole, "")]
    return "\n\n".join(sections)


def renew(page: str) -> str:
    """Give a page with the part between its marks written anew.

    Raises
    ------
    ValueError
        If the page lacks a mark.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{describe_run_file()}\n\n{END}{after}"


def _list_mappings(shape: Shape, path: str) -> Iterator[tuple[str, Shape]]:
    """Give each mapping with names of its own, outermost first."""
    for name in shape.schema.get("properties", ()):
        inner = shape.at(name)
        here = f"{path}.{name}".removeprefix(".")
        if inner is not None and not inner.schema.get("properties"):
            inner, here = inner.at("NAME"), f"{here}.NAME"
        if inner is not None and inner.schema.get("properties"):
            yield here, inner
            yield from _list_mappings(inner, here)


def _describe(title: str, shape: Shape) -> str:
    description = " ".join(str(shape.schema.get("description", "")).partition("\n\n")[0].split())
    required = shape.schema.get("required", ())
    rows = [f"### {title}", "", description.replace("``", "`"), ""]
    rows += ["| name | kind | default | meaning |", "|---|---|---|---|"]
    for name in shape.schema["properties"]:
        inner = shape.at(name)
        if inner is not None:
            default = "required" if name in required else _write_default(inner)
            meaning = str(inner.schema.get("description", "")).partition("\n\n")[0]
            meaning = " ".join(meaning.split()).replace("``", "`")
            rows.append(f"| `{name}` | {_write_kind(inner)} | {default} | {meaning} |")
    return "\n".join(rows)


def _write_kind(shape: Shape) -> str:
    if shape.choices:
        return " or ".join(f"`{choice}`" for choice in shape.choices)
    kind = _KINDS.get(shape.kind, shape.kind)
    if shape.kind == "array" and (item := shape.at(0)) is not None:
        return f"list of {_write_kind(item)}"
    bounds = [
        f"{words} {shape.schema[key]}"
        for key, words in (
            ("minimum", "at least"),
            ("exclusiveMinimum", "more than"),
            ("maximum", "at most"),
            ("maxLength", "at most"),
        )
        if key in shape.schema
    ]
    unit = " characters" if "maxLength" in shape.schema else ""
    return ", ".join([kind, *bounds]) + unit


def _write_default(shape: Shape) -> str:
    default = shape.schema.get("default")
    if default is None or isinstance(default, dict):
        return ""
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(renew(target.read_text(encoding="utf-8")), encoding="utf-8")
