"""The newcomer's run, as a newcomer does it: the commands of the README, then what they left."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


def assess(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in a folder of its own, with a sample bank, after its reports have run."""
    folder = tmp_path_factory.mktemp("checkout") / "first checkout"
    for part in ("notebooks", "params"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "requirements.lock", folder)
    assess("sample", "data/sample-bank", folder=folder)
    assess("run", "params/sample.yaml", folder=folder)
    return folder


def published(project: Path) -> dict[str, bytes]:
    reports = project / "reports" / "sample"
    return {
        path.relative_to(reports).as_posix(): path.read_bytes()
        for path in sorted(reports.rglob("*"))
        if path.is_file()
    }


def results(project: Path, scope: str = "bank") -> dict[str, Any]:
    path = project / "reports" / "sample" / "lifecycle" / scope / "results.json"
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def test_every_report_leaves_all_its_parts(project: Path) -> None:
    names = set(published(project))
    assert {"index.html", "index.zh.html"} <= names
    for part in ("report.en.html", "report.zh.html", "results.json", "notebook.ipynb"):
        assert f"lifecycle/bank/{part}" in names
    assert any(name.startswith("lifecycle/bank/tables/") for name in names)
    assert any(name.startswith("lifecycle/bank/figures/") for name in names)


def outputs(notebook: bytes) -> list[Any]:
    """A notebook's outputs; what papermill notes of times and places is beside them."""
    cells = nbformat.reads(notebook.decode(), as_version=4).cells
    return [cell.get("outputs", []) for cell in cells]


def test_the_planted_parameters_lie_inside_the_intervals_of_the_page(project: Path) -> None:
    """Of the sample bank that the README's command writes."""
    truths = json.loads((project / "data" / "sample-bank" / "truth.json").read_text("utf-8"))
    planted = {name: truth["value"] for name, truth in truths["truths"]["purchases"].items()}
    (table,) = (t for t in results(project)["tables"] if t["name"] == "purchase_model")
    column = [c["name"] for c in table["columns"]].index("value")
    found = {row[0]["value"]: row[column] for row in table["rows"]}
    names = {"r": "r", "alpha": "alpha_weeks", "a": "a", "b": "b", "p": "p", "q": "q", "v": "v_cny"}
    outside = {
        name: (cell["low"], planted[names[name]], cell["high"])
        for name, cell in found.items()
        if not cell["low"] <= planted[names[name]] <= cell["high"]
    }
    assert set(found) == set(names)
    assert not outside


def test_three_to_five_findings_stand_under_the_verdict_of_the_whole_bank(project: Path) -> None:
    reports = sorted((project / "reports" / "sample").glob("*/bank/results.json"))
    assert len(reports) == 5
    for path in reports:
        findings = json.loads(path.read_text("utf-8"))["findings"]
        headlines = [finding["name"] for finding in findings if finding["headline"]]
        assert 3 <= len(headlines) <= 5, (path.parent.parent.name, headlines)


def test_a_second_run_starts_no_kernel(project: Path) -> None:
    again = json.loads(assess("run", "params/sample.yaml", "--json", folder=project).stdout)
    assert {report["state"] for report in again["reports"]} == {"up_to_date"}


def test_no_page_is_heavier_than_a_reader_bears(project: Path) -> None:
    pages = {name: len(data) for name, data in published(project).items() if "html" in name}
    assert max(pages.values()) < 1_500_000


def test_the_notebook_runs_by_hand_from_its_defaults_with_the_same_result(
    project: Path, tmp_path: Path
) -> None:
    """In the folder of the notebooks, by Jupyter alone, as in JupyterLab."""
    executed = tmp_path / "by-hand.ipynb"
    subprocess.run(
        [
            *(sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute"),
            *("--output", str(executed), "lifecycle.ipynb"),
        ],
        cwd=project / "notebooks",
        check=True,
        capture_output=True,
    )
    batch = project / "reports" / "sample" / "lifecycle" / "bank" / "notebook.ipynb"

    def typed(path: Path, *, cells_before: int = 0) -> list[Any]:
        found = [
            {mime: data for mime, data in output.data.items() if "vnd.bank-assessment" in mime}
            for cell in outputs(path.read_bytes())
            for output in cell
            if output.output_type == "display_data"
        ]
        for query in found[-2]["application/vnd.bank-assessment.lineage.v1+json"]["queries"]:
            query["cell"] -= cells_before
        return found

    # a batch puts one cell before the others: the parameters of the run
    assert typed(executed) == typed(batch, cells_before=1)
    assert len(typed(batch)) > 10


def test_no_planted_identifier_survives_in_any_file(project: Path) -> None:
    """Telephone, identity and card numbers, names, addresses, mailboxes and accounts."""
    truth = json.loads((project / "data" / "sample-bank" / "truth.json").read_text("utf-8"))
    planted = truth["truths"]["feedback"]["identifiers"]["value"]
    assert {"phone", "identity", "card", "name", "address", "account", "email"} <= set(planted)
    read = 0
    for path in sorted((project / "reports").rglob("*")):
        if not path.is_file():
            continue
        files = [path.read_bytes()]
        if zipfile.is_zipfile(path):  # workbooks and archives are compressed
            with zipfile.ZipFile(path) as archive:
                files += [archive.read(name) for name in archive.namelist()]
        for content in files:
            text = content.decode("utf-8", errors="ignore")
            for kind, identifiers in planted.items():
                left = [identifier for identifier in identifiers if identifier in text]
                assert not left, f"{kind} in {path.relative_to(project)}"
        read += 1
    assert read > 100
