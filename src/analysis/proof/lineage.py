"""From a number on the page back to its functions, queries, tables and parameters.

A notebook's cells are thin: each makes a name from other names, or publishes. So what a
published number rests on follows from the cells alone: the cell that published it, the
cells that made the names it uses, and so on back; and from the queries that the kernel
says it asked in each of them. Nothing is run for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analysis.publish.payload import (
    PublishedInput,
    PublishedLineage,
    PublishedQuery,
    ReportHeader,
    is_payload,
)

TRACED = ("metric", "finding", "figure", "table", "check", "verdict")
"""Kinds of output whose origin is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A code cell that ran.

    Attributes
    ----------
    number : int
        Its execution count.
    defines, uses : frozenset of str
        Names that it binds at its top level, and those that it reads.
    calls : tuple of str
        Dotted names that it calls, such as ``stages.customer_stages``.
    attributes : frozenset of str
        Dotted names that it reads, such as ``p.as_of``.
    imports : tuple of (str, str)
        Each name that it imports, and what it stands for, dotted.
    publishes : tuple of str
        ``kind:name`` of what it published.
    """

    number: int
    defines: frozenset[str]
    uses: frozenset[str]
    calls: tuple[str, ...]
    attributes: frozenset[str]
    imports: tuple[tuple[str, str], ...]
    publishes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that took part, and the version of its file."""

    name: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one published item comes from.

    Attributes
    ----------
    item : str
        ``kind:name``.
    cells : tuple of int
        Execution counts, in order.
    functions : tuple of Function
    queries : tuple of int
        Positions in `Lineage.queries`, from 1.
    tables : tuple of str
        Of the contract, those that the queries read.
    parameters : tuple of str
        Those that the cells name.
    """

    item: str
    cells: tuple[int, ...]
    functions: tuple[Function, ...]
    queries: tuple[int, ...]
    tables: tuple[str, ...]
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Where everything on a page comes from."""

    origins: tuple[Origin, ...]
    queries: tuple[PublishedQuery, ...]

    def as_json(self) -> dict[str, Any]:
        """Give all of it as JSON values; each function stands once, and is numbered from 1."""
        functions = self.functions()
        places = {function: number for number, function in enumerate(functions, 1)}
        return {
            "format": 1,
            "functions": [asdict(function) for function in functions],
            "items": [
                {
                    "item": origin.item,
                    "cells": origin.cells,
                    "functions": [places[function] for function in origin.functions],
                    "queries": origin.queries,
                    "tables": origin.tables,
                    "parameters": origin.parameters,
                }
                for origin in self.origins
            ],
            "queries": [query.model_dump(mode="json") for query in self.queries],
        }

    def functions(self) -> tuple[Function, ...]:
        """Give every function that took part, once."""
        found = (function for origin in self.origins for function in origin.functions)
        return tuple(dict.fromkeys(found))


def trace_notebook(
    notebook: Mapping[str, Any],
    *,
    header: ReportHeader,
    kernel: PublishedLineage,
    inputs: Sequence[PublishedInput],
    modules: Mapping[str, str],
) -> Lineage:
    """Trace everything that an executed notebook published.

    Parameters
    ----------
    notebook : mapping
        Executed, as JSON.
    header : ReportHeader
    kernel : PublishedLineage
        What the kernel said of its queries.
    inputs : sequence of PublishedInput
        The tables that were read.
    modules : mapping of str to str
        SHA-256 of each file that the kernel imported, as the manifest has it.

    Returns
    -------
    Lineage
    """
    cells = list(read_cells(notebook))
    known = {table.name for table in inputs}
    resolver = _Resolver(cells, kernel, modules, frozenset(header.parameters))
    origins = []
    for position, cell in enumerate(cells):
        items = [item for item in cell.publishes if item.partition(":")[0] in TRACED]
        if not items:
            continue
        involved = [cells[i] for i in sorted(_behind(cells, position))]
        numbers = tuple(each.number for each in involved)
        queries = _queries_of(numbers, kernel.queries)
        asked = [kernel.queries[number - 1] for number in queries]
        origins += [
            Origin(
                item=item,
                cells=numbers,
                functions=tuple(resolver.functions(involved, asked)),
                queries=queries,
                tables=tuple(sorted({t for q in asked for t in q.tables if t in known})),
                parameters=tuple(resolver.parameters(involved)),
            )
            for item in items
        ]
    return Lineage(origins=tuple(origins), queries=kernel.queries)


def read_cells(notebook: Mapping[str, Any]) -> Iterator[Cell]:
    """Read the code cells that ran, in their order; one that is not Python names nothing."""
    for cell in notebook["cells"]:
        if cell.get("cell_type") != "code" or cell.get("execution_count") is None:
            continue
        source = cell.get("source", "")
        try:
            tree = ast.parse(source if isinstance(source, str) else "".join(source))
        except SyntaxError:
            tree = ast.parse("")
        defines, uses = _bindings(tree)
        yield Cell(
            number=int(cell["execution_count"]),
            defines=defines,
            uses=uses,
            calls=tuple(dict.fromkeys(_calls(tree))),
            attributes=frozenset(
                name for node in ast.walk(tree) if (name := _dotted(node)) and "." in name
            ),
            imports=tuple(_imports(tree)),
            publishes=tuple(_published(cell)),
        )


def _published(cell: Mapping[str, Any]) -> Iterator[str]:
    for output in cell.get("outputs", ()):
        for mime, data in output.get("data", {}).items():
            if is_payload(mime) and isinstance(data, Mapping):
                yield f"{data.get('kind')}:{data.get('name')}"


def _bindings(tree: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """Give the names that a cell binds, and those that it reads."""
    defines: set[str] = set()
    uses: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (uses if isinstance(node.ctx, ast.Load) else defines).add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defines |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return frozenset(defines), frozenset(uses)


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _calls(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _dotted(node.func)):
            yield name


def _dotted(node: ast.AST) -> str:
    """Give ``a.b.c`` for a chain of names; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def _behind(cells: Sequence[Cell], last: int) -> set[int]:
    """Give the cells that a cell rests on, itself included: who last made each name it reads."""
    found, waiting = {last}, [last]
    while waiting:
        position = waiting.pop()
        for name in cells[position].uses:
            makers = [i for i in range(position) if name in cells[i].defines]
            if makers and makers[-1] not in found:
                found.add(makers[-1])
                waiting.append(makers[-1])
    return found


def _queries_of(cells: Iterable[int], queries: Sequence[PublishedQuery]) -> tuple[int, ...]:
    """Number the queries asked in some cells, and those whose kept results they build on."""
    numbers = set(cells)
    chosen = {i for i, query in enumerate(queries) if query.cell in numbers}
    makers = {query.gives: i for i, query in enumerate(queries) if query.gives}
    waiting = list(chosen)
    while waiting:
        for table in queries[waiting.pop()].tables:
            maker = makers.get(table)
            if maker is not None and maker not in chosen:
                chosen.add(maker)
                waiting.append(maker)
    return tuple(sorted(i + 1 for i in chosen))


class _Resolver:
    """Says what the names in cells stand for."""

    def __init__(
        self,
        cells: Sequence[Cell],
        kernel: PublishedLineage,
        modules: Mapping[str, str],
        parameters: frozenset[str],
    ) -> None:
        self._taken_over = kernel.functions
        self._derived = kernel.derived
        self._modules = modules
        self._parameters = parameters
        self._imports = {name: path for cell in cells for name, path in cell.imports}

    def functions(self, cells: Iterable[Cell], asked: Iterable[PublishedQuery]) -> list[Function]:
        """Give the functions that cells called, and those through which queries were asked."""
        called = [self._resolve(name) for cell in cells for name in cell.calls]
        through = [name for query in asked for name in query.functions]
        return [
            function
            for name in dict.fromkeys([*called, *through])
            if name and (function := self._function(name)) is not None
        ]

    def _resolve(self, call: str) -> str:
        """Give ``package.module:function`` of what a cell calls; empty where it is not ours."""
        if call in self._taken_over:
            return self._taken_over[call]
        first, dot, rest = call.partition(".")
        path = self._imports.get(first, "")
        if not dot:
            path, _, rest = path.rpartition(".")
        return f"{path}:{rest}" if path and rest else ""

    def _function(self, name: str) -> Function | None:
        module = name.partition(":")[0].replace(".", "/")
        for file in (f"{module}.py", f"{module}/__init__.py"):
            if file in self._modules:
                return Function(name=name, file=file, sha256=self._modules[file])
        return None

    def parameters(self, cells: Iterable[Cell]) -> list[str]:
        """Give the report's parameters that cells name, those behind derived ones too."""
        named: set[str] = set()
        for cell in cells:
            for attribute in cell.attributes:
                last = attribute.rpartition(".")[2]
                named |= {last} & self._parameters
                named |= set(self._derived.get(last, ()))
        return sorted(named & self._parameters)
