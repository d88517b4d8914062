"""A source's folder of files: which file is which table, without an engine to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.data.files import FoundFiles, find_default, find_files, hash_files, list_entries
from analysis.data.workbooks import find_workbook, refuse_workbook
from analysis.errors import DataError, Problem
from analysis.params.names import join_options, suggest
from analysis.params.source import TableMapping

_AS_IT_IS = TableMapping()


@dataclass(frozen=True, slots=True)
class TableFolder:
    """Where the tables of a folder are.

    Attributes
    ----------
    folder : Path
        Absolute.
    mappings : mapping of str to TableMapping
    """

    folder: Path
    mappings: Mapping[str, TableMapping]

    def holds(self, table: str) -> bool:
        """Whether there is a file, mapped or of the table's name; one that is refused counts."""
        if self.mappings.get(table, _AS_IT_IS).origin is not None:
            return isinstance(self.locate(table), FoundFiles)
        return bool(find_default(self.folder, table) or find_workbook(self.folder, table))

    def files(self, table: str) -> FoundFiles:
        """Give the files of a table.

        Raises
        ------
        DataError
            If there are none, or several that could be meant.
        """
        found = self.locate(table)
        if isinstance(found, Problem):
            raise DataError(found)
        return found

    def content_hash(self, table: str) -> str:
        """Give the SHA-256 of the file, or of the list of the parts' hashes.

        Raises
        ------
        DataError
            As `files` does.
        """
        return hash_files(self.files(table))

    def locate(self, table: str) -> FoundFiles | Problem:
        """Find the files of a table, or say what is in the way."""
        mapped = self.mappings.get(table, _AS_IT_IS).origin
        if mapped is not None:
            return find_files(self.folder, mapped)
        names = find_default(self.folder, table)
        if len(names) == 1:
            return find_files(self.folder, names[0])
        if names:
            return Problem(
                what=f"several files could be table {table!r}",
                found=", ".join(names),
                needed="one",
                next_step=f"Write tables: {{{table}: {{from: {names[0]}}}}} in the run file.",
            )
        workbook = find_workbook(self.folder, table)
        refused = refuse_workbook(workbook) if workbook else None
        if refused:
            return refused
        entries = list_entries(self.folder)
        return Problem(
            what=f"the source's folder has no table {table!r}",
            found=join_options(entries) if entries else "an empty folder",
            needed=f"{table}.parquet, {table}.csv, or tables: {{{table}: {{from: …}}}} "
            "in the run file",
            next_step=suggest(table, (Path(entry).stem for entry in entries)),
        )
