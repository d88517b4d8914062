"""What a kernel says about itself to the engine that started it, in files beside the notebook.

The engine starts a kernel with two paths in its environment. At the end of a
notebook the workbench writes down which modules were imported and which tables
were read (`write_trace`); where a cell raises, this module, loaded as an IPython
extension, writes down what was raised (`load_ipython_extension`). Neither leaves a
mark in the notebook. Without the engine, by hand in JupyterLab, nothing is written.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analysis.errors import AssessmentError, ExitCode, Problem

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

TRACE_VARIABLE = "BANK_ASSESSMENT_TRACE"
"""Environment variable: where `write_trace` is to write."""
ERROR_VARIABLE = "BANK_ASSESSMENT_ERROR"
"""Environment variable: where a raised exception is written down."""
_BLOCK = 1 << 18


def hash_file(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, in hexadecimal.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "empty"
    ...     _ = path.write_bytes(b"")
    ...     hash_file(path)[:12]
    'e3b0c44298fc'
    """
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(_BLOCK):  # `file_digest` clears as much, however small a file
            digest.update(block)
    return digest.hexdigest()


def write_trace(
    path: str | Path,
    *,
    reads: Iterable[Mapping[str, Any]],
    packages: Iterable[str] = ("analysis",),
) -> None:
    """Write down the source files that this process has imported and the tables it has read.

    Parameters
    ----------
    path : str or Path
        The JSON file to write; the engine gives it in ``BANK_ASSESSMENT_TRACE``.
    reads : iterable of mapping
        One mapping of JSON values a table, at least ``name`` and ``sha256``.
    packages : iterable of str
        Top-level packages whose files count.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "trace.json"
    ...     write_trace(path, reads=[{"name": "customers", "sha256": "0" * 64}])
    ...     trace = json.loads(path.read_text(encoding="utf-8"))
    >>> "analysis/trace.py" in trace["files"], trace["reads"][0]["name"]
    (True, 'customers')
    """
    files = {
        name: hash_file(file) for package in packages for name, file in _imported_files(package)
    }
    record = {"files": files, "reads": [dict(read) for read in reads]}
    Path(path).write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")


def _imported_files(package: str) -> Iterator[tuple[str, Path]]:
    """Yield each file that the imported modules of `package` consist of, by its relative name."""
    top = sys.modules.get(package)
    if top is None or not getattr(top, "__file__", None):
        return
    root = Path(str(top.__file__)).parent.parent
    names = {
        name for name in tuple(sys.modules) if name == package or name.startswith(f"{package}.")
    }
    for name in sorted(names):
        module = sys.modules[name]
        for file in _files_of(module, names):
            yield file.relative_to(root).as_posix(), file


def _files_of(module: ModuleType, imported: set[str]) -> Iterator[Path]:
    source = getattr(module, "__file__", None)
    if not source or not Path(source).is_file():
        return
    yield Path(source)
    if hasattr(module, "__path__"):
        yield from _package_data(Path(source).parent, module.__name__.partition(".")[0], imported)


def _package_data(folder: Path, package: str, imported: set[str]) -> Iterator[Path]:
    """Yield the files beside a package's modules: templates, catalogs of words, style sheets.

    A catalog ``NAME.po`` of a module that was not imported does not count: it holds
    no word that this process could say.
    """
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            if entry.name != "__pycache__" and not (entry / "__init__.py").exists():
                yield from _package_data(entry, package, imported)
        elif entry.suffix == ".po":
            named = f"{package}.{entry.stem}"
            if named in imported or not _is_module(package, entry.stem):
                yield entry
        elif entry.suffix not in {".py", ".pyc", ".pyi", ".mo"}:
            yield entry


def _is_module(package: str, name: str) -> bool:
    folder = Path(str(sys.modules[package].__file__)).parent
    return (folder / name / "__init__.py").exists() or (folder / f"{name}.py").exists()


def describe_error(error: BaseException) -> dict[str, Any]:
    """Describe an exception without any value that it was raised on.

    An `AssessmentError` carries problems that name no customer, and these are kept;
    of any other exception only the type and the place are.

    Examples
    --------
    >>> describe_error(ValueError("customer 4711"))
    {'type': 'ValueError', 'where': '', 'exit_code': 1, 'problems': []}
    """
    kind = type(error)
    exit_code = ExitCode.INTERNAL
    problems: tuple[Problem, ...] = ()
    if isinstance(error, AssessmentError):
        exit_code, problems = error.exit_code, error.problems
    return {
        "type": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."),
        "where": _place(error),
        "exit_code": int(exit_code),
        "problems": [asdict(problem) for problem in problems],
    }


def _place(error: BaseException) -> str:
    """Name the deepest line of our own code that the exception passed through."""
    root = Path(__file__).parent
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(root):
            return f"{file.relative_to(root.parent).as_posix()}:{frame.lineno} in {frame.name}"
    return ""


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Have a kernel write down what a cell raises, if the engine asks for it."""
    path = os.environ.get(ERROR_VARIABLE)
    if not path:
        return

    raised: list[dict[str, Any]] = []

    def record(result: ExecutionResult) -> None:
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            raised.append({**describe_error(error), "count": result.execution_count})
            text = json.dumps({"raised": raised}, sort_keys=True)
            Path(path).write_text(text, encoding="utf-8")

    shell.events.register("post_run_cell", record)
