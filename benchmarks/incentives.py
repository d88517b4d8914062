"""Compare what an incentive changed, from moments kept in the engine and from all rows.

A panel of customers by month is written once. Each variant runs as a process of its own,
in turn: this project reduces the panel in DuckDB to the moments of its cohorts; pyfixest
and diff-diff are fed row by row. Points and errors are held against each other before a
ratio is printed. Time is printed, never asserted.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import measuring
from measuring import Cost

MONTHS = 24
ONCE, STEPS = "one start", "staggered starts"
ROUTES = {"ours": "this project", "pyfixest": "pyfixest", "diff_diff": "diff-diff"}
PEER = {ONCE: "pyfixest", STEPS: "diff_diff"}
MEANING = {
    ONCE: "difference in differences, errors clustered by customer",
    STEPS: "group-time effects by cohort, never treated as comparison, simple average",
}
TOLERANCE = {"point": 1e-6, "error": 1e-3}
"""Relative; errors differ in the degrees of freedom that they count."""

_PANEL = """
copy (
    with customers as (
        select i as customer_id, {starts} as first_treated, (hash(i) % 1000) / 10.0 as level
        from range({customers}) as numbers(i)
    )
    select
        customer_id,
        month,
        first_treated,
        cast(
            200 + level + 3 * month + (hash(customer_id * 31 + month) % 2000) / 10.0
            + case when first_treated <= month then 5 + 1.5 * (month - first_treated) else 0 end
            as decimal(12, 2)
        ) as amount_cny
    from customers, range(1, {months} + 1) as months(month)
) to '{file}'
"""
_STARTS = {
    ONCE: "case when i % 3 = 0 then 13 end",
    STEPS: "case i % 5 when 0 then 8 when 1 then 13 when 2 then 18 end",
}


def write_panel(task: str, file: str, customers: str) -> None:
    import duckdb

    query = _PANEL.format(starts=_STARTS[task], customers=int(customers), months=MONTHS, file=file)
    duckdb.connect().execute(query)


def run_ours(task: str, file: str, memory_gb: float) -> dict[str, float]:
    import ibis

    from analysis.incentive_effectiveness.customer_panel import reduce_panel
    from analysis.stats.difference_in_differences import panel_difference_in_differences
    from analysis.stats.staggered_adoption import group_time_effects
    from analysis.stats.staggered_averages import simple_effect

    engine = ibis.duckdb.connect(memory_limit=f"{memory_gb}GB", threads=2)
    panel = reduce_panel(
        engine.read_parquet(file),
        unit="customer_id",
        period="month",
        first_treated="first_treated",
        outcome="amount_cny",
    )
    if task == ONCE:
        effect = panel_difference_in_differences(panel, errors="cr1")
    else:
        effect = simple_effect(group_time_effects(panel))
    return {"point": effect.estimate.value, "error": effect.standard_error}


def run_pyfixest(task: str, file: str, memory_gb: float) -> dict[str, float]:
    import pandas as pd
    import pyfixest

    rows = pd.read_parquet(file)
    rows["amount_cny"] = rows.amount_cny.astype(float)
    rows["treated"] = (rows.first_treated <= rows.month).astype(float)
    fitted = pyfixest.feols(
        "amount_cny ~ treated | customer_id + month", rows, vcov={"CRV1": "customer_id"}
    )
    return {"point": float(fitted.coef().iloc[0]), "error": float(fitted.se().iloc[0])}


def run_diff_diff(task: str, file: str, memory_gb: float) -> dict[str, float]:
    import pandas as pd
    from diff_diff import CallawaySantAnna

    rows = pd.read_parquet(file)
    rows["amount_cny"] = rows.amount_cny.astype(float)
    rows["first_treated"] = rows.first_treated.fillna(0).astype(int)
    fitted = CallawaySantAnna(control_group="never_treated", estimation_method="reg").fit(
        rows,
        outcome="amount_cny",
        unit="customer_id",
        time="month",
        first_treat="first_treated",
    )
    return {"point": float(fitted.overall_att), "error": float(fitted.overall_se)}


RUNS: dict[str, Callable[[str, str, float], dict[str, float]]] = {
    "ours": run_ours,
    "pyfixest": run_pyfixest,
    "diff_diff": run_diff_diff,
}


def compare(task: str, answers: dict[str, dict[str, float]]) -> None:
    """Refuse to go on where two routes to one result differ."""
    own, peer = answers["ours"], answers[PEER[task]]
    for name, tolerance in TOLERANCE.items():
        if not math.isclose(own[name], peer[name], rel_tol=tolerance):
            raise SystemExit(f"{task}: {name} differs: {own[name]:.9g} and {peer[name]:.9g}")


def measure(task: str, folder: Path, options: argparse.Namespace) -> None:
    """Run both routes in turn, compare them, and print their ratio."""
    file = folder / f"{task.replace(' ', '-')}.parquet"
    measuring.spawn(__file__, "--write", task, str(file), str(options.customers))
    costs: dict[str, list[Cost]] = {"ours": [], PEER[task]: []}
    answers = {}
    for _ in range(options.repeats):
        for route, measured in costs.items():
            target = folder / f"{route}.json"
            arguments = ("--run", route, task, str(file), str(options.memory_gb), str(target))
            measured.append(measuring.spawn(__file__, *arguments))
            answers[route] = json.loads(target.read_text())
    compare(task, answers)
    own, peer = (
        Cost(min(c.cpu_seconds for c in measured), max(c.peak_gb for c in measured))
        for measured in costs.values()
    )
    print(
        f"{task:<18}{own.cpu_seconds:>9.2f}{own.peak_gb:>8.2f}  {ROUTES[PEER[task]]:<10}"
        f"{peer.cpu_seconds:>9.2f}{peer.peak_gb:>8.2f}"
        f"{peer.cpu_seconds / own.cpu_seconds:>9.2f}{peer.peak_gb / own.peak_gb:>9.2f}"
        f"  {answers['ours']['point']:.6f} ({answers['ours']['error']:.6f})",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=1, help="of every variant, in turn")
    parser.add_argument("--memory-gb", type=float, default=2.0, help="limit of the engine")
    parser.add_argument("--tasks", nargs="+", choices=list(PEER), default=list(PEER))
    options = parser.parse_args()
    print(f"{options.customers:,} customers by {MONTHS} months; whole processes, imports included")
    for task in options.tasks:
        print(f"  {task}: {MEANING[task]}")
    print(
        f"{'':18}{'CPU s':>9}{'GB':>8}  {'peer':<10}{'CPU s':>9}{'GB':>8}{'CPU':>9}{'memory':>9}"
        "  effect (error)"
    )
    with tempfile.TemporaryDirectory(prefix="incentives-benchmark-") as folder:
        for task in options.tasks:
            measure(task, Path(folder), options)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--write", *rest]:
            write_panel(*rest)
        case ["--run", route, task, file, memory_gb, target]:
            Path(target).write_text(json.dumps(RUNS[route](task, file, float(memory_gb))))
        case _:
            main()
