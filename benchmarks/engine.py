"""One report over several scopes: ``assess run`` beside the shell loop that one writes today.

The loop calls ``papermill`` and ``jupyter nbconvert`` once a scope, as commands. The
same notebook, the same source, the same run file; the loop's pages are one language in
nbconvert's own template, those of ``assess run`` two languages, tables, figures and
index. The limit is the notebook's own statements in one process that has everything
imported, without kernel and without pages.

Run as ``python benchmarks/engine.py``; options with ``--help``. CPU seconds are those of
all processes that a way started, first-use costs included: every repeat starts anew.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
REGIONS = (
    *("North", "Northeast", "East", "Southeast", "South", "Southwest"),
    *("West", "Northwest", "Central", "Coast"),
)
SCOPES = ("bank", *(f"region:{name}" for name in REGIONS), "branch:B001", "branch:B002")
BARE = """
import json, os, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.display_pub.publish = lambda *_, **__: None
cells = json.load(open(sys.argv[1]))["cells"]
cells = [c for c in cells if c["cell_type"] == "code"]
for scope in sys.argv[2:]:
    names = {}
    for cell in cells:
        exec("".join(cell["source"]), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names["scope"] = scope
"""


@dataclass(frozen=True)
class Used:
    """What one way took."""

    cpu: float
    wall: float


def measure(command: list[str], *, folder: Path) -> Used:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command[:4]} failed:\n{done.stdout}\n{done.stderr}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Used(cpu, wall)


def make_project(folder: Path, report: str, scopes: tuple[str, ...], customers: int) -> None:
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    shutil.copy(ROOT / "requirements.lock", folder)
    text = (ROOT / "params" / "sample.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^scopes:.*$", f"scopes: {json.dumps(list(scopes))}", text)
    text = text[: text.index("\nreports:")] + f"\nreports:\n  {report}: {{}}\n"
    (folder / "params").mkdir()
    (folder / "params" / "sample.yaml").write_text(text, encoding="utf-8")
    measure([sys.executable, "-m", "compileall", "-q", str(ROOT / "src")], folder=folder)
    sample = ["-m", "analysis", "sample", "data/sample-bank", "--customers", str(customers)]
    measure([sys.executable, *sample], folder=folder)


def loop(folder: Path, report: str, scopes: tuple[str, ...], sets: int | None) -> Used:
    """Run what a user would write: two commands a scope, one after the other."""
    out = folder / "loop"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    lines = ["set -e"]
    run = scopes[:sets]
    for number, scope in enumerate(run):
        executed = f"{out}/{number}.ipynb"
        given = f"-p scope '{scope}' -k python3 --no-progress-bar --log-level ERROR"
        lines += [
            f"{sys.executable} -m papermill {report}.ipynb {executed} {given}",
            f"{sys.executable} -m nbconvert --to html --no-input {executed}",
        ]
    used = measure(["sh", "-c", "\n".join(lines)], folder=folder / "notebooks")
    if len(list(out.glob("*.html"))) != len(run):
        raise SystemExit("the loop did not make every page")
    times = len(scopes) / len(run)
    return Used(used.cpu * times, used.wall * times)


def ours(folder: Path, scopes: tuple[str, ...], kernels: str, jobs: int) -> Used:
    shutil.rmtree(folder / "reports", ignore_errors=True)
    options = ["--kernels", kernels, "--jobs", str(jobs), "--profile"]
    run = [sys.executable, "-m", "analysis", "run", "params/sample.yaml", *options]
    used = measure(run, folder=folder)
    if len(list((folder / "reports").rglob("report.en.html"))) != len(scopes):
        raise SystemExit("assess run did not make every page")
    return used


def bare(folder: Path, report: str, scopes: tuple[str, ...]) -> Used:
    command = [sys.executable, "-c", BARE, f"{report}.ipynb", *scopes]
    return measure(command, folder=folder / "notebooks")


def main() -> None:
    """Measure every way in turn, and print the ratios to the loop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", default="competitor_comparison")
    parser.add_argument("--sets", type=int, default=12, choices=range(1, len(SCOPES) + 1))
    parser.add_argument(
        "--loop-sets",
        type=int,
        help="run the loop over so many only and scale: its commands share nothing",
    )
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as anywhere
    scopes = SCOPES[: asked.sets]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        make_project(folder, asked.report, scopes, asked.customers)
        ways: dict[str, Callable[[], Used]] = {
            "shell loop": lambda: loop(folder, asked.report, scopes, asked.loop_sets),
            "assess run, warm": lambda: ours(folder, scopes, "warm", asked.jobs),
            "assess run, ordinary": lambda: ours(folder, scopes, "ordinary", asked.jobs),
            "bare functions": lambda: bare(folder, asked.report, scopes),
        }
        used: dict[str, list[Used]] = {way: [] for way in ways}
        for _ in range(asked.repeats):
            for way, run in ways.items():
                used[way].append(run())
                print(f"{way}: {used[way][-1].cpu:.1f} CPU s", file=sys.stderr)
        second = measure(
            [sys.executable, "-m", "analysis", "run", "params/sample.yaml"], folder=folder
        )
    show(used, second, asked)


def show(used: dict[str, list[Used]], second: Used, asked: argparse.Namespace) -> None:
    cpu = {way: median(each.cpu for each in found) for way, found in used.items()}
    wall = {way: median(each.wall for each in found) for way, found in used.items()}
    print(f"{asked.report}, {asked.sets} scopes, {asked.customers} customers, {asked.jobs} jobs")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for way in used:
        print(
            f"{way:22} {cpu[way]:8.1f} CPU s  {cpu[way] / cpu['shell loop']:6.1%} of the loop"
            f"  {wall[way]:8.1f} s  {wall['shell loop'] / wall[way]:5.1f} times as fast"
        )
    share = second.cpu / cpu["assess run, warm"]
    print(f"{'nothing changed':22} {second.cpu:8.1f} CPU s  {share:6.1%} of the first run")


if __name__ == "__main__":
    main()
