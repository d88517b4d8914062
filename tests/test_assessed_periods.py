"""Three periods of one bank, run in sequence by their run files; in the last a report fails."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = ROOT / "docs" / "how-to" / "files"
DAYS = {"2025q2": "2025-06-30", "2025q3": "2025-09-30", "2025q4": "2025-12-31"}

pytestmark = pytest.mark.slow


def assess(*arguments: str, folder: Path, expected: int = 0) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expected, done.stdout + done.stderr


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The how-to's run files; the comparison runs in the last period only, and fails there."""
    project = tmp_path_factory.mktemp("periods")
    shutil.copytree(ROOT / "notebooks", project / "notebooks")
    (project / "params").mkdir()
    for run, day in DAYS.items():
        last = run == "2025q4"
        text = (FILES / f"{run}.yaml").read_text("utf-8")
        other = r"\g<0>" if last else ""
        text = re.sub(r"  competitor_comparison: .*\n", other, text)
        (project / "params" / f"{run}.yaml").write_text(text, "utf-8")
        sample = ("--customers", "300", "--as-of", day)
        assess("sample", f"data/{run}", *sample, folder=project)
        if last:  # the comparison cannot do without it
            (project / "data" / run / "institutions.parquet").unlink()
        assess("run", f"params/{run}.yaml", folder=project, expected=3 if last else 0)
    return project / "reports"


def results(reports: Path, run: str) -> dict[str, Any]:
    path = reports / run / "demand_assessment" / "bank" / "results.json"
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def said(found: dict[str, Any], name: str, language: str = "en") -> str:
    return next(  # type: ignore[no-any-return]
        f["statement"][language] for f in found["findings"] if f["name"] == name
    )


def rows(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    table = next(t for t in found["tables"] if t["name"] == name)
    names = [column["name"] for column in table["columns"]]
    return [dict(zip(names, row, strict=True)) for row in table["rows"]]


def test_what_got_better_and_worse_is_named_in_both_languages(reports: Path) -> None:
    found = results(reports, "2025q4")
    change, change_zh = said(found, "change"), said(found, "change", "zh")
    worse, _, better = change.partition("Better beyond noise")
    assert "Demands delivered on time" in worse
    assert "Cost per customer won" in worse
    assert "Days in analysis" in better
    assert "需求按时交付率" in change_zh.partition("超出随机波动的改善")[0]
    assert "Payments" in said(found, "on_time")


def test_the_two_actions_are_told_apart(reports: Path) -> None:
    outcomes = {
        row["action"]["text"]["en"]: row["worked"]["text"]["en"]
        for row in rows(results(reports, "2025q4"), "action_outcomes")
    }
    assert outcomes["A second team of analysts"] == "moved as meant, beyond noise"
    assert outcomes["Robots for paperwork at the counter"] == "did not move beyond noise"


def test_the_failed_report_is_a_hole_with_its_reason(reports: Path) -> None:
    found = results(reports, "2025q4")
    indicators = {r["indicator"]["text"]["en"]: r for r in rows(found, "indicators")}
    assert indicators["Market share"]["actual"]["text"]["en"] == ("not assessed: its report failed")
    assert (
        "run did not ask for its report" in indicators["Active customers"]["actual"]["text"]["en"]
    )
    check = next(c for c in found["checks"] if c["name"] == "every_indicator_assessed")
    assert (check["status"], check["mandatory"]) == ("failed", True)


def test_all_periods_are_on_one_page_with_the_restated_one_marked(reports: Path) -> None:
    periods = rows(results(reports, "2025q4"), "periods")
    assert [row["period"]["text"]["en"] for row in periods] == ["2025-Q2", "2025-Q3", "2025-Q4"]
    assert periods[0]["restated"]["text"]["zh"] == "数字渠道占比"
    published = rows(results(reports, "2025q2"), "periods")[-1]["points"]["value"]
    assert periods[0]["published"]["value"] == pytest.approx(published, abs=1e-9)


def test_links_lead_to_pages_that_are_there(reports: Path) -> None:
    page = reports / "2025q4" / "demand_assessment" / "bank" / "report.zh.html"
    paths = re.findall(r'href="(\.\./[^"#]+)', page.read_text("utf-8"))
    assessments = {path.split("/")[-4] for path in paths if "/demand_assessment/" in path}
    assert assessments == {"2025q2", "2025q3"}
    for path in paths:
        assert (page.parent / path).is_file(), path


def test_a_second_run_of_the_last_period_starts_no_kernel_for_the_assessment(
    reports: Path,
) -> None:
    manifest = reports / "2025q4" / "demand_assessment" / "bank" / "manifest.json"
    before = json.loads(manifest.read_text("utf-8"))
    assert set(before["results"]) == {"2025q2/demand_assessment", "2025q3/demand_assessment"}
    project = reports.parent
    assess("run", "params/2025q4.yaml", "--only", "demand_assessment", folder=project, expected=0)
    assert json.loads(manifest.read_text("utf-8"))["started_at"] == before["started_at"]
