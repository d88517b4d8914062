"""Files opened as views of the engine: Parquet, CSV and text; no row is loaded."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends import BaseBackend

from analysis.data.failures import ask
from analysis.data.files import (
    FORMATS,
    Format,
    FoundFiles,
    check_utf8,
    normalise_encoding,
    write_as_utf8,
)
from analysis.errors import DataError, Problem
from analysis.params.source import ReadOptions

WHITESPACE = "whitespace"
_LINE_SEPARATOR = "\x1f"  # the unit separator: in no line of a table that people wrote
_HEADER_BYTES = 1 << 20
_MAX_SEPARATOR_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTable:
    """A table as its source holds it.

    Attributes
    ----------
    columns : tuple of str
        The bank's own names, in order.
    table : ibis table
        As many columns, in the same order, under names of the engine's.
    """

    columns: tuple[str, ...]
    table: ir.Table


class FileReader:
    """Opens files as views of one engine; copies of other encodings go to `workspace`."""

    def __init__(self, engine: BaseBackend, workspace: Path) -> None:
        self._engine = engine
        self._workspace = workspace
        self._copies = count()

    def open(self, found: FoundFiles, options: ReadOptions) -> OpenTable:
        """Open the files of a table.

        Raises
        ------
        DataError
            Naming every file that cannot be read, and why.
        """
        _refuse(_check_opens(path) for path in found.paths)
        kind: Format = options.format or FORMATS.get(found.paths[0].suffix.lower(), "csv")
        if kind == "parquet":
            return self._open_parquet(found)
        paths = self._in_utf8(found.paths, options)
        separator = _separator(found, options)
        if separator == WHITESPACE:
            return self._open_lines(paths, options.header)
        return self._open_csv(paths, options.header, separator, quoted=kind == "csv")

    def _open_parquet(self, found: FoundFiles) -> OpenTable:
        schemas = _read_schemas(found.paths)
        _refuse_unequal(found.paths, schemas)
        paths = [_escape(path) for path in found.paths]
        table = ask(
            lambda: self._engine.read_parquet(paths, union_by_name=True, hive_partitioning=False),
            where=found.name,
        )
        return OpenTable(columns=tuple(table.columns), table=table)

    def _open_csv(
        self,
        paths: list[Path],
        header: tuple[str, ...] | None,
        separator: str,
        *,
        quoted: bool,
    ) -> OpenTable:
        quote = '"' if quoted else ""
        columns = header or _read_header(paths, separator, quoted=quoted)
        table = self._engine.read_csv(
            [_escape(path) for path in paths],
            columns={f"c{i}": "VARCHAR" for i in range(len(columns))},
            auto_detect=False,
            header=header is None,
            delim=separator,
            quote=quote,
            escape=quote,
        )
        return OpenTable(columns=columns, table=table)

    def _open_lines(self, paths: list[Path], header: tuple[str, ...] | None) -> OpenTable:
        columns = header or tuple(_first_text(paths[0]).split("\n", 1)[0].split())
        lines = self._engine.read_csv(
            [_escape(path) for path in paths],
            columns={"line": "VARCHAR"},
            auto_detect=False,
            header=header is None,
            delim=_LINE_SEPARATOR,
            quote="",
            escape="",
        )
        text = lines.line.strip()
        values = lines.filter(text != "").select(values=text.re_split(r"\s+"))
        _refuse_ragged(values, len(columns), paths)
        table = values.select(**{f"c{i}": values["values"][i] for i in range(len(columns))})
        return OpenTable(columns=columns, table=table)

    def _in_utf8(self, paths: tuple[Path, ...], options: ReadOptions) -> list[Path]:
        """Give paths that are UTF-8: the files themselves where they are, or else copies."""
        encoding = normalise_encoding(options.encoding)
        if encoding is None:
            raise DataError(
                Problem(
                    what=f"unknown encoding {options.encoding!r}",
                    needed="utf-8, gbk, gb18030, big5, utf-16, latin-1, or another of Python's",
                    next_step="Correct read: {encoding: …} in the run file.",
                )
            )
        if encoding == "utf-8":
            _refuse(check_utf8(path) for path in paths)
            return list(paths)
        copies = [self._workspace / f"utf8-{next(self._copies)}.csv" for _ in paths]
        _refuse(
            write_as_utf8(path, copy, encoding=encoding)
            for path, copy in zip(paths, copies, strict=True)
        )
        return copies


def _refuse(problems: Any) -> None:
    found = [problem for problem in problems if problem is not None]
    if found:
        raise DataError(found)


def _check_opens(path: Path) -> Problem | None:
    try:
        with path.open("rb") as stream:
            empty = not stream.read(1)
    except OSError as error:
        return Problem(
            what=f"the file {path.name!r} cannot be opened",
            found=(error.strerror or type(error).__name__).lower(),
            next_step="Ask for the right to read it, or close the program that holds it.",
        )
    if not empty:
        return None
    return Problem(
        what=f"the file {path.name!r} is empty",
        needed="a table with its column names",
        next_step="Export the table again.",
    )


def _separator(found: FoundFiles, options: ReadOptions) -> str:
    given = "separator" in options.model_fields_set
    separator = options.separator
    if not given and found.paths[0].suffix.lower() == ".tsv":
        separator = "\t"
    size = len(separator.encode())
    if separator != WHITESPACE and not (0 < size <= _MAX_SEPARATOR_BYTES and separator.strip("\n")):
        raise DataError(
            Problem(
                what=f"no separator: {separator!r}",
                needed="one character such as , ; | or \\t, or the word whitespace",
                next_step="Correct read: {separator: …} in the run file.",
            )
        )
    return separator


def _read_schemas(paths: tuple[Path, ...]) -> list[dict[str, Any]]:
    schemas, problems = [], []
    for path in paths:
        try:
            schema = pq.read_schema(path)
            schemas.append(dict.fromkeys(schema.names))
        except (pa.ArrowException, OSError):  # not chained: nothing of the content is shown
            problems.append(
                Problem(
                    what=f"the file {path.name!r} cannot be read as Parquet",
                    found="content that is cut off or damaged",
                    needed="a complete Parquet file",
                    next_step="Export or copy the file again.",
                )
            )
    _refuse(problems)
    return schemas


def _refuse_unequal(paths: tuple[Path, ...], schemas: list[dict[str, Any]]) -> None:
    """Refuse parts of a table that differ in their columns."""
    first = set(schemas[0])
    _refuse(
        Problem(
            what=f"the part {path.name!r} has other columns than {paths[0].name!r}",
            found=", ".join(sorted(first.symmetric_difference(schema))) + " in one of them only",
            needed="the same columns in every part",
            next_step="Export the table again.",
        )
        for path, schema in zip(paths, schemas, strict=True)
        if set(schema) != first
    )


def _read_header(paths: list[Path], separator: str, *, quoted: bool) -> tuple[str, ...]:
    """Read the column names of CSV files, which must be the same in every part."""
    headers = [_split_header(_first_text(path), separator, quoted=quoted) for path in paths]
    columns = headers[0]
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    problems = [
        Problem(
            what=f"the file {paths[0].name!r} names a column twice",
            found=", ".join(repeated),
            needed="a name of its own for every column",
            next_step="Rename one of them.",
        )
        for _ in repeated[:1]
    ]
    problems += [
        Problem(
            what=f"the part {path.name!r} has other columns than {paths[0].name!r}",
            needed="the same columns in the same order in every part",
            next_step="Export the table again.",
        )
        for path, other in zip(paths, headers, strict=True)
        if other != columns
    ]
    _refuse(problems)
    return columns


def _split_header(text: str, separator: str, *, quoted: bool) -> tuple[str, ...]:
    if quoted and len(separator) == 1:
        return tuple(
            name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=separator))
        )
    line = text.split("\n", 1)[0].rstrip("\r")
    return tuple(name.strip().strip('"' if quoted else "") for name in line.split(separator))


def _first_text(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(_HEADER_BYTES).decode("utf-8-sig", errors="ignore")


def _refuse_ragged(values: ir.Table, columns: int, paths: list[Path]) -> None:
    """Refuse lines that do not hold one value for every column."""
    lengths = values["values"].length()
    n = int(ask(values.count(where=lengths != columns).to_pyarrow).as_py())
    if n:
        raise DataError(
            Problem(
                what=f"{n} lines of {paths[0].name!r} do not have a value for every column",
                needed=f"{columns} values in a line",
                next_step="Correct read: {header: […]} in the run file, or the lines.",
            )
        )


def _escape(path: Path) -> str:
    """Write a path so that the engine takes none of its characters for a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
