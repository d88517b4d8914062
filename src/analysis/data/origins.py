"""Where tables lie: a folder of files, or a connection; opened under the bank's own names."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from ibis.backends import BaseBackend

from analysis.data.failures import ask
from analysis.data.folder import TableFolder
from analysis.data.readers import FileReader, OpenTable
from analysis.errors import DataError, Problem
from analysis.params.names import join_options, suggest
from analysis.params.source import TableMapping

_AS_IT_IS = TableMapping()


class Origin(Protocol):
    """What a source needs of the place where its tables lie."""

    label: str
    """As the run file names it, without secrets."""

    def problems(self) -> list[Problem]:
        """Say what is wrong with the place as a whole, or nothing."""
        ...

    def holds(self, table: str) -> bool:
        """Whether the contract's table is there, under its own or the mapped name."""
        ...

    def open(self, table: str) -> OpenTable:
        """Open a table that is there.

        Raises
        ------
        DataError
            If it cannot be read.
        """
        ...

    def describe(self, table: str) -> str:
        """Say where a table comes from, without secrets."""
        ...

    def content_hash(self, table: str) -> str | None:
        """Give the SHA-256 of a table's files; None where it is not in files."""
        ...

    def close(self) -> None:
        """Let go of the engine and of temporary files."""
        ...


class FolderOrigin:
    """A folder of Parquet, CSV or text files, read by an engine of our own.

    Parameters
    ----------
    folder : Path
        Absolute.
    engine : ibis backend
        DuckDB in memory.
    workspace : Path
        A private folder for copies in UTF-8; removed with the origin.
    mappings : mapping of str to TableMapping
    """

    def __init__(
        self,
        folder: Path,
        *,
        engine: BaseBackend,
        workspace: Path,
        mappings: Mapping[str, TableMapping],
    ) -> None:
        self.label = folder.name
        self._tables = TableFolder(folder, mappings)
        self._engine = engine
        self._mappings = mappings
        self._reader = FileReader(engine, workspace)
        self._finalizer = weakref.finalize(self, _release, engine, workspace)

    def problems(self) -> list[Problem]:
        """Say which mapped files are not there."""
        return [
            found
            for table, mapping in self._mappings.items()
            if mapping.origin is not None
            and isinstance(found := self._tables.locate(table), Problem)
        ]

    def holds(self, table: str) -> bool:
        """Whether there is a file, mapped or of the table's name."""
        return self._tables.holds(table)

    def open(self, table: str) -> OpenTable:
        """Open the table's files as a view of the engine."""
        files = self._tables.files(table)
        return self._reader.open(files, self._mappings.get(table, _AS_IT_IS).read)

    def describe(self, table: str) -> str:
        """Give ``FOLDER/FILE``."""
        return f"{self.label}/{self._tables.files(table).name}"

    def content_hash(self, table: str) -> str | None:
        """Give the SHA-256 of the file, or of the list of the parts' hashes."""
        return self._tables.content_hash(table)

    def close(self) -> None:
        """Close the engine and remove the workspace."""
        self._finalizer()


class ConnectionOrigin:
    """The tables of a database that Ibis connects to.

    Parameters
    ----------
    backend : ibis backend
    label : str
        The URL as the run file names it, secrets masked.
    workspace : Path
        A private folder, removed with the origin.
    mappings : mapping of str to TableMapping
    """

    def __init__(
        self,
        backend: BaseBackend,
        *,
        label: str,
        workspace: Path,
        mappings: Mapping[str, TableMapping],
    ) -> None:
        self.label = label
        self._backend = backend
        self._mappings = mappings
        self._finalizer = weakref.finalize(self, _release, backend, workspace)
        self._names = frozenset(ask(backend.list_tables, where=label))

    def problems(self) -> list[Problem]:
        """Say which mapped tables are not there."""
        return [
            self._absent(table)
            for table, mapping in self._mappings.items()
            if mapping.origin is not None and not self.holds(table)
        ]

    def holds(self, table: str) -> bool:
        """Whether the database lists the table."""
        return self._locate(table) is not None

    def open(self, table: str) -> OpenTable:
        """Open a table of the database."""
        located = self._locate(table)
        if located is None:
            raise DataError(self._absent(table))
        name, database = located
        opened = ask(
            lambda: self._backend.table(name, database=database), where=self.describe(table)
        )
        return OpenTable(columns=tuple(opened.columns), table=opened)

    def describe(self, table: str) -> str:
        """Give the connection's label and the table's name in it."""
        return f"{self.label} {self._own_name(table)}"

    def content_hash(self, table: str) -> str | None:
        """Give None: a database shows no bytes."""
        return None

    def close(self) -> None:
        """Disconnect."""
        self._finalizer()

    def _own_name(self, table: str) -> str:
        return self._mappings.get(table, _AS_IT_IS).origin or table

    def _locate(self, table: str) -> tuple[str, str | None] | None:
        """Look a table up in the database's own list; no name is ever put into a query."""
        own = self._own_name(table)
        if own in self._names:
            return own, None
        database, dot, name = own.rpartition(".")
        if not dot:
            return None
        try:
            names = self._backend.list_tables(database=database)
        except Exception:  # every driver has exceptions of its own for an unknown database
            return None
        return (name, database) if name in names else None

    def _absent(self, table: str) -> Problem:
        own = self._own_name(table)
        return Problem(
            what=f"the connection has no table {own!r}",
            found=join_options(sorted(self._names)) if self._names else "no table at all",
            needed=f"table {table!r}, or tables: {{{table}: {{from: …}}}} in the run file",
            next_step=suggest(own, self._names),
            where=self.label,
        )


def _release(engine: BaseBackend, workspace: Path) -> None:
    engine.disconnect()
    shutil.rmtree(workspace, ignore_errors=True)
