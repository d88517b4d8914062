"""Many runs on one machine: 300 branches by 6 small reports, every notebook in a kernel.

``python benchmarks/many_runs.py --scopes 300`` makes a project of made-up reports and,
of the sample bank, a bank with as many branches; runs it twice; and prints how long that
took, what the parent process needed, and how large the index is and whether Chromium
opens it. A report is small on purpose: what is measured is the batch. ``--no-kernels`` has
each job only write what such a report leaves, so that the parent's own part is seen alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.conftest import _PAGES, _SHOWING, MadeUpProject  # noqa: E402
from tests.test_many_runs import AtOnce  # noqa: E402

from analysis.batch import BatchResult, Options, run_batch, work  # noqa: E402
from analysis.batch.executors import open_pool  # noqa: E402
from analysis.engine.catalog import load_catalog  # noqa: E402
from analysis.trace import hash_file  # noqa: E402

PACKAGE = "made_up_reports"
REPORTS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
METRICS = ("customers", "share", "change")

_RESULTS = '''

def write(folder):
    """Make the pages, and results that the site's own index can read."""
    render(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    words = {"en": f"About {manifest['scope']}", "zh": f"关于 {manifest['scope']}"}
    report = {
        "kind": "report", "name": manifest["report"], "title": words, "question": words,
        "run": "many", "run_title": words, "period": "2025-Q4", "as_of": "2025-12-31",
        "previous_as_of": "2025-09-30", "scope": manifest["scope"], "scope_title": words,
        "languages": ["en", "zh"], "parameters": {}, "disclosure": {}, "rules": [],
    }
    metrics = [
        {
            "kind": "metric", "name": name, "label": words, "definition": words,
            "measure": "count", "unit": "customers", "value": 100.0, "low": 90.0, "high": 110.0,
            "confidence": 0.95, "n": 100, "suppressed": False, "text": {"en": "100", "zh": "100"},
            "interval_text": {"en": "90 to 110", "zh": "90 至 110"}, "change_text": {},
            "change": None, "change_low": None, "change_high": None, "trend": "unknown",
        }
        for name in METRICS
    ]
    verdict = {"kind": "verdict", "name": "v", "statement": words, "strength": "suggestive"}
    content = {"report": report, "verdict": verdict, "metrics": metrics}
    (folder / "results.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "report.zh.html").write_text("<p></p>")


METRICS = {metrics!r}
'''


def make_bank(folder: Path, scopes: int) -> list[str]:
    """Write a sample bank in which each branch is cut into as many as are needed."""
    import duckdb

    from analysis.sample.bank import write_sample_bank

    write_sample_bank(folder / "whole", customers=max(2000, 10 * scopes), seed=1)
    bank = folder / "bank"
    bank.mkdir()
    connection = duckdb.connect()
    (branches,) = connection.execute(
        f"SELECT count(*) FROM '{folder}/whole/branches.parquet'"  # noqa: S608 - our own folder
    ).fetchone() or (1,)
    parts = -(-scopes // int(branches)) + 1  # some part may have nobody
    # parts of a branch are named after it: 0007 becomes 0007-0, 0007-1 ...
    connection.execute(
        f"COPY (SELECT * REPLACE (branch_id || '-' || (row_number() OVER () % {parts})"  # noqa: S608
        f" AS branch_id) FROM '{folder}/whole/customers.parquet')"
        f" TO '{bank}/customers.parquet'"
    )
    found = connection.execute(
        f"SELECT DISTINCT branch_id FROM '{bank}/customers.parquet' ORDER BY 1"  # noqa: S608
    ).fetchall()
    return [f"branch:{name}" for (name,) in found[:scopes]]


def make_project(folder: Path, scopes: list[str]) -> MadeUpProject:
    """Write the reports and the run file."""
    package = folder / "project" / PACKAGE
    package.mkdir(parents=True)
    (folder / "project" / "notebooks").mkdir()
    (folder / "project" / "params").mkdir()
    (package / "__init__.py").write_text("")
    (package / "showing.py").write_text(_SHOWING)
    (package / "pages.py").write_text(
        _PAGES + _RESULTS.replace("{metrics!r}", repr(METRICS)), encoding="utf-8"
    )
    (folder / "project" / "requirements.lock").write_text("nothing==1\n")
    project = MadeUpProject(folder / "project", PACKAGE)
    for name in REPORTS:
        project.add_report(name, "show('check', 'balance')")
    lines = [
        "run: many",
        "title: {en: Many, zh: 多份报告}",
        "period: 2025-Q4",
        "as_of: 2025-12-31",
        "previous_as_of: 2025-09-30",
        "languages: [en, zh]",
        "budgets: {memory_gb: 1}",
        "source: {folder: ../../bank}",
        f"scopes: {json.dumps(scopes)}",
        "reports:",
        *(f"  {name}: {{}}" for name in REPORTS),
    ]
    (folder / "project" / "params" / "many.yaml").write_text("\n".join(lines) + "\n")
    sys.path.insert(0, str(project.folder))
    return project


def run(project: MadeUpProject, folder: Path) -> tuple[BatchResult, float]:
    """Run everything that is not up to date."""
    start = time.perf_counter()
    result = run_batch(
        project.folder / "params" / "many.yaml",
        catalog=load_catalog(project.folder, package=PACKAGE),
        options=Options(
            reports=folder / "reports",
            renderer=f"{PACKAGE}.pages:write",
            environment={**project.environment, "MADE_UP_CUSTOMERS": _hash_of(folder / "bank")},
            kernels="warm" if work.open_pool is open_pool else "ordinary",
        ),
    )
    return result, time.perf_counter() - start


def _hash_of(bank: Path) -> str:
    """Give what a made-up report says that it has read: it opens no table."""
    return hash_file(bank / "customers.parquet")


def count_states(result: BatchResult) -> str:
    """Count how the runs came out."""
    counts = Counter(outcome.state.value for outcome in result.outcomes)
    return ", ".join(f"{count} {state}" for state, count in counts.items())


def open_in_chromium(page: Path) -> str:
    """Load a page without a window and count its rows."""
    browser = shutil.which("chromium")
    if browser is None:
        return "there is no Chromium to open it"
    start = time.perf_counter()
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    rows = done.stdout.count('scope="row"')
    return f"opens in {time.perf_counter() - start:.1f} s, {rows} rows"


def finish(result: BatchResult) -> None:
    """Print what the index is like."""
    index = result.folder / "index.html"
    print(f"index        {index.stat().st_size / 1e6:8.2f} MB, {open_in_chromium(index)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scopes", type=int, default=300)
    parser.add_argument("--no-kernels", action="store_true")
    options = parser.parse_args()
    wanted = options.scopes
    if options.no_kernels:
        work.open_pool = lambda *_, **__: (AtOnce(), "")  # type: ignore[assignment,return-value]
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="many-") as name:
        folder = Path(name)
        scopes = make_bank(folder, wanted)
        project = make_project(folder, scopes)
        print(f"{len(scopes)} scopes by {len(REPORTS)} reports: {len(scopes) * len(REPORTS)} runs")
        result, first = run(project, folder)
        own, children = (
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        print(f"first run    {first:8.1f} s, {count_states(result)}")
        print(f"parent       {own.ru_utime + own.ru_stime:8.1f} s of CPU,"
              f" {own.ru_maxrss / 1024:.0f} MB at most")  # fmt: skip
        print(f"largest child{children.ru_maxrss / 1024:8.0f} MB at most")
        if not options.no_kernels:  # they leave no manifest to compare with
            result, second = run(project, folder)
            print(f"second run   {second:8.1f} s, {count_states(result)}")
        finish(result)


if __name__ == "__main__":
    main()
