"""Arrays to Parquet, in the contract's columns and types, the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.data.contract import contract
from analysis.data.schema import Column, ColumnType, Table
from analysis.sample.span import MISSING_DAY

_ARROW_TYPES = {
    ColumnType.TEXT: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.DECIMAL: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.date32(),
}


ArrowArray: TypeAlias = Any
"""A ``pyarrow.Array``; pyarrow has no types."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Text as positions in a short list of labels; a negative position is missing."""

    codes: npt.NDArray[Any]
    labels: Sequence[str] | ArrowArray


Values: TypeAlias = Coded | npt.NDArray[Any] | Sequence[Any] | ArrowArray


def number_labels(prefix: str, numbers: npt.NDArray[np.int64], *, digits: int) -> ArrowArray:
    """Write numbers with a prefix and leading zeros.

    Examples
    --------
    >>> number_labels("C", np.array([7, 42]), digits=4).to_pylist()
    ['C0007', 'C0042']
    """
    lead = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    width = len(lead) + digits
    text = np.empty((len(numbers), width), dtype=np.uint8)
    text[:, : len(lead)] = lead
    rest = numbers.astype(np.int64)
    for position in range(width - 1, len(lead) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, position] = digit + ord("0")
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * width
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(text.tobytes())]
    return pa.Array.from_buffers(pa.string(), len(numbers), buffers)


class BankWriter:
    """Writes each table of the sample bank as one Parquet file, a row group at a time.

    Parameters
    ----------
    folder : Path
        Existing and empty.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, pq.ParquetWriter] = {}
        self._rows: dict[str, int] = {}

    @property
    def rows(self) -> dict[str, int]:
        """Rows written so far, by table."""
        return dict(sorted(self._rows.items()))

    def append(self, table: str, values: Mapping[str, Values]) -> None:
        """Write rows, one array a column.

        Parameters
        ----------
        table : str
            Table of the contract.
        values : mapping of str to array
            The same columns in every call, all of the contract.

        Raises
        ------
        ValueError
            If a column is not in the contract or a required one is missing.
        """
        spec = contract()[table]
        columns = _choose_columns(spec, values)
        arrays = [_to_arrow(column, values[column.name]) for column in columns]
        batch = pa.RecordBatch.from_arrays(arrays, names=[column.name for column in columns])
        if table not in self._files:
            self._files[table] = self._open(table, batch.schema)
        if batch.num_rows:
            self._files[table].write_batch(batch, row_group_size=batch.num_rows)
        self._rows[table] = self._rows.get(table, 0) + batch.num_rows

    def append_rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows given one by one, for tables that are short."""
        names = [column.name for column in contract()[table].columns if column.name in rows[0]]
        self.append(table, {name: [row[name] for row in rows] for name in names})

    def _open(self, table: str, schema: pa.Schema) -> pq.ParquetWriter:
        return pq.ParquetWriter(
            self._folder / f"{table}.parquet",
            schema,
            version="2.6",
            compression="zstd",
            compression_level=3,
            store_schema=False,
        )

    def close(self) -> None:
        """Finish all files."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def __enter__(self) -> BankWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _choose_columns(spec: Table, values: Mapping[str, Values]) -> list[Column]:
    known = {column.name for column in spec.columns}
    unknown = sorted(set(values) - known)
    missing = [c.name for c in spec.columns if c.required and c.name not in values]
    if unknown or missing:
        raise ValueError(f"table {spec.name!r}: unknown columns {unknown}, missing {missing}")
    return [column for column in spec.columns if column.name in values]


def _to_arrow(column: Column, values: Values) -> ArrowArray:
    kind = _ARROW_TYPES[column.type]
    if isinstance(values, Coded):
        return _code_to_arrow(values)
    if isinstance(values, pa.Array):
        return values
    if column.type is ColumnType.DATE and isinstance(values, np.ndarray):
        days = values.astype(np.int32)
        return pa.array(days, mask=days == MISSING_DAY, type=pa.int32()).cast(kind)
    if isinstance(values, np.ndarray):
        return pa.array(values, type=kind, from_pandas=True)
    return pa.array(values, type=kind)


def _code_to_arrow(coded: Coded) -> ArrowArray:
    labels = (
        coded.labels
        if isinstance(coded.labels, pa.Array)
        else pa.array(coded.labels, type=pa.string())
    )
    codes = coded.codes.astype(np.int32)
    missing = codes < 0
    indices = pa.array(codes, mask=missing if missing.any() else None, type=pa.int32())
    return pa.DictionaryArray.from_arrays(indices, labels)
