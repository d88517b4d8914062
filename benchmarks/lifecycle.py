"""Compare the life-cycle report's route with its peers on one sample bank, side by side.

Every variant runs as a process of its own, in turn; what is compared is that whole
process: CPU seconds (user and system, all threads) and peak resident memory. The
variants' results are held against each other before a ratio is printed. Time is
printed, never asserted.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import measuring
from measuring import Cost, Limits

ROUTES = {"ours": "this project", "rows": "pandas, lifelines, lifetimes", "sql": "DuckDB SQL"}
SUMMARIES = ("stages", "cohorts", "histories", "histories by day", "summaries")
START = "start"
TASKS: dict[str, tuple[str, ...]] = {
    START: ("ours", "sql", "rows"),
    **dict.fromkeys(SUMMARIES, ("ours", "sql", "rows")),
    "survival": ("ours", "rows"),
    "value by days": ("ours", "rows"),
    "value by weeks": ("ours", "rows"),
    "chain by days": ("ours", "rows"),
    "chain by weeks": ("ours",),
}
MEANING = {
    START: "imports alone, which every other line includes",
    "stages": "customers by stage at two dates, with the moves between them",
    "cohorts": "retention triangle of 12 quarterly cohorts",
    "histories": "purchase histories by transaction, the report's default",
    "histories by day": "the same by day, as lifetimes' own summary counts",
    "summaries": "stages, cohorts and histories in one process",
    "survival": "Kaplan-Meier by segment and Cox on segment, tier and channel of arrival",
    "value by days": "BG/NBD and Gamma-Gamma on daily cells, the report's default",
    "value by weeks": "the same in whole weeks: a choice of the analyst, other estimates",
    "chain by days": "summaries, survival and value by days in one process",
    "chain by weeks": "the same with value by weeks, against the peers' chain by days",
}
TOLERANCES: dict[str, dict[str, float]] = {
    # lifetimes stops its search early: at a gradient of 1e-6 per customer
    "purchases_model": {"rtol": 0.05},
    "value_model": {"rtol": 0.05},
    "expected_purchases": {"rtol": 0.005},
    "expected_value": {"rtol": 0.02},
    # decimals here, floating sums there
    "mean_value": {"rtol": 1e-7, "atol": 1e-7},
    "spenders_value": {"rtol": 1e-7, "atol": 1e-7},
    "stays": {"rtol": 1e-9},
    "coefficients": {"rtol": 1e-5, "atol": 1e-5},
    "standard_errors": {"rtol": 1e-5, "atol": 1e-5},
}
ROUNDING_TO_WEEKS = {
    "purchases_model": {"rtol": 0.25},
    "expected_purchases": {"rtol": 0.03},
    "expected_value": {"rtol": 0.03},
}


@dataclass(slots=True, kw_only=True)
class Bench:
    """The bank, the costs measured on it so far, and the answers to compare."""

    folder: Path
    workspace: Path
    limits: Limits
    costs: dict[tuple[str, str], list[Cost]] = field(default_factory=dict)

    @property
    def people(self) -> Path:
        """One row a customer, for the value models."""
        return self.workspace / "people.parquet"

    def answer(self, task: str, route: str) -> Path:
        """Where a variant leaves its result."""
        return self.workspace / f"{task}.{route}.npz".replace(" ", "-")

    def measure(self, task: str, route: str) -> None:
        """Run one variant as a process of its own."""
        cost = spawn(
            "--run", task, route, str(self.folder), str(self.people),
            str(self.answer(task, route)), str(self.limits.memory_gb), str(self.limits.threads),
        )  # fmt: skip
        self.costs.setdefault((task, route), []).append(cost)

    def cost(self, task: str, route: str) -> Cost:
        """The least CPU and the most memory of the repetitions."""
        costs = self.costs[task, route]
        return Cost(
            cpu_seconds=min(cost.cpu_seconds for cost in costs),
            peak_gb=max(cost.peak_gb for cost in costs),
        )


def spawn(*arguments: str) -> Cost:
    """Run this script as a process of its own."""
    return measuring.spawn(__file__, *arguments)


def run_variant(
    task: str, route: str, folder: str, people: str, target: str, memory_gb: str, threads: str
) -> None:
    import numpy as np

    module = importlib.import_module(route)
    limits = Limits(float(memory_gb), int(threads))
    answers = module.run(task, Path(folder), Path(people), limits)
    columns = {f"{name}/{column}": v for name, a in answers.items() for column, v in a.items()}
    np.savez(target, **columns)


def compare_answers(first: str, second: str, rounded: str) -> None:
    """Refuse to go on where two routes to one result differ."""
    import numpy as np

    with np.load(first) as one, np.load(second) as other:
        names = sorted(one.files)
        if names != sorted(other.files):
            raise SystemExit(f"different answers: {sorted(set(names) ^ set(other.files))}")
        for name in names:
            column = name.split("/")[1]
            tolerance = TOLERANCES.get(column, {"rtol": 0.0, "atol": 1e-6})
            if rounded == "rounded":
                tolerance = ROUNDING_TO_WEEKS.get(column, tolerance)
            np.testing.assert_allclose(one[name], other[name], err_msg=name, **tolerance)


def prepare(folder: str, people: str, customers: str) -> None:
    import ours

    from analysis.sample import write_sample_bank

    if not (Path(folder) / "transactions.parquet").is_file():
        write_sample_bank(Path(folder), customers=int(customers), seed=1, as_of=ours.AS_OF)
    bank = ours.open_bank(Path(folder), Limits(1.5, 1))
    with bank.source:
        ours.write_people(bank, Path(people))


def count_rows(folder: Path) -> tuple[int, int]:
    import pyarrow.parquet as pq

    rows = [
        pq.read_metadata(folder / f"{name}.parquet").num_rows
        for name in ("customers", "transactions")
    ]
    return rows[0], rows[1]


def run_task(bench: Bench, task: str, repeats: int) -> None:
    for _ in range(repeats):
        for route in TASKS[task]:
            bench.measure(task, route)
    peers = {"chain by weeks": ("chain by days", "rows", "rounded")}
    pairs = [peers[task]] if task in peers else [(task, r, "exact") for r in TASKS[task][1:]]
    for peer_task, route, how in pairs:
        peer = bench.answer(peer_task, route)
        if peer.is_file():
            spawn("--compare", str(bench.answer(task, "ours")), str(peer), how)
            print_pair(bench, task, peer_task, route)


def print_heading() -> None:
    print(
        f"{'':18}{'this project':>18}  {'peer':<30}{'':>18}{'peer / this project':>27}\n"
        f"{'':18}{'CPU s':>9}{'GB':>9}  {'':<30}{'CPU s':>9}{'GB':>9}"
        f"{'CPU':>9}{'memory':>9}{'CPU net':>9}"
    )


def print_pair(bench: Bench, task: str, peer_task: str, route: str) -> None:
    own, peer = bench.cost(task, "ours"), bench.cost(peer_task, route)
    net = "-"
    if task != START:
        own_net = own.cpu_seconds - bench.cost(START, "ours").cpu_seconds
        peer_net = peer.cpu_seconds - bench.cost(START, route).cpu_seconds
        net = f"{peer_net / own_net:.2f}" if own_net > 0 else "-"
    print(
        f"{task:<18}{own.cpu_seconds:>9.2f}{own.peak_gb:>9.2f}  {ROUTES[route]:<30}"
        f"{peer.cpu_seconds:>9.2f}{peer.peak_gb:>9.2f}"
        f"{peer.cpu_seconds / own.cpu_seconds:>9.2f}{peer.peak_gb / own.peak_gb:>9.2f}{net:>9}",
        flush=True,
    )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, default=2_000_000)
    parser.add_argument("--folder", type=Path, help="a sample bank to reuse, or to write")
    parser.add_argument("--repeats", type=int, default=1, help="of every variant, in turn")
    parser.add_argument("--memory-gb", type=float, default=1.5, help="limit of the engine")
    parser.add_argument(
        "--threads",
        type=int,
        default=1,
        help="of the engine: one, as of a report in a batch that fills the machine, and as pandas",
    )
    parser.add_argument("--tasks", nargs="+", choices=list(TASKS), default=list(TASKS))
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="lifecycle-benchmark-") as temporary:
        folder = (arguments.folder or Path(temporary) / "bank").resolve()
        bench = Bench(
            folder=folder,
            workspace=Path(temporary),
            limits=Limits(arguments.memory_gb, arguments.threads),
        )
        spawn("--prepare", str(folder), str(bench.people), str(arguments.customers))
        customers, transactions = spawn_count(folder)
        print(
            f"{customers} customers, {transactions} transactions; whole processes, the least "
            f"CPU of {arguments.repeats}; results compared before each line; net: without start; "
            f"engines on {arguments.threads} thread(s)"
        )
        for task in arguments.tasks:
            print(f"  {task}: {MEANING[task]}")
        print_heading()
        for task in (START, *(task for task in arguments.tasks if task != START)):
            run_task(bench, task, arguments.repeats)


def spawn_count(folder: Path) -> tuple[str, str]:
    found = subprocess.run(
        [sys.executable, __file__, "--count", str(folder)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    customers, transactions = found.stdout.split()
    return customers, transactions


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--run", *rest]:
            run_variant(*rest)
        case ["--compare", *rest]:
            compare_answers(*rest)
        case ["--prepare", *rest]:
            prepare(*rest)
        case ["--count", place]:
            print(*(f"{n:,}" for n in count_rows(Path(place))))
        case _:
            main()
