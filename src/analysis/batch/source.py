"""What a batch asks of a source before it starts a kernel: is it the same, is it fit."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

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

    def scope_problems(self, scope: str) -> tuple[Problem, ...]:
        """Say why the source has no such scope, or nothing."""
        ...


class _ContractCheck:
    """Asks `analysis.data`."""

    def __init__(self, source: Source, as_of: dt.date) -> None:
        self._source = source
        self._as_of = as_of
        self._fingerprints: dict[str, str | None] = {}
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self._scopes: dict[str, tuple[Problem, ...]] = {}

    def fingerprint(self, table: str) -> str | None:
        if table not in self._fingerprints:
            self._fingerprints[table] = self._take_fingerprint(table)
        return self._fingerprints[table]

    def _take_fingerprint(self, table: str) -> str | None:
        from analysis.data.contract import contract

        if table not in contract() or not self._source.has(table):
            return None
        try:
            return self._source.fingerprint(table).sha256
        except DataError:
            return None  # `problems` says what is wrong with it

    def has(self, table: str) -> bool:
        return self._source.has(table)

    def problems(self, table: str) -> tuple[Problem, ...]:
        from analysis.data.quality import check_source

        if table not in self._problems:
            quality = check_source(self._source, tables=[table], as_of=self._as_of)
            self._problems[table] = quality.problems()
        return self._problems[table]

    def scope_problems(self, scope: str) -> tuple[Problem, ...]:
        from analysis.data.tables import Bank

        if scope not in self._scopes:
            self._scopes[scope] = ()
            try:
                Bank(self._source, scope)
            except DataError as error:
                self._scopes[scope] = error.problems
        return self._scopes[scope]


@contextmanager
def open_source(run: AssessmentRun) -> Iterator[SourceCheck]:
    """Open the source of a run; secrets are looked up in the environment.

    Raises
    ------
    DataError, ParameterError
        If it cannot be opened.
    """
    from analysis.data.connect import connect

    settings = locate_source(run).source
    with connect(settings, environment=os.environ) as source:
        yield _ContractCheck(source, run.settings.as_of)
