"""The benchmark ends, its routes agree, and it prints their ratios; no time is asserted."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "benchmarks" / "lifecycle.py"

pytest.importorskip("lifelines")
pytest.importorskip("lifetimes")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        check=False, capture_output=True, text=True, timeout=500,
    )  # fmt: skip


@pytest.mark.slow
def test_every_pair_agrees_and_its_ratio_is_printed(tmp_path: Path) -> None:
    """The summaries and the chains hold what the other tasks time one by one."""
    tasks = ("start", "summaries", "chain by days", "chain by weeks")
    bank = ("--customers", "5000", "--folder", str(tmp_path / "bank"))
    done = run(*bank, "--tasks", *tasks)
    assert done.returncode == 0, done.stderr
    pairs = re.findall(
        r"^(\w[\w ]+?) +\d+\.\d+ +\d+\.\d+  (\w.*?)(?: +\d+\.\d+){4} +[-\d.]+$",
        done.stdout,
        flags=re.MULTILINE,
    )
    rows, sql = "pandas, lifelines, lifetimes", "DuckDB SQL"
    assert set(pairs) == {
        *((task, route) for task in ("start", "summaries") for route in (sql, rows)),
        *((task, rows) for task in ("chain by days", "chain by weeks")),
    }


@pytest.mark.slow
def test_effects_from_moments_are_those_of_the_peers_on_all_rows() -> None:
    pytest.importorskip("diff_diff")
    pytest.importorskip("pyfixest")
    script = ROOT / "benchmarks" / "incentives.py"
    done = subprocess.run(
        [sys.executable, str(script), "--customers", "3000"],
        check=False, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.findall(r"(?m)^(.*?) +[\d.]+ +[\d.]+  (pyfixest|diff-diff) ", done.stdout) == [
        ("one start", "pyfixest"),
        ("staggered starts", "diff-diff"),
    ]


@pytest.mark.slow
def test_cross_tabs_from_cells_are_those_of_a_peer_on_all_rows() -> None:
    pytest.importorskip("samplics")
    script = ROOT / "benchmarks" / "market_research.py"
    done = subprocess.run(
        [sys.executable, str(script), "--respondents", "3000"],
        check=False, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(r"ratio: CPU [\d.]+, memory [\d.]+; largest relative", done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize(("moved", "agrees"), [(0.0, True), (1.0, False)])
def test_a_difference_stops_the_run(tmp_path: Path, moved: float, agrees: bool) -> None:
    import numpy as np

    for name, more in (("one", 0.0), ("other", moved)):
        np.savez(tmp_path / f"{name}.npz", **{"cohorts/cells": np.array([7.0 + more])})
    done = run("--compare", str(tmp_path / "one.npz"), str(tmp_path / "other.npz"), "exact")
    assert (done.returncode == 0) is agrees


@pytest.mark.slow
def test_texts_agree_with_jieba_and_scikit_learn_before_a_ratio_is_printed() -> None:
    pytest.importorskip("jieba")
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "texts.py"), "--texts", "3000"],
        check=False, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = re.findall(r"^(\w+): .*\n.*peer over this project: CPU \d", done.stdout, re.MULTILINE)
    assert lines == ["start", "words", "themes"]
    assert "of the texts have the same words" in done.stdout
