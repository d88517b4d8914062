"""What an engine says when it fails, reworded so that no customer's value is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import duckdb
from ibis.common.exceptions import IbisError

from analysis.errors import AssessmentError, DataError, Problem

_Answer = TypeVar("_Answer")
_FILE = re.compile(r"""[Ff]ile ['"](?P<path>[^'"\n]+)['"]""")
_CSV_FILE = re.compile(r"^  file = (?P<path>[^\n]+)$", re.MULTILINE)
_LINE = re.compile(r"CSV Error on Line: (?P<line>\d+)")
_COLUMNS = re.compile(r"Expected Number of Columns: (?P<needed>\d+) Found: (?P<found>\d+)")

_OURS = (
    AssessmentError,
    IbisError,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.NotImplementedException,
    NotImplementedError,
    TypeError,
    AttributeError,
    NameError,
)
"""Errors of a query's form: they name columns, hold no value and are bugs."""


def ask(query: Callable[[], _Answer], *, where: str = "") -> _Answer:
    """Run a query; what the engine raises about the data becomes a `DataError`.

    An engine quotes the value or the whole line that it stumbled over. The error
    raised here names the file, the line's number and the kind of failure alone. It
    is raised after the engine's has been dealt with, so that no trace leads to it.

    Parameters
    ----------
    query : callable
        Without arguments; gives the answer.
    where : str
        The table, for the message.

    Raises
    ------
    DataError
    """
    try:
        return query()
    except _OURS:
        raise
    except Exception as error:  # every driver has exceptions of its own
        problem = describe_failure(error, where=where)
    raise DataError(problem)


def describe_failure(error: Exception, *, where: str = "") -> Problem:
    """Reword what an engine raised, without any value of the data."""
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return Problem(
            what="the engine ran out of memory",
            next_step="Raise memory_gb of the source, or free some disk space for spilling.",
            where=where,
        )
    if line := _LINE.search(text):
        return _describe_line(text, int(line["line"]), where)
    if isinstance(error, duckdb.ConversionException | duckdb.OutOfRangeException):
        return Problem(
            what="a value does not have the type that the query needs",
            next_step="Run 'assess check' to see which column holds it.",
            where=where,
        )
    path = _FILE.search(text) if isinstance(error, duckdb.Error) else None
    # a damaged page of a Parquet file comes as a bare Error without the file's name
    if path or type(error) is duckdb.Error:
        name = f"the file {_base_name(path['path'])!r}" if path else "a file of the source"
        return Problem(
            what=f"{name} cannot be read",
            found="content that is cut off or damaged",
            needed="a complete file",
            next_step="Export the table again.",
            where=where,
        )
    return Problem(
        what=f"the engine failed on the data ({type(error).__name__})",
        next_step="Run 'assess check'; if it finds nothing, look at the engine's own log.",
        where=where,
    )


def _describe_line(text: str, line: int, where: str) -> Problem:
    paths = _CSV_FILE.findall(text)  # the last one: lines of the data come before it
    name = repr(_base_name(paths[-1])) if paths else "a file"
    columns = _COLUMNS.search(text)
    if columns:
        found, needed = f"{columns['found']} values", f"{columns['needed']}, as in the first line"
    elif "unterminated quote" in text:
        found, needed = "a quotation mark that is never closed", "one at each end of the value"
    elif "unicode" in text.lower():
        found, needed = "bytes that are not UTF-8", "UTF-8"
    else:
        found, needed = "a line that cannot be split into values", "values as in the first line"
    return Problem(
        what=f"line {line} of {name} cannot be read",
        found=found,
        needed=needed,
        next_step="Correct the line, or export the table again; "
        "read: {separator: …} in the run file says what stands between two values.",
        where=where,
    )


def _base_name(path: str) -> str:
    return path.strip().replace("\\", "/").rpartition("/")[2]
