"""From what a model refuses to what the analyst does about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from analysis.errors import Problem
from analysis.params.documents import Document
from analysis.params.names import join_options, nearest, suggest
from analysis.params.positions import Finding, KeyPath, dotted, shown
from analysis.params.shape import NEEDED, Shape

URL_PATH: KeyPath = ("source", "url")
_BOUNDS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} in it",
    "too_long": "at most {max_length} in it",
}
_PLAIN = "a plain name: at most 64 letters, digits, - and _, beginning with a letter or digit"


def find_path(raw: Any, location: tuple[int | str, ...], *, absent: bool = False) -> KeyPath:
    """Give the path of the value that a model's error location means.

    Parameters
    ----------
    raw : text, list or mapping
        What the model was given.
    location : tuple of str and int
        pydantic's ``loc``, which also names the branches of unions.
    absent : bool
        The last part names a value that is missing.

    Examples
    --------
    >>> find_path({"months": ["6"]}, ("months", "list[int]", 0))
    ('months', 0)
    """
    path: list[int | str] = []
    for part in location[:-1] if absent else location:
        inside = isinstance(raw, Mapping) and part in raw
        inside = inside or (isinstance(raw, list) and isinstance(part, int) and part < len(raw))
        if inside:  # otherwise the tag of a union's branch, or '[key]'
            raw = raw[part]
            path.append(part)
    return (*path, location[-1]) if absent else tuple(path)


def list_errors(refused: ValidationError, raw: Any) -> list[ErrorDetails]:
    """Give a model's errors, without "too short" where wrong items alone make it so."""

    def is_true(error: ErrorDetails) -> bool:
        if error["type"] != "too_short":
            return True
        value = raw
        for part in find_path(raw, error["loc"]):
            value = value[part]
        return bool(len(value) < error["ctx"]["min_length"])

    errors = refused.errors(include_url=False, include_input=False)
    return [error for error in errors if is_true(error)]


def explain_unread(path: KeyPath, *, document: Document, shape: Shape | None) -> Finding:
    """Say that a text is no number, date or truth value."""
    needed = NEEDED.get(shape.kind, "") if shape else ""
    return _at(document, path, _wrong(document, path, needed=needed))


def explain_unknown(
    path: KeyPath, *, document: Document, names: tuple[str, ...], hint: str = ""
) -> Finding:
    """Say that a name is unknown, which names there are, and the nearest one."""
    problem = Problem(
        what=f"unknown name {dotted(path)!r}",
        needed=join_options(names) if names else _PLAIN,
        next_step=suggest(str(path[-1]), names) or hint,
    )
    return _at(document, path, problem, key=True)


def explain_twin(path: KeyPath, first: KeyPath, *, document: Document) -> Finding:
    """Say that a value stands in its list already, or differs by case only."""
    same = document.value(path) == document.value(first)
    what = "is listed twice" if same else f"differs from {dotted(first)} by case only"
    position = document.position(first)
    problem = Problem(
        what=f"{dotted(path)!r} {what}",
        found=_found(document, path),
        next_step=f"Delete it; {dotted(first)!r} on line {position.line} is the first.",
    )
    return _at(document, path, problem)


def explain(
    error: ErrorDetails,
    *,
    document: Document,
    raw: Any,
    shape: Shape,
    prefix: KeyPath = (),
    hint: Callable[[str], str] = lambda name: "",
) -> Finding:
    """Turn one error of a model into a problem with its place in the file.

    Parameters
    ----------
    error : dict
        One of pydantic's ``ValidationError.errors()``.
    document : Document
    raw : mapping
        What the model was given, as the document holds it.
    shape : Shape
        What the model asks for.
    prefix : tuple of str and int
        Where `raw` stands in the document.
    hint : callable
        Where else an unknown name belongs, as a sentence, or nothing.
    """
    inner = find_path(raw, error["loc"], absent=error["type"] == "missing")
    path = (*prefix, *inner)
    if error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",):
        mapping = shape.down(inner[:-1])
        return explain_unknown(
            path,
            document=document,
            names=mapping.names if mapping else (),
            hint=hint(str(path[-1])),
        )
    return explain_value(error, path, document=document, shape=shape.down(inner))


def explain_value(
    error: ErrorDetails, path: KeyPath, *, document: Document, shape: Shape | None
) -> Finding:
    """Say what a value should be, or that it is missing; `shape` is what is asked there."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return _explain_missing(path, document=document, shape=shape)
    if kind in {"value_error", "assertion_error"}:
        return _explain_rule(str(context.get("error", "")), path, document=document)
    if kind == "string_pattern_mismatch":
        plain = str(context.get("pattern", "")).startswith("^[A-Za-z0-9][A-Za-z0-9_-]")
        needed = _PLAIN if plain else f"text that matches {context.get('pattern')}"
    elif kind in _BOUNDS:
        bounds = {k: f"{v:.12g}" if isinstance(v, float) else v for k, v in context.items()}
        needed = _BOUNDS[kind].format(**bounds)
    else:
        return _explain_type(error, path, document=document, shape=shape)
    return _at(document, path, _wrong(document, path, needed=needed))


def _explain_missing(path: KeyPath, *, document: Document, shape: Shape | None) -> Finding:
    description = str(shape.schema.get("description", "")) if shape else ""
    problem = Problem(
        what=f"{dotted(path)!r} is missing",
        needed=NEEDED.get(shape.kind, "a value") if shape else "a value",
        next_step=description.partition("\n\n")[0].replace("\n", " "),
    )
    return _at(document, path, problem, key=True)


def _explain_rule(text: str, path: KeyPath, *, document: Document) -> Finding:
    value = document.value(path)
    if isinstance(value, dict):  # a rule on several values: point at the first that it names
        for word in re.findall(r"\w+", text):
            if word in value:
                path = (*path, word)
                break
    # the url's own rules quote no value, but speak of ${NAME}
    rule = text if path[:2] == URL_PATH else shown(text, most=300)
    problem = Problem(
        what=f"wrong value for {dotted(path)!r} ({rule})" if path else rule,
        found=_found(document, path),
        next_step=_suggest_scope(value) if path[:1] == ("scopes",) else "",
    )
    return _at(document, path, problem)


def _suggest_scope(value: Any) -> str:
    kind, colon, name = value.partition(":") if isinstance(value, str) else ("", "", "")
    near = nearest(kind.strip(), ("region", "branch") if colon else ("bank",))
    text = f"{near}:{name.strip()}" if colon and name.strip() else near
    return f"Did you mean {shown(text)!r}?" if near and text and text != value else ""


def _explain_type(
    error: ErrorDetails, path: KeyPath, *, document: Document, shape: Shape | None
) -> Finding:
    choices = [str(choice) for choice in shape.choices] if shape else []
    if choices:
        value = document.value(path)
        next_step = suggest(value, choices) if isinstance(value, str) else ""
        problem = _wrong(document, path, needed=join_options(choices), next_step=next_step)
        return _at(document, path, problem)
    needed = NEEDED.get(shape.kind, "") if shape else ""
    return _at(
        document,
        path,
        _wrong(document, path, needed=needed or error["msg"].removeprefix("Input should be ")),
    )


def _wrong(document: Document, path: KeyPath, *, needed: str, next_step: str = "") -> Problem:
    return Problem(
        what=f"wrong value for {dotted(path)!r}",
        found=_found(document, path),
        needed=needed,
        next_step=next_step,
    )


def _found(document: Document, path: KeyPath) -> str:
    value = document.value(path)
    if isinstance(value, str):
        hidden = path[: len(URL_PATH)] == URL_PATH
        text = "(hidden)" if hidden else shown(value)
        return text if text == "(hidden)" else repr(text)
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "names with values" if value else "nothing"


def _at(document: Document, path: KeyPath, problem: Problem, *, key: bool = False) -> Finding:
    position = document.position(path, key=key)
    return Finding(
        path=path,
        position=position,
        problem=Problem(
            what=problem.what,
            found=problem.found,
            needed=problem.needed,
            next_step=problem.next_step,
            where=document.where(position),
        ),
    )
