"""What the kernel alone knows of where numbers come from, as an output of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from analysis.data.queries import Query
from analysis.disclosure.rules import is_small, round_count
from analysis.params.policy import DisclosurePolicy
from analysis.params.report import ReportParameters
from analysis.publish.payload import PublishedLineage, PublishedQuery

_OURS = "analysis."


def describe_lineage(
    queries: Iterable[Query],
    parameters: ReportParameters,
    names: Mapping[str, Any],
    policy: DisclosurePolicy,
) -> PublishedLineage:
    """Say which queries were asked, and what the names in a notebook stand for.

    Parameters
    ----------
    queries : iterable of Query
    parameters : ReportParameters
    names : mapping of str to object
        The notebook's ``globals()`` at its end.
    policy : DisclosurePolicy
        Numbers of rows are rounded like counts; a small one is not said.
    """
    return PublishedLineage(
        name="lineage",
        queries=tuple(
            PublishedQuery(
                cell=query.cell,
                functions=query.functions,
                sql=query.sql,
                tables=query.tables,
                gives=query.gives,
                rows=None
                if query.rows is None or is_small(query.rows, policy)
                else round_count(query.rows, policy),
            )
            for query in queries
        ),
        derived=dict(_derived(type(parameters))),
        functions=dict(sorted(_taken_over(names))),
    )


def _derived(model: type[ReportParameters]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give, for each property of a report's parameters, the parameters that it looks at."""
    for name in sorted(dir(model)):
        getter = getattr(getattr(model, name, None), "fget", None)
        code = getattr(getter, "__code__", None)
        if code is not None and not name.startswith(("_", "model_")):
            used = set(_names_in(code)) & set(model.model_fields)
            if used:
                yield name, tuple(sorted(used))


def _names_in(code: Any) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names_in(constant)


def _taken_over(names: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the functions that a notebook may call by another name than their own."""
    for name, value in list(names.items()):
        if name.startswith("_"):
            continue
        if isinstance(value, ModuleType) and value.__name__.startswith(_OURS):
            for attribute in getattr(value, "__all__", ()):
                place = _place(getattr(value, attribute, None))
                if place and not place.startswith(f"{value.__name__}:"):
                    yield f"{name}.{attribute}", place
        elif place := _place(value):
            yield name, place


def _place(value: object) -> str:
    module = getattr(value, "__module__", None)
    name = getattr(value, "__qualname__", None)
    ours = callable(value) and isinstance(module, str) and module.startswith(_OURS)
    return f"{module}:{name}" if ours and isinstance(name, str) and "<" not in name else ""
