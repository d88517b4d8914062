"""The same in, the same out: every report in two checkouts that share nothing but the commit."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
KEPT_OUT = {"manifest.json", ".lock", "status.json"}
"""They hold durations and times of day, as the logs do."""

pytestmark = pytest.mark.slow


def make_reports(folder: Path, kernels: str) -> dict[str, bytes]:
    """Run the sample's reports on a small bank, in both languages; give all that they left."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    (folder / "params").mkdir()
    run = (ROOT / "params" / "sample.yaml").read_text("utf-8")
    whole = run.replace('scopes: [bank, "region:North"]', "scopes: [bank]")
    assert whole != run
    (folder / "params" / "sample.yaml").write_text(whole, "utf-8")
    shutil.copy(ROOT / "requirements.lock", folder)
    for arguments in (
        ("sample", "data/sample-bank", "--customers", "600"),
        ("run", "params/sample.yaml", "--kernels", kernels),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "analysis", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    reports = folder / "reports" / "sample"
    return {
        path.relative_to(reports).as_posix(): path.read_bytes()
        for path in sorted(reports.rglob("*"))
        if path.is_file() and path.name not in KEPT_OUT and path.suffix != ".jsonl"
    }


def outputs(notebook: bytes) -> list[Any]:
    """A notebook's outputs; what papermill notes of times and places is beside them."""
    cells = nbformat.reads(notebook.decode(), as_version=4).cells
    return [cell.get("outputs", []) for cell in cells]


def test_the_same_in_two_checkouts_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whether kernels are forked from a warm parent or started one by one."""
    first = make_reports(tmp_path / "first checkout", "warm")
    second = make_reports(tmp_path / "second", "ordinary")
    assert set(first) == set(second)
    notebooks = {name for name in first if name.endswith("notebook.ipynb")}
    assert len(notebooks) == 5
    assert [name for name in first if name not in notebooks and first[name] != second[name]] == []
    for name in notebooks:
        assert outputs(first[name]) == outputs(second[name])
