"""The men's e-mail of the MineThatData challenge, as the report judges an offer given by lot.

Published: 18.28 % of those who got it visited, 10.62 % of those who did not, z 22.486.
"""

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.incentive_effectiveness.effects import LotEffects, lot_effects
from analysis.incentive_effectiveness.evidence import evidence
from analysis.params.source import SourceSettings

from .hillstrom import SOURCE, write_tables

ROOT = Path(__file__).resolve().parents[2]
AS_OF = dt.date(2008, 4, 1)

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SOURCE.exists(), reason="the folder shared/data is not there"),
]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """Bring the wide file into the contract's tables: a row per customer, and per outcome."""
    folder = tmp_path_factory.mktemp("hillstrom")
    write_tables(folder)
    with connect(SourceSettings(folder=folder), environment={}) as source:
        yield Bank(source, "bank")


def test_the_report_finds_the_published_difference_and_may_claim_it(bank: Bank) -> None:
    register = evidence(
        bank, as_of=AS_OF, level=0.01, largest_imbalance=0.1, power=0.8, confidence=0.95
    )
    assert register.of("E1").causal
    found = lot_effects(bank, register, as_of=AS_OF, confidence=0.95)
    assert isinstance(found, LotEffects)
    effect = found.campaigns[0].main.offered
    assert effect.estimate.value == pytest.approx(0.1828 - 0.1062, abs=1e-4)
    assert effect.estimate.value / effect.standard_error == pytest.approx(22.486, rel=0.01)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the report as a user would, from the run file to the page."""
    place = tmp_path_factory.mktemp("project")
    write_tables(place / "data" / "hillstrom")
    run_file = place / "tests" / "real" / "hillstrom.yaml"
    run_file.parent.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("hillstrom.yaml"), run_file)
    command = [sys.executable, "-m", "analysis", "run", str(run_file)]
    done = subprocess.run(
        [*command, "--reports", str(place / "reports")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "reports" / "hillstrom" / "incentive_effectiveness" / "bank"


@pytest.mark.slow
def test_the_page_says_that_the_mail_raised_visits_by_the_published_difference(
    report: Path,
) -> None:
    results = json.loads((report / "results.json").read_text("utf-8"))
    told = {finding["name"]: finding["statement"] for finding in results["findings"]}
    assert "raised the share that signs up by +7.7 percentage points" in told["effect_E1"]["en"]
    assert "7.7" in told["effect_E1"]["zh"]
    for language in ("en", "zh"):
        assert "7.7" in (report / f"report.{language}.html").read_text("utf-8")
