"""Attacks a whole run, with the disclosure gate off and on, and times the gate.

``python benchmarks/disclosure_attack.py params/sample.yaml [--scope region:South …]``

The notebooks' code runs in this process, so that the exact tables are at hand. With the
gate off, counts below the minimum are blanked out and nothing else is done, as by hand;
with the gate on, tables leave as a run publishes them. Both are given to the attacker of
the tests, all reports and scopes at once.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.disclosure import Ledger, protect
from analysis.disclosure.across import settle
from analysis.disclosure.published import read_publication
from analysis.engine.catalog import load_catalog
from analysis.params.gate import load_run, report_values
from analysis.params.policy import DisclosurePolicy
from analysis.publish import door, wording
from analysis.tables import Cell, Counts, ProtectedTable, Shares, Table
from analysis.text import Unit

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """The exact tables of one report about one scope."""

    report: str
    scope: str
    header: Mapping[str, Any]
    tables: tuple[Table, ...]
    seconds: float


def capture(report: str, values: Mapping[str, Any]) -> Captured:
    """Run a notebook's code here and keep every table that it publishes."""
    tables: dict[int, Table] = {}
    headers: list[Mapping[str, Any]] = []

    def keep(self: Ledger, table: Table) -> ProtectedTable:
        tables[id(table)] = table
        return protect(table, self._policy)

    def emit(_: door.Publisher, payload: Any) -> None:
        if payload.kind == "report":
            headers.append(payload.model_dump(mode="json"))

    before = Ledger.protect, door.Publisher.emit, wording.draw_svg
    Ledger.protect, door.Publisher.emit, wording.draw_svg = keep, emit, lambda *_: ("", ())  # type: ignore[assignment]
    notebook = json.loads((ROOT / "notebooks" / f"{report}.ipynb").read_text("utf-8"))
    started = time.process_time()
    try:
        names: dict[str, Any] = {}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)  # noqa: S102 - the project's own notebook
                if "parameters" in cell["metadata"].get("tags", []):
                    names |= values
    finally:
        Ledger.protect, door.Publisher.emit, wording.draw_svg = before  # type: ignore[method-assign]
    return Captured(
        report=report,
        scope=str(values["scope"]),
        header=headers[0],
        tables=tuple(table for table in tables.values() if table.unit is not Unit.NONE),
        seconds=time.process_time() - started,
    )


def blank(table: Table, policy: DisclosurePolicy) -> ProtectedTable:
    """Blank out small counts, and the shares made of them; publish the rest exactly."""

    def small(n: object) -> bool:
        return isinstance(n, int) and 0 < n < policy.minimum_units

    rows = []
    for gated, exact in zip(protect(table, policy).rows, table.rows, strict=True):
        cells = dict(gated)
        for column in table.columns:
            if isinstance(column, Counts) and column.shown:
                n = exact.get(column.name)
                cells[column.name] = Cell(suppressed=True) if small(n) else Cell(value=n)
            elif isinstance(column, Shares):
                part, whole = exact.get(column.part), exact.get(column.whole)
                known = isinstance(part, int) and isinstance(whole, int) and whole > 0
                share = Cell(value=part / whole) if known else Cell()  # type: ignore[operator]
                cells[column.name] = Cell(suppressed=True) if small(part) else share
        rows.append(cells)
    return replace(protect(table, policy), rows=tuple(rows))


def results(
    captured: Captured, policy: DisclosurePolicy, *, gate: bool, withheld: frozenset[str]
) -> dict[str, Any]:
    """Make the results file of a report, as far as the attacker reads it."""
    words = wording.Wording(("en",), policy, Ledger(policy, withheld))
    rules = policy if gate else policy.model_copy(update={"rounding_base": 1})
    gated = [words.gated(t) if gate else blank(t, policy) for t in captured.tables]
    published = [words.protected_table(table).model_dump(mode="json") for table in gated]
    header = {**captured.header, "disclosure": rules.model_dump(mode="json")}
    return {"report": header, "tables": published, "figures": []}


def publish(all_of_it: list[Captured], policy: DisclosurePolicy) -> tuple[list[dict], int, float]:
    """Publish as a run does, again until nothing follows; with the rounds and the seconds."""
    withheld: dict[tuple[str, str], frozenset[str]] = {}
    started, rounds = time.process_time(), 0
    while True:
        rounds += 1
        out = [
            results(
                one, policy, gate=True, withheld=withheld.get((one.report, one.scope), frozenset())
            )
            for one in all_of_it
        ]
        found = settle(
            [read_publication(one, fixed=False) for one in out], minimum_units=policy.minimum_units
        )
        if not found.withhold or rounds > 6:
            return out, rounds, time.process_time() - started
        for place, names in found.withhold.items():
            withheld[place] = withheld.get(place, frozenset()) | names


def describe(name: str, out: list[dict], attacker: Any, minimum: int) -> Iterator[str]:
    """Say what the attacker found."""
    found = attacker.attack(*out)
    spans = [high - low for low, high in found.values() if low < minimum]
    pinned = sum(low == high for low, high in found.values() if low < minimum)
    away = sum(attacker.is_given_away(interval, minimum) for interval in found.values())
    tightest = min(spans, default=float("inf"))
    yield f"| {name} | {len(found):,} | {pinned:,} | {away:,} | {tightest:.0f} |"


def main() -> None:
    """Print the table of the attack and the gate's cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run_file", type=Path)
    parser.add_argument("--scope", action="append", default=[])
    parser.add_argument("--report", action="append", default=[])
    asked = parser.parse_args()
    catalog = load_catalog(ROOT)
    run = load_run(asked.run_file, catalog=catalog.specs)
    policy = run.settings.disclosure
    reports = asked.report or list(run.settings.reports)
    scopes = [*run.settings.scopes, *asked.scope]
    values = {r: report_values(run, r, run.settings.scopes[0]) for r in reports}
    typed = {
        (r, s): catalog.specs[r].parameters.model_validate({**values[r], "scope": s})
        for r in reports
        for s in scopes
    }
    all_of_it = [capture(r, dict(model)) for (r, _), model in typed.items()]
    sys.path.insert(0, str(ROOT / "tests" / "disclosure"))
    attacker = importlib.import_module("attacker")

    off = [results(one, policy, gate=False, withheld=frozenset()) for one in all_of_it]
    on, rounds, seconds = publish(all_of_it, policy)
    print("| gate | withheld counts | pinned exactly | given away | tightest interval |")
    print("|---|--:|--:|--:|--:|")
    for name, out in (("off: small counts blanked out", off), ("on", on)):
        print("\n".join(describe(name, out, attacker, policy.minimum_units)))
    print(
        f"\n{len(all_of_it)} reports and scopes, {rounds} rounds, gate {seconds:.1f} CPU s in all"
    )
    largest = max(all_of_it, key=lambda one: one.seconds)
    started = time.process_time()
    results(largest, policy, gate=True, withheld=frozenset())
    gate = time.process_time() - started
    print(
        f"largest report: {largest.report} · {largest.scope}, {len(largest.tables)} tables on "
        f"persons, {largest.seconds:.1f} CPU s; its gate {gate:.2f} CPU s "
        f"({gate / largest.seconds:.1%})"
    )


if __name__ == "__main__":
    main()
