"""The 30 largest US bank holding companies: shares and concentration of published assets.

The file gives total assets in billions of US dollars; amounts keep that unit here.
"""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "us_bank_holding_assets_2017.csv"
OURS = "Wells Fargo & Company"
QUARTERS = {
    "assets_2017q2_usd_bn": ("2017-04-01", "2017-06-30"),
    "assets_2017q3_usd_bn": ("2017-07-01", "2017-09-30"),
}

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.exists(), reason="the folder shared/data is not there"),
]


def published() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("us")
    run_file = folder / "us_banks.yaml"
    shutil.copy(Path(__file__).parent / "us_banks.yaml", run_file)
    source = folder / "us-banks"
    source.mkdir()
    with (source / "holdings.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "is_ours"])
        writer.writerows([row["name"], str(row["name"] == OURS).lower()] for row in published())
    with (source / "assets.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            [
                "name",
                "product_family",
                "region",
                "first_day",
                "assets",
                "source_id",
                "method",
                "last_day",
            ]
        )
        writer.writerows(
            [row["name"], "assets", "US", first, row[column], "call report", "published", last]
            for row in published()
            for column, (first, last) in QUARTERS.items()
        )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "analysis", "run", str(run_file)),
            *("--reports", str(folder / "reports")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "reports" / "us_banks" / "competitor_comparison" / "bank"


@pytest.fixture(scope="module")
def results(report: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((report / "results.json").read_text("utf-8"))
    return found


def row(results: dict[str, Any], table: str, first: str) -> dict[str, Any]:
    (found,) = (t for t in results["tables"] if t["name"] == table)
    names = [column["name"] for column in found["columns"]]
    (cells,) = (r for r in found["rows"] if r[0]["text"]["en"] == first)
    return {name: cell["value"] for name, cell in zip(names, cells, strict=True)}


def test_concentration_is_that_of_the_published_assets(results: dict[str, Any]) -> None:
    assets = sorted((float(r["assets_2017q3_usd_bn"]) for r in published()), reverse=True)
    total = sum(assets)
    found = row(results, "concentration", "all products")
    assert found["hhi"] == pytest.approx(sum((100 * a / total) ** 2 for a in assets))
    assert found["cr1"] == pytest.approx(assets[0] / total)
    assert found["cr3"] == pytest.approx(sum(assets[:3]) / total)
    assert found["cr5"] == pytest.approx(sum(assets[:5]) / total)
    assert found["unlisted"] == pytest.approx(0, abs=1e-12)


def test_the_change_of_our_share_is_that_of_the_published_assets(results: dict[str, Any]) -> None:
    before, now = (
        next(float(r[column]) for r in published() if r["name"] == OURS)
        / sum(float(r[column]) for r in published())
        for column in QUARTERS
    )
    found = row(results, "own_shares", "all products")
    assert found["share"] == pytest.approx(now)
    assert found["change"] == pytest.approx(100 * (now - before))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_what_could_not_be_assessed_and_why(report: Path, language: str) -> None:
    text = (report / f"report.{language}.html").read_text("utf-8")
    reasons = {
        "en": (
            "the source has no figures on terms and qualities of institutions",
            "the source has no customers who moved between institutions",
            "the source has no brand perceptions",
            "the source has no service times",
            "shares are those of the institutions listed",
        ),
        "zh": (
            "数据源没有各机构条件与质量的数据",
            "数据源没有客户在机构之间转移的数据",
            "数据源没有品牌形象数据",
            "数据源没有服务时间",
            "份额仅在所列机构之内计算",
        ),
    }
    for reason in reasons[language]:
        assert reason in text, reason
