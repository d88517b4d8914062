"""What a batch asks of a source before it starts a kernel: is it the same, is it fit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from analysis.data.folder import TableFolder
from analysis.errors import DataError, Problem
from analysis.params.context import locate_source
from analysis.params.gate import AssessmentRun

if TYPE_CHECKING:
    from analysis.data.tables import Source


class SourceCheck(Protocol):
    """Answers for one source; each answer is worked out once."""

    def fingerprint(self, table: str) -> str | None:
        """Give the SHA-256 of a table's content; None where it is not there or not readable."""
        ...

    def has(self, table: str) -> bool:
        """Whether the source holds the table."""
        ...

    def problems(self, table: str) -> tuple[Problem, ...]:
        """Say what of a table stops every report that reads it."""
        ...

    def checked(self, tables: Iterable[str]) -> tuple[dict[str, Any], ...]:
        """Give what was found on tables, for kernels to take over."""
        ...

    def scope_problems(self, scope: str) -> tuple[Problem, ...]:
        """Say why the source has no such scope, or nothing."""
        ...


class _ContractCheck:
    """Asks `analysis.data`; opens the source when more than files' hashes is asked for."""

    def __init__(self, run: AssessmentRun, connections: ExitStack) -> None:
        self._run = run
        self._connections = connections
        self._source: Source | None = None
        self._fingerprints: dict[str, str | None] = {}
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self._handed: dict[str, dict[str, Any]] = {}
        self._scopes: dict[str, tuple[Problem, ...]] = {}

    def open(self) -> Source:
        """Open the source, once."""
        if self._source is None:
            from analysis.data.connect import connect

            settings = locate_source(self._run).source
            opened = connect(settings, environment=os.environ)
            self._source = self._connections.enter_context(opened)
        return self._source

    def fingerprint(self, table: str) -> str | None:
        if table not in self._fingerprints:
            self._fingerprints[table] = self._take_fingerprint(table)
        return self._fingerprints[table]

    def _take_fingerprint(self, table: str) -> str | None:
        from analysis.data.contract import contract

        settings = locate_source(self._run).source
        if table not in contract():
            return None
        try:
            if settings.folder is not None:
                files = TableFolder(settings.folder, settings.tables)
                return files.content_hash(table) if files.holds(table) else None
            source = self.open()
            return source.fingerprint(table).sha256 if source.has(table) else None
        except (DataError, OSError):
            return None  # `problems` says what is wrong with it

    def has(self, table: str) -> bool:
        return self.open().has(table)

    def problems(self, table: str) -> tuple[Problem, ...]:
        from analysis.data.handed import HandedQuality, hand_over, hash_checks, hash_contents
        from analysis.data.quality import check_source

        if table not in self._problems:
            as_of = self._run.settings.as_of
            before = hash_contents(self.open(), table)
            quality = check_source(self.open(), tables=[table], as_of=as_of)
            self._problems[table] = quality.problems()
            found = quality.table(table)
            if found is not None and before and before == hash_contents(self.open(), table):
                given = HandedQuality(
                    quality=found, as_of=as_of, contents=before, code=hash_checks()
                )
                self._handed[table] = hand_over(given)
        return self._problems[table]

    def checked(self, tables: Iterable[str]) -> tuple[dict[str, Any], ...]:
        return tuple(self._handed[name] for name in tables if name in self._handed)

    def scope_problems(self, scope: str) -> tuple[Problem, ...]:
        from analysis.data.tables import Bank

        if scope not in self._scopes:
            self._scopes[scope] = ()
            try:
                Bank(self.open(), scope)
            except DataError as error:
                self._scopes[scope] = error.problems
        return self._scopes[scope]


@contextmanager
def open_source(run: AssessmentRun) -> Iterator[SourceCheck]:
    """Open the source of a run; secrets are looked up in the environment.

    A folder is opened when a report is to run: whether its files are the same is seen
    without an engine.

    Raises
    ------
    DataError, ParameterError
        If it cannot be opened; of a folder, when it is first asked.
    """
    with ExitStack() as connections:
        check = _ContractCheck(run, connections)
        if run.settings.source.folder is None:
            check.open()
        yield check
