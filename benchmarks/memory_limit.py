"""The life-cycle report on 100 million transactions, with DuckDB held to 2 GB.

``python benchmarks/memory_limit.py`` writes a sample bank, lays its transactions out until
there are as many as asked for, and has `assess run` make the whole report from them, with
``source: {memory_gb: 2}``. It prints how long that took and what the kernel took at most,
which is the engine's limit and what Python needs beside it. Takes long: it is run by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"

RUN = """\
run: large
title: {{en: Large}}
period: 2025-Q4
as_of: 2025-12-31
previous_as_of: 2025-09-30
scopes: [bank]
languages: [en]
source: {{folder: {bank}, memory_gb: {memory_gb}}}
budgets: {{minutes: 240, memory_gb: {budget_gb}}}
reports:
  lifecycle: {{}}
"""


def lay_out(bank: Path, transactions: int) -> int:
    """Repeat every customer's transactions a day apart until there are enough.

    A repeated one keeps to the customer's own time: it never lies before the first day
    or after the last of the original ones.
    """
    connection = duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(bank)})
    file = bank / "transactions.parquet"
    (there,) = connection.execute(f"SELECT count(*) FROM '{file}'").fetchone() or (0,)  # noqa: S608
    copies = -(-transactions // int(there))
    connection.execute(
        f"COPY (SELECT * REPLACE (least(occurred_on + CAST(copy AS INTEGER), DATE '2025-12-31')"  # noqa: S608
        f" AS occurred_on) FROM '{file}', range({copies}) AS copies(copy))"
        f" TO '{bank}/more.parquet' (COMPRESSION zstd)"
    )
    (bank / "more.parquet").replace(file)
    (now,) = connection.execute(f"SELECT count(*) FROM '{file}'").fetchone() or (0,)  # noqa: S608
    return int(now)


def main() -> None:
    """Write, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--transactions", type=int, default=100_000_000)
    parser.add_argument("--memory-gb", type=float, default=2.0)
    parser.add_argument("--folder", type=Path, help="Where the bank is written, and kept.")
    options = parser.parse_args()
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "OPENBLAS_NUM_THREADS": "1"}
    assess = [sys.executable, "-m", "analysis"]
    with tempfile.TemporaryDirectory(prefix="memory-limit-") as temporary:
        project = Path(temporary)
        bank = options.folder or project / "bank"
        if not bank.exists():
            size = ["--customers", str(options.customers)]
            command = [*assess, "sample", str(bank), *size]
            subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL)
            lay_out(bank, options.transactions)
        rows = duckdb.execute(f"SELECT count(*) FROM '{bank}/transactions.parquet'").fetchone()  # noqa: S608
        (project / "params").mkdir()
        (project / "notebooks").symlink_to(ROOT / "notebooks")
        (project / "params" / "large.yaml").write_text(
            RUN.format(bank=bank.resolve(), memory_gb=options.memory_gb,
                       budget_gb=options.memory_gb + 6)
        )  # fmt: skip
        start = time.perf_counter()
        command = [*assess, "run", "params/large.yaml", "--reports", "reports", "--json"]
        done = subprocess.run(
            command, cwd=project, env=environment, check=False, capture_output=True, text=True
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            sys.exit(done.stderr)
        manifest = next((project / "reports").rglob("manifest.json"))
        peak = json.loads(manifest.read_text())["peak_memory_bytes"]
        print(f"{rows[0] if rows else 0:,} transactions, engine held to {options.memory_gb:g} GB")
        print(f"the whole report {seconds:.0f} s; the kernel took {peak / 1e9:.2f} GB at most")


if __name__ == "__main__":
    main()
