"""Says whether a notebook may become a report: before it runs, and after.

papermill's word is not enough. It takes ``sys.exit(0)`` for a success, marks the cell
in which a kernel was killed as completed, logs unknown parameters and adds parameters
to a notebook that has no place for them.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode
from pydantic import ValidationError

from analysis.engine.outcome import Failure, FailureKind, Verdict
from analysis.errors import ExitCode, Problem, ReportError
from analysis.publish.payload import AnyPayload, ReportEnd, is_payload, parse_payload

if TYPE_CHECKING:
    from analysis.engine.execute import Execution

PARAMETERS_TAG = "parameters"
END_TAG = "end"


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook in the current format.

    Raises
    ------
    ReportError
        If the file is not a notebook.
    """
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat lets JSON's and jsonschema's own errors through
        raise ReportError(
            Problem(
                what=f"notebooks/{path.name} is not a notebook",
                found=type(error).__name__,
                next_step="Open it in JupyterLab, or take it from the last commit.",
            )
        ) from error
    return notebook


def inspect_notebook(notebook: NotebookNode, parameters: Iterable[str]) -> Verdict:
    """Say whether a notebook can be given parameters and be judged at its end.

    Parameters
    ----------
    notebook : NotebookNode
        As it was read.
    parameters : iterable of str
        The names that it will be given.

    Returns
    -------
    Verdict
    """
    faults: list[str] = []
    tagged = [cell for cell in code_cells(notebook) if PARAMETERS_TAG in _tags(cell)]
    if len(tagged) != 1:
        faults.append(f"it has {len(tagged)} cells tagged 'parameters'; it needs one")
    elif (known := _assigned_names(tagged[0].source)) is None:
        faults.append("the cell tagged 'parameters' is not Python")
    else:
        faults += [
            f"its parameters cell does not name {name!r}"
            for name in parameters
            if name not in known or not name.isidentifier() or keyword.iskeyword(name)
        ]
    ends = [cell for cell in code_cells(notebook) if END_TAG in _tags(cell)]
    if len(ends) != 1 or not any(cell is ends[0] for cell in code_cells(notebook)[-1:]):
        faults.append("its last code cell is not the only one tagged 'end'")
    return Verdict(
        tuple(
            Failure(kind=FailureKind.BAD_NOTEBOOK, message=f"the notebook cannot run: {fault}.")
            for fault in faults
        )
    )


def judge(execution: Execution) -> Verdict:
    """Say whether an execution is a complete report.

    Parameters
    ----------
    execution : Execution

    Returns
    -------
    Verdict
        Success only if papermill returned, every code cell ran without an error,
        the cell tagged ``end`` among them, and the payloads found in the notebook
        are, in order, the ones that its end says were published.
    """
    cause = _cause_of_stop(execution)
    if cause is not None:
        return Verdict((cause,))
    cells = code_cells(execution.notebook)
    idle = [number for number, cell in enumerate(cells, 1) if _did_not_run(cell)]
    if idle or not execution.returned:
        ran = len(cells) - len(idle)
        return Verdict(
            (_left_early(f"it ended after {ran} of {len(cells)} code cells, without an error."),)
        )
    return Verdict(tuple(compare_outputs(execution.notebook)))


def _cause_of_stop(execution: Execution) -> Failure | None:
    stopped = execution.stopped
    if stopped is not None and stopped.kind is not FailureKind.KERNEL_DIED:
        return stopped  # a kernel that is being stopped raises KeyboardInterrupt in its cell
    error = next(list_errors(execution.notebook), None)
    if error is not None and error[1].get("ename") == "SystemExit":
        return _left_early(f"code cell {error[0]} left with sys.exit.")
    if error is not None:
        return describe_raised(*error, find_raised(execution, error[0]))
    return stopped


def _left_early(message: str) -> Failure:
    return Failure(kind=FailureKind.LEFT_EARLY, message=f"the notebook left early: {message}")


def find_raised(execution: Execution, number: int) -> Mapping[str, Any]:
    """Give what the kernel wrote down of the exception of a code cell; empty where nothing."""
    count = code_cells(execution.notebook)[number - 1].get("execution_count")
    found = (record for record in execution.raised if record.get("count") == count)
    return next(found, {})


def describe_raised(number: int, output: NotebookNode, record: Mapping[str, Any]) -> Failure:
    """Say what a cell raised: our own problems in full, of anything else only type and place."""
    problems = [str(Problem(**problem)) for problem in record.get("problems", [])]
    name = str(record.get("type") or output.get("ename", "an exception")).rpartition(".")[2]
    if problems:
        message = "\n".join(problems)
    else:
        place = f" at {record['where']}" if record.get("where") else ""
        message = f"{name}{place}. The notebook that failed holds the traceback."
    return Failure(
        kind=FailureKind.CELL_RAISED,
        message=f"code cell {number} raised {name if problems else message}"
        + (f": {message}" if problems else ""),
        exit_code=_exit_code(record.get("exit_code")),
    )


def _exit_code(recorded: object) -> ExitCode:
    """Keep the code of a refused disclosure and of wrong data; the rest is a report's failure."""
    kept = (ExitCode.DISCLOSURE, ExitCode.DATA)
    return next((code for code in kept if code == recorded), ExitCode.REPORTS)


def compare_outputs(notebook: NotebookNode) -> Iterator[Failure]:
    """Compare the payloads in a notebook with what its end says was published."""
    try:
        payloads = read_payloads(notebook)
    except ValidationError as error:
        yield _lost(f"a payload cannot be read ({error.title}, {error.error_count()} errors)")
        return
    ends = [payload for payload in payloads if isinstance(payload, ReportEnd)]
    if len(ends) != 1 or payloads[-1] is not ends[0]:
        yield _lost("the cell tagged 'end' did not publish the end of the report")
        return
    declared = list(ends[0].published)
    found = [f"{payload.kind}:{payload.name}" for payload in payloads[:-1]]
    missing = [name for name in declared if name not in found]
    surplus = [name for name in found if name not in declared]
    if missing:
        yield _lost(f"published, but not found in the notebook: {', '.join(missing)}")
    if surplus:
        yield _lost(f"found in the notebook, but not published: {', '.join(surplus)}")
    if not missing and not surplus and found != declared:
        yield _lost("the outputs stand in another order, or more than once")


def _lost(what: str) -> Failure:
    return Failure(kind=FailureKind.OUTPUTS_LOST, message=f"outputs were lost: {what}.")


def read_payloads(notebook: NotebookNode) -> list[AnyPayload]:
    """Read every payload of an executed notebook, in order.

    Raises
    ------
    pydantic.ValidationError
        If an output under one of the payloads' MIME types is none.
    """
    return [
        parse_payload(data)
        for cell in code_cells(notebook)
        for output in cell.get("outputs", [])
        for mime, data in output.get("data", {}).items()
        if is_payload(mime)
    ]


def list_errors(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Give each exception that a code cell raised, with the number of the cell."""
    for number, cell in enumerate(code_cells(notebook), 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield number, output


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Give the code cells that hold code, with the one that papermill adds."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def _did_not_run(cell: NotebookNode) -> bool:
    return cell.get("execution_count") is None


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _assigned_names(source: str) -> set[str] | None:
    """Give the names that a cell assigns at its top level; None if it is not Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    names: set[str] = set()
    for statement in tree.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names
