"""The men's e-mail of the MineThatData challenge, as the report judges an offer given by lot.

Published: 18.28 % of those who got it visited, 10.62 % of those who did not, z 22.486.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.incentive_effectiveness.effects import LotEffects, lot_effects
from analysis.incentive_effectiveness.evidence import evidence
from analysis.params.source import SourceSettings

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hillstrom.csv"
AS_OF = dt.date(2008, 4, 1)
ASSIGNED, MEASURED = dt.date(2008, 3, 1), dt.date(2008, 3, 15)

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.exists(), reason="the folder shared/data is not there"),
]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """Bring the wide file into the contract's tables: a row per customer, and per outcome."""
    rows = pd.read_csv(DATA)
    rows = rows[rows.treatment.isin(["Mens E-Mail", "No E-Mail"])]
    customer = [f"H{number:05d}" for number in range(len(rows))]
    offered = (rows.treatment == "Mens E-Mail").to_numpy()
    folder = tmp_path_factory.mktemp("hillstrom")
    pd.DataFrame(
        {
            "campaign_id": ["E1"],
            "name_en": ["Men's e-mail"],
            "audience": ["customers"],
            "kind": ["offer"],
            "design": ["randomised"],
            "starts_on": [ASSIGNED],
            "ends_on": [MEASURED],
            "planned_offer_share": [0.5],
            "outcome": ["signed_up"],
        }
    ).to_parquet(folder / "campaigns.parquet")
    pd.DataFrame(
        {
            "campaign_id": "E1",
            "customer_id": customer,
            "assigned_on": ASSIGNED,
            "arm": ["offer" if got else "holdout" for got in offered],
            "exposed": offered,
            "taken_up": offered,
        }
    ).to_parquet(folder / "offers.parquet")
    before, after = dt.date(2008, 2, 28), MEASURED
    pd.concat(
        pd.DataFrame(
            {
                "campaign_id": "E1",
                "customer_id": customer,
                "outcome": outcome,
                "phase": phase,
                "measured_on": day,
                "value": rows[column].to_numpy(dtype=float),
            }
        )
        for outcome, phase, day, column in (
            ("signed_up", "after", after, "visit"),
            ("balance_cny", "after", after, "spend"),
            ("balance_cny", "before", before, "history"),
        )
    ).to_parquet(folder / "offer_outcomes.parquet")
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
