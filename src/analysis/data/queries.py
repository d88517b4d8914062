"""Which queries a report asks: kept while it is open, for the page's lineage.

Off unless a report is open: tests and checks of data keep nothing. What is kept holds
no row: the query's text, the tables it names, who asked, and how many rows came back.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

_HERE = ("analysis.data", "analysis.workbench", "analysis.publish")
_MADE_UP = re.compile(r"\bibis_[a-z]+(?:_[a-z]+)*_[a-z0-9]{26}\b")
"""Names that Ibis makes up: other ones each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query.

    Attributes
    ----------
    cell : int
        Execution count of the notebook's cell that asked; 0 outside a notebook.
    functions : tuple of str
        ``package.module:function``, from the one that the cell called to the one that
        asked.
    sql : str
        As the engine got it; tables under the contract's names.
    tables : tuple of str
        The contract's tables that it names, and intermediate results, in order.
    gives : str
        Name of the intermediate result that it makes; empty where rows are handed over.
    rows : int or None
        How many rows came back; None for an intermediate result.
    """

    cell: int
    functions: tuple[str, ...]
    sql: str
    tables: tuple[str, ...]
    gives: str = ""
    rows: int | None = None


class QueryLog:
    """The queries of one open report, in order."""

    def __init__(self) -> None:
        self.queries: list[Query] = []
        self._names: dict[str, str] = {}
        self._made: dict[str, int] = {}

    def call(self, physical: str, name: str) -> None:
        """Have a table of the engine appear under the contract's name."""
        self._names.setdefault(physical, name)

    def note(self, expression: ir.Table, *, rows: int) -> None:
        """Keep a query whose rows were handed over."""
        self._add(expression, rows=rows, gives="")

    def note_kept(self, expression: ir.Table, kept: ir.Table) -> None:
        """Keep a query whose rows stay in the engine, and how they are named there."""
        physical = next(iter(_physical_names(kept)), "")
        self._add(expression, rows=None, gives=self._shown(physical))

    def _add(self, expression: ir.Table, *, rows: int | None, gives: str) -> None:
        backend: Any = expression.get_backend()
        text = _MADE_UP.sub(lambda found: self._shown(found[0]), str(backend.compile(expression)))
        tables = dict.fromkeys(self._shown(name) for name in _physical_names(expression))
        self.queries.append(
            Query(
                cell=_current_cell(),
                functions=_who_asks(),
                sql=text,
                tables=tuple(sorted(tables)),
                gives=gives,
                rows=rows,
            )
        )

    def _shown(self, physical: str) -> str:
        """Give the name under which a table appears: the contract's, or one by kind and number."""
        if physical not in self._names:
            if not _MADE_UP.fullmatch(physical):
                return physical
            kind = "values" if "memtable" in physical else "kept"
            self._made[kind] = self._made.get(kind, 0) + 1
            self._names[physical] = f"{kind}_{self._made[kind]}"
        return self._names[physical]


_open: list[QueryLog] = []


def start_log() -> QueryLog:
    """Keep queries from now on, in a new log."""
    _open[:] = [QueryLog()]
    return _open[0]


def stop_log() -> None:
    """Keep no more queries."""
    _open.clear()


def current_log() -> QueryLog | None:
    """Give the log that is being kept, if one is."""
    return _open[0] if _open else None


def note_names(table: ir.Table, name: str) -> None:
    """Have a table that was opened appear under the contract's name, in a log being kept."""
    log = current_log()
    if log is not None:
        for physical in _physical_names(table):
            if _MADE_UP.fullmatch(physical):
                log.call(physical, name)


def _physical_names(expression: ir.Table) -> Iterator[str]:
    found: Any = expression.op().find((ops.UnboundTable, ops.DatabaseTable, ops.InMemoryTable))
    for table in found:
        yield str(table.name)


def _current_cell() -> int:
    """Give the number of the running cell: shells count on before it ends, or after."""
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return len(running.user_ns.get("In", ())) - 1 if running is not None else 0


def _who_asks() -> tuple[str, ...]:
    """Walk from here out to the notebook; give the functions of the domains, outermost first."""
    found: list[str] = []
    frame: Any = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        name = str(frame.f_code.co_qualname)
        if (
            module.startswith("analysis.")
            and not module.startswith(_HERE)
            and "<" not in name.replace("<locals>", "")
        ):
            found.append(f"{module}:{name}")
        frame = frame.f_back
    return tuple(dict.fromkeys(reversed(found)))
