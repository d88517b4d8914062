"""The CDNOW customers: from the file as it was published to the page, as a user would do it.

Published: Fader, Hardie, Lee (2005), table 2, r .243, alpha 4.414, a .793, b 2.426;
Fader, Hardie (2013), p 6.25, q 3.74, v 15.44 on 946 repeat customers.
"""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "CDNOW_sample.txt"

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.exists(), reason="the folder shared/data is not there"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    reports = tmp_path_factory.mktemp("reports")
    run_file = Path(__file__).parent / "cdnow.yaml"
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "run", str(run_file), "--reports", str(reports)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return reports / "cdnow" / "lifecycle" / "bank"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_the_published_parameters(report: Path, language: str) -> None:
    text = (report / f"report.{language}.html").read_text("utf-8")
    for published in ("0.243", "4.414", "0.793", "2.426"):
        assert re.search(rf">\s*{re.escape(published)} ?[(（]", text), published


def test_the_table_for_download_holds_them_to_three_figures(report: Path) -> None:
    with (report / "tables" / "purchase_model.en.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.reader(stream))
    values = {row[0]: float(next(cell for cell in row[2:] if cell)) for row in rows[1:]}
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426, "p": 6.25, "q": 3.74}
    for name, value in published.items():
        assert values[name] == pytest.approx(value, rel=2e-3), name
    assert values["v"] == pytest.approx(15.44, rel=1e-3)


def test_rows_after_the_period_are_counted_on_the_page(report: Path) -> None:
    """Of 6,919 purchases 1,959 fall after the first 39 weeks; both rounded to 5."""
    results = json.loads((report / "results.json").read_text("utf-8"))
    (transactions,) = results["inputs"]
    assert transactions["rows"] == 6920
    assert transactions["left_out"][0]["en"] == "1,960 rows are dated after the as-of date."
