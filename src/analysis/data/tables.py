"""The contract's tables as a report reads them: mapped, typed, within the run's scope.

`Source.table` gives an Ibis expression, nothing is loaded; `collect` is the only
way from an expression to pandas, and refuses more rows than it is told to expect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType, TracebackType
from typing import Self

import ibis.expr.types as ir

from analysis.data.collecting import collect, keep, stream
from analysis.data.contract import contract
from analysis.data.mapping import MappedTable, map_table
from analysis.data.origins import Origin
from analysis.data.queries import note_names
from analysis.data.reads import Fingerprint, TableRead, describe_read, fingerprint_by_aggregates
from analysis.data.scopes import Scope
from analysis.errors import DataError
from analysis.params.source import TableMapping
from analysis.text import Message, Words

__all__ = ["Bank", "Source", "TableRead", "collect", "keep", "stream"]

_AS_IT_IS = TableMapping()
_MOST_VALUES = 100_000


class Source:
    """The tables of a run's source, under the contract's names and types.

    Made by `analysis.data.connect.connect`. Closing it, or leaving a ``with``
    block, lets go of the engine and of temporary files.

    Parameters
    ----------
    origin : Origin
    mappings : mapping of str to TableMapping
        From the bank's own names.
    """

    def __init__(self, origin: Origin, mappings: Mapping[str, TableMapping]) -> None:
        self._origin = origin
        self._mappings = MappingProxyType(dict(mappings))
        self._mapped: dict[str, MappedTable] = {}
        self._fingerprints: dict[str, Fingerprint] = {}
        self._kept: dict[tuple[Hashable, ...], ir.Table] = {}
        self._values: dict[tuple[str, str], frozenset[str]] = {}

    def __repr__(self) -> str:
        return f"Source({self._origin.label!r}, tables={list(self.names())})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def label(self) -> str:
        """The source as the run file names it, without secrets."""
        return self._origin.label

    def close(self) -> None:
        """Let go of the engine and of temporary files; expressions die with it."""
        self._kept.clear()
        self._origin.close()

    def names(self) -> tuple[str, ...]:
        """Give the contract's tables that the source holds, in the contract's order."""
        return tuple(name for name in contract() if self._origin.holds(name))

    def has(self, name: str, column: str | None = None) -> bool:
        """Whether the source holds a table, and in it a column of the contract.

        Raises
        ------
        DataError
            If a column is asked for and the table is there but cannot be read.
        """
        if not self._origin.holds(name):
            return False
        return column is None or column in self.map(name).raw.columns

    def describe(self, name: str) -> str:
        """Say where a table comes from, without secrets: ``sample-bank/customers.parquet``."""
        return self._origin.describe(name)

    def map(self, name: str) -> MappedTable:
        """Give a table under the contract's names, complete or not.

        Raises
        ------
        KeyError
            If the contract has no such table.
        DataError
            If the source has no such table, or it cannot be read.
        """
        promised = contract()[name]
        if name not in self._mapped:
            mapping = self._mappings.get(name, _AS_IT_IS)
            opened = self._origin.open(name)
            note_names(opened.table, name)
            self._mapped[name] = map_table(promised, mapping, opened, self.describe(name))
        return self._mapped[name]

    def table(self, name: str) -> ir.Table:
        """Give a table with the contract's columns that are there, of the contract's types.

        Parameters
        ----------
        name : str
            Of a table in the contract.

        Returns
        -------
        ibis table
            Text, int64, float64, boolean and date columns in the contract's order.
            Amounts in CNY are decimals, so that their sums are exact: of 38 digits with
            nine places, or 18 with six where the contract bounds them; `collect` hands
            them over as float64. Optional columns that the source does not have are absent.

        Raises
        ------
        KeyError
            If the contract has no such table.
        DataError
            If the source has no such table, it cannot be read, required columns are
            missing, or columns are of another type: all of these together.
        """
        mapped = self.map(name)
        problems = mapped.problems()
        if problems:
            raise DataError(problems)
        return mapped.typed

    def keep_once(self, what: tuple[Hashable, ...], make: Callable[[], ir.Table]) -> ir.Table:
        """Have the engine work out once what several questions build on.

        Parameters
        ----------
        what : tuple
            Names the result: whoever asks for the same gets the same.
        make : callable
            Gives the expression; not called where the result is there.

        Returns
        -------
        ibis table
            As of `keep`, until the source is closed.
        """
        if what not in self._kept:
            self._kept[what] = keep(make())
        return self._kept[what]

    def list_values(self, name: str, column: str) -> frozenset[str]:
        """Give every value of a column of names, such as regions; asked of the engine once.

        Raises
        ------
        DataError
            As `table` does, and if there are more than 100,000 values.
        """
        if (name, column) not in self._values:
            asked = self.table(name).select(column).distinct()
            found = collect(asked, max_rows=_MOST_VALUES)[column].dropna()
            self._values[name, column] = frozenset(str(value) for value in found)
        return self._values[name, column]

    def find_kept(self, beginning: tuple[Hashable, ...]) -> ir.Table | None:
        """Give the first result kept under a name that begins so, if there is one."""
        size = len(beginning)
        return next((v for what, v in self._kept.items() if what[:size] == beginning), None)

    def content_hash(self, name: str) -> str | None:
        """Hash the bytes of a table's files as they are now; None where they cannot be seen.

        Raises
        ------
        DataError
            If the source has no such table, or several files could be meant.
        """
        return self._origin.content_hash(name)

    def fingerprint(self, name: str) -> Fingerprint:
        """Say what the content of a table is: equal content, equal fingerprint.

        Of files it is the hash of their bytes; of a connection that of the table's
        counts, extremes and sums.

        Raises
        ------
        DataError
            As `table` does.
        """
        if name not in self._fingerprints:
            content = self._origin.content_hash(name)
            self._fingerprints[name] = (
                Fingerprint(sha256=content, basis="content")
                if content is not None
                else fingerprint_by_aggregates(self.table(name))
            )
        return self._fingerprints[name]


class Bank:
    """A source within a scope: what a report asks for its tables.

    Parameters
    ----------
    source : Source
    scope : str
        ``bank``, ``region:NAME`` or ``branch:ID``.
    as_of : date, optional
        Of each table that is read, `reads` counts the rows dated after it.
    rows : mapping of str to int, optional
        How many rows whole tables have, where that is known.

    Raises
    ------
    DataError
        If the source has no such region or branch; the nearest one is named.
    """

    def __init__(
        self,
        source: Source,
        scope: str = "bank",
        *,
        as_of: dt.date | None = None,
        rows: Mapping[str, int] | None = None,
    ) -> None:
        self.source = source
        self.scope = scope
        self.as_of = as_of
        self._scope = Scope(source, scope)
        self._rows = rows or {}
        self._asked: dict[str, TableRead | None] = {}

    def __repr__(self) -> str:
        return f"Bank({self.source!r}, scope={self.scope!r})"

    @property
    def title(self) -> Words | Message:
        """The scope as a reader knows it, in both languages where the source has them."""
        return self._scope.title()

    @property
    def within(self) -> str:
        """The scope that this one is a part of; empty for the whole bank."""
        return self._scope.within

    @property
    def parts(self) -> tuple[str, ...]:
        """The scopes that this one is divided into."""
        return self._scope.parts()

    def has(self, name: str, column: str | None = None) -> bool:
        """Whether the source holds a table, and in it a column of the contract."""
        return self.source.has(name, column)

    def table(self, name: str) -> ir.Table:
        """Give a table's rows that belong to the scope, and remember that it was read.

        Customers belong to a scope by their region or branch; rows of other tables by
        their own region or branch, or by the customer, member of staff or invitation
        that they name. A table that says nothing of where (products, campaigns) is
        whole in every scope.

        Raises
        ------
        KeyError, DataError
            As `Source.table` does.
        """
        narrowed = self._scope.narrow(name)
        self._asked.setdefault(name, None)
        return self.source.table(name) if narrowed is None else narrowed

    def keep_once(self, what: tuple[Hashable, ...], make: Callable[[], ir.Table]) -> ir.Table:
        """Have the engine work out once what several questions on this scope build on.

        As `Source.keep_once`.
        """
        return self.source.keep_once((self.scope, *what), make)

    def find_kept(self, beginning: tuple[Hashable, ...]) -> ir.Table | None:
        """Give the first result of this scope kept under a name that begins so, if any."""
        return self.source.find_kept((self.scope, *beginning))

    @property
    def reads(self) -> tuple[TableRead, ...]:
        """What was read so far, in the order of the first asking; counted when asked for."""
        for name, read in self._asked.items():
            if read is None:
                self._asked[name] = describe_read(
                    contract()[name],
                    label=self.source.describe(name),
                    whole=self.source.table(name),
                    narrowed=self._scope.narrow(name),
                    fingerprint=self.source.fingerprint(name),
                    as_of=self.as_of,
                    rows=self._rows.get(name),
                )
        return tuple(read for read in self._asked.values() if read is not None)
