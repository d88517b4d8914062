"""A whole ``assess run`` on DuckDB, PostgreSQL and Spark: the same run file but for its source.

``python benchmarks/engines.py`` writes a sample bank, starts both servers on this machine
(Spark in local mode behind Spark Connect), and runs one report from the run file to the
page on each. What is published must be equal, word for word and number for number; then
the seconds of each run are printed. ``--report`` and ``--engines`` choose.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "backends"), str(ROOT / "src")]

import servers  # noqa: E402

from analysis.batch import Options, run_batch  # noqa: E402
from analysis.engine.catalog import load_catalog  # noqa: E402
from analysis.sample.bank import write_sample_bank  # noqa: E402

PUBLISHED = ("verdict", "metrics", "findings", "tables", "figures", "checks")


@contextmanager
def on_duckdb(bank: Path) -> Iterator[str]:
    """Give a run file's line for a folder."""
    yield f"folder: {bank}"


@contextmanager
def on_postgres(bank: Path) -> Iterator[str]:
    """Give the line for a server of our own."""
    with (
        tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder,
        servers.start_postgres(Path(folder)) as url,
    ):
        servers.load_postgres(url, bank)
        yield f'url: "{url}"'


@contextmanager
def on_spark(bank: Path) -> Iterator[str]:
    """Give the line for a Spark Connect server of our own."""
    folder = Path(tempfile.mkdtemp(prefix="spark-"))
    with servers.start_spark(folder) as url:
        servers.load_spark(url, bank)
        yield f'url: "{url}"'
    shutil.rmtree(folder, ignore_errors=True)


ENGINES: dict[str, Callable[[Path], object]] = {
    "duckdb": on_duckdb,
    "postgres": on_postgres,
    "spark": on_spark,
}


def run(folder: Path, name: str, source: str, report: str) -> tuple[dict[str, object], float]:
    """Run the report, and give what it published and how long that took."""
    file = folder / "params" / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    text = servers.RUN.format(name=name, source=source, reports=f"  {report}: {{}}")
    file.write_text(text + "budgets: {minutes: 120}\n")
    start = time.perf_counter()
    options = Options(reports=folder / "reports")
    result = run_batch(file, catalog=load_catalog(ROOT), options=options)
    seconds = time.perf_counter() - start
    for outcome in result.outcomes:
        if outcome.failures:
            raise SystemExit(f"{name}: {[str(failure) for failure in outcome.failures]}")
    results = json.loads(next(result.folder.rglob("results.json")).read_text(encoding="utf-8"))
    return {part: results[part] for part in PUBLISHED if part in results}, seconds


def main() -> None:
    """Run, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", default="competitor_comparison")
    parser.add_argument("--customers", type=int, default=servers.CUSTOMERS)
    parser.add_argument("--engines", nargs="+", choices=tuple(ENGINES), default=tuple(ENGINES))
    asked = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="engines-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # the servers' users read the bank
        write_sample_bank(folder / "bank", customers=asked.customers, seed=20251231)
        expected, _ = first = run(folder, "duckdb", f"folder: {folder / 'bank'}", asked.report)
        print(f"{asked.report}: {', '.join(f'{len(v)} {k}' for k, v in expected.items())}")  # type: ignore[arg-type]
        print(f"duckdb     {first[1]:7.1f} s")
        for engine in asked.engines:
            if engine == "duckdb":
                continue
            source = stack.enter_context(ENGINES[engine](folder / "bank"))  # type: ignore[call-overload]
            published, seconds = run(folder, engine, source, asked.report)
            unequal = [part for part in expected if published.get(part) != expected[part]]
            if unequal:
                raise SystemExit(f"{engine} differs in {', '.join(unequal)}")
            print(f"{engine:10} {seconds:7.1f} s, all that is published is equal", flush=True)


if __name__ == "__main__":
    main()
