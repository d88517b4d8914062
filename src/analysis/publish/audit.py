"""What the disclosure rules did to each thing that a report published.

The audit is made of what is published and adds nothing to it: of a withheld count it
says that it is below the minimum or protects one that is, and never which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

VERDICTS = ("published", "published in part", "withheld", "no persons")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedItem:
    """One table, figure or metric, and what the rules did to it.

    Attributes
    ----------
    kind, name, unit : str
    cells, withheld : int
        Cells with a number or with words of persons, and those of them that are withheld.
    smallest : str
        The smallest count that is shown, as it is rounded; below the minimum where one
        of that size may be behind a withheld cell; empty where nothing is counted.
    rules : tuple of str
        Which rules withheld something.
    cost, cost_at_least : int
        Information lost with the cells that protect others, and what any safe choice loses.
    verdict : str
        One of `VERDICTS`.
    """

    kind: str
    name: str
    unit: str
    cells: int
    withheld: int
    smallest: str
    rules: tuple[str, ...]
    cost: int
    cost_at_least: int
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the rules did to a report.

    Attributes
    ----------
    report, scope : str
    policy : mapping
        The rules in force.
    items : tuple of AuditedItem
    stray_outputs : int
        Outputs that nothing published: on no page.
    """

    report: str
    scope: str
    policy: Mapping[str, Any]
    items: tuple[AuditedItem, ...]
    stray_outputs: int

    @property
    def cells(self) -> int:
        """How many cells on persons there are."""
        return sum(item.cells for item in self.items if item.unit != "none")

    @property
    def withheld(self) -> int:
        """How many of them are withheld."""
        return sum(item.withheld for item in self.items)

    def as_json(self) -> dict[str, Any]:
        """Give the audit as JSON values."""
        return {
            "report": self.report,
            "scope": self.scope,
            "policy": dict(self.policy),
            "cells": self.cells,
            "withheld": self.withheld,
            "stray_outputs": self.stray_outputs,
            "items": [{**asdict(item), "rules": list(item.rules)} for item in self.items],
        }


def audit_results(results: Mapping[str, Any]) -> Audit:
    """Audit a report by its results.

    Parameters
    ----------
    results : mapping
        What its ``results.json`` holds.

    Returns
    -------
    Audit
    """
    header = results["report"]
    minimum = int(header["disclosure"]["minimum_units"])
    tables = [("table", table) for table in results["tables"]]
    tables += [("figure", {**f["table"], "name": f["name"]}) for f in results["figures"]]
    return Audit(
        report=header["name"],
        scope=header["scope"],
        policy=header["disclosure"],
        items=(
            *(_table(kind, table, minimum) for kind, table in tables),
            *(_metric(metric, minimum) for metric in results["metrics"]),
        ),
        stray_outputs=int(results["stray_outputs"]),
    )


def _table(kind: str, table: Mapping[str, Any], minimum: int) -> AuditedItem:
    persons = table["unit"] != "none"
    cells = [cell for row in table["rows"] for cell, _ in _counted(row, table["columns"])]
    withheld = sum(cell["suppressed"] for cell in cells)
    return AuditedItem(
        kind=kind,
        name=table["name"],
        unit=table["unit"],
        cells=len(cells),
        withheld=withheld,
        smallest=_smallest(table, minimum) if persons else "",
        rules=tuple(table.get("rules", ())),
        cost=int(table.get("cost", 0)),
        cost_at_least=int(table.get("cost_at_least", 0)),
        verdict=_judge(persons, len(cells), withheld),
    )


def _counted(
    row: Iterable[Mapping[str, Any]], columns: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for cell, column in zip(row, columns, strict=True):
        if column["numeric"] or cell["suppressed"]:
            yield cell, column


def _smallest(table: Mapping[str, Any], minimum: int) -> str:
    if any(cell["suppressed"] for row in table["rows"] for cell in row):
        return f"<{minimum}"
    shown = [
        int(cell["value"])
        for row in table["rows"]
        for cell, column in _counted(row, table["columns"])
        if column.get("role") == "counts" and cell["value"]
    ]
    return str(min(shown)) if shown else ""


def _metric(metric: Mapping[str, Any], minimum: int) -> AuditedItem:
    persons, withheld = metric["unit"] != "none", int(metric["suppressed"])
    shown = "" if metric["n"] is None else str(metric["n"])
    return AuditedItem(
        kind="metric",
        name=metric["name"],
        unit=metric["unit"],
        cells=1,
        withheld=withheld,
        smallest=(f"<{minimum}" if withheld else shown) if persons else "",
        rules=("few",) if withheld else (),
        cost=0,
        cost_at_least=0,
        verdict=_judge(persons, 1, withheld),
    )


def _judge(persons: bool, cells: int, withheld: int) -> str:
    if not persons:
        return "no persons"
    if not withheld:
        return "published"
    return "withheld" if withheld == cells else "published in part"
