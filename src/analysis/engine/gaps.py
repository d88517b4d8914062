"""Which sections of a report failed, and may the rest of it be published?

A notebook goes on after a cell that raised, once the report's header is out. If its
header, verdict and end are there, the report is published with the places of what
failed kept; it is partial, and says so everywhere.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from analysis.engine.judge import (
    code_cells,
    compare_outputs,
    describe_raised,
    find_raised,
    list_errors,
    read_payloads,
)
from analysis.engine.outcome import Failure
from analysis.errors import ExitCode, Problem
from analysis.publish.payload import PublishedGap, mime_type
from analysis.text import LANGUAGES, Language

if TYPE_CHECKING:
    from analysis.engine.execute import Execution

_WHOLE = ("report", "verdict", "end")
_LEAVES = frozenset({"SystemExit", "KeyboardInterrupt"})
_HEADING = re.compile(r"##\s+(.+?)\s*#*")
_MISSING_NAME = re.compile(r"name '(\w+)' is not defined")


def find_gaps(execution: Execution) -> tuple[tuple[PublishedGap, Failure], ...]:
    """Say which cells of an execution failed, if the rest of it is a report.

    Parameters
    ----------
    execution : Execution
        One that `analysis.engine.judge.judge` does not take for a complete report.

    Returns
    -------
    tuple of (PublishedGap, Failure)
        One for each cell that raised, in order; what the page says, and what the
        terminal says. Empty where the report has failed as a whole: it was stopped or
        left early, it lacks its header, verdict or end, an output was lost, or
        disclosure was refused.
    """
    notebook = execution.notebook
    errors = list(list_errors(notebook))
    if execution.stopped is not None or not errors or not _is_whole(notebook):
        return ()
    if any(output.get("ename") in _LEAVES for _, output in errors):
        return ()
    failures = [
        describe_raised(number, output, find_raised(execution, number)) for number, output in errors
    ]
    if any(failure.exit_code is ExitCode.DISCLOSURE for failure in failures):
        return ()
    return tuple(zip(_describe(execution, errors), failures, strict=True))


def _is_whole(notebook: NotebookNode) -> bool:
    """Whether header, verdict and end are there, and every cell ran."""
    if any(True for _ in compare_outputs(notebook)):
        return False
    kinds = Counter[str](payload.kind for payload in read_payloads(notebook))
    ran = all(cell.get("execution_count") is not None for cell in code_cells(notebook))
    return ran and all(kinds[kind] == 1 for kind in _WHOLE)


def _describe(
    execution: Execution, errors: list[tuple[int, NotebookNode]]
) -> Iterator[PublishedGap]:
    cells = code_cells(execution.notebook)
    headings = dict(_headings(execution.notebook))
    lost: dict[str, str] = {}
    for number, output in errors:
        name, source = f"cell-{number}", cells[number - 1].source
        record = find_raised(execution, number)
        missing = _MISSING_NAME.fullmatch(str(output.get("evalue", "")))
        cause = lost.get(missing[1], "") if missing and output.ename == "NameError" else ""
        yield PublishedGap(
            name=name,
            section=headings[number],
            error=str(record.get("type") or output.get("ename", "")).rpartition(".")[2],
            detail="\n".join(str(Problem(**problem)) for problem in record.get("problems", [])),
            follows=cause,
        )
        lost |= dict.fromkeys(_stored_names(source), cause or name)


def _stored_names(source: str) -> Iterator[str]:
    """Give the names that a cell would have set."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _headings(notebook: NotebookNode) -> Iterator[tuple[int, dict[Language, str]]]:
    """Give the section, in each language, that each code cell stands in."""
    current: dict[Language, str] = {}
    number = 0
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip():
            number += 1
            yield number, dict(current)
        elif cell.cell_type == "markdown":
            tags = set(cell.metadata.get("tags", ())) & set(LANGUAGES)
            found = [m[1] for line in cell.source.splitlines() if (m := _HEADING.fullmatch(line))]
            current |= {
                language: found[-1]
                for language in LANGUAGES
                if found and (not tags or language in tags)
            }


def mark_gaps(notebook: NotebookNode, gaps: Mapping[int, PublishedGap]) -> NotebookNode:
    """Put a gap where each cell failed, in place of a traceback, which may quote data.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it is not altered.
    gaps : mapping of int to PublishedGap
        By the number of the code cell.

    Returns
    -------
    NotebookNode
        Without the cells that papermill adds to a notebook that failed.
    """
    marked: NotebookNode = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {**notebook, "cells": [cell for cell in notebook.cells if not _is_papermills(cell)]}
    )
    for number, cell in enumerate(code_cells(marked), 1):
        if number in gaps:
            kept = [output for output in cell.outputs if output.output_type != "error"]
            cell.outputs = [*kept, _show(gaps[number])]
    return marked


def _is_papermills(cell: NotebookNode) -> bool:
    return "papermill-error-cell-tag" in cell.metadata.get("tags", ())


def _show(gap: PublishedGap) -> NotebookNode:
    data: dict[str, Any] = {
        mime_type(gap.kind): gap.model_dump(mode="json"),
        "text/plain": f"{gap.error}: this cell failed",
    }
    output: NotebookNode = nbformat.v4.new_output(  # type: ignore[no-untyped-call]
        "display_data", data=data
    )
    return output


def gap_number(gap: PublishedGap) -> int:
    """Give the number of the code cell that a gap stands for.

    Examples
    --------
    >>> gap_number(PublishedGap(name="cell-7", section={}, error="E", detail="", follows=""))
    7
    """
    return int(gap.name.rpartition("-")[2])


def list_missing(gaps: tuple[PublishedGap, ...]) -> list[str]:
    """Name the sections with a gap, each once, in the report's first language.

    Examples
    --------
    >>> gap = PublishedGap(name="cell-7", section={"en": "Who leaves?"}, error="E",
    ...                    detail="", follows="")
    >>> list_missing((gap, gap))
    ['Who leaves?']
    """
    named = [next(iter(gap.section.values()), gap.name) for gap in gaps]
    return list(dict.fromkeys(named))
