"""Which rows belong to a scope: the whole bank, one region, or one branch."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from analysis.data.collecting import collect
from analysis.data.contract import contract
from analysis.errors import DataError, Problem
from analysis.params.names import join_options, suggest
from analysis.text import Message, Words, message

if TYPE_CHECKING:
    from analysis.data.tables import Source

_COLUMNS = {"region": "region", "branch": "branch_id"}
_MOST_PLACES = 100_000
_FIRST_LOOKED_AT = ("customers", "staff", "branches", "survey_invitations")
"""Tables by which others are placed, before any other that they refer to."""


class Scope:
    """One scope of a source.

    Parameters
    ----------
    source : Source
    scope : str
        ``bank``, ``region:NAME`` or ``branch:ID``.

    Raises
    ------
    DataError
        If the source does not say what is where, or has no such place.
    """

    def __init__(self, source: Source, scope: str) -> None:
        self._source = source
        self._kind, _, self._name = scope.partition(":")
        self._narrowed: dict[str, ir.Table | None] = {}
        if self._kind != "bank":
            self._check_place()

    def title(self) -> Words | Message:
        """Give the scope's name for readers."""
        if self._kind == "bank":
            return message("Whole bank")
        english, chinese = (
            ("region", "region_zh") if self._kind == "region" else ("name_en", "name_zh")
        )
        named = self._names_of_place(english, chinese)
        return Words(en=named[0] or self._name, zh=named[1] or named[0] or self._name)

    @property
    def within(self) -> str:
        """The scope that this one is a part of; empty for the whole bank."""
        if self._kind == "bank":
            return ""
        return f"region:{self._region_of_branch}" if self._region_of_branch else "bank"

    def parts(self) -> tuple[str, ...]:
        """Give the scopes that this one is divided into: regions, or a region's branches."""
        if self._kind == "branch":
            return ()
        kind = "region" if self._kind == "bank" else "branch"
        for name in ("customers", "branches"):
            if self._source.has(name, _COLUMNS[kind]) and (
                kind == "region" or self._source.has(name, "region")
            ):
                table = self._source.table(name)
                here = table if kind == "region" else table.filter(table["region"] == self._name)
                own = collect(here.select(_COLUMNS[kind]).distinct(), max_rows=_MOST_PLACES)
                return tuple(sorted(f"{kind}:{value}" for value in own.iloc[:, 0].dropna()))
        return ()

    def narrow(self, name: str) -> ir.Table | None:
        """Give a table's rows that belong to the scope; None where all of them do.

        Raises
        ------
        DataError
            As `Source.table` does.
        """
        if self._kind == "bank":
            return None
        if name not in self._narrowed:
            self._narrowed[name] = None  # a circle of references does not narrow
            self._narrowed[name] = self._narrow(name)
        return self._narrowed[name]

    def _narrow(self, name: str) -> ir.Table | None:
        table = self._source.table(name)
        own = _COLUMNS[self._kind]
        if own in table.columns:
            return table.filter(table[own] == self._name)
        for column, referred, key in self._references(name, table):
            inside = self.narrow(referred)
            if inside is not None:
                keys = inside.select(key)
                return table.semi_join(keys, table[column] == keys[key])
        if self._region_of_branch is not None and "region" in table.columns:
            return table.filter(table["region"] == self._region_of_branch)
        return None

    def _references(self, name: str, table: ir.Table) -> list[tuple[str, str, str]]:
        """Give (column, table that it refers to, key there), the surest way first."""
        found = []
        for column in contract()[name].columns:
            referred, _, key = column.references.partition(".")
            if referred and column.name in table.columns and self._source.has(referred, key):
                found.append((column.name, referred, key))
        if name != "customers" and "branch_id" in table.columns and not self._has_branches():
            found.append(("branch_id", "customers", "branch_id"))
        ranks = {place: i for i, place in enumerate(_FIRST_LOOKED_AT)}
        return sorted(found, key=lambda item: ranks.get(item[1], len(ranks)))

    def _has_branches(self) -> bool:
        return self._source.has("branches") or not self._source.has("customers", "branch_id")

    def _check_place(self) -> None:
        """Refuse a region or branch that neither branches nor customers know."""
        column = _COLUMNS[self._kind]
        places: set[str] = set()
        for name in ("branches", "customers"):
            if self._source.has(name, column):
                places |= self._source.list_values(name, column)
                if self._name in places:
                    return
        if not places:
            raise DataError(
                Problem(
                    what=f"the source does not say which {self._kind} a customer belongs to",
                    needed=f"a column {column} in customers or branches",
                    next_step="Run the scope 'bank', or map the column in the run file.",
                    where=self._source.label,
                )
            )
        raise DataError(
            Problem(
                what=f"the source has no {self._kind} {self._name!r}",
                found=join_options(sorted(places)),
                next_step=suggest(self._name, places) or "Correct scopes in the run file.",
                where=self._source.label,
            )
        )

    @cached_property
    def _region_of_branch(self) -> str | None:
        """The region that a branch is in; None where that is not said, or this is no branch."""
        if self._kind != "branch":
            return None
        for name in ("branches", "customers"):
            if self._source.has(name, "branch_id") and self._source.has(name, "region"):
                table = self._source.table(name)
                here = table.filter(table["branch_id"] == self._name).select("region").distinct()
                regions = collect(here, max_rows=_MOST_PLACES)["region"].dropna()
                if len(regions) == 1:
                    return str(regions.iloc[0])
        return None

    def _names_of_place(self, *columns: str) -> list[str | None]:
        own = _COLUMNS[self._kind]
        if not self._source.has("branches", own):
            return [None for _ in columns]
        table = self._source.table("branches")
        here = table.filter(table[own] == self._name)
        present = [column for column in columns if column in here.columns]
        if not present:
            return [None for _ in columns]
        found = collect(here.select(present).distinct(), max_rows=_MOST_PLACES)
        names: list[str | None] = []
        for column in columns:
            values = found[column].dropna().tolist() if column in present else []
            names.append(str(values[0]) if values else None)
        return names
